/** The page that asks for a token: plain HTML without scripts, for every browser and path prefix. */

import { escapeHtml } from './html.ts'

/** What the page shows. */
export interface LoginPage {
  /** Relative way from the page's address to the console's root: `''`, `../`, … */
  readonly up: string
  /** Where to go after the login, see `parseNext`. */
  readonly next: string
  /** What went wrong the last time. */
  readonly problem?: string
  /**
   * Whether to look once more by itself: after a click on another site the browser keeps the session's cookie
   * back, and sends it with what this page asks for.
   */
  readonly isRetried?: boolean
}

/** The page's own policy: its style sheet and its form, nothing else. */
export const LOGIN_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  // With `no-referrer` the browser would call the form's origin `null`.
  'referrer-policy': 'same-origin',
}

/** The page as HTML. */
export function renderLoginPage({ up, next, problem, isRetried = false }: LoginPage): string {
  const again = `${up}login?next=${encodeURIComponent(next)}`
  const retry = isRetried
    ? `\n<meta http-equiv="refresh" content="0;url=${escapeHtml(again)}">`
    : ''
  const alert =
    problem === undefined ? '' : `\n<p id="problem" role="alert">${escapeHtml(problem)}</p>`
  const isInvalid = problem === undefined ? '' : ' aria-invalid="true" aria-describedby="problem"'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">${retry}
<title>Sign in · shadowdiff</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}login.css">
</head>
<body>
<main>
<h1>shadowdiff</h1>
<form method="post" action="${up}login">${alert}
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus${isInvalid}>
<p class="hint">Yours is in <code>console.users</code> of the configuration; ask whoever runs this console.</p>
<input type="hidden" name="next" value="${escapeHtml(next)}">
<button type="submit">Sign in</button>
</form>
</main>
</body>
</html>
`
}

/** The page's style sheet. */
export const LOGIN_CSS = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#ffffff, #1d2128);
  --text: light-dark(#1b1f26, #e8eaee);
  --quiet: light-dark(#525a68, #a9b1bf);
  --line: light-dark(#868e9c, #6d7687);
  --accent: light-dark(#1d4ed8, #8fb2ff);
  --on-accent: light-dark(#ffffff, #0d1320);
  --wrong: light-dark(#b42318, #ff9c92);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  display: grid;
  place-items: center;
  padding: 1rem;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}
main { width: min(100%, 24rem); }
h1 { font-size: 1.25rem; margin: 0 0 1rem; }
form {
  display: grid;
  gap: 0.5rem;
  padding: 1.5rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 0.5rem;
}
label { font-weight: 600; }
input[type='password'] {
  font: inherit;
  padding: 0.5rem 0.75rem;
  color: inherit;
  background: var(--ground);
  border: 1px solid var(--line);
  border-radius: 0.375rem;
}
input[aria-invalid] { border-color: var(--wrong); }
button {
  font: inherit;
  font-weight: 600;
  padding: 0.5rem 0.75rem;
  color: var(--on-accent);
  background: var(--accent);
  border: 0;
  border-radius: 0.375rem;
  cursor: pointer;
}
:is(input, button):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
p { margin: 0; }
.hint { color: var(--quiet); font-size: 0.875rem; }
#problem { color: var(--wrong); font-weight: 600; }
`

/**
 * Where a login leads: a path on this origin as it stands in a Location header, `./` for anything else. A path
 * with a slash in front is the browser's, prefix included; one without is the console's own.
 */
export function parseNext(next: string | undefined): string {
  if (next === undefined || next.length > 2000 || !/^[\x21-\x7e]*$/.test(next)) return './'
  if (next.includes('\\') || next.startsWith('//')) return './'
  if (!next.startsWith('/')) return `./${next}`
  const { origin, pathname, search } = new URL(next, ORIGIN)
  return origin === ORIGIN && !pathname.startsWith('//') ? `${pathname}${search}` : './'
}

const ORIGIN = 'http://console.invalid'

/** The report of a run as one HTML file that needs nothing else: for a change ticket, a printer, an archive. */

import { createHash } from 'node:crypto'
import type { DivergenceDetail, DivergenceRow } from '../core/divergence-report.ts'
import type { LatencyView, RunRow, VerdictView } from '../core/run-report.ts'
import type { RuleRow } from '../core/service-report.ts'
import type { LatencyReading } from '../core/verdict-reading.ts'
import { formatCount, formatRatio, formatShare } from '../core/verdict-words.ts'
import { markup, Markup, type Content } from './html.ts'
import { REPORT_CSS } from './report-style.ts'

/** Everything that the report tells. */
export interface Report {
  readonly run: RunRow
  readonly verdict: VerdictView
  /** Those that count, worst first, with examples. */
  readonly divergences: readonly DivergenceDetail[]
  /** Noise, expected and fixed ones. */
  readonly others: readonly DivergenceRow[]
  /** Divergences that are stored beyond those listed. */
  readonly unlisted: number
  readonly rules: readonly RuleRow[]
  /** When it was made, RFC 3339. */
  readonly madeAt: string
  /** Of the program. */
  readonly version: string
}

/** Nothing but the one style sheet that is in it may act, where it is served and where it is kept. */
export const REPORT_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256')
  .update(REPORT_CSS)
  .digest('base64')}'`

/** A value longer than this is cut; the exchange's page has it whole. */
const MAX_VALUE = 500

/** The report as HTML. */
export function renderReport(report: Report): string {
  const { run, verdict, madeAt, version } = report
  const title = `${run.name}: ${verdict.verdict}`
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(REPORT_POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>${title}</title>
        <style>${new Markup(REPORT_CSS)}</style>
      </head>
      <body>
        <header class="${verdict.verdict}">
          <p class="word">${verdict.verdict.toUpperCase()}</p>
          <h1>${run.name}</h1>
          <p>${verdict.reason}.</p>
        </header>
        <main>
          ${factsOf(report)} ${reasonsOf(verdict)} ${divergencesOf(report)} ${othersOf(report)}
          ${endpointsOf(verdict)} ${rulesOf(report)}
        </main>
        <footer>
          <p>
            Made by shadowdiff ${version} at ${madeAt}. Secrets were replaced before anything was
            stored.
          </p>
        </footer>
      </body>
    </html>
`.text
}

function factsOf({ run, verdict }: Report): Markup {
  const { limits, latency } = verdict
  const facts: readonly (readonly [string, Content])[] = [
    ['Primary', run.primaryVersion],
    ['Shadow', run.shadowVersion],
    ['From', run.startedAt],
    ['To', run.endedAt ?? 'it goes on'],
    ['Exchanges', formatCount(run.exchanges)],
    ['Compared', formatCount(verdict.samples)],
    ['Different', formatCount(verdict.divergent)],
    [
      'Rate of differences',
      `at most ${formatShare(verdict.divergenceRateUpper, 'up')} (${formatShare(verdict.confidence)} confidence); ${formatShare(limits.maxDivergence)} is allowed`,
    ],
    ['Not compared', `${formatCount(verdict.uncompared)} (${formatShare(verdict.uncomparedRate)})`],
    ['Latency, shadow over primary', latency && ratioOf(latency)],
    ['Rules', verdict.rulesVersion],
  ]
  return markup`<section>
    <h2>The run</h2>
    <dl>
      ${facts.map(
        ([name, value]) =>
          markup`<div>
            <dt>${name}</dt>
            <dd>${value ?? 'not measured'}</dd>
          </div>`,
      )}
    </dl>
  </section>`
}

function ratioOf({ ratio, lower, upper, primary, shadow }: LatencyReading): string {
  const range = `${formatRatio(lower)} to ${upper === undefined ? 'unknown' : formatRatio(upper)}`
  return `${formatRatio(ratio)} (${range}); p50, p95, p99: ${timesOf(primary)} and ${timesOf(shadow)} ms`
}

function timesOf({ p50, p95, p99 }: LatencyView): string {
  return [p50, p95, p99].map((time) => time.toFixed(1)).join(', ')
}

function reasonsOf({ reasons, whatWouldChangeIt, regressions }: VerdictView): Markup {
  return markup`<section>
    <h2>Why</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">Status</th>
          <th scope="col">What it says</th>
        </tr>
      </thead>
      <tbody>
        ${reasons.map(
          ({ rule, status, words }) =>
            markup`<tr class="${status}">
              <th scope="row">${rule}</th>
              <td>${status}</td>
              <td>${words}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${listOf(
      'Regressions',
      regressions.map(({ endpoint, location, words }) => `${endpoint} ${location}: ${words}`),
    )}
    ${listOf('What would change it', whatWouldChangeIt)}
  </section>`
}

function listOf(title: string, items: readonly string[]): Content {
  if (items.length === 0) return undefined
  return markup`<h3>${title}</h3>
    <ul>
      ${items.map((item) => markup`<li>${item}</li>`)}
    </ul>`
}

function divergencesOf({ divergences, unlisted }: Report): Markup {
  const rest = unlisted > 0 ? markup`<p>${formatCount(unlisted)} more are not listed here.</p>` : ''
  if (divergences.length === 0) {
    return markup`<section>
      <h2>Divergences</h2>
      <p>None that counts.</p>
      ${rest}
    </section>`
  }
  return markup`<section>
    <h2>Divergences</h2>
    ${divergences.map(divergenceOf)}${rest}
  </section>`
}

function divergenceOf(divergence: DivergenceDetail): Markup {
  const { endpoint, kind, location, severity, exchanges, endpointExchanges, note } = divergence
  return markup`<article class="${severity}">
    <h3>${endpoint} <code>${location}</code></h3>
    <p>
      ${severity}, ${kind}; in ${formatCount(exchanges)} of ${formatCount(endpointExchanges)}
      compared exchanges of the endpoint; ${divergence.firstSeen} to ${divergence.lastSeen};
      ${divergence.state}${note === undefined ? '' : `: ${note}`}
    </p>
    <table>
      <thead>
        <tr>
          <th scope="col">Request</th>
          <th scope="col">Primary</th>
          <th scope="col">Shadow</th>
        </tr>
      </thead>
      <tbody>
        ${divergence.examples.map(
          ({ exchange, primaryValue, shadowValue }) =>
            markup`<tr>
              <td>
                ${exchange.method} ${cut(exchange.path)}<br /><small>${exchange.requestId}</small>
              </td>
              <td><code>${valueOf(primaryValue)}</code></td>
              <td><code>${valueOf(shadowValue)}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </article>`
}

function othersOf({ others }: Report): Content {
  if (others.length === 0) return undefined
  return markup`<section>
    <h2>Seen and not counted</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Endpoint</th>
          <th scope="col">Location</th>
          <th scope="col">Class</th>
          <th scope="col">State</th>
          <th scope="col">Exchanges</th>
        </tr>
      </thead>
      <tbody>
        ${others.map(
          (row) =>
            markup`<tr>
              <td>${row.endpoint}</td>
              <td><code>${row.location}</code></td>
              <td>${row.class}</td>
              <td>${row.state}</td>
              <td>${formatCount(row.exchanges)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}

function endpointsOf({ endpoints, limits }: VerdictView): Markup {
  return markup`<section>
    <h2>Coverage</h2>
    <p>
      An endpoint is covered with ${formatCount(limits.endpoints.minRequests)} compared requests.
    </p>
    <table>
      <thead>
        <tr>
          <th scope="col">Endpoint</th>
          <th scope="col">Compared</th>
          <th scope="col">Different</th>
          <th scope="col">Rate at most</th>
          <th scope="col">Covered</th>
        </tr>
      </thead>
      <tbody>
        ${endpoints.map(
          (row) =>
            markup`<tr>
              <td>${row.endpoint}</td>
              <td>${formatCount(row.samples)}</td>
              <td>${formatCount(row.divergent)}</td>
              <td>${formatShare(row.divergenceRateUpper, 'up')}</td>
              <td>${row.covered ? 'yes' : row.required ? 'no, and required' : 'no'}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}

function rulesOf({ rules }: Report): Markup {
  const rows = rules.filter(
    ({ origin, disabled, hidden }) => origin !== 'builtin' || disabled || hidden > 0,
  )
  return markup`<section>
    <h2>Rules in force</h2>
    <p>Those that come with the program are listed where they hid something or are off.</p>
    <table>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">From</th>
          <th scope="col">What it says</th>
          <th scope="col">Hidden</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ id, origin, sentence, hidden, disabled, rule }) =>
            markup`<tr>
              <th scope="row">${id}</th>
              <td>${origin}${rule?.author === undefined ? '' : `, ${rule.author}`}</td>
              <td>${disabled ? `off: ${sentence}` : sentence}</td>
              <td>${formatCount(hidden)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}

function valueOf(value: string | undefined): string {
  return value === undefined ? 'nothing' : cut(value)
}

function cut(text: string): string {
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}… (${text.length} characters)` : text
}

import { useEffect, useRef } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { useLive } from '../api/live.ts'
import { loginUrl, useSessionEnded } from '../api/session.ts'
import { formatAge } from '../format/time.ts'
import { useNow } from '../state/now.ts'
import { Brand } from './brand.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { LiveButton } from './live-button.tsx'
import { RequestSearch } from './request-search.tsx'
import { RunPicker } from './run-picker.tsx'
import { ThemeButton } from './theme-button.tsx'
import { UserMenu } from './user-menu.tsx'
import { VerdictChip } from './verdict-chip.tsx'

const screens = [
  { href: '/', name: 'Verdict' },
  { href: '/divergences', name: 'Divergences' },
  { href: '/requests', name: 'Requests' },
  { href: '/endpoints', name: 'Endpoints' },
  { href: '/rules', name: 'Rules' },
  { href: '/mirroring', name: 'Mirroring' },
  { href: '/runs', name: 'Runs' },
  { href: '/audit', name: 'Audit' },
]

/** The bar that is on every screen. */
export function AppHeader() {
  const [path] = useLocation()
  const run = new URLSearchParams(useSearch()).get('run')
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    // Where the screens do not fit beside each other, the one that is open must be among those in sight.
    const bar = nav.current
    const current = bar?.querySelector<HTMLElement>('[aria-current]')
    if (bar === null || current === null || current === undefined) return
    bar.scrollLeft = current.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2
  }, [path])
  const suffix = run === null ? '' : `?${new URLSearchParams({ run }).toString()}`
  return (
    <header className="app-header">
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <div className="header-top">
        <Brand />
        <VerdictChip search={suffix} />
        <RequestSearch />
        <div className="tools">
          <RunPicker />
          <LiveButton />
          <ThemeButton />
          <HelpDialog />
          <UserMenu />
        </div>
      </div>
      <nav aria-label="Screens" ref={nav}>
        {screens.map(({ href, name }) => (
          <Link
            key={href}
            href={href + suffix}
            aria-current={isCurrent(href, path) ? 'page' : undefined}
          >
            {name}
          </Link>
        ))}
      </nav>
      <SessionBanner />
      <LostBanner />
    </header>
  )
}

function SessionBanner() {
  const ended = useSessionEnded()
  if (!ended) return null
  return (
    <div role="alert" className="lost-banner">
      <p>
        Your session has ended. What is shown is as it was before.{' '}
        <a href={loginUrl()}>Sign in again</a>
      </p>
    </div>
  )
}

function LostBanner() {
  const { connection, lostAt } = useLive()
  const now = useNow()
  const ended = useSessionEnded()
  return (
    <div role="status" className="lost-banner">
      {connection === 'lost' && !ended && (
        <p>
          Live updates are lost
          {lostAt === undefined ? '' : ` since ${formatAge(new Date(lostAt).toISOString(), now)}`}.
          What is shown may be old; it catches up by itself when the console answers again.
        </p>
      )}
    </div>
  )
}

function isCurrent(href: string, path: string): boolean {
  if (href === '/') return path === '/'
  return path.startsWith(href) || (href === '/requests' && path.startsWith('/exchanges/'))
}

import { Link, useLocation, useSearch } from 'wouter'
import { useLive } from '../api/live.ts'
import { formatAge } from '../format/time.ts'
import { useNow } from '../state/now.ts'
import { Brand } from './brand.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { LiveButton } from './live-button.tsx'
import { RequestSearch } from './request-search.tsx'
import { RunPicker } from './run-picker.tsx'
import { ThemeButton } from './theme-button.tsx'

const screens = [
  { href: '/', name: 'Overview' },
  { href: '/divergences', name: 'Divergences' },
  { href: '/requests', name: 'Requests' },
  { href: '/endpoints', name: 'Endpoints' },
]

/** The bar that is on every screen. */
export function AppHeader() {
  const [path] = useLocation()
  const run = new URLSearchParams(useSearch()).get('run')
  const suffix = run === null ? '' : `?${new URLSearchParams({ run }).toString()}`
  return (
    <header className="app-header">
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <Brand />
      <nav aria-label="Screens">
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
      <RequestSearch />
      <div className="tools">
        <RunPicker />
        <LiveButton />
        <ThemeButton />
        <HelpDialog />
      </div>
      <LostBanner />
    </header>
  )
}

function LostBanner() {
  const { connection, lostAt } = useLive()
  const now = useNow()
  return (
    <div role="status" className="lost-banner">
      {connection === 'lost' && (
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

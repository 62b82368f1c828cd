import { useMe } from '../api/me.ts'
import { basePath } from '../base.ts'
import { Icon } from './icon.tsx'
import { VisibleText } from './visible-text.tsx'

/** Who is signed in, and the way out; absent where nobody needs to. */
export function UserMenu() {
  const { data: me } = useMe()
  if (me?.authRequired !== true) return null
  return (
    <details
      className="menu user-menu"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false
      }}
    >
      <summary className="button quiet square" aria-label={`Signed in as ${me.name}`}>
        <Icon name="user" />
      </summary>
      <div className="menu-card">
        <p>
          <VisibleText text={me.name} />
          <span className="muted"> {me.role}</span>
        </p>
        <button type="button" className="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
    </details>
  )
}

async function signOut(): Promise<void> {
  try {
    await fetch(`${basePath}logout`, { method: 'POST' })
  } finally {
    // Without an answer too: what is on the screen must not stay there for the next person.
    location.assign(`${basePath}login`)
  }
}

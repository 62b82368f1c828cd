import { Link } from 'wouter'
import { Screen } from '../components/screen.tsx'

/** An address that leads nowhere. */
export function NotFoundScreen() {
  return (
    <Screen title="Not found" heading="There is no such page">
      <p>
        <Link href="/">Back to the overview</Link>
      </p>
    </Screen>
  )
}

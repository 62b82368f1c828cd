import { Link } from 'wouter'

/** The mark and the name, leading home. */
export function Brand() {
  return (
    <Link href="/" className="brand">
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <path className="solid" d="M4 6.500h10M4 12h6M4 17.500h10" />
        <path className="shade" d="M10 6.500h10M14 12h6M10 17.500h10" />
      </svg>
      <span>shadowdiff</span>
    </Link>
  )
}

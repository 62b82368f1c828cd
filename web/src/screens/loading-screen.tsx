import { SkeletonRows } from '../components/skeleton.tsx'

/** Stands in while a screen's code is on its way. */
export function LoadingScreen() {
  return (
    <main id="main" className="screen" aria-busy="true">
      <h1 className="visually-hidden">Loading</h1>
      <SkeletonRows rows={12} />
    </main>
  )
}

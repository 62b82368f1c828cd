import { useEffect, useRef, type ReactNode } from 'react'
import { answers } from '../format/verdict.ts'
import { useStandingVerdict } from '../state/verdict.ts'

let isFirst = true

/**
 * A screen: its title in the tab, which begins with the verdict, and its one h1, which gets the focus when
 * the screen is gone to.
 */
export function Screen({
  title,
  heading,
  aside,
  children,
}: {
  readonly title: string
  readonly heading: ReactNode
  /** Beside the heading: what can be done with the whole screen. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  const h1 = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // A list that puts the focus back on its selected row has done so by now.
    const focused = document.activeElement?.closest('main') ?? null
    if (!isFirst && focused === null) h1.current?.focus({ preventScroll: true })
    isFirst = false
  }, [])
  return (
    <main id="main" className="screen">
      <title>{`${useVerdictWord()}${title} – shadowdiff`}</title>
      <header className="screen-head">
        <h1 ref={h1} tabIndex={-1}>
          {heading}
        </h1>
        {aside !== undefined && <div className="screen-aside">{aside}</div>}
      </header>
      {children}
    </main>
  )
}

function useVerdictWord(): string {
  const standing = useStandingVerdict()
  if (standing === undefined) return ''
  const { word } = answers[standing.answer]
  return `${standing.oldBecause === undefined ? word : `${word} (old)`} – `
}

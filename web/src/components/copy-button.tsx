import { useEffect, useState } from 'react'
import { Icon } from './icon.tsx'

/** Copies a text and says so. */
export function CopyButton({
  text,
  label,
  quiet = false,
  plain = false,
}: {
  readonly text: string | (() => string)
  readonly label: string
  /** Shows the drawing alone; the label is still read out. */
  readonly quiet?: boolean
  /** Without a border, beside other tools. */
  readonly plain?: boolean
}) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => {
      setState('idle')
    }, 2000)
    return () => {
      clearTimeout(timer)
    }
  }, [state])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text())
      setState('copied')
    } catch {
      setState('refused')
    }
  }
  const said = state === 'copied' ? 'Copied' : state === 'refused' ? 'Could not copy' : label
  return (
    <button
      type="button"
      className={quiet ? 'button quiet square' : plain ? 'button quiet' : 'button'}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name={state === 'copied' ? 'check' : 'copy'} />
      <span className={quiet ? 'visually-hidden' : undefined} aria-live="polite">
        {said}
      </span>
    </button>
  )
}

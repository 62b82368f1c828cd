/** Whether the console still knows who looks at it. */

import { useSyncExternalStore } from 'react'
import { basePath } from '../base.ts'

let ended = false
const listeners = new Set<() => void>()

/** Remembers that the console asked for a token again; what is on the screen stays, marked as old. */
export function endSession(): void {
  if (ended) return
  ended = true
  for (const listener of listeners) listener()
}

/** Whether the session has ended while the page was open, followed. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => ended,
  )
}

/** Where to sign in, and to come back here afterwards. */
export function loginUrl(): string {
  const here = location.pathname + location.search
  return `${basePath}login?${new URLSearchParams({ next: here }).toString()}`
}

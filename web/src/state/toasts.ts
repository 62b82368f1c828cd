/** Short messages about what was just done, each with its undo where there is one. */

import { useSyncExternalStore } from 'react'

/** One message. */
export interface Toast {
  readonly id: number
  readonly text: string
  readonly isError: boolean
  /** Takes back what the message tells; rejects with why it could not. */
  readonly undo?: () => Promise<void>
}

const mostShown = 4
const shownMs = 12_000

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

/** The messages that are shown, oldest first. */
export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(subscribe, () => toasts)
}

/** Tells what was done; what can be undone stays until something else is done. */
export function tell(text: string, undo?: () => Promise<void>): void {
  add({ text, isError: false, ...(undo !== undefined && { undo }) })
}

/** Tells what went wrong; it stays until it is put away. */
export function tellFailure(error: unknown): void {
  add({ text: error instanceof Error ? error.message : String(error), isError: true })
}

/** Puts a message away. */
export function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id))
}

/** Undoes what was done last, if that can be undone and was not yet. */
export async function undoLast(): Promise<void> {
  const last = toasts.findLast(({ undo }) => undo !== undefined)
  if (last === undefined) {
    tell('There is nothing to undo')
    return
  }
  await runUndo(last)
}

/** Undoes what this message tells. */
export async function runUndo({ id, undo }: Toast): Promise<void> {
  if (undo === undefined) return
  dismiss(id)
  try {
    await undo()
    tell('Undone')
  } catch (error) {
    tellFailure(error)
  }
}

function add(toast: Omit<Toast, 'id'>): void {
  const id = ++lastId
  // One thing can be undone: an older undo would take back what a newer change builds on.
  const older = toasts.filter(({ undo }) => toast.undo === undefined || undo === undefined)
  set([...older, { ...toast, id }].slice(-mostShown))
  if (toast.isError || toast.undo !== undefined) return
  setTimeout(() => {
    dismiss(id)
  }, shownMs)
}

function set(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

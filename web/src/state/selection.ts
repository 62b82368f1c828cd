/** One selected row of a list, kept in the URL and moved by keys; the selected row's link has the focus. */

import { useCallback, useEffect, useRef, useState } from 'react'
import { useKeys } from './keys.ts'
import { useUrlState } from './url-state.ts'

// Browsers refuse too many history changes in a row, as a held key makes them.
const urlDelayMs = 250
const focusTries = 12

/** What a list needs to draw its selection. */
export interface Selection {
  readonly selected: string | undefined
  readonly select: (id: string) => void
}

/** The id of the element that is focused when its row is selected. */
export function rowElementId(id: string): string {
  return `row-${id}`
}

/** Follows `j`, `k` and `o` over these ids; `reveal` makes sure a row is drawn before it is focused. */
export function useSelection(ids: readonly string[], reveal?: (index: number) => void): Selection {
  const [params, change] = useUrlState()
  const inUrl = params.get('sel') ?? undefined
  const [selected, setSelected] = useState(inUrl)
  const restored = useRef(false)

  const focus = useCallback((id: string) => {
    let tries = 0
    const attempt = () => {
      const element = document.getElementById(rowElementId(id))
      if (element !== null) element.focus()
      else if (++tries < focusTries) requestAnimationFrame(attempt)
    }
    attempt()
  }, [])

  useEffect(() => {
    if (selected === inUrl) return
    const timer = setTimeout(() => {
      change({ sel: selected }, { replace: true })
    }, urlDelayMs)
    return () => {
      clearTimeout(timer)
    }
  }, [selected, inUrl, change])

  useEffect(() => {
    if (restored.current || ids.length === 0) return
    restored.current = true
    const index = selected === undefined ? -1 : ids.indexOf(selected)
    if (index < 0 || selected === undefined) return
    reveal?.(index)
    focus(selected)
  }, [ids, selected, reveal, focus])

  const move = (step: number) => {
    const at = selected === undefined ? -1 : ids.indexOf(selected)
    const index = at < 0 ? (step > 0 ? 0 : ids.length - 1) : at + step
    const id = ids[index]
    if (id === undefined) return
    setSelected(id)
    reveal?.(index)
    focus(id)
  }
  useKeys({
    j: () => {
      move(1)
    },
    k: () => {
      move(-1)
    },
    o: () => {
      if (selected !== undefined) document.getElementById(rowElementId(selected))?.click()
    },
  })
  return { selected, select: setSelected }
}

/**
 * Single-letter keys. They are dead with a modifier, inside fields and dialogs, and can be switched off
 * (WCAG 2.1.4); `g d` is a sequence.
 */

import { useEffect, useRef } from 'react'
import { readSetting, writeSetting } from './settings.ts'

/** What each key, or sequence of two, does. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>

const sequenceMs = 1200

/** Whether single-letter keys work. */
export function areKeysOn(): boolean {
  return readSetting('keys') !== 'off'
}

/** Switches single-letter keys on or off. */
export function setKeysOn(on: boolean): void {
  writeSetting('keys', on ? 'on' : 'off')
}

/** Listens for keys as long as the component is shown. */
export function useKeys(keys: KeyMap): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    let prefix = ''
    let prefixAt = 0
    const listen = (event: KeyboardEvent) => {
      if (!isForPage(event)) return
      const isSequence = prefix !== '' && event.timeStamp - prefixAt < sequenceMs
      const act =
        (isSequence ? latest.current[`${prefix} ${event.key}`] : undefined) ??
        latest.current[event.key]
      // Every listener sees every key; only `g` of a `g d` of its own begins a sequence.
      const begins = Object.keys(latest.current).some((name) => name.startsWith(`${event.key} `))
      prefix = act === undefined && begins ? event.key : ''
      prefixAt = event.timeStamp
      if (act === undefined) return
      event.preventDefault()
      act(event)
    }
    document.addEventListener('keydown', listen)
    return () => {
      document.removeEventListener('keydown', listen)
    }
  }, [])
}

function isForPage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false
  if (!areKeysOn() && event.key !== 'Escape') return false
  // Over a dialog the page is out of reach, wherever the focus went.
  if (document.querySelector(':modal') !== null) return false
  const { target } = event
  if (!(target instanceof HTMLElement)) return true
  if (target.isContentEditable || target.closest('dialog, [popover]') !== null) return false
  return !/^(input|textarea|select)$/i.test(target.tagName)
}

import { useSyncExternalStore } from 'react'
import { readSetting, writeSetting } from './settings.ts'

/** Which colours: the system's choice, or the person's. */
export type Theme = 'auto' | 'light' | 'dark'

const listeners = new Set<() => void>()

const current = (): Theme => {
  const stored = readSetting('theme')
  return stored === 'light' || stored === 'dark' ? stored : 'auto'
}

/** Applies the stored theme to the page. */
export function applyTheme(): void {
  document.documentElement.dataset['theme'] = current()
}

/** The theme, and how to choose another. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, current)
  return [theme, chooseTheme]
}

function chooseTheme(theme: Theme): void {
  writeSetting('theme', theme)
  applyTheme()
  for (const listener of listeners) listener()
}

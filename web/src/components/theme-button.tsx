import { useTheme, type Theme } from '../state/theme.ts'
import { Icon } from './icon.tsx'

const next: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' }
const words: Readonly<Record<Theme, string>> = {
  auto: 'as the system',
  light: 'light',
  dark: 'dark',
}
const icons = { auto: 'auto', light: 'sun', dark: 'moon' } as const

/** Goes round the themes: as the system, light, dark. */
export function ThemeButton() {
  const [theme, choose] = useTheme()
  const label = `Colours: ${words[theme]}. Change to ${words[next[theme]]}`
  return (
    <button
      type="button"
      className="button quiet square"
      title={label}
      aria-label={label}
      onClick={() => {
        choose(next[theme])
      }}
    >
      <Icon name={icons[theme]} />
    </button>
  )
}

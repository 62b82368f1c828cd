import { createRoot } from 'react-dom/client'
import { startLive } from './api/live.ts'
import { App } from './app.tsx'
import { applyTheme } from './state/theme.ts'
import './styles/main.css'

// Its relative address would mean another place after the first navigation.
const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
icon?.setAttribute('href', icon.href)

applyTheme()
startLive()
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(<App />)

// What draws diffs comes while nothing else is to be done, so that the first one opens at once.
const whenIdle = 'requestIdleCallback' in globalThis ? requestIdleCallback : setTimeout
whenIdle(() => {
  import('./screens/exchange/exchange-screen.tsx').catch(() => undefined)
})

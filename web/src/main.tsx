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

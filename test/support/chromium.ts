/** Where the browser tests find a Chromium, and how they start it. */

import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The path of an installed Chromium; undefined when there is none. */
export const chromiumPath = places.find((path) => path !== undefined && existsSync(path))

/**
 * Whether browser tests must be left out because no Chromium is installed; says so on the terminal.
 * In continuous integration that is a failure, so that they cannot vanish unnoticed.
 */
export function lacksChromium(): boolean {
  if (chromiumPath !== undefined) return false
  const reason = 'no Chromium found (apt install chromium, or set CHROMIUM_PATH)'
  if (process.env['CI'] !== undefined) throw new Error(`browser tests cannot run: ${reason}`)
  console.warn(`browser tests are skipped: ${reason}`)
  return true
}

/** Starts a headless Chromium that talks to nobody but the pages it is given. */
export function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium is installed')
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

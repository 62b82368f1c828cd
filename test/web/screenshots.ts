/**
 * Draws docs/screenshots anew: `npx vite build web && npx tsx test/web/screenshots.ts`. With a folder as
 * argument it draws every screen there, in both themes and three widths, to be looked at.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openPage, settle, type PageOptions } from '../support/browser-page.ts'
import { launchChromium } from '../support/chromium.ts'
import { startShopConsole } from '../support/shop-console.ts'
import { shopScreens } from '../support/shop-screens.ts'

const [folder] = process.argv.slice(2)
const kept = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))

/** The screens of the documentation; with a folder, every state of every screen is drawn. */
const SCREENS = [
  ...['verdict', 'divergences', 'divergence', 'exchange', 'requests', 'endpoints', 'rules'],
  ...['mirroring', 'runs', 'compare', 'audit'],
]

/** Widths and themes; those of the documentation are few, because every change of them stays in the repository. */
const LOOKS = [
  [1440, 'light'],
  [1440, 'dark'],
  [1024, 'light'],
  [390, 'light'],
  [1024, 'dark'],
  [390, 'dark'],
] as const
const KEPT_LOOKS = 4

const browser = await launchChromium()
const shop = await startShopConsole({ exchanges: 2_400, hostile: folder !== undefined })
try {
  const books = shop.counters()
  shop.tell({
    counters: {
      ...books,
      seen: books.seen + 9,
      pending: 2,
      mirrored: books.mirrored + 7,
      inFlight: 3,
      lost: { 'queue-full': 4 },
    },
  })
  const paths = await shopScreens(shop.url, folder !== undefined)
  const draw = async (screen: keyof typeof paths, file: string, options: PageOptions) => {
    const { page, close } = await openPage(browser, { reducedMotion: true, ...options })
    await page.goto(shop.url + paths[screen])
    await settle(page)
    // Charts come with code of their own.
    if (screen === 'verdict') await page.locator('.uplot canvas').nth(1).waitFor()
    await page.screenshot({ path: file })
    await close()
    console.log(file)
  }
  const target = folder ?? kept
  mkdirSync(target, { recursive: true })
  const screens = (Object.keys(paths) as (keyof typeof paths)[]).filter(
    (screen) => folder !== undefined || SCREENS.includes(screen),
  )
  for (const screen of screens) {
    for (const [width, scheme] of LOOKS.slice(0, folder === undefined ? KEPT_LOOKS : undefined)) {
      const file = join(target, `${screen}-${width}-${scheme}.png`)
      await draw(screen, file, { scheme, width, height: 900 })
    }
  }
} finally {
  await browser.close()
  await shop.close()
}

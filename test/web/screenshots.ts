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

/** The pictures of the documentation: few, because every change of them stays in the repository. */
const documented = [
  { file: 'verdict.png', screen: 'verdict', scheme: 'light', width: 1280 },
  { file: 'divergences.png', screen: 'divergences', scheme: 'light', width: 1280 },
  { file: 'divergence.png', screen: 'divergence', scheme: 'light', width: 1280 },
  { file: 'exchange-dark.png', screen: 'exchange', scheme: 'dark', width: 1280 },
  { file: 'endpoints-dark.png', screen: 'endpoints', scheme: 'dark', width: 1280 },
  { file: 'phone.png', screen: 'divergences', scheme: 'light', width: 390 },
] as const

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
  if (folder === undefined) {
    mkdirSync(kept, { recursive: true })
    for (const { file, screen, scheme, width } of documented) {
      await draw(screen, join(kept, file), { scheme, width, height: width < 500 ? 844 : 800 })
    }
  } else {
    mkdirSync(folder, { recursive: true })
    for (const screen of Object.keys(paths) as (keyof typeof paths)[]) {
      for (const width of [1440, 1024, 390]) {
        for (const scheme of ['light', 'dark'] as const) {
          const file = join(folder, `${screen}-${width}-${scheme}.png`)
          await draw(screen, file, { scheme, width, height: 900 })
        }
      }
    }
  }
} finally {
  await browser.close()
  await shop.close()
}

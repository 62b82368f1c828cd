/**
 * Draws docs/screenshots anew: `npx vite build web && npx tsx test/web/screenshots.ts`. With a folder (`./shots/`)
 * as argument it draws every screen there, in both themes and three widths, to be looked at. Names of screens draw
 * those alone.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { openPage, settle, type PageOptions } from '../support/browser-page.ts'
import { launchChromium } from '../support/chromium.ts'
import { startShopConsole } from '../support/shop-console.ts'
import { shopScreens } from '../support/shop-screens.ts'

const folder = process.argv.slice(2).find((argument) => argument.includes('/'))
const chosen = process.argv.slice(2).filter((argument) => !argument.includes('/'))
const kept = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))

/** The screens of the documentation; with a folder, every state of every screen is drawn. */
const SCREENS = [
  ...['verdict', 'divergences', 'divergence', 'exchange', 'requests', 'endpoints', 'rules'],
  ...['rule-drawer', 'mirroring', 'runs', 'compare', 'audit'],
]

type Look = readonly [width: number, scheme: 'light' | 'dark']

/** Widths and themes; those of the documentation are few, because every change of them stays in the repository. */
const LOOKS: readonly Look[] = [
  [1440, 'light'],
  [1440, 'dark'],
  [1024, 'light'],
  [390, 'light'],
  [1024, 'dark'],
  [390, 'dark'],
]
const KEPT_LOOKS = LOOKS.slice(0, 4)
/** What lies over a screen is as wide on every desktop. */
const KEPT_LOOKS_OF_DIALOGS = LOOKS.filter(([width]) => width !== 1024)

/** What opens over a screen, and how people open it. */
const DIALOGS = {
  'rule-drawer': {
    over: 'divergence',
    open: async (page: Page) => {
      await page.keyboard.press('i')
      await page.locator('.preview [role=status]').getByText('would become a match').waitFor()
    },
  },
  'send-again': {
    over: 'headers',
    open: async (page: Page) => {
      await page.getByRole('button', { name: 'Send again' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
} as const

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
      control: { sent: 1_190, ok: 1_188, failed: 2, skipped: { 'not-sampled': 1_206 } },
    },
  })
  const paths = await shopScreens(shop.url, folder !== undefined)
  const draw = async (name: string, options: PageOptions, file: string) => {
    const dialog = isDialog(name) ? DIALOGS[name] : undefined
    const screen = (dialog?.over ?? name) as keyof typeof paths
    const { page, close } = await openPage(browser, { reducedMotion: true, ...options })
    await page.goto(shop.url + paths[screen])
    await settle(page)
    // Charts come with code of their own.
    if (screen === 'verdict') await page.locator('.uplot canvas').nth(1).waitFor()
    await dialog?.open(page)
    await page.screenshot({ path: file })
    await close()
    console.log(file)
  }
  const target = folder ?? kept
  mkdirSync(target, { recursive: true })
  const names = folder === undefined ? SCREENS : [...Object.keys(paths), ...Object.keys(DIALOGS)]
  for (const name of names.filter((one) => chosen.length === 0 || chosen.includes(one))) {
    for (const [width, scheme] of looksOf(name)) {
      await draw(
        name,
        { scheme, width, height: 900 },
        join(target, `${name}-${width}-${scheme}.png`),
      )
    }
  }
} finally {
  await browser.close()
  await shop.close()
}

function looksOf(name: string): readonly Look[] {
  if (folder !== undefined) return LOOKS
  return isDialog(name) ? KEPT_LOOKS_OF_DIALOGS : KEPT_LOOKS
}

function isDialog(name: string): name is keyof typeof DIALOGS {
  return Object.hasOwn(DIALOGS, name)
}

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems, openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { shopScreens } from '../support/shop-screens.ts'
import { startShopConsole } from '../support/shop-console.ts'

/** axe reads every node of every screen, on machines with two cores. */
const slow = 180_000

type ShopConsole = Awaited<ReturnType<typeof startShopConsole>>

const screens = [
  'verdict',
  'divergences',
  'divergence',
  'order',
  'exchange',
  'headers',
  'timing',
  'request',
  'words',
  'failure',
  'binary',
  'text',
  'truncated',
  'unmirrored',
  'hostile',
  'requests',
  'endpoints',
  'rules',
  'rule',
  'mirroring',
  'runs',
  'compare',
  'audit',
  'nowhere',
] as const

describe.skipIf(lacksChromium())('every screen', () => {
  let browser: Browser
  let shop: ShopConsole
  let paths: Awaited<ReturnType<typeof shopScreens>>
  beforeAll(async () => {
    browser = await launchChromium()
    shop = await startShopConsole({ exchanges: 500 })
    paths = await shopScreens(shop.url)
  })
  afterAll(async () => {
    await browser.close()
    await shop.close()
  })

  test.each(['light', 'dark'] as const)(
    'nothing is wrong with accessibility, policy or console in %s',
    async (scheme) => {
      const { page, complaints, close } = await openPage(browser, { scheme })
      for (const name of screens) {
        await page.goto(shop.url + paths[name])
        await settle(page)
        expect(await accessibilityProblems(page), name).toEqual([])
        expect(await page.locator('h1').count(), name).toBe(1)
        expect(await page.title(), name).toMatch(/. – shadowdiff$/)
        expect(complaints, name).toEqual([])
      }
      await close()
    },
    slow,
  )

  test(
    'every screen fits a phone of 320 pixels, without scrolling sideways',
    async () => {
      const { page, complaints, close } = await openPage(browser, { width: 320, height: 640 })
      for (const name of screens) {
        await page.goto(shop.url + paths[name])
        await settle(page)
        const excess = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        expect(excess, name).toBeLessThanOrEqual(0)
      }
      for (const name of [
        'verdict',
        'divergences',
        'exchange',
        'requests',
        'endpoints',
        'rules',
        'mirroring',
        'runs',
        'audit',
      ] as const) {
        await page.goto(shop.url + paths[name])
        await settle(page)
        expect(await accessibilityProblems(page), name).toEqual([])
      }
      expect(complaints).toEqual([])
      await close()
    },
    slow,
  )

  test(
    'forced colours and reduced motion leave everything readable',
    async () => {
      const { page, complaints, close } = await openPage(browser, {
        forcedColors: true,
        reducedMotion: true,
      })
      for (const name of ['verdict', 'divergences', 'exchange', 'mirroring', 'runs'] as const) {
        await page.goto(shop.url + paths[name])
        await settle(page)
        expect(await accessibilityProblems(page), name).toEqual([])
      }
      expect(complaints).toEqual([])
      await close()
    },
    slow,
  )
})

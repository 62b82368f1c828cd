import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { startShopConsole } from '../support/shop-console.ts'

type ShopConsole = Awaited<ReturnType<typeof startShopConsole>>

describe.skipIf(lacksChromium())('live updates', () => {
  let browser: Browser
  let shop: ShopConsole
  beforeAll(async () => {
    browser = await launchChromium()
    shop = await startShopConsole({ exchanges: 400 })
  })
  afterAll(async () => {
    await browser.close()
    await shop.close()
  })

  test('new requests appear by themselves, and counters with them', async () => {
    const { page, complaints, close } = await openPage(browser)
    await page.goto(`${shop.url}requests`)
    await settle(page)
    const [exchange] = await shop.record(1)
    const id = exchange?.exchange.id ?? ''
    await page.locator(`[id="row-${id}"]`).waitFor()
    await page.goto(`${shop.url}mirroring`)
    const { seen } = shop.counters()
    await page
      .getByRole('cell', { name: seen.toLocaleString('en') })
      .first()
      .waitFor()
    await shop.record(3)
    await page
      .getByRole('cell', { name: (seen + 3).toLocaleString('en') })
      .first()
      .waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  test('a pause holds everything still until it ends', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(`${shop.url}requests`)
    await settle(page)
    await page.getByRole('button', { name: /^Live updates/ }).click()
    const [exchange] = await shop.record(1)
    const row = page.locator(`[id="row-${exchange?.exchange.id ?? ''}"]`)
    await page.getByRole('button', { name: /news waiting/ }).waitFor()
    expect(await row.count()).toBe(0)
    await page.getByRole('button', { name: /^Live updates/ }).click()
    await row.waitFor()
    await close()
  })

  test('rows do not move under the pointer; newer ones wait behind a button', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(`${shop.url}requests`)
    await settle(page)
    const first = page.locator('.requests-body .row-link').first()
    await first.hover()
    const before = await first.getAttribute('id')
    const [exchange] = await shop.record(1)
    const newer = page.getByRole('button', { name: 'Show newer requests' })
    await newer.waitFor()
    expect(await first.getAttribute('id')).toBe(before)
    await page.mouse.move(5, 5)
    await page.locator(`[id="row-${exchange?.exchange.id ?? ''}"]`).waitFor()
    await page.mouse.wheel(0, 2000)
    await expect.poll(() => page.evaluate<number>('scrollY')).toBeGreaterThan(500)
    const [later] = await shop.record(1)
    await newer.waitFor()
    // By key: somebody who scrolled reads on until they ask.
    await newer.press('Enter')
    await page.locator(`[id="row-${later?.exchange.id ?? ''}"]`).waitFor()
    await close()
  })

  test('of a burst the newest are shown, and it is said that they are not all', async () => {
    const { page, complaints, close } = await openPage(browser)
    await page.goto(`${shop.url}requests?outcome=match`)
    await settle(page)
    const told = page.getByText('the list shows the newest of each second, not all')
    await expect
      .poll(
        async () => {
          const counters = shop.counters()
          shop.tell({ counters: { ...counters, seen: counters.seen + 2_000 } })
          await shop.record(100)
          return told.count()
        },
        { timeout: 20_000 },
      )
      .toBe(1)
    expect(await page.locator('.requests-body [role=row]').count()).toBeLessThan(120)
    // It still answers at once, and what it holds still stays.
    await page.getByRole('button', { name: /^Live updates/ }).click()
    await page.getByRole('button', { name: /paused/ }).waitFor()
    expect(await page.locator('.requests-body .outcome:not(.match)').count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  test('a lost connection is told, and what was missed is caught up', async () => {
    const { page, close } = await openPage(browser)
    let down = false
    await page.route('**/api/v1/**', (route) => (down ? route.abort() : route.continue()))
    await page.goto(`${shop.url}requests`)
    await settle(page)
    await page.getByRole('button', { name: /Live updates: live/ }).waitFor()
    down = true
    await shop.dropStreams()
    await page.getByText('Live updates are lost').waitFor()
    expect(await page.locator('.requests-body .row-link').count()).toBeGreaterThan(0)
    const [exchange] = await shop.record(1)
    down = false
    await page.getByText('Live updates are lost').waitFor({ state: 'detached' })
    await page.locator(`[id="row-${exchange?.exchange.id ?? ''}"]`).waitFor()
    await close()
  })
})

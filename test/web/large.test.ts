import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createComparer } from '../../src/core/compare.ts'
import type { JudgedExchange } from '../../src/core/ports.ts'
import { openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { exchangeOf, responseOf } from '../support/exchange-fixtures.ts'
import { openReview } from '../support/review-console.ts'
import { itemExchange } from '../support/shop-review.ts'

/** A machine with two cores writes and draws all of it. */
const slow = 180_000

const webRoot = fileURLToPath(new URL('../../dist/web/', import.meta.url))

describe.skipIf(lacksChromium())('large things', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser.close()
  })

  test(
    'a pair of 5 MB opens, and the page is at hand all the while',
    async () => {
      const judged = largeExchange()
      const { app } = await openReview([judged], { webRoot })
      await app.listen({ host: '127.0.0.1', port: 0 })
      const url = `http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}/`
      const { page, complaints, close } = await openPage(browser)
      await page.goto(`${url}requests`)
      await settle(page)
      await watchTasks(page)
      const began = Date.now()
      await page.locator('.requests-body .row-link').first().click()
      await page.locator('.diff-row.changed').first().waitFor()
      const opened = Date.now() - began
      const opening = await longestTask(page)
      await page.keyboard.press('n')
      await page.getByText('change 1 of 60').waitFor()
      await page.keyboard.press('c')
      await page.locator('.diff-rows.virtual').waitFor()
      await page.mouse.wheel(0, 40_000)
      await expect.poll(() => page.evaluate<number>('scrollY')).toBeGreaterThan(20_000)
      const longest = await longestTask(page)
      const busy = await busyness(page, `${url}api/v1/exchanges/${judged.exchange.id}`)
      console.log(
        `5 MB pair: shown after ${String(opened)} ms, longest task until then ${String(opening)} ms, ` +
          `in all ${String(longest)} ms, the machine ${busy.toFixed(1)} times as slow at times`,
      )
      expect(await page.locator('.diff-row').count()).toBeLessThan(400)
      expect(complaints).toEqual([])
      expect(longest).toBeLessThan(200 * busy)
      await close()
    },
    slow,
  )

  test(
    'a list of 100,000 divergences is read on and on, and only what is seen is drawn',
    async () => {
      const { app, save } = await openReview([], { webRoot })
      for (let part = 0; part < 20; part++) {
        await save(Array.from({ length: 10 }, (_, at) => manyDifferences(part * 10 + at)))
      }
      await app.listen({ host: '127.0.0.1', port: 0 })
      const url = `http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}/`
      const { page, complaints, close } = await openPage(browser)
      await page.goto(`${url}divergences`)
      await settle(page)
      await page.getByText('100,000 divergences').waitFor()
      await watchTasks(page)
      const rows = page.locator('.divergences tbody tr')
      expect(await rows.count()).toBeLessThan(120)
      // Five pages further, wherever it is stopped, there are no more rows in the page.
      for (let step = 0; step < 5; step++) {
        const before = await page.evaluate<number>('document.documentElement.scrollHeight')
        await page.evaluate('scrollTo({ top: document.documentElement.scrollHeight })')
        await expect
          .poll(() => page.evaluate<number>('document.documentElement.scrollHeight'))
          .toBeGreaterThan(before)
        expect(await rows.count()).toBeLessThan(120)
      }
      console.log(`long list: longest task ${String(await longestTask(page))} ms`)
      await page.getByRole('button', { name: 'Choose all 100,000' }).click()
      await page.getByText('The worst 10,000 are chosen, not all').waitFor()
      await page.getByText('10,000 chosen').waitFor()
      expect(complaints).toEqual([])
      await close()
    },
    slow,
  )
})

/** Nearly 5 MB on each side, of which every 500th element differs. */
function largeExchange(): JudgedExchange {
  const body = (version: 1 | 2) =>
    JSON.stringify({
      items: Array.from({ length: 30_000 }, (_, id) => ({
        id,
        name: `Item number ${String(id)}`,
        price: id % 500 === 0 ? id + version : id,
        description: 'Made of oak, oiled by hand, and shipped within four working days.',
        tags: ['home', 'wood'],
      })),
    })
  return createComparer().judge(
    exchangeOf({ primary: responseOf(body(1)), shadow: responseOf(body(2)) }),
  )
}

/** Five hundred members that no other exchange has, each with another value. */
function manyDifferences(index: number): JudgedExchange {
  const body = (version: 1 | 2) =>
    Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [`field-${String(index)}-${String(at)}`, version]),
    )
  return itemExchange(index, body(1), body(2))
}

async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(`
    globalThis.longest = 0
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest = Math.max(longest, duration)
    }).observe({ type: 'longtask' })`)
}

/** How much longer the same work takes at times, since other programs want the machine too; at least 1. */
const busyness = (page: Page, url: string) =>
  page.evaluate<number>(`(async () => {
    const text = await (await fetch(${JSON.stringify(url)})).text()
    const times = []
    for (let i = 0; i < 25; i++) {
      const began = performance.now()
      JSON.parse(text)
      times.push(performance.now() - began)
    }
    return Math.max(...times) / Math.min(...times)
  })()`)

const longestTask = (page: Page) => page.evaluate<number>('Math.round(longest)')

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems, openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { shopScreens } from '../support/shop-screens.ts'
import { startShopConsole } from '../support/shop-console.ts'

type ShopConsole = Awaited<ReturnType<typeof startShopConsole>>

const problem = {
  status: 500,
  contentType: 'application/problem+json',
  body: JSON.stringify({ title: 'Internal Server Error', status: 500, detail: 'The disk is gone' }),
}

const lists = ['verdict', 'divergences', 'requests', 'endpoints'] as const
const all = [...lists, 'divergence', 'exchange', 'mirroring', 'runs', 'audit'] as const

describe.skipIf(lacksChromium())('the states of a screen', () => {
  let browser: Browser
  let shop: ShopConsole
  let paths: Awaited<ReturnType<typeof shopScreens>>
  beforeAll(async () => {
    browser = await launchChromium()
    shop = await startShopConsole({ exchanges: 300 })
    paths = await shopScreens(shop.url)
  })
  afterAll(async () => {
    await browser.close()
    await shop.close()
  })

  const open = async (prepare?: (page: Page) => Promise<void>) => {
    const watched = await openPage(browser)
    await prepare?.(watched.page)
    return watched
  }

  test.each(all)('%s says what failed, and tries again on demand', async (name) => {
    let broken = true
    const { page, close } = await open(async (page) => {
      await page.route('**/api/v1/**', async (route) => {
        if (broken && !route.request().url().includes('/events')) await route.fulfill(problem)
        else await route.continue()
      })
    })
    await page.goto(shop.url + paths[name])
    const alert = page.getByRole('alert').first()
    await alert.waitFor()
    expect(await alert.textContent()).toContain('The disk is gone')
    const text = await page.locator('main').innerText()
    expect(text).not.toMatch(/no differences|nothing was compared|no request was recorded/i)
    expect(await accessibilityProblems(page)).toEqual([])
    broken = false
    await alert.getByRole('button', { name: 'Try again' }).click()
    await alert.waitFor({ state: 'detached' })
    await close()
  })

  test.each(all)('%s shows a skeleton while it loads, never zeros', async (name) => {
    const { page, close } = await open(async (page) => {
      await page.route('**/api/v1/**', () => new Promise(() => undefined))
    })
    await page.goto(shop.url + paths[name])
    await page.locator('.skeleton').first().waitFor()
    const text = await page.locator('main').innerText()
    expect(text).not.toMatch(/\b0\b|no differences|none/i)
    expect(await accessibilityProblems(page)).toEqual([])
    await close()
  })

  test.each(['divergences', 'requests', 'endpoints'])(
    'a filter on %s that matches nothing says so and can be cleared',
    async (name) => {
      const { page, complaints, close } = await open()
      await page.goto(`${shop.url}${name}?q=nothing-is-called-so`)
      const notice = page.locator('.notice.empty')
      await notice.waitFor()
      expect(await notice.innerText()).toMatch(/matches th/)
      expect(await notice.innerText()).not.toMatch(/no differences/i)
      expect(await accessibilityProblems(page)).toEqual([])
      await notice.getByRole('button', { name: /clear/i }).click()
      await notice.waitFor({ state: 'detached' })
      expect(new URL(page.url()).search).toBe('')
      expect(complaints).toEqual([])
      await close()
    },
  )

  test('rows that could not be read anew say how old they are', async () => {
    let broken = false
    const { page, close } = await open(async (page) => {
      await page.route('**/api/v1/divergences*', async (route) => {
        if (broken) await route.fulfill(problem)
        else await route.continue()
      })
    })
    await page.goto(`${shop.url}divergences`)
    await settle(page)
    broken = true
    await shop.record(5)
    const stale = page.locator('.notice.stale')
    await stale.waitFor()
    expect(await stale.innerText()).toMatch(/Shown as read at \d\d:\d\d:\d\d; .*The disk is gone/)
    expect(await page.locator('table.divergences').count()).toBe(1)
    await close()
  })

  test('an address that leads nowhere, in the console or in the store, is no crash', async () => {
    const { page, close } = await open()
    await page.goto(`${shop.url}divergences/0000000000000000`)
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').innerText()).toMatch(/No divergence with the id/)
    await page.goto(`${shop.url}requests?status=abc`)
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').innerText()).toMatch(/status/)
    await close()
  })
})

describe.skipIf(lacksChromium())('the first start', () => {
  let browser: Browser
  let shop: ShopConsole
  beforeAll(async () => {
    browser = await launchChromium()
    shop = await startShopConsole({ exchanges: 0 })
  })
  afterAll(async () => {
    await browser.close()
    await shop.close()
  })

  test('shows the command to send, and the first request as soon as it is there', async () => {
    const { page, complaints, close } = await openPage(browser)
    for (const name of ['divergences', 'requests', 'endpoints']) {
      await page.goto(shop.url + name)
      const notice = page.locator('.notice.empty')
      await notice.waitFor()
      expect(await notice.innerText()).toMatch(/ yet/)
    }
    await page.goto(shop.url)
    await page.getByText('Waiting for the first request').waitFor()
    expect(await page.locator('.command code').innerText()).toBe('curl -i http://127.0.0.1:8080/')
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(
      'curl -i http://127.0.0.1:8080/',
    )
    await shop.record(40)
    await page.getByText(/compared requests differ/).waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  test('says "no differences" only with how many were compared', async () => {
    const { page, close } = await openPage(browser)
    await page.route('**/api/v1/runs*', async (route) => {
      const response = await route.fetch()
      const { items } = (await response.json()) as { items: Record<string, number>[] }
      const equal = items.map((run) => ({ ...run, match: 1234, divergent: 0 }))
      await route.fulfill({ json: { items: equal } })
    })
    await page.route('**/api/v1/divergences*', (route) => route.fulfill({ json: { items: [] } }))
    await page.goto(shop.url)
    await page.getByText('No differences after 1,234 compared requests.').waitFor()
    await page.goto(`${shop.url}divergences`)
    await page.getByText('No differences after 1,234 compared requests').waitFor()
    await close()
  })
})

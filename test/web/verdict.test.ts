import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Verdict } from '../../src/core/verdict-reading.ts'
import { accessibilityProblems, openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { shopScreens } from '../support/shop-screens.ts'
import { startShopConsole } from '../support/shop-console.ts'
import { ended, failing, passing, unhealthy, waiting } from '../support/verdict-scenes.ts'

type ShopConsole = Awaited<ReturnType<typeof startShopConsole>>

/** axe reads every node, on machines with two cores. */
const slow = 120_000

describe.skipIf(lacksChromium())('can it roll out', () => {
  let browser: Browser
  let shop: ShopConsole
  beforeAll(async () => {
    browser = await launchChromium()
    shop = await startShopConsole({ exchanges: 500 })
  })
  afterAll(async () => {
    await browser.close()
    await shop.close()
  })

  const chip = (page: Page) => page.locator('.verdict-chip')
  const banner = (page: Page) => page.locator('.verdict-banner')
  /** Answers with a verdict that the test can change. */
  const judged = async (page: Page, first: Verdict) => {
    let verdict = first
    await page.route('**/api/v1/verdict*', (route) => route.fulfill({ json: verdict }))
    return (next: Verdict) => {
      verdict = next
    }
  }

  test('the first page answers with the verdict, its reason and its bound', async () => {
    const { page, complaints, close } = await openPage(browser)
    await page.goto(shop.url)
    await settle(page)
    const verdict = (await (await fetch(`${shop.url}api/v1/verdict`)).json()) as Verdict
    expect(verdict.verdict).toBe('fail')
    const text = await banner(page).innerText()
    expect(text).toContain('FAIL')
    expect(text.toLowerCase()).toContain(verdict.reason.toLowerCase())
    expect(text).toContain(verdict.samples.toLocaleString('en'))
    expect(text).toMatch(/≤ [\d.]+%\s*of requests differ, 95% confidence/)
    expect(await page.title()).toBe('FAIL – checkout-2.3 – shadowdiff')
    expect(await page.locator('h1').innerText()).toContain('Can 2.3.0 roll out?')
    const rules = page.locator('.rules-of-verdict tbody tr')
    expect(await rules.count()).toBe(verdict.reasons.length)
    expect(await rules.first().innerText()).toContain('fail')
    expect(complaints).toEqual([])
    await close()
  })

  test('every screen carries the verdict in its header and its title', async () => {
    const paths = await shopScreens(shop.url)
    const { page, close } = await openPage(browser)
    for (const name of ['divergences', 'requests', 'exchange', 'mirroring', 'runs'] as const) {
      await page.goto(shop.url + paths[name])
      await settle(page)
      await chip(page).waitFor()
      expect(await chip(page).innerText(), name).toContain('FAIL')
      await expect.poll(() => page.title()).toMatch(/^FAIL – /)
    }
    await chip(page).click()
    await banner(page).waitFor()
    await close()
  })

  test('a regression leads to its divergence and to requests that show it', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(shop.url)
    await settle(page)
    const first = page.locator('.regressions li').first()
    const location = await first.locator('.where').innerText()
    await first.getByRole('link', { name: /^example 1/ }).click()
    await page.waitForURL('**/exchanges/*')
    await settle(page)
    expect(await page.locator('.difference-list').innerText()).toContain(location)
    await page.goBack()
    await page.locator('.regressions .where').first().click()
    await page.waitForURL('**/divergences/*')
    await settle(page)
    expect(await page.locator('h1').innerText()).toContain(location.replace('body:', ''))
    await close()
  })

  test.each([
    ['PASS', passing, /Yes/],
    ['FAIL', failing, /No/],
    ['INCONCLUSIVE', waiting, /Not yet/],
    ['UNHEALTHY', unhealthy, /Cannot be told/],
  ] as const)(
    '%s is told by word, sign and colour, accessibly in both themes',
    async (word, verdict, says) => {
      for (const scheme of ['light', 'dark'] as const) {
        const { page, complaints, close } = await openPage(browser, { scheme })
        await judged(page, verdict)
        await page.goto(shop.url)
        await settle(page)
        const text = await banner(page).innerText()
        expect(text).toContain(word)
        expect(text).toMatch(says)
        expect(await page.title()).toMatch(new RegExp(`^${word} – `))
        expect(await chip(page).locator('svg').count()).toBe(1)
        expect(await accessibilityProblems(page)).toEqual([])
        expect(complaints).toEqual([])
        await close()
      }
    },
    slow,
  )

  test('what is missing to a pass is counted, and what it costs is spelled out', async () => {
    const { page, close } = await openPage(browser)
    await judged(page, waiting)
    await page.goto(shop.url)
    await settle(page)
    const needed = waiting.needed ?? 0
    await page.getByText(`${needed.toLocaleString('en')} more requests to go`).waitFor()
    const costs = await page.locator('.arithmetic').innerText()
    for (const count of Object.values(waiting.arithmetic ?? {}) as number[]) {
      expect(costs).toContain(count.toLocaleString('en'))
    }
    const changes = await page.locator('.would-change').innerText()
    expect(changes).toContain('100 requests of DELETE /carts/{id}')
    expect(await page.locator('.coverage').innerText()).toMatch(/DELETE \/carts\/\{id\}\s+required/)
    await close()
  })

  test('a run that has ended without enough is said to stay open', async () => {
    const { page, close } = await openPage(browser)
    await judged(page, { ...ended, reasons: ended.reasons.filter((r) => r.rule !== 'uncompared') })
    await page.goto(shop.url)
    await settle(page)
    expect(await banner(page).innerText()).toContain('the run has ended')
    expect(await page.locator('.to-go').count()).toBe(0)
    await close()
  })

  test('a recorder that is down is told over the verdict that it can no longer change', async () => {
    const { page, close } = await openPage(browser)
    await judged(page, waiting)
    shop.tell({ recorder: { state: 'down', storeOpened: true, restarts: 1, queued: 12 } })
    await page.goto(shop.url)
    await settle(page)
    await banner(page).getByText('The recorder is down').waitFor()
    expect(await chip(page).innerText()).toContain('UNHEALTHY')
    shop.tell({ recorder: { state: 'up', storeOpened: true, restarts: 1, queued: 0 } })
    await close()
  })

  test('a pass of which nothing is known any more never stands without its age', async () => {
    const { page, close } = await openPage(browser)
    let down = false
    await page.route('**/api/v1/**', (route) => (down ? route.abort() : route.continue()))
    await page.route('**/api/v1/verdict*', (route) =>
      down ? route.abort() : route.fulfill({ json: passing }),
    )
    await page.goto(shop.url)
    await settle(page)
    await page.getByRole('button', { name: /Live updates: live/ }).waitFor()
    expect(await chip(page).innerText()).not.toMatch(/now|ago/)
    down = true
    await shop.dropStreams()
    await page.getByText('Live updates are lost').waitFor()
    expect(await chip(page).innerText()).toMatch(/PASS\s*(· )?just now/)
    expect(await banner(page).innerText()).toMatch(
      /This was the verdict at \d\d:\d\d:\d\d, .*the connection is lost/,
    )
    expect(await page.title()).toMatch(/^PASS \(old\)/)
    down = false
    await page.getByText('Live updates are lost').waitFor({ state: 'detached' })
    await expect.poll(() => page.title()).toMatch(/^PASS – /)
    await close()
  })

  test('a change of the verdict is spoken, and nothing else is', async () => {
    const { page, close } = await openPage(browser)
    const tell = await judged(page, waiting)
    await page.goto(`${shop.url}requests`)
    await settle(page)
    await page.getByRole('button', { name: /Live updates: live/ }).waitFor()
    const spoken = page.locator('[data-live=verdict]')
    const [first] = await shop.record(1)
    await page.locator(`[id="row-${first?.exchange.id ?? ''}"]`).waitFor()
    expect(await spoken.innerText()).toBe('')
    tell(failing)
    await shop.record(1)
    await expect.poll(() => spoken.innerText()).toMatch(/The verdict is now FAIL\. GET \/products/)
    // What is hostile in a reason is named, not obeyed.
    expect(await spoken.innerText()).not.toContain('\u202e')
    await close()
  })

  test('a session that ends under way says so, keeps what is shown and leads to the login', async () => {
    const { page, close } = await openPage(browser)
    let signedOut = false
    await page.route('**/api/v1/**', (route) =>
      signedOut
        ? route.fulfill({ status: 401, json: { title: 'Unauthorized' } })
        : route.continue(),
    )
    await page.goto(`${shop.url}divergences?severity=breaking`)
    await settle(page)
    signedOut = true
    await shop.dropStreams()
    await page.getByText('Your session has ended').first().waitFor()
    const link = page.getByRole('link', { name: 'Sign in again' })
    expect(await link.getAttribute('href')).toBe('/login?next=%2Fdivergences%3Fseverity%3Dbreaking')
    expect(await page.locator('table.divergences').count()).toBe(1)
    expect(await chip(page).getAttribute('class')).toContain('old')
    expect(await accessibilityProblems(page)).toEqual([])
    await close()
  })
})

describe.skipIf(lacksChromium())('traffic and latency over time', () => {
  let browser: Browser
  let shop: ShopConsole
  beforeAll(async () => {
    browser = await launchChromium()
    shop = await startShopConsole({ exchanges: 500 })
  })
  afterAll(async () => {
    await browser.close()
    await shop.close()
  })

  test('are drawn, said in a sentence, and given as a table', async () => {
    const { page, complaints, close } = await openPage(browser)
    await page.goto(shop.url)
    await settle(page)
    await page.locator('.conclusion .uplot canvas').waitFor()
    await page.locator('.latency-verdict .uplot canvas').waitFor()
    const chart = page.locator('.conclusion .time-chart')
    expect(await chart.getByRole('img').getAttribute('aria-label')).toMatch(
      /Requests over time\. 500 requests, at most \d+ in .*compared, \d+ differ/,
    )
    await chart.getByText('Show as a table').press('Enter')
    const rows = chart.locator('tbody tr')
    const counts = await rows.locator('td:nth-child(2)').allInnerTexts()
    expect(counts.reduce((sum, count) => sum + Number(count.replace(',', '')), 0)).toBe(500)
    expect(complaints).toEqual([])
    await close()
  })

  test('keep their place and their colours when the theme changes', async () => {
    const { page, complaints, close } = await openPage(browser, { scheme: 'light' })
    await page.goto(shop.url)
    await settle(page)
    await page.locator('.conclusion .uplot canvas').waitFor()
    const inks = () =>
      page.evaluate<string>(
        `(() => { const c = document.querySelector('.conclusion canvas')
          return [...new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)].length + ':' + c.toDataURL().length })()`,
      )
    const before = await inks()
    await page.getByRole('button', { name: /^Colours/ }).click()
    await page.getByRole('button', { name: /^Colours: light/ }).click()
    await page.getByRole('button', { name: /^Colours: dark/ }).waitFor()
    await expect.poll(inks).not.toBe(before)
    await page.setViewportSize({ width: 420, height: 900 })
    await expect
      .poll(() =>
        page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        ),
      )
      .toBeLessThanOrEqual(0)
    expect(complaints).toEqual([])
    await close()
  })
})

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { shopScreens } from '../support/shop-screens.ts'
import { startShopConsole } from '../support/shop-console.ts'

type ShopConsole = Awaited<ReturnType<typeof startShopConsole>>

describe.skipIf(lacksChromium())('captured content that attacks whoever looks at it', () => {
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

  test('is shown as text on every screen, and nothing of it runs', async () => {
    const { page, complaints, close } = await openPage(browser)
    let dialogs = 0
    page.on('dialog', (dialog) => {
      dialogs++
      void dialog.dismiss()
    })
    for (const view of [
      '',
      '?view=unified',
      '?view=words',
      '?tab=headers',
      '?tab=timing',
      '?tab=request',
    ]) {
      await page.goto(shop.url + paths.hostile + view)
      await settle(page)
      expect(await page.title()).not.toContain('owned')
      // The only elements are ours: the page's own script, our drawings, no link of theirs.
      expect(await page.locator('main img, main script, main iframe, main style').count()).toBe(0)
      expect(await page.locator('a[href^="javascript:"]').count()).toBe(0)
    }
    await page.goto(`${shop.url}divergences?endpoint=GET+%2Freviews`)
    await settle(page)
    expect(await page.locator('.divergences').innerText()).toContain('</script>')
    for (const [, id] of await divergenceIds()) {
      await page.goto(`${shop.url}divergences/${id}`)
      await settle(page)
    }
    expect(dialogs).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  test('bidirectional, control and invisible characters are named', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(shop.url + paths.hostile)
    await settle(page)
    const text = await page.locator('.body-diff').innerText()
    for (const code of ['U+202E', 'U+2066', 'U+200B', 'U+00A0', 'U+FEFF']) {
      expect(text).toContain(code)
    }
    expect(text).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]|\u00a0/u)
    await close()
  })

  test('a megabyte in one string is shortened around its change', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(shop.url + paths.hostile)
    await settle(page)
    await page
      .getByText('599,000 characters')
      .or(page.getByText(/59\d,\d{3} characters/))
      .first()
      .waitFor()
    const size = await page.evaluate<number>('document.body.innerText.length')
    expect(size).toBeLessThan(40_000)
    await close()
  })

  test('a body of five megabytes opens, scrolls and is searched by change', async () => {
    const { page, complaints, close } = await openPage(browser)
    const list = Array.from({ length: 40_000 }, (_, id) => ({
      id,
      name: `item ${id} <b>`,
      note: 'x'.repeat(80),
    }))
    const changed = list.map((item) => (item.id % 4_000 === 3 ? { ...item, name: 'other' } : item))
    await page.route('**/api/v1/exchanges/*', async (route) => {
      const response = await route.fetch()
      const detail = (await response.json()) as Record<string, Record<string, object>>
      const answer = (version: 'primary' | 'shadow', value: unknown) => {
        const text = JSON.stringify(value)
        const body = { ...detail[version]?.['body'], text, length: text.length }
        return { ...detail[version], body }
      }
      const differences = changed.flatMap(({ id, name }) =>
        name === 'other'
          ? [
              {
                kind: 'value',
                location: `body:/${id}/name`,
                pattern: 'body:/*/name',
                severity: 'changed',
                divergence: 'd',
              },
            ]
          : [],
      )
      await route.fulfill({
        json: {
          ...detail,
          primary: answer('primary', list),
          shadow: answer('shadow', changed),
          differences,
          differencesTotal: differences.length,
        },
      })
    })
    await page.goto(shop.url + paths.exchange)
    await page.getByText('10 changes').waitFor()
    // Folded, so that the changes are what is drawn.
    expect(await page.locator('.diff-row').count()).toBeLessThan(200)
    await page.getByRole('button', { name: 'All lines' }).click()
    await page.locator('.diff-rows.virtual').waitFor()
    expect(await page.locator('.diff-row').count()).toBeLessThan(200)
    for (let i = 0; i < 10; i++) await page.keyboard.press('n')
    await page.getByText('change 10 of 10').waitFor()
    await expect.poll(() => page.locator('.diff-row.current').innerText()).toContain('other')
    expect(complaints).toEqual([])
    await close()
  })

  async function divergenceIds(): Promise<readonly (readonly [string, string])[]> {
    const response = await fetch(`${shop.url}api/v1/divergences?endpoint=GET+%2Freviews&limit=50`)
    const { items } = (await response.json()) as { items: { id: string; location: string }[] }
    return items.map(({ id, location }) => [location, id] as const)
  }
})

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { startShopConsole } from '../support/shop-console.ts'

type ShopConsole = Awaited<ReturnType<typeof startShopConsole>>

describe.skipIf(lacksChromium())('without a pointer', () => {
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

  const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent')

  test('from the verdict to the worst difference and back, by single keys', async () => {
    const { page, complaints, close } = await openPage(browser)
    await page.goto(shop.url)
    await settle(page)
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await page.waitForURL('**/divergences')
    await page.locator('table.divergences').waitFor()
    expect(await focused(page)).toBe('Divergences')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    const location = await focused(page)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/divergences/*')
    await settle(page)
    expect(await page.locator('h1').innerText()).toContain('shadow')
    const first = await page.locator('.example-list [aria-current]').innerText()
    await page.keyboard.press(']')
    await page.waitForURL('**example=*')
    await settle(page)
    expect(await page.locator('.example-list [aria-current]').innerText()).not.toBe(first)
    await page.keyboard.press('s')
    await page.locator('.diff.unified').waitFor()
    await page.keyboard.press('n')
    await page.locator('.diff-row.current').waitFor()
    await page.keyboard.press('Escape')
    await page.waitForURL('**/divergences?sel=*')
    await page.locator('table.divergences tr.selected').waitFor()
    await expect.poll(() => focused(page)).toBe(location)
    expect(complaints).toEqual([])
    await close()
  })

  test('filter by keyboard; the URL holds it and opens the same list elsewhere', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(`${shop.url}divergences`)
    await settle(page)
    await page.keyboard.press('/')
    await page.keyboard.type('currency')
    await page.waitForURL('**q=currency')
    await expect.poll(() => page.locator('.divergences .row-link').count()).toBe(1)
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('missing')
    await page.waitForURL('**kind=missing*')
    const other = await openPage(browser)
    await other.page.goto(page.url())
    await settle(other.page)
    await expect.poll(() => other.page.locator('.divergences .row-link').count()).toBe(1)
    expect(await other.page.getByRole('searchbox', { name: 'Filter by text' }).inputValue()).toBe(
      'currency',
    )
    await other.close()
    await page.getByRole('button', { name: 'Clear 2 filters' }).click()
    await expect.poll(() => page.locator('.divergences .row-link').count()).toBeGreaterThan(5)
    await close()
  })

  test('keys are dead in fields and dialogs, and can be switched off', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(`${shop.url}divergences`)
    await settle(page)
    await page.getByRole('searchbox', { name: 'Filter by text' }).fill('?')
    expect(await page.locator('dialog[open]').count()).toBe(0)
    await page.getByRole('searchbox', { name: 'Filter by text' }).fill('')
    await page.locator('h1').focus()
    await page.keyboard.press('?')
    await page.locator('dialog[open]').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await page.getByRole('checkbox', { name: 'Single-letter keys work' }).uncheck()
    await page.keyboard.press('Escape')
    await page.locator('h1').focus()
    await page.keyboard.press('g')
    await page.keyboard.press('r')
    expect(new URL(page.url()).pathname).toBe('/divergences')
    // With Tab and Enter alone everything still works.
    await page.locator('.divergences .row-link').first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/divergences/*')
    await close()
  })

  test('an x-request-id leads to its exchange, an unknown one to a list that says so', async () => {
    const { page, close } = await openPage(browser)
    const [sent] = await shop.record(1)
    const requestId = sent?.exchange.requestId ?? ''
    await page.goto(shop.url)
    const box = page.getByRole('searchbox', { name: 'Find by x-request-id' })
    await box.fill(` ${requestId} `)
    await box.press('Enter')
    await page.waitForURL(`**/exchanges/${sent?.exchange.id ?? ''}`)
    await settle(page)
    expect(await page.locator('main').innerText()).toContain(requestId)
    await box.fill('no-such-request')
    await box.press('Enter')
    await page.waitForURL('**/requests?requestId=no-such-request')
    await page.getByText('No recorded request has the x-request-id').waitFor()
    await close()
  })

  test('the theme is chosen by button and stays', async () => {
    const { page, close } = await openPage(browser, { scheme: 'light' })
    await page.goto(shop.url)
    const background = () =>
      page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
    const light = await background()
    await page.getByRole('button', { name: /^Colours/ }).click()
    await page.getByRole('button', { name: /^Colours: light/ }).click()
    await expect.poll(background).not.toBe(light)
    await page.reload()
    await page.getByRole('button', { name: /^Colours: dark/ }).waitFor()
    expect(await background()).not.toBe(light)
    await close()
  })
})

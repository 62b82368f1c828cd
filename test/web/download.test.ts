import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { startShopConsole } from '../support/shop-console.ts'

describe.skipIf(lacksChromium())('downloads', () => {
  let browser: Browser
  let shop: Awaited<ReturnType<typeof startShopConsole>>
  beforeAll(async () => {
    browser = await launchChromium()
    shop = await startShopConsole({ exchanges: 300 })
  })
  afterAll(async () => {
    await browser.close()
    await shop.close()
  })

  const download = async (page: Page, name: string) => {
    await page.getByText('Download', { exact: true }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name }).click(),
    ])
    return readFile(await file.path(), 'utf8')
  }

  test('a list of divergences leaves as CSV, exactly as it is filtered', async () => {
    const { page, complaints, close } = await openPage(browser)
    await page.goto(`${shop.url}divergences?kind=missing&q=products`)
    await settle(page)
    const shown = await page.locator('.divergences .row-link').allInnerTexts()
    const rows = parse<Record<string, string>>(await download(page, 'divergences as CSV'), {
      columns: true,
      bom: true,
    })
    expect(rows.map(({ location }) => location).sort()).toEqual(shown.sort())
    expect(shown).toContain('body:/price/currency')
    const differences = parse<Record<string, string>>(await download(page, 'differences as CSV'), {
      columns: true,
      bom: true,
    })
    expect(differences.length).toBeGreaterThan(0)
    expect(new Set(differences.map(({ kind }) => kind))).toEqual(new Set(['missing']))
    expect(complaints).toEqual([])
    await close()
  })

  test('a list of requests leaves as JSON lines, exactly as it is filtered', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(`${shop.url}requests?outcome=divergent&endpoint=POST+%2Fcarts`)
    await settle(page)
    const shown = await page.locator('.requests-body .row-link').count()
    const lines = (await download(page, 'exchanges as JSONL')).trim().split('\n')
    const rows = lines.map((line) => JSON.parse(line) as { endpoint: string; outcome: string })
    expect(rows).toHaveLength(shown)
    expect(
      rows.every(({ endpoint, outcome }) => `${endpoint} ${outcome}` === 'POST /carts divergent'),
    ).toBe(true)
    await close()
  })

  test('a run leaves as a report on one page that needs nothing else', async () => {
    const { page, complaints, close } = await openPage(browser)
    await page.goto(shop.url)
    await settle(page)
    const [report] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: /^Report/ }).click(),
    ])
    const asked: string[] = []
    report.on('request', (request) => asked.push(request.url()))
    await report.waitForLoadState()
    const text = await report.locator('body').innerText()
    expect(text).toMatch(/fail/i)
    expect(text).toContain('body:/price/currency')
    expect(await report.locator('script, link[rel=stylesheet], img[src^=http]').count()).toBe(0)
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([])
    expect(complaints).toEqual([])
    await close()
  })

  test('requests leave as an archive that other tools of HTTP open', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(`${shop.url}requests?outcome=divergent&endpoint=POST+%2Fcarts`)
    await settle(page)
    const shown = await page.locator('.requests-body .row-link').count()
    const archive = JSON.parse(await download(page, 'exchanges as HAR')) as {
      log: { version: string; entries: { request: { method: string } }[] }
    }
    expect(archive.log.version).toBe('1.2')
    expect(archive.log.entries.length).toBeGreaterThanOrEqual(shown)
    expect(archive.log.entries.every(({ request }) => request.method === 'POST')).toBe(true)
    await close()
  })
})

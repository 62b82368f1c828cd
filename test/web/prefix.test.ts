import { once } from 'node:events'
import { createServer, request as send, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { shopScreens } from '../support/shop-screens.ts'
import { startShopConsole } from '../support/shop-console.ts'

/** A reverse proxy that serves `target` under `/tools/diff/` and nothing else. */
async function startPrefixProxy(target: string): Promise<Server> {
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? '/'
    if (!path.startsWith('/tools/diff/')) {
      answer.writeHead(404).end('outside the prefix')
      return
    }
    const headers = { ...incoming.headers, host: new URL(target).host }
    const upstream = send(
      new URL(path.slice('/tools/diff'.length), target),
      { method: incoming.method, headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(answer)
      },
    )
    upstream.on('error', () => answer.destroy())
    answer.on('close', () => upstream.destroy())
    incoming.pipe(upstream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

describe.skipIf(lacksChromium())('behind a path prefix', () => {
  let browser: Browser
  let shop: Awaited<ReturnType<typeof startShopConsole>>
  let proxy: Server
  beforeAll(async () => {
    browser = await launchChromium()
    shop = await startShopConsole({ exchanges: 300 })
    proxy = await startPrefixProxy(shop.url)
  })
  afterAll(async () => {
    await browser.close()
    proxy.closeAllConnections()
    proxy.close()
    await shop.close()
  })

  test('every screen opens by link and by address, with nothing asked outside of it', async () => {
    const base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/tools/diff/`
    const paths = await shopScreens(shop.url)
    const { page, complaints, close } = await openPage(browser)
    const outside: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(base)) outside.push(request.url())
    })
    for (const path of [paths.verdict, paths.divergences, paths.divergence, paths.exchange]) {
      await page.goto(base + path)
      await settle(page)
    }
    await page.getByRole('link', { name: 'Requests' }).click()
    await page.waitForURL(`${base}requests`)
    await page.locator('.requests-body .row-link').first().click()
    await page.waitForURL(`${base}exchanges/*`)
    await settle(page)
    await page.getByRole('button', { name: /Live updates: live/ }).waitFor()
    await page.getByRole('button', { name: 'Copy link' }).click()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(page.url())
    expect(outside).toEqual([])
    expect(complaints).toEqual([])
    await close()
  })
})

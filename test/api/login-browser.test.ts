import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ConsoleUser } from '../../src/core/settings.ts'
import { accessibilityProblems, openPage } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { consoleSettings, openConsole, temporaryFolder } from '../support/console.ts'

const USERS: readonly ConsoleUser[] = [{ name: 'ann', role: 'operator', token: 'anns-token' }]

/** A console with a page of its own, and a page of another site that links to it. */
async function openSites() {
  const webRoot = join(await temporaryFolder(), 'web')
  await mkdir(webRoot)
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>in</title><h1>Inside</h1>')
  const app = await openConsole({ settings: consoleSettings('127.0.0.1', USERS), webRoot })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const other = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><a href="${address}/divergences/9de1?run=a">look</a>`)
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    other.closeAllConnections()
    other.close()
  })
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  // Another name than the console's, so that the browser takes it for another site.
  const site = `http://localhost:${(other.address() as AddressInfo).port}/`
  return { address, site, ...(await openPage(browser)) }
}

test.skipIf(lacksChromium())(
  'a person signs in with a browser, is led back, and stays signed in when another site links here',
  async () => {
    const { address, site, page, complaints } = await openSites()
    await page.goto(`${address}/divergences/9de1?run=a`)
    expect(await page.title()).toBe('Sign in · shadowdiff')
    expect(await accessibilityProblems(page)).toEqual([])

    await page.getByLabel('Token').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toBe('The token is not known')

    await page.getByLabel('Token').fill('anns-token')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Inside' }).waitFor()
    expect(page.url()).toBe(`${address}/divergences/9de1?run=a`)

    await page.goto(site)
    await page.getByText('look').click()
    await page.getByRole('heading', { name: 'Inside' }).waitFor()
    expect(page.url()).toBe(`${address}/divergences/9de1?run=a`)

    const status = await page.evaluate(`fetch('/api/v1/mirror', {
      method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{}',
    }).then((answer) => answer.status)`)
    // Past every check of who asks and from where: it is the content that is refused.
    expect(status).toBe(400)
    expect(complaints.filter((each) => !each.startsWith('console: Failed to load'))).toEqual([])
  },
)

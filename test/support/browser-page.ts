/** Pages of a real browser that remember what went wrong on them. */

import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'

/** How a page is opened. */
export interface PageOptions {
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
  readonly reducedMotion?: boolean
  readonly forcedColors?: boolean
}

/** A page, and what was complained about on it: console errors, policy violations, thrown errors. */
export interface WatchedPage {
  readonly page: Page
  readonly complaints: readonly string[]
  readonly close: () => Promise<void>
}

const axePath = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url))

/** Opens an empty page. */
export async function openPage(
  browser: Browser,
  { scheme = 'light', width = 1440, height = 900, ...rest }: PageOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: rest.reducedMotion === true ? 'reduce' : 'no-preference',
    forcedColors: rest.forcedColors === true ? 'active' : 'none',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const page = await context.newPage()
  // Shorter than a test's, so that it is told what was waited for.
  page.setDefaultTimeout(20_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`))
  await page.exposeFunction('reportViolation', (text: string) => {
    complaints.push(`policy: ${text}`)
  })
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) =>
       reportViolation(event.violatedDirective + ' ' + event.blockedURI))`,
  )
  await page.addInitScript({ path: axePath })
  return { page, complaints, close: () => context.close() }
}

/** Waits until the screen has its heading and nothing of it is loading. */
export async function settle(page: Page): Promise<void> {
  await page.locator('h1').waitFor()
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
}

/** What axe finds wrong with the page, one line each; rules of WCAG 2.2 A and AA and best practices. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  const run = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => id + ': ' + node.target.join(' ') + ' ' + node.failureSummary)))`
  return page.evaluate<string[]>(run)
}

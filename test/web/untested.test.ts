import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems, openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { startReviewUpstreams } from '../support/review-upstreams.ts'
import { runShadowdiff } from '../support/shadowdiff.ts'

describe.skipIf(lacksChromium())('endpoints of an OpenAPI document', () => {
  let browser: Browser
  let upstreams: Awaited<ReturnType<typeof startReviewUpstreams>>
  let folder: string
  beforeAll(async () => {
    browser = await launchChromium()
    upstreams = await startReviewUpstreams()
    folder = await mkdtemp(join(tmpdir(), 'untested-'))
  })
  afterAll(async () => {
    await browser.close()
    upstreams.close()
    await rm(folder, { recursive: true })
  })

  test('those that no request reached stand below the others until one does', async () => {
    const answer = { responses: { 200: { description: 'ok' } } }
    const document = {
      openapi: '3.1.0',
      info: { title: 'shop', version: '1' },
      paths: { '/items/{sku}': { get: answer }, '/legal/<b>terms</b>': { get: answer } },
    }
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(document))
    await writeFile(join(folder, 'shadowdiff.yaml'), 'endpoints: { openapi: openapi.json }\n')
    const program = await runShadowdiff({
      ...upstreams,
      args: ['--config', join(folder, 'shadowdiff.yaml')],
    })
    try {
      const { page, complaints, close } = await openPage(browser)
      await page.goto(`${program.console}/endpoints`)
      await settle(page)
      const section = page.getByRole('region', { name: 'not tested yet' })
      await section.getByRole('listitem').nth(1).waitFor()
      expect(await section.getByRole('listitem').allInnerTexts()).toEqual([
        'GET /items/{sku}',
        'GET /legal/<b>terms</b>',
      ])
      expect(await accessibilityProblems(page)).toEqual([])
      await fetch(`${program.proxy}/items/a-1`)
      await page.getByRole('region', { name: '1 endpoint not tested yet' }).waitFor()
      expect(await section.getByRole('listitem').allInnerTexts()).toEqual([
        'GET /legal/<b>terms</b>',
      ])
      expect(complaints).toEqual([])
      await close()
    } finally {
      await program.remove()
    }
  }, 120_000)
})

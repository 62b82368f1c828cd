import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page as ListPage } from '../../src/core/lists.ts'
import type { RunRow } from '../../src/core/run-report.ts'
import type { AuditRow, MirrorView } from '../../src/core/service-report.ts'
import { accessibilityProblems, openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { ANN_TOKEN, BOB_TOKEN, runForKnownUsers, signIn } from '../support/known-users.ts'
import { runShadowdiff, type RunningShadowdiff } from '../support/shadowdiff.ts'

/** Whole processes start and stop, on machines with two cores. */
const slow = 120_000

interface Upstreams {
  readonly primary: string
  readonly shadow: string
  close(): void
}

describe.skipIf(lacksChromium())('control of a running program', () => {
  let browser: Browser
  let upstreams: Upstreams
  beforeAll(async () => {
    browser = await launchChromium()
    upstreams = await startUpstreams()
  })
  afterAll(async () => {
    await browser.close()
    upstreams.close()
  })

  test(
    'mirroring is paused and lowered by hand, which holds over a restart and is on the audit list',
    async () => {
      const program = await runShadowdiff({ ...upstreams, args: ['--run', 'one'] })
      let again: RunningShadowdiff | undefined
      try {
        await send(program, 20)
        const { page, complaints, close } = await openPage(browser)
        await page.goto(`${program.console}/mirroring`)
        await settle(page)
        await page.getByRole('button', { name: 'Pause', exact: true }).click()
        const dialog = page.getByRole('dialog')
        expect(await dialog.innerText()).toContain('Clients notice nothing')
        expect(await accessibilityProblems(page)).toEqual([])
        await dialog.getByRole('button', { name: 'Cancel' }).click()
        expect((await mirror(program)).routes[0]?.paused).toBe(false)

        await page.getByRole('button', { name: 'Pause', exact: true }).click()
        await dialog.getByRole('button', { name: 'Pause mirroring' }).press('Enter')
        await dialog.waitFor({ state: 'detached' })
        await page.getByText('mirrored: paused').waitFor()
        expect(await page.locator('.route-control').innerText()).toContain('paused by local')
        await send(program, 10)
        await expect
          .poll(async () => (await program.api.status()).counters.unmirrored.paused)
          .toBe(10)

        await page.getByRole('button', { name: 'Resume', exact: true }).click()
        await dialog.getByRole('button', { name: 'Resume mirroring' }).click()
        await page.locator('.route-control:not(.paused)').waitFor()
        const slider = page.getByRole('slider', { name: 'Percentage' })
        await slider.focus()
        await page.keyboard.press('Home')
        for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
        await page.getByRole('button', { name: 'Change', exact: true }).click()
        expect(await dialog.innerText()).toContain('100% are mirrored now')
        await dialog.getByRole('button', { name: 'Mirror 5%' }).click()
        await dialog.waitFor({ state: 'detached' })
        expect(await page.locator('.route-control').innerText()).toContain(
          'Configured 100%, lowered to 5% by local',
        )
        expect((await mirror(program)).routes[0]).toMatchObject({ effective: 5, percent: 5 })
        await page.goto(`${program.console}/audit`)
        await settle(page)
        expect(await page.locator('.audit').innerText()).toMatch(
          /local operator\s+changed the mirroring/,
        )
        expect(await accessibilityProblems(page)).toEqual([])
        expect(complaints).toEqual([])
        await close()

        await program.stop()
        again = await runShadowdiff({
          ...upstreams,
          args: ['--run', 'one'],
          folder: join(program.db, '..'),
        })
        expect((await mirror(again)).routes[0]).toMatchObject({ effective: 5, percent: 5 })
        const after = await openPage(browser)
        await after.page.goto(`${again.console}/mirroring`)
        await settle(after.page)
        expect(await after.page.locator('.route-control').innerText()).toContain(
          'This survives restarts until it is taken back.',
        )
        await after.page.getByRole('button', { name: 'As configured' }).click()
        await after.page.getByRole('button', { name: 'Take the change back' }).click()
        await after.page
          .getByRole('button', { name: 'As configured' })
          .waitFor({ state: 'detached' })
        expect((await mirror(again)).routes[0]).toMatchObject({ effective: 100 })
        await after.close()
      } finally {
        await again?.remove()
        await program.remove()
      }
    },
    slow,
  )

  test(
    'a run is begun, ended and compared with the one before',
    async () => {
      const program = await runShadowdiff({ ...upstreams, args: ['--run', 'before'] })
      try {
        await send(program, 30)
        await program.api.settled()
        const { page, complaints, close } = await openPage(browser)
        await page.goto(`${program.console}/runs`)
        await settle(page)
        await page.getByRole('button', { name: 'Start a run' }).click()
        const start = page.getByRole('button', { name: 'Start the run' })
        expect(await start.isDisabled()).toBe(true)
        expect(await accessibilityProblems(page)).toEqual([])
        await page.getByLabel('Name of the run').fill('after')
        await page.getByLabel('Version of primary').fill('1.0')
        await page.getByLabel('Version of shadow').fill('2.0')
        await start.click()
        await page.getByRole('dialog').waitFor({ state: 'detached' })
        await page.getByRole('link', { name: 'after', exact: true }).waitFor()
        await send(program, 5, '/other')
        await program.api.settled()
        const { items } = await program.api.get<ListPage<RunRow>>('runs')
        expect(items.map(({ name }) => name)).toEqual(['after', 'before'])
        expect(items[0]).toMatchObject({ primaryVersion: '1.0', shadowVersion: '2.0' })
        expect(items[1]?.endedAt).toBeDefined()

        for (const name of ['before', 'after']) {
          await page.getByRole('checkbox', { name: `Compare run ${name},` }).check()
        }
        await page.getByRole('button', { name: 'Compare two runs' }).click()
        await page.waitForURL('**/runs/compare?*')
        await settle(page)
        expect(await page.locator('.untested').innerText()).toContain('GET /price')
        expect(await page.locator('.appeared').innerText()).toContain('GET /other')
        expect(await accessibilityProblems(page)).toEqual([])
        await page.keyboard.press('Escape')
        await page.waitForURL('**/runs')
        await settle(page)

        await page.getByRole('button', { name: 'End this run' }).click()
        await page.getByRole('button', { name: 'End the run' }).click()
        await page.getByRole('button', { name: 'End this run' }).waitFor({ state: 'detached' })
        const { items: rows } = await program.api.get<ListPage<AuditRow>>('audit')
        expect(rows.map(({ action }) => action)).toEqual(
          expect.arrayContaining(['run-start', 'run-end']),
        )
        expect(complaints).toEqual([])
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )

  test(
    'a recorded request is sent again, and the new answers are compared',
    async () => {
      const program = await runShadowdiff({ ...upstreams })
      try {
        const headers = { authorization: 'Bearer of-a-client' }
        await (await fetch(`${program.proxy}/price`, { headers })).arrayBuffer()
        await program.api.settled()
        const [row] = await program.api.exchanges()
        const { page, complaints, close } = await openPage(browser)
        await page.goto(`${program.console}/exchanges/${row?.id ?? ''}`)
        await settle(page)
        await page.getByRole('button', { name: 'Send again' }).click()
        const dialog = page.getByRole('dialog')
        expect(await dialog.innerText()).toContain('sets them: authorization.')
        expect(await accessibilityProblems(page)).toEqual([])
        await dialog.getByRole('button', { name: 'Send again' }).click()
        const result = page.getByRole('region', { name: 'Sent again' })
        await result.waitFor()
        expect(await result.innerText()).toMatch(/differs\s+1 difference, 1 difference as recorded/)
        expect(await result.innerText()).toContain('not kept: header:authorization')
        await result.getByRole('button', { name: 'As recorded' }).click()
        expect(await accessibilityProblems(page)).toEqual([])
        expect(complaints).toEqual([])
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )

  test(
    'a request whose address held a secret is not offered to be sent again',
    async () => {
      const program = await runShadowdiff({ ...upstreams })
      try {
        await send(program, 1, '/price?access_token=of-a-client')
        await program.api.settled()
        const [row] = await program.api.exchanges()
        const { page, close } = await openPage(browser)
        await page.goto(`${program.console}/exchanges/${row?.id ?? ''}`)
        await settle(page)
        await page.getByRole('button', { name: 'Send again' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByText('held a secret in its address').waitFor()
        const confirm = dialog.getByRole('button', { name: 'Send again' })
        expect(await confirm.isDisabled()).toBe(true)
        const { status } = await fetch(
          `${program.console}/api/v1/exchanges/${row?.id ?? ''}/replay`,
          { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
        )
        expect(status).toBe(409)
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )

  test(
    'the parts tell every upstream with its address, and how the control answers',
    async () => {
      const args = ['--control', upstreams.primary]
      const program = await runShadowdiff({ ...upstreams, args })
      try {
        await send(program, 5)
        await expect
          .poll(async () => (await program.api.status()).control)
          .toMatchObject({ sent: 5, ok: 5 })
        const { page, close } = await openPage(browser)
        await page.goto(`${program.console}/mirroring`)
        await settle(page)
        const parts = await page.locator('.parts').innerText()
        expect(parts).toContain(`primary ${upstreams.primary}`)
        expect(parts).toContain(`shadow ${upstreams.shadow}`)
        expect(parts).toContain(`control ${upstreams.primary} (primary itself again)`)
        expect(parts).toContain('5 requests repeated: 5 answered, 0 failed')
        expect(await accessibilityProblems(page)).toEqual([])
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )

  test(
    'a viewer sees everything, may change nothing, and is told why; strangers come to the login',
    async () => {
      const program = await runForKnownUsers(upstreams)
      try {
        const { page, close } = await openPage(browser)
        await page.goto(`${program.console}/mirroring`)
        await signIn(page, BOB_TOKEN)
        await page.waitForURL('**/mirroring')
        await settle(page)
        await page.getByText('Only operators change this.').waitFor()
        expect(await page.getByText('Only operators').innerText()).toContain('bob')
        expect(await page.getByRole('button', { name: 'Pause', exact: true }).isDisabled()).toBe(
          true,
        )
        expect(await page.getByRole('slider').isDisabled()).toBe(true)
        expect(await accessibilityProblems(page)).toEqual([])
        await page.goto(`${program.console}/runs`)
        await settle(page)
        expect(await page.getByRole('button', { name: 'Start a run' }).count()).toBe(0)

        await page.getByLabel('Signed in as bob').click()
        await page.getByRole('button', { name: 'Sign out' }).click()
        await page.waitForURL('**/login')
        await signIn(page, ANN_TOKEN)
        await page.waitForURL(`${program.console}/`)
        await page.goto(`${program.console}/mirroring`)
        await settle(page)
        await page.getByRole('button', { name: 'Pause', exact: true }).click()
        await page.getByRole('button', { name: 'Pause mirroring' }).click()
        await page.getByText(/paused by ann/).waitFor()
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )

  test(
    'a change that cannot be made is told in the dialog, which stays to try again',
    async () => {
      const program = await runShadowdiff({ ...upstreams })
      try {
        const { page, close } = await openPage(browser)
        let fail = true
        await page.route('**/api/v1/mirror', async (route) => {
          if (fail && route.request().method() === 'PATCH') {
            await route.fulfill({
              status: 503,
              headers: { 'retry-after': '2' },
              json: { title: 'Service Unavailable', detail: 'The recorder is restarting.' },
            })
          } else await route.continue()
        })
        await page.goto(`${program.console}/mirroring`)
        await settle(page)
        await page.getByRole('button', { name: 'Pause', exact: true }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByRole('button', { name: 'Pause mirroring' }).click()
        await dialog.getByText('The recorder is restarting. Try again in 2 s.').waitFor()
        expect(await accessibilityProblems(page)).toEqual([])
        fail = false
        await dialog.getByRole('button', { name: 'Pause mirroring' }).click()
        await dialog.waitFor({ state: 'detached' })
        await page.getByText('mirrored: paused').waitFor()
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )
})

const mirror = (program: RunningShadowdiff) => program.api.get<MirrorView>('mirror')

async function send(program: RunningShadowdiff, count: number, path = '/price'): Promise<void> {
  for (let i = 0; i < count; i++) {
    const response = await fetch(program.proxy + path)
    await response.arrayBuffer()
  }
}

/** Two versions of a price, of which the second lacks the currency. */
async function startUpstreams(): Promise<Upstreams> {
  const primary = await listen({ price: 10, currency: 'EUR' })
  const shadow = await listen({ price: 10 })
  const urlOf = (server: Server) =>
    `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    primary: urlOf(primary),
    shadow: urlOf(shadow),
    close: () => {
      for (const server of [primary, shadow]) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}

function listen(answer: object): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(server)
    })
  })
}

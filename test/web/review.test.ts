import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DivergenceRow } from '../../src/core/divergence-report.ts'
import type { Page as ListPage } from '../../src/core/lists.ts'
import type { AuditRow, RuleRow } from '../../src/core/service-report.ts'
import { accessibilityProblems, openPage, settle } from '../support/browser-page.ts'
import { lacksChromium, launchChromium } from '../support/chromium.ts'
import { BOB_TOKEN, runForKnownUsers, signIn } from '../support/known-users.ts'
import { startReviewUpstreams } from '../support/review-upstreams.ts'
import { runShadowdiff, type RunningShadowdiff } from '../support/shadowdiff.ts'

/** Whole processes start and stop, on machines with two cores. */
const slow = 120_000

describe.skipIf(lacksChromium())('review of a running program', () => {
  let browser: Browser
  let upstreams: Awaited<ReturnType<typeof startReviewUpstreams>>
  beforeAll(async () => {
    browser = await launchChromium()
    upstreams = await startReviewUpstreams()
  })
  afterAll(async () => {
    await browser.close()
    upstreams.close()
  })

  test(
    'divergences are triaged by key, all at once, and each step is undone',
    async () => {
      const program = await runShadowdiff({ ...upstreams })
      try {
        await send(program, 12)
        const { page, complaints, close } = await openPage(browser, { reducedMotion: true })
        await page.goto(`${program.console}/divergences`)
        await settle(page)
        const total = (await divergences(program)).length
        expect(total).toBeGreaterThanOrEqual(4)
        const first = (await divergences(program))[0]
        await page.keyboard.press('j')
        await page.keyboard.press('e')
        await page.getByText('1 divergence marked as expected').waitFor()
        await rowCount(page, total - 1)
        expect(await stateOf(program, first)).toBe('expected')
        expect(await accessibilityProblems(page)).toEqual([])
        await page.keyboard.press('u')
        await rowCount(page, total)
        expect(await stateOf(program, first)).toBe('open')

        await page.keyboard.press('j')
        await page.keyboard.press('x')
        await page.keyboard.press('j')
        await page.keyboard.press('x')
        await page.getByText('2 chosen').waitFor()
        await page.keyboard.press('f')
        await page.getByText('2 divergences marked as fixed').waitFor()
        await expect.poll(async () => countState(program, 'fixed')).toBe(2)

        await page.getByRole('button', { name: `Choose all ${String(total)}` }).click()
        await page.getByText(`${String(total)} chosen`).waitFor()
        await page.getByRole('button', { name: 'Expected, with conditions' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByLabel('Why').fill('the new price service')
        await dialog.getByLabel('Up to this share').fill('100')
        const nextYear = String(new Date().getFullYear() + 1)
        await dialog.getByLabel('Until the end of').fill(`${nextYear}-06-30`)
        expect(await accessibilityProblems(page)).toEqual([])
        await dialog.getByRole('button', { name: 'Mark as expected' }).click()
        await dialog.waitFor({ state: 'detached' })
        await expect.poll(async () => countState(program, 'expected')).toBe(total)
        await page.getByText('Nothing unexpected after').waitFor()
        await page.getByRole('button', { name: /^Expected/ }).click()
        await rowCount(page, total)
        expect(await page.locator('.divergences').innerText()).toContain('the new price service')

        // The undo gives every one back what it was: two of them were fixed.
        await page.getByRole('button', { name: 'Undo' }).click()
        await expect.poll(async () => countState(program, 'fixed')).toBe(2)
        expect(await countState(program, 'expected')).toBe(0)
        expect(complaints).toEqual([])
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )

  test(
    'from the worst divergence to a saved rule, judged again and undone, by keys alone',
    async () => {
      const program = await runShadowdiff({ ...upstreams })
      try {
        await send(program, 12)
        const { page, complaints, close } = await openPage(browser, { reducedMotion: true })
        await page.goto(`${program.console}/`)
        await settle(page)
        await page.keyboard.press('g')
        await page.keyboard.press('d')
        await page.locator('.divergences .row-link').first().waitFor()
        await settle(page)
        await page.keyboard.press('j')
        await page.keyboard.press('Enter')
        await page.locator('.diff-row').first().waitFor()
        const worst = await page.locator('h1').innerText()
        expect(worst).toContain('/price/currency is missing in shadow')
        await page.keyboard.press('i')
        const dialog = page.getByRole('dialog')
        await dialog.getByText('Warning:').first().waitFor()
        expect(await accessibilityProblems(page)).toEqual([])
        await page.keyboard.type('the new price service knows one currency')
        await tabTo(page, 'I have read this, and it is meant')
        await page.keyboard.press('Space')
        await tabTo(page, 'Save the rule')
        await page.keyboard.press('Enter')
        await dialog.getByText('holds for everything that is compared from now on').waitFor()
        expect(await accessibilityProblems(page)).toEqual([])
        const [saved] = await consoleRules(program)
        expect(saved).toMatchObject({ rule: { kind: 'ignore', at: ['body:/price/currency'] } })
        expect(saved?.rule?.note).toContain('one currency')

        await focusedText(page, 'Judge stored exchanges again')
        await page.keyboard.press('Enter')
        await dialog.getByText('12 exchanges judged again, 12 changed').waitFor()
        await expect
          .poll(async () => (await divergences(program)).map(({ location }) => location))
          .not.toContain('body:/price/currency')
        await page.keyboard.press('Escape')
        await dialog.waitFor({ state: 'detached' })
        await page.keyboard.press('u')
        await page.getByText('Undone').waitFor()
        await expect.poll(() => consoleRules(program)).toEqual([])
        const { items } = await program.api.get<ListPage<AuditRow>>('audit')
        expect(items.map(({ action }) => action)).toEqual(
          expect.arrayContaining(['rule-create', 'recompare', 'rule-delete']),
        )
        // Under the rule there was no such divergence any more, which the browser tells of.
        expect(complaints.filter((text) => !text.includes('404'))).toEqual([])
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )

  test(
    'a rule is tried out from a difference, changed by two people, and deleted',
    async () => {
      const program = await runShadowdiff({ ...upstreams })
      try {
        await send(program, 8)
        const { page, complaints, close } = await openPage(browser, { reducedMotion: true })
        const [row] = await program.api.exchanges()
        await page.goto(`${program.console}/exchanges/${row?.id ?? ''}`)
        await settle(page)
        await page.getByLabel('Write a rule for body:/price/amount').click()
        await page.getByRole('button', { name: 'Tolerate numbers this close' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByText('8 differences').waitFor()
        expect(await dialog.getByLabel('Apart by at most').inputValue()).toBe('0.25')
        const save = dialog.getByRole('button', { name: 'Save the rule' })
        expect(await save.isDisabled()).toBe(true)
        await dialog.getByLabel('Why').fill('rounding')
        await dialog.getByLabel('Apart by at most').fill('0.1')
        await dialog.getByText('0 differences').waitFor()
        await dialog.getByText('Warning:').waitFor()
        await dialog.getByLabel('Apart by at most').fill('0.25')
        await dialog.getByText('8 differences').waitFor()
        await save.click()
        await dialog.getByText('from now on').waitFor()
        await dialog.getByRole('button', { name: 'Close' }).click()

        await page.goto(`${program.console}/rules`)
        await settle(page)
        expect(await accessibilityProblems(page)).toEqual([])
        const card = page.locator('.rule-card', { hasText: 'rounding' })
        expect(await card.innerText()).toContain('Values may differ by 0.25 at body:/price/amount')
        await card.getByRole('button', { name: 'Change' }).click()
        const [rule] = await consoleRules(program)
        const changed = await fetch(`${program.console}/api/v1/rules/${rule?.id ?? ''}`, {
          method: 'PATCH',
          headers: {
            'content-type': 'application/json',
            'if-match': `"${String(rule?.version)}"`,
            'sec-fetch-site': 'same-origin',
          },
          body: JSON.stringify({ ...rule?.rule, note: 'somebody else' }),
        })
        expect(changed.status).toBe(200)
        await dialog.getByLabel('Why').fill('rounding to cents')
        await save.click()
        await dialog.getByRole('button', { name: 'Read it as it is now' }).click()
        await expect.poll(() => dialog.getByLabel('Why').inputValue()).toBe('somebody else')
        await dialog.getByLabel('Why').fill('rounding to cents')
        await save.click()
        await dialog.getByText('from now on').waitFor()
        await page.keyboard.press('Escape')
        expect((await consoleRules(program))[0]?.rule?.note).toBe('rounding to cents')

        await page.locator('.rule-card').getByRole('button', { name: 'Delete' }).first().click()
        await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
        await page.getByText('There is none').waitFor()
        expect(await consoleRules(program)).toEqual([])
        await page.getByRole('button', { name: 'Undo' }).click()
        await page.locator('.rule-card', { hasText: 'rounding to cents' }).waitFor()
        // The conflict is an error answer that the browser tells of.
        expect(complaints.filter((text) => !text.includes('412'))).toEqual([])
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )

  test(
    'a viewer tries rules out and sees why nothing is saved',
    async () => {
      const program = await runForKnownUsers(upstreams)
      try {
        await Promise.all([0, 1, 2].map((id) => fetch(`${program.proxy}/items/${String(id)}`)))
        const { page, close } = await openPage(browser, { reducedMotion: true })
        await page.goto(`${program.console}/divergences`)
        await signIn(page, BOB_TOKEN)
        await page.locator('.divergences .row-link').first().waitFor()
        expect(await page.locator('.divergences input').count()).toBe(0)
        expect(await page.locator('.chosen-bar').innerText()).toContain('Only operators')
        await page.keyboard.press('j')
        await page.keyboard.press('Enter')
        await page.locator('.diff-row').first().waitFor()
        expect(await page.getByRole('button', { name: 'Fixed' }).isDisabled()).toBe(true)
        await page.keyboard.press('i')
        const dialog = page.getByRole('dialog')
        await dialog.getByText('would become a match').waitFor()
        await dialog.getByText('Only operators').waitFor()
        expect(await dialog.getByRole('button', { name: 'Save the rule' }).isDisabled()).toBe(true)
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )

  test(
    'without single-letter keys everything is reached with Tab and Enter',
    async () => {
      const program = await runShadowdiff({ ...upstreams })
      try {
        await send(program, 4)
        const { page, close } = await openPage(browser, { reducedMotion: true })
        await page.addInitScript(`localStorage.setItem('shadowdiff.keys', 'off')`)
        await page.goto(`${program.console}/divergences`)
        await settle(page)
        await page.keyboard.press('j')
        await page.keyboard.press('e')
        expect(await countState(program, 'expected')).toBe(0)
        await page.getByRole('checkbox').first().focus()
        await page.keyboard.press('Space')
        await page.getByText('1 chosen').waitFor()
        await page.getByRole('button', { name: 'Expected', exact: true }).focus()
        await page.keyboard.press('Enter')
        await expect.poll(async () => countState(program, 'expected')).toBe(1)
        await page.getByRole('button', { name: 'Undo' }).focus()
        await page.keyboard.press('Enter')
        await expect.poll(async () => countState(program, 'expected')).toBe(0)
        await close()
      } finally {
        await program.remove()
      }
    },
    slow,
  )
})

async function send(program: RunningShadowdiff, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const response = await fetch(`${program.proxy}/items/${String(i)}`)
    await response.arrayBuffer()
  }
  await program.api.settled()
}

async function divergences(program: RunningShadowdiff): Promise<readonly DivergenceRow[]> {
  return (await program.api.get<ListPage<DivergenceRow>>('divergences')).items
}

async function stateOf(program: RunningShadowdiff, row: DivergenceRow | undefined) {
  return (await divergences(program)).find(({ id }) => id === row?.id)?.state
}

async function countState(program: RunningShadowdiff, state: string): Promise<number> {
  return (await divergences(program)).filter((row) => row.state === state).length
}

async function consoleRules(program: RunningShadowdiff): Promise<readonly RuleRow[]> {
  const { items } = await program.api.get<{ items: readonly RuleRow[] }>('rules')
  return items.filter(({ origin }) => origin === 'console')
}

async function rowCount(page: Page, count: number): Promise<void> {
  await expect.poll(() => page.locator('.divergences .row-link').count()).toBe(count)
}

/** The text of what has the focus; the page itself has it when nothing else does. */
const focused = (page: Page) =>
  page.evaluate<string>(
    `(() => { const e = document.activeElement; return e === document.body ? '' : (e.closest('label') ?? e).innerText ?? '' })()`,
  )

async function focusedText(page: Page, text: string): Promise<void> {
  await expect.poll(() => focused(page)).toContain(text)
}

/** Goes on with Tab until what is named has the focus; it may be gone for a moment while a preview is made. */
async function tabTo(page: Page, text: string): Promise<void> {
  const deadline = performance.now() + 15_000
  while (performance.now() < deadline) {
    if ((await focused(page)).includes(text)) return
    await page.keyboard.press('Tab')
  }
  const shown = await page.getByRole('dialog').innerText()
  throw new Error(`Tab never came to ${text}, but to ${await focused(page)} in: ${shown}`)
}

/** A program whose console lets in only people it knows: an operator and a viewer. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { runShadowdiff, type RunningShadowdiff } from './shadowdiff.ts'

/** By which ann, an operator, is known. */
export const ANN_TOKEN = 'operator-token-of-ann'

/** By which bob, a viewer, is known. */
export const BOB_TOKEN = 'viewer-token-of-bob'

/** Starts a program that knows ann and bob; `remove` takes its configuration away too. */
export async function runForKnownUsers(upstreams: {
  readonly primary: string
  readonly shadow: string
}): Promise<RunningShadowdiff> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowdiff-users-'))
  const config = join(folder, 'shadowdiff.yaml')
  const users = [
    { name: 'ann', role: 'operator', token: ANN_TOKEN },
    { name: 'bob', role: 'viewer', token: BOB_TOKEN },
  ]
  await writeFile(config, JSON.stringify({ console: { users } }))
  const program = await runShadowdiff({ ...upstreams, args: ['--config', config] })
  return {
    ...program,
    remove: async () => {
      await program.remove()
      await rm(folder, { recursive: true })
    },
  }
}

/** Signs in on the login page. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

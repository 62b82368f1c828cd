import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { childrenOf } from '../support/shadowdiff.ts'
import { startVersionUpstream } from '../support/version-upstream.ts'
import type { VersionUpstream } from '../support/version-upstream.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

let primary: VersionUpstream
let folder: string
beforeAll(async () => {
  primary = await startVersionUpstream(1)
  folder = await mkdtemp(join(tmpdir(), 'shadowdiff-unheard-'))
})
afterAll(async () => {
  await primary.close()
  await rm(folder, { recursive: true, force: true })
})

test('the service goes on when nobody reads any more what it says', async () => {
  const child = spawn(
    process.execPath,
    [
      ...[MAIN, 'run', '--primary', primary.url, '--shadow', primary.url],
      ...['--listen', '127.0.0.1:0', '--console', '127.0.0.1:0', '--db', join(folder, 'x.db')],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const ended = once(child, 'exit')
  let banner = ''
  child.stdout.on('data', (chunk: Buffer) => (banner += chunk.toString()))
  await expect.poll(() => banner, { timeout: 20_000 }).toMatch(/^records/m)
  const [, proxy = '', console = ''] = /^proxy\s+(\S+)[^]*^console\s+(\S+)/m.exec(banner) ?? []
  child.stdout.destroy()
  child.stderr.destroy()
  // Each part that dies makes the supervisor say so.
  const before = childrenOf(child.pid ?? 0)
  for (const pid of before) process.kill(pid, 'SIGKILL')
  const ready = () =>
    fetch(`${console}/readyz`).then(
      ({ status }) => status,
      () => 0,
    )
  await expect.poll(ready, { timeout: 20_000 }).toBe(200)
  expect(childrenOf(child.pid ?? 0).filter((pid) => before.includes(pid))).toEqual([])
  expect((await fetch(proxy)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
}, 60_000)

test('help into a pipe that is closed is no crash', () => {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', `"$0" "$1" run --help | true; exit "\${PIPESTATUS[0]}"`, process.execPath, MAIN],
    { encoding: 'utf8' },
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

test('a result that does not fit on the disk is a failure of the program', (context) => {
  let full: number
  try {
    full = openSync('/dev/full', 'w')
  } catch {
    context.skip('there is no /dev/full here')
    return
  }
  const { status, stderr } = spawnSync(process.execPath, [MAIN, '--help'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  })
  closeSync(full)
  expect(status).toBe(4)
  expect(stderr).toMatch(/^shadowdiff: .*ENOSPC/)
})

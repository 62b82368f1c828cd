import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { isRunning, runShadowdiff } from '../support/shadowdiff.ts'

test('what a service left that was killed with all its parts is gone after the next start, and none stays after a stop', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sd-left-'))
  const start = (folder?: string) =>
    runShadowdiff({
      ...{ primary: 'http://127.0.0.1:1', shadow: 'http://127.0.0.1:1', env: { TMPDIR: root } },
      ...(folder !== undefined && { folder }),
    })
  const killed = await start()
  try {
    const parts = [...killed.proxyPids(), killed.partPid('recorder'), killed.partPid('console')]
    const left = readdirSync(root)
    expect(left).toHaveLength(1)
    // Alone, the recorder would have removed it.
    for (const pid of parts) if (pid !== undefined) process.kill(pid, 'SIGKILL')
    await killed.stop('SIGKILL')
    expect(readdirSync(root)).toEqual(left)
    await expect.poll(() => parts.some((pid) => pid !== undefined && isRunning(pid))).toBe(false)
    const next = await start(dirname(killed.db))
    const now = readdirSync(root)
    await next.stop()
    expect(now).toHaveLength(1)
    expect(now).not.toEqual(left)
    expect(readdirSync(root)).toEqual([])
  } finally {
    await killed.remove()
    rmSync(root, { recursive: true, force: true })
  }
})

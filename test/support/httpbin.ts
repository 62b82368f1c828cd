/** The real httpbin, as Debian ships it: python3-httpbin served by gunicorn. */

import { spawnSync } from 'node:child_process'
import { lacks, startProgram } from './program.ts'

/** A running instance. */
export interface Httpbin {
  readonly url: string
  stop(): Promise<void>
}

const APP = 'httpbin:app'
const ENV = { PYTHONDONTWRITEBYTECODE: '1' }

/** Whether tests must be left out because httpbin or gunicorn is missing. */
export function lacksHttpbin(): boolean {
  const found = spawnSync('gunicorn', ['--check-config', APP], { env: { ...process.env, ...ENV } })
  return lacks(found.status === 0, 'httpbin', 'apt install python3-httpbin gunicorn')
}

/** Starts one instance on a free port of its own choice. */
export async function startHttpbin(): Promise<Httpbin> {
  const program = await startProgram({
    command: 'gunicorn',
    args: ['-b', '127.0.0.1:0', '-w', '1', '-k', 'gthread', '--threads', '16', APP],
    env: ENV,
    // The master listens first; a worker that boots can answer.
    ready: /Listening at: (http:\/\/127\.0\.0\.1:\d+)[^]*Booting worker/,
  })
  return { url: program.match[1] ?? '', stop: () => program.stop() }
}

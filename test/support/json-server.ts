/** json-server in two real versions: one program, rewritten between them. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onFreePort, startProgram, untilListening } from './program.ts'

/** A running json-server. */
export interface JsonServer {
  readonly url: string
  stop(): Promise<void>
}

const ENTRIES = {
  '0.17.4': '../../node_modules/json-server/lib/cli/bin.js',
  '1.0.0-beta.3': '../../node_modules/json-server-beta/lib/bin.js',
} as const

/** Starts one version on a free port, with a database file of its own that begins as `content`. */
export async function startJsonServer(
  version: keyof typeof ENTRIES,
  content: unknown,
): Promise<JsonServer> {
  const folder = await mkdtemp(join(tmpdir(), 'json-server-'))
  const file = join(folder, 'db.json')
  await writeFile(file, JSON.stringify(content, null, 2))
  const program = await onFreePort(async (port) => {
    const started = await startProgram({
      command: process.execPath,
      args: [
        fileURLToPath(new URL(ENTRIES[version], import.meta.url)),
        file,
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
      ],
      ready: /Type s \+ enter|started on PORT/,
      cwd: folder,
    })
    await untilListening(port, () => started.output().includes('Cannot bind'))
    return { ...started, url: `http://127.0.0.1:${port}` }
  })
  return {
    url: program.url,
    stop: async () => {
      await program.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

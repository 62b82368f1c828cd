/** The real nginx in the foreground, with all its files in a temporary folder. */

import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lacks, onFreePort, startProgram, untilListening } from './program.ts'

/** A running nginx: its one worker does the work. */
export interface Nginx {
  readonly url: string
  /** Master and worker. */
  readonly pid: number
  stop(): Promise<void>
}

/** Whether tests must be left out because nginx is missing. */
export function lacksNginx(): boolean {
  return lacks(spawnSync('nginx', ['-v']).status === 0, 'nginx', 'apt install nginx-light')
}

/**
 * Starts nginx on a free port. `http` is written inside the `http` block, `server` inside the one
 * `server` of it; `prefix` goes before the command (`taskset`, `-c`, `0`).
 */
export async function startNginx({
  http = '',
  server,
  prefix = [],
}: {
  readonly http?: string
  readonly server: string
  readonly prefix?: readonly string[]
}): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'))
  const config = join(folder, 'nginx.conf')
  const removeFolder = () => rm(folder, { recursive: true, force: true })
  const starting = onFreePort(async (port) => {
    await writeFile(config, configText(folder, port, http, server))
    const [command = 'nginx', ...args] = [
      ...prefix,
      ...['nginx', '-p', folder, '-c', config, '-e', 'stderr'],
    ]
    const started = await startProgram({ command, args, ready: /start worker process \d+/ })
    await untilListening(port, () => false)
    return { ...started, url: `http://127.0.0.1:${port}` }
  })
  const program = await starting.catch(async (error: unknown) => {
    await removeFolder()
    throw error
  })
  return {
    url: program.url,
    pid: program.pid,
    stop: async () => {
      await program.stop()
      await removeFolder()
    },
  }
}

function configText(folder: string, port: number, http: string, server: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${folder}/${what};`,
  )
  // Started by root its worker would be nobody, who may not enter the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  return `
${user}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr notice;
events { worker_connections 4096; }
http {
  access_log off;
  default_type application/octet-stream;
  ${temporary.join('\n  ')}
  ${http}
  server {
    listen 127.0.0.1:${port} backlog=1024;
    ${server}
  }
}
`
}

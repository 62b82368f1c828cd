/** The two versions that everything is measured against: nginx, answering as fast as anything does. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNginx } from '../test/support/nginx.ts'

/** What can be asked for: the path and wrk's script, where asking is more than a GET. */
export interface Question {
  readonly path: string
  readonly script?: string
}

/** Primary and shadow, and what to ask them. */
export interface Upstreams {
  readonly primary: string
  readonly shadow: string
  readonly questions: Readonly<Record<'1 KB' | '100 KB' | '10 MB' | 'POST' | 'large', Question>>
  stop(): Promise<void>
}

const KB = 1024

/** Starts both on this core, with answers of JSON of several sizes. */
export async function startUpstreams(core: number): Promise<Upstreams> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowdiff-bench-'))
  const write = (name: string, content: string) => writeFile(join(folder, name), content)
  await write('100k', answerOf(100 * KB))
  await write('10m', answerOf(10 * KB * KB))
  await write('post.lua', POST)
  await write('large.lua', LARGE)
  const upstream = {
    prefix: ['taskset', '-c', String(core)],
    http: 'keepalive_requests 1000000; sendfile on; client_max_body_size 0;',
    server: `
      default_type application/json;
      location / { return 200 '${answerOf(KB)}'; }
      location /files/ { alias ${folder}/; }`,
  }
  const primary = await startNginx(upstream)
  const shadow = await startNginx(upstream)
  return {
    primary: primary.url,
    shadow: shadow.url,
    questions: {
      '1 KB': { path: '/items/1' },
      '100 KB': { path: '/files/100k' },
      '10 MB': { path: '/files/10m' },
      POST: { path: '/items/1', script: join(folder, 'post.lua') },
      large: { path: '/items/1', script: join(folder, 'large.lua') },
    },
    stop: async () => {
      await shadow.stop()
      await primary.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** JSON of this many bytes, as an API would send it. */
function answerOf(bytes: number): string {
  const item = { id: 1, name: 'Oak salad bowl', price: 24.9, tags: ['kitchen', 'gift'], text: '' }
  const text = 'x'.repeat(bytes - JSON.stringify(item).length)
  return JSON.stringify({ ...item, text })
}

const POST = `
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"text":"' .. string.rep("x", 1013) .. '"}'
`

/** In turn: an answer of 10 MB, a request of 10 MB, and one of nearly 1 MB, which is copied. */
const LARGE = `
local turn = 0
local requests = {}
init = function()
  local headers = { ["Content-Type"] = "application/octet-stream" }
  requests[0] = wrk.format("GET", "/files/10m")
  requests[1] = wrk.format("POST", "/items/1", headers, string.rep("x", 10485760))
  requests[2] = wrk.format("POST", "/items/1", headers, string.rep("x", 1000000))
end
request = function()
  turn = turn + 1
  return requests[turn % 3]
end
`

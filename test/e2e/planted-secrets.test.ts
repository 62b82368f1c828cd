/** Secrets in every position of real requests, looked for in everything that leaves the program. */

import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

import { runShadowdiff, shadowdiff } from '../support/shadowdiff.ts'

let planted = 0
const secrets: string[] = []

/** A secret that is nowhere else. */
function plant(): string {
  const secret = `pl4nted-${++planted}-${Math.random().toString(36).slice(2)}-x`
  secrets.push(secret)
  return secret
}

/** An upstream that shows back what it was sent, under names of its own, and sets a cookie. */
async function startEcho(version: string): Promise<string> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { authorization, cookie } = request.headers
      response.setHeader('content-type', 'application/json')
      response.setHeader('set-cookie', `sid=${plant()}; HttpOnly`)
      response.end(
        JSON.stringify({
          version,
          seen: { authorization, cookie },
          token: plant(),
          length: body.length,
        }),
      )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a planted secret is in no file, answer, export, report or log', async () => {
  const service = await runShadowdiff({
    primary: await startEcho('1'),
    shadow: await startEcho('2'),
    args: ['--control-percent', '100'],
  })
  onTestFinished(() => service.remove())
  const bodies = () => [
    [
      'application/json',
      JSON.stringify({ user: { password: plant() }, card: { cardNumber: plant() } }),
    ],
    ['application/x-www-form-urlencoded', `user=ann&client_secret=${plant()}`],
    ['text/plain', `login with password: ${plant()} please`],
  ]
  for (let round = 0; round < 5; round++) {
    for (const [type = '', body = ''] of bodies()) {
      for (const method of ['POST', 'GET']) {
        await fetch(`${service.proxy}/login?api_key=${plant()}&page=2`, {
          method,
          headers: {
            authorization: `Bearer ${plant()}`,
            cookie: `theme=dark; session=${plant()}`,
            'x-api-key': plant(),
            'content-type': type,
          },
          ...(method === 'POST' && { body }),
        })
      }
    }
  }
  await service.api.settled()
  const get = async (path: string) => (await fetch(`${service.console}/${path}`)).text()
  const send = async (method: string, path: string, body: unknown) =>
    (
      await fetch(`${service.console}/api/v1/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).text()

  const [exchange] = await service.api.exchanges()
  const [divergence] = await service.api.divergences()
  const id = exchange?.id ?? ''
  const rule = { id: 'token', ignore: 'body:/token', note: 'it is new each time' }
  const texts = [
    await send('PATCH', `divergences/${divergence?.id ?? ''}`, {
      state: 'expected',
      note: 'known',
    }),
    await send('POST', 'rules/preview', rule),
    await send('POST', 'rules', rule),
    await send('POST', 'recompare', {}),
    await send('POST', `exchanges/${id}/replay`, { force: true }),
  ]
  const exports = ['csv', 'jsonl', 'har'].flatMap((format) =>
    ['exchanges', 'differences', 'divergences']
      .filter((what) => format !== 'har' || what === 'exchanges')
      .map((what) => `api/v1/export?format=${format}&what=${what}`),
  )
  const paths = [
    ...['status', 'verdict', 'audit', 'rules', 'jobs', 'runs', 'mirror', 'traffic'],
    ...['exchanges', 'endpoints', 'divergences', 'report', `exchanges/${id}`],
    ...[`exchanges/${id}/changes`, `divergences/${divergence?.id ?? ''}`],
  ].map((path) => `api/v1/${path}`)
  for (const path of [...paths, ...exports, 'metrics']) texts.push(await get(path))
  expect(texts.every((text) => text.length > 0)).toBe(true)
  expect(await get('api/v1/export?format=har&what=exchanges')).toContain('redacted.string.')

  const copy = join(dirname(service.db), 'copy.db')
  expect(shadowdiff(['backup', copy, '--db', service.db]).code).toBe(0)
  for (const format of ['text', 'json', 'markdown', 'junit']) {
    const judged = shadowdiff(['gate', '--console', service.console, '--format', format])
    expect(judged.stdout).not.toBe('')
    texts.push(judged.stdout, judged.stderr)
  }
  texts.push(service.log())
  for (const file of await readdir(dirname(service.db))) {
    texts.push((await readFile(join(dirname(service.db), file))).toString('latin1'))
  }
  await service.stop()
  texts.push((await readFile(service.db)).toString('latin1'))

  expect(secrets.length).toBeGreaterThan(150)
  const coded = secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('base64').slice(2, -4),
  ])
  expect(coded.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([])
}, 120_000)

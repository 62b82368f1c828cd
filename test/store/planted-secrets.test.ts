import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Exchange } from '../../src/core/exchange.ts'
import { createRedactor } from '../../src/core/redact.ts'
import { openRedactionKey } from '../../src/store/redaction-key.ts'
import { openReader } from '../../src/store/sqlite/reader.ts'
import { openWriter } from '../../src/store/sqlite/writer.ts'
import { bodyOf, differenceOf, judgedOf, responseOf } from '../support/exchange-fixtures.ts'
import { collect, makeFolder, RUN } from '../support/store-fixture.ts'

let planted = 0
const secrets: string[] = []

/** A secret that is nowhere else. */
function plant(): string {
  planted++
  const secret = `pl4nted-${planted}-${Math.random().toString(36).slice(2)}-x`
  secrets.push(secret)
  return secret
}

/** An exchange with a secret in every position we know. */
function exchangeFullOfSecrets(): { exchange: Partial<Exchange>; values: readonly string[] } {
  const [bearer, cookie, fresh, query, userinfo, apiKey] = [
    plant(),
    plant(),
    plant(),
    plant(),
    plant(),
    plant(),
  ]
  const [form, json, nested, multipart, redirect, csrf] = [
    plant(),
    plant(),
    plant(),
    plant(),
    plant(),
    plant(),
  ]
  const headers = [
    ...[
      'Authorization',
      `Bearer ${bearer}`,
      'Proxy-Authorization',
      `Basic ${Buffer.from(`u:${plant()}`).toString('base64')}`,
    ],
    ...['Cookie', `theme=dark; session=${cookie}`, 'X-Api-Key', apiKey, 'X-CSRF-Token', csrf],
    ...['Referer', `https://ann:${userinfo}@shop.example/?token=${query}`],
  ]
  const boundary = 'xyz'
  const requestBodies = [
    ['application/x-www-form-urlencoded', `user=ann&password=${form}&client_secret=${plant()}`],
    [
      'application/json',
      JSON.stringify({ user: { password: json }, note: JSON.stringify({ access_token: nested }) }),
    ],
    [
      `multipart/form-data; boundary=${boundary}`,
      `--${boundary}\r\nContent-Disposition: form-data; name="password"\r\n\r\n${multipart}\r\n--${boundary}--\r\n`,
    ],
    ['text/plain', `login with password: ${plant()} please`],
  ] as const
  const [type, text] = requestBodies[planted % requestBodies.length] ?? requestBodies[0]
  return {
    values: [bearer, cookie],
    exchange: {
      request: {
        method: 'POST',
        target: `/login?api_key=${query}&next=%2F#access_token=${redirect}`,
        headers: [...headers, 'Content-Type', type],
        body: bodyOf(text),
      },
      primary: responseOf(
        JSON.stringify({
          token: fresh,
          echo: { authorization: `Bearer ${bearer}`, anything: cookie },
        }),
        {
          status: 302,
          sentHeaders: headers,
          headers: [
            ...['Content-Type', 'application/json', 'Set-Cookie', `sid=${fresh}; Path=/; HttpOnly`],
            ...['Location', `https://u:${userinfo}@shop.example/cb?code=1#id_token=${redirect}`],
          ],
          trailers: ['X-Auth-Token', apiKey],
        },
      ),
      shadow: responseOf(
        gzipSync(JSON.stringify({ token: plant(), cookies: { session: cookie } })),
        {
          sentHeaders: headers,
          headers: ['Content-Type', 'application/json', 'Content-Encoding', 'gzip'],
        },
      ),
    },
  }
}

test('a planted secret is nowhere on disk and in nothing that is read', async () => {
  const folder = makeFolder()
  const path = join(folder.path, 'shadowdiff.db')
  const writer = await openWriter({ path })
  await writer.openRun(RUN)
  const redactor = createRedactor(openRedactionKey(path, {}))
  const batch = Array.from({ length: 20 }, (_, n) => {
    const { exchange, values } = exchangeFullOfSecrets()
    const differences = [
      differenceOf({ location: 'header:set-cookie/sid', primary: JSON.stringify(values[0]) }),
      differenceOf({
        location: 'body:/token',
        primary: JSON.stringify(values[0]),
        shadow: JSON.stringify(values[1]),
      }),
      differenceOf({ location: 'body:/echo', primary: JSON.stringify({ anything: values[1] }) }),
    ]
    const suppressed = differences.map((difference) => ({
      ...difference,
      by: 'builtin:cookie-values',
    }))
    return redactor.redact(
      judgedOf({ startedAt: 1_767_614_400_000 + n, ...exchange }, { differences, suppressed }),
    )
  })
  await writer.save(batch)
  const reader = await openReader({ path })

  const shown: unknown[] = []
  const exchanges = await collect(reader.iterateExchanges({}))
  for (const { id } of exchanges) shown.push(await reader.findExchange(id))
  for (const { id } of await collect(reader.iterateDivergences({}))) {
    shown.push(await reader.findDivergence(id, 50))
  }
  shown.push(exchanges, await collect(reader.iterateDifferences({})))
  const files = readdirSync(folder.path)
  expect(files).toContain('shadowdiff.db-wal')
  const texts = [
    JSON.stringify(shown),
    ...files.map((file) => readFileSync(join(folder.path, file)).toString('latin1')),
  ]
  await reader.close()
  await writer.close()
  texts.push(readFileSync(path).toString('latin1'))
  folder.remove()

  expect(exchanges).toHaveLength(20)
  expect(secrets.length).toBeGreaterThan(250)
  const coded = secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('base64').slice(0, -4),
    Buffer.from(`u:${secret}`).toString('base64').slice(0, -4),
  ])
  const found = coded.filter((secret) => texts.some((text) => text.includes(secret)))
  expect(found).toEqual([])
})

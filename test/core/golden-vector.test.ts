/**
 * A pair that a mesh really produced: one request to httpbin and its mirrored copy, both answers as captured
 * with tcpdump. Nothing in it is a divergence.
 */

import { expect, test } from 'vitest'

import { judge, suppressions } from './build-exchange.ts'

const SENT_TO_BOTH = [
  ['user-agent', 'curl/7.35.0'],
  ['accept', '*/*'],
  ['x-forwarded-proto', 'http'],
  ['x-request-id', '571c0fd6-98d4-4c93-af79-6a2fe2945847'],
  ['x-envoy-decorator-operation', 'httpbin.default.svc.cluster.local:8000/*'],
  ['x-b3-traceid', '82f3e0a76dcebca2'],
  ['x-b3-spanid', '82f3e0a76dcebca2'],
  ['x-b3-sampled', '0'],
].flat()

const ADDED_TO_THE_COPY = ['x-envoy-internal', 'true', 'x-forwarded-for', '10.233.75.12']

const answerHeaders = (second: number, length: number) =>
  [
    ['server', 'envoy'],
    ['date', `Fri, 15 Feb 2019 05:47:${second} GMT`],
    ['content-type', 'application/json'],
    ['content-length', String(length)],
    ['access-control-allow-origin', '*'],
    ['access-control-allow-credentials', 'true'],
    ['x-envoy-upstream-service-time', '3'],
  ].flat()

// Old versions of the echo's JSON library left a space at the end of each line.
const echo = (host: string, last: Record<string, string>) =>
  `${JSON.stringify(
    {
      headers: {
        Accept: '*/*',
        'Content-Length': '0',
        Host: host,
        'User-Agent': 'curl/7.35.0',
        'X-B3-Sampled': '0',
        'X-B3-Spanid': '82f3e0a76dcebca2',
        'X-B3-Traceid': '82f3e0a76dcebca2',
        ...last,
      },
    },
    null,
    2,
  ).replaceAll(',\n', ', \n')}\n`

const PRIMARY_BODY = echo('httpbin:8000', {})
const SHADOW_BODY = echo('httpbin-shadow:8000', { 'X-Envoy-Internal': 'true' })

test('the bodies are those of the capture', () => {
  expect([PRIMARY_BODY.length, SHADOW_BODY.length]).toEqual([241, 281])
})

test.each([
  ['and the additions were ours', ADDED_TO_THE_COPY],
  ['and the additions were made on the way', []],
])('the captured pair matches, %s', (_, added) => {
  const judgement = judge(
    {
      sent: ['host', 'httpbin:8000', ...SENT_TO_BOTH, 'content-length', '0'],
      headers: answerHeaders(50, 241),
      body: PRIMARY_BODY,
    },
    {
      sent: ['host', 'httpbin-shadow:8000', ...SENT_TO_BOTH, ...added, 'content-length', '0'],
      headers: answerHeaders(49, 281),
      body: SHADOW_BODY,
    },
    { target: '/headers' },
  )
  expect(judgement.outcome).toBe('match')
  expect(suppressions(judgement)).toEqual([
    'header:date builtin:date',
    'header:content-length builtin:content-length',
    'body:/headers/Host builtin:shadow-host',
    'body:/headers/X-Envoy-Internal builtin:echoed-headers',
  ])
})

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, loadText, problemsOf, settingsOf } from './load-text.ts'

/** Makes `NAME.crt` and `NAME.key` in the folder; false where there is no openssl. */
function makePair(name: string): boolean {
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-days', '2', '-subj', `/CN=${name}`],
    ...['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)],
  ])
  return made.status === 0
}

const hasPairs = makePair('one') && makePair('two')
const WHY = 'there is no openssl here to make a certificate with'

test('certificates and keys are read from the folder of the configuration', ({ skip }) => {
  if (!hasPairs) skip(WHY)
  const { settings } = settingsOf(
    loadText(
      [
        'tls: { cert: one.crt, key: one.key }',
        'primary: { url: https://v1, tls: { ca: two.crt, cert: one.crt, key: one.key } }',
      ].join('\n'),
    ),
  )
  expect(settings.tls?.cert).toContain('BEGIN CERTIFICATE')
  expect(settings.tls?.key).toContain('PRIVATE KEY')
  expect(settings.routes[0]?.primary.tls).toMatchObject({
    ca: expect.stringContaining('BEGIN CERTIFICATE') as string,
    verify: true,
  })
})

test('a key of another certificate, a missing one and files that are none are told', ({ skip }) => {
  if (!hasPairs) skip(WHY)
  writeFileSync(join(folder, 'none.pem'), 'nothing of that kind')
  const problems = problemsOf(
    loadText(
      [
        'tls: { cert: one.crt, key: two.key }',
        'primary: { url: https://v1, tls: { ca: none.pem, cert: absent.crt } }',
        'shadow:',
        '  url: https://v2',
        '  tls: { serverName: "a b" }',
      ].join('\n'),
    ),
  )
  expect(problems).toEqual([
    '1 tls.key: this key does not belong to the certificate',
    expect.stringMatching(/^2 primary\.tls\.key: missing/),
    expect.stringMatching(/^2 primary\.tls\.ca: expected a PEM file with certificates/),
    expect.stringMatching(/^2 primary\.tls\.cert: .*absent\.crt: no such file$/),
    expect.stringMatching(/^5 shadow\.tls\.serverName: expected a host name/),
  ])
})

test('a key that an environment variable holds is taken, and never shown when it is wrong', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n'
  const loaded = loadText('primary: http://v1\ntls: { cert: "${PEM}", key: "${PEM}" }\n', {
    env: { PEM: pem },
  })
  expect(problemsOf(loaded).join('\n')).not.toContain('c2VjcmV0')
  expect(problemsOf(loaded)).toEqual([
    expect.stringMatching(/^2 tls\.cert: expected a PEM file with certificates/),
    expect.stringMatching(/^2 tls\.key: expected a PEM file with a private key/),
  ])
})

/** Certificates and keys: read when the configuration is, so that a file that is missing or wrong is told at once. */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { codeOf } from '../core/errors.ts'
import type { ListenerTls, UpstreamTls } from '../core/settings.ts'
import { present } from './present.ts'
import type { Section } from './section.ts'
import * as form from './values.ts'

const MAX_FILE_BYTES = 10_000_000

/** What the listener shows its clients. */
export function readListenerTls(section: Section): ListenerTls | undefined {
  for (const name of ['cert', 'key']) {
    if (!section.has(name)) section.problem(name, 'missing; a listener needs cert and key')
  }
  const { cert, key } = readPair(section)
  return cert === undefined || key === undefined ? undefined : { cert, key }
}

/** How TLS is spoken to an upstream. */
export function readUpstreamTls(section: Section): UpstreamTls {
  if (section.has('cert') !== section.has('key')) {
    const missing = section.has('cert') ? 'key' : 'cert'
    section.problem(missing, 'missing; a client certificate needs cert and key')
  }
  return present({
    ca: readPem(section, 'ca', checkCertificates),
    ...readPair(section),
    serverName: section.value('serverName', form.hostName),
    verify: section.value('verify', form.toggle) ?? true,
  })
}

function readPair(section: Section): { cert: string | undefined; key: string | undefined } {
  const cert = readPem(section, 'cert', checkCertificates)
  const key = readPem(section, 'key', checkKey)
  if (cert !== undefined && key !== undefined) {
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
      section.problem('key', 'this key does not belong to the certificate')
    }
  }
  return { cert, key }
}

/** The PEM below a key: the contents of the file that it names, or the text itself. */
function readPem(section: Section, key: string, check: (pem: string) => void): string | undefined {
  const given = section.value(key, form.text)
  if (given === undefined) return undefined
  const pem = given.startsWith('-----BEGIN ') ? given : readNamedFile(section, key, given)
  if (pem === undefined) return undefined
  try {
    check(pem)
    if (key === 'cert') warnOfExpiry(section, pem)
    return pem
  } catch (error) {
    const code = codeOf(error)
    section.problem(
      key,
      code === 'ERR_MISSING_PASSPHRASE'
        ? 'this key is encrypted; it is needed without a passphrase'
        : `expected a PEM file with ${key === 'key' ? 'a private key' : 'certificates'}${code === undefined ? '' : ` (${code})`}`,
    )
    return undefined
  }
}

function warnOfExpiry(section: Section, pem: string): void {
  const { validTo } = new X509Certificate(pem)
  if (Date.parse(validTo) < Date.now()) {
    section.report.warn(section.pathOf('cert'), `this certificate expired on ${validTo}`)
  }
}

function checkCertificates(pem: string): void {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  for (const block of blocks ?? [pem]) new X509Certificate(block)
}

function checkKey(pem: string): void {
  createPrivateKey(pem)
}

/** The text of a file that the configuration names, from the configuration's own folder; what is wrong is reported. */
export function readNamedFile(section: Section, key: string, name: string): string | undefined {
  const path = resolve(dirname(section.report.origin.file ?? '.'), name)
  try {
    const { size } = statSync(path)
    if (size <= MAX_FILE_BYTES) return readFileSync(path, 'utf8')
    section.problem(key, `${path}: longer than 10 MB`)
  } catch (error) {
    const code = codeOf(error)
    section.problem(
      key,
      `${path}: ${code === 'ENOENT' ? 'no such file' : `cannot be read (${code ?? ''})`}`,
    )
  }
  return undefined
}

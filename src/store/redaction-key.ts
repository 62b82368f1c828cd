/** The key of redaction: from the environment, or from a file beside the database that only its owner reads. */

import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { AppError, codeOf, messageOf } from '../core/errors.ts'
import { keyIdOf, type RedactionKey } from '../core/placeholder.ts'

/** The variable that holds a key, for those who keep no key on the recorder's disk. */
export const REDACTION_KEY_VARIABLE = 'SHADOWDIFF_REDACTION_KEY'

const SHORTEST_KEY = 16

/** What people must know of a key: it was made just now, or others could read it. */
export type KeyNews = 'made' | 'was-readable'

/**
 * The key of the database at `store`, made when there is none; throws `invalid` on a key that is no key. What is
 * special about it is told with the path of its file.
 */
export function openRedactionKey(
  store: string,
  env: Readonly<Record<string, string | undefined>>,
  told: (news: KeyNews, path: string) => void = () => undefined,
): RedactionKey {
  const text = env[REDACTION_KEY_VARIABLE]
  if (text !== undefined && text !== '') return keyOf(text, REDACTION_KEY_VARIABLE)
  const path = `${store}.key`
  try {
    const known = readKey(path, told)
    const key = keyOf(known ?? makeKey(path), path)
    if (known === undefined) told('made', path)
    return key
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'invalid',
      `${path}: the redaction key cannot be read or made: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

function readKey(path: string, told: (news: KeyNews, path: string) => void): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim()
    if ((statSync(path).mode & 0o077) !== 0) {
      chmodSync(path, 0o600)
      told('was-readable', path)
    }
    return text
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Makes the file whole or not at all, so that a crash leaves no half key. */
function makeKey(path: string): string {
  const text = randomBytes(32).toString('hex')
  const draft = `${path}.tmp`
  // A new file: one that is there may be anybody's to read, or lead elsewhere.
  rmSync(draft, { force: true })
  writeFileSync(draft, `${text}\n`, { flag: 'wx', mode: 0o600, flush: true })
  renameSync(draft, path)
  return text
}

function keyOf(text: string, where: string): RedactionKey {
  if (text.length < SHORTEST_KEY) {
    throw new AppError(
      'invalid',
      `${where}: a redaction key has at least ${SHORTEST_KEY} characters; this one has ${text.length}`,
    )
  }
  const key = Buffer.from(text)
  return { key, keyId: keyIdOf(key) }
}

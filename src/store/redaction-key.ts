/** The key of redaction: from the environment, or from a file beside the database that only its owner reads. */

import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { AppError, codeOf, messageOf } from '../core/errors.ts'
import { keyIdOf, type RedactionKey } from '../core/placeholder.ts'

/** The variable that holds a key, for those who keep no key on the recorder's disk. */
export const REDACTION_KEY_VARIABLE = 'SHADOWDIFF_REDACTION_KEY'

const SHORTEST_KEY = 16

/** The key of the database at `store`, made when there is none; throws `invalid` on a key that is no key. */
export function openRedactionKey(
  store: string,
  env: Readonly<Record<string, string | undefined>>,
): RedactionKey {
  const text = env[REDACTION_KEY_VARIABLE]
  if (text !== undefined && text !== '') return keyOf(text, REDACTION_KEY_VARIABLE)
  const path = `${store}.key`
  try {
    return keyOf(readKey(path) ?? makeKey(path), path)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'invalid',
      `${path}: the redaction key cannot be read or made: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

function readKey(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim()
    chmodSync(path, 0o600)
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
  writeFileSync(draft, `${text}\n`, { mode: 0o600, flush: true })
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

/**
 * What stands where a secret stood: `redacted.string.17-32.9f86d081884c7d65.3fa1c2b4`. It keeps the type,
 * a class of length and a keyed hash with the key's id, so that equal stays equal and different stays
 * different, and it is safe in headers, URLs, forms and JSON.
 */

import { createHash, createHmac } from 'node:crypto'
import { isPlaceholder } from './placeholder-form.ts'

/** The key of keyed hashes and the name by which placeholders tell it. */
export interface RedactionKey {
  readonly key: Buffer
  readonly keyId: string
}

/** Gives every secret its placeholder. */
export type PlaceholderOf = (secret: string, type?: 'string' | 'number') => string

/** Secrets that recur (session cookies, API keys) are hashed once; the memory of them is bounded. */
const MAX_REMEMBERED = 4096

/** The id that goes with a key: a hash of it, so that the same key has the same id everywhere. */
export function keyIdOf(key: Buffer): string {
  return createHash('sha256').update('shadowdiff key id').update(key).digest('hex').slice(0, 8)
}

/** Placeholders under this key. Nothing and what is redacted already stay as they are. */
export function createPlaceholders({ key, keyId }: RedactionKey): PlaceholderOf {
  const remembered = new Map<string, string>()
  return (secret, type = 'string') => {
    if (secret === '' || isPlaceholder(secret)) return secret
    const id = `${type}${secret}`
    const known = remembered.get(id)
    if (known !== undefined) return known
    const hash = createHmac('sha256', key).update(secret).digest('hex').slice(0, 16)
    const placeholder = `redacted.${type}.${lengthClass(secret.length)}.${hash}.${keyId}`
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    remembered.set(id, placeholder)
    return placeholder
  }
}

function lengthClass(length: number): string {
  for (let most = 8; most <= 1024; most *= 2) {
    if (length <= most) return `${most === 8 ? 1 : most / 2 + 1}-${most}`
  }
  return '1025-'
}

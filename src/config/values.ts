/**
 * Reads the written forms of single values (`15s`, `1MB`, `12.5`, `127.0.0.1:8080`). Each reader gives
 * the value, or `undefined` when the text is not of its form; `expected` says what the form is.
 */

import { isIP } from 'node:net'
import type { ListenAddress, MirroredMethods, ShadowHost } from '../core/settings.ts'

/** A value's form: how it is read, and what to say when it cannot be. */
export interface ValueForm<T> {
  readonly expected: string
  read(value: unknown): T | undefined
}

const DURATION_UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const SIZE_UNITS = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
} as const

function readWithUnit(value: unknown, units: Readonly<Record<string, number>>): number | undefined {
  if (typeof value !== 'string') return undefined
  const match = /^(\d{1,12}(?:\.\d{1,6})?)\s?([A-Za-z]{1,3})$/.exec(value.trim())
  if (match === null) return undefined
  const factor = units[match[2] ?? '']
  return factor === undefined ? undefined : Math.round(Number(match[1]) * factor)
}

/** The longest that a timer can run. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** A span of time that something waits; read as milliseconds. */
export const duration: ValueForm<number> = {
  expected: 'a duration such as 500ms, 15s or 5m',
  read: (value) => {
    const ms = readWithUnit(value, DURATION_UNITS)
    return ms !== undefined && ms >= 1 && ms <= MAX_TIMER_MS ? ms : undefined
  },
}

/** How long something is kept; read as milliseconds. */
export const age: ValueForm<number> = {
  expected: 'an age such as 12h or 7d',
  read: (value) => {
    const ms = readWithUnit(value, DURATION_UNITS)
    return ms !== undefined && ms >= 1000 ? ms : undefined
  },
}

/** A whole number within bounds. */
export function integer(least: number, most: number): ValueForm<number> {
  return {
    expected: `a whole number from ${least} to ${most}`,
    read: (value) => {
      const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
      const isWhole = typeof number === 'number' && Number.isSafeInteger(number)
      return isWhole && number >= least && number <= most ? number : undefined
    },
  }
}

/** A share, `0.1%` or `0.001`; read as 0 to 1. */
export const share: ValueForm<number> = {
  expected: 'a share such as 0.1% or 0.001',
  read: (value) => {
    const text = typeof value === 'number' ? numberText(value) : value
    if (typeof text !== 'string') return undefined
    const match = /^(\d{1,3}(?:\.\d{1,12})?)\s?(%?)$/.exec(text.trim())
    if (match === null) return undefined
    const number = match[2] === '%' ? Number(match[1]) / 100 : Number(match[1])
    return number <= 1 ? number : undefined
  },
}

/** Small numbers without an exponent. */
function numberText(number: number): string {
  return /e-/.test(String(number)) ? number.toFixed(12) : String(number)
}

/** A number of bytes, decimal (`MB`) or binary (`MiB`) units, or a plain number. */
export const size: ValueForm<number> = {
  expected: 'a size such as 64KB, 1MB or 1MiB',
  read: (value) => {
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
    const bytes =
      typeof number === 'number'
        ? number
        : readWithUnit(typeof value === 'string' ? value.toUpperCase() : value, SIZE_UNITS)
    return Number.isSafeInteger(bytes) && (bytes ?? -1) >= 0 ? bytes : undefined
  },
}

/** A share of the requests in percent, `12.5` or `12.5%`. */
export const percent: ValueForm<number> = {
  expected: 'a number from 0 to 100',
  read: (value) => {
    const text = typeof value === 'number' ? numberText(value) : value
    if (typeof text !== 'string' || !/^\d{1,3}(\.\d{1,12})?%?$/.test(text.trim())) return undefined
    const number = Number(text.trim().replace('%', ''))
    return number <= 100 ? number : undefined
  },
}

/** Host and port to listen on; a bare port means loopback, `:8080` every address. */
export const address: ValueForm<ListenAddress> = {
  expected: 'HOST:PORT such as 127.0.0.1:8080 or [::1]:8080',
  read: (value) => {
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text !== 'string') return undefined
    const match = /^(?:(\[[0-9A-Fa-f:.]{2,45}\]|[^\s:[\]/@]{0,253}):)?(\d{1,5})$/.exec(text.trim())
    if (match === null) return undefined
    const port = Number(match[2])
    if (port > 65_535) return undefined
    const host = match[1]
    if (host === undefined) return { host: '127.0.0.1', port }
    if (host === '') return { host: '::', port }
    if (!host.startsWith('[')) return { host, port }
    const literal = host.slice(1, -1)
    return isIP(literal) === 6 ? { host: literal, port } : undefined
  },
}

/** The origin of an upstream, normalized: scheme and authority, nothing else. */
export const upstreamUrl: ValueForm<string> = {
  expected: 'an http(s) URL such as http://v1:8080, without user info, path or query',
  read: (value) => {
    if (typeof value !== 'string' || !/^https?:\/\//i.test(value)) return undefined
    if (!URL.canParse(value)) return undefined
    const url = new URL(value)
    const isOrigin = url.pathname === '/' && url.search === '' && url.hash === ''
    return isOrigin && url.username === '' && url.password === '' ? url.origin : undefined
  },
}

/** `all`, `safe`, or methods as a list or separated by commas. */
export const methods: ValueForm<MirroredMethods> = {
  expected: 'all, safe, or a list of methods such as GET,POST',
  read: (value) => {
    if (value === 'all' || value === 'safe') return value
    const list = typeof value === 'string' ? value.split(',') : value
    if (!Array.isArray(list) || list.length === 0) return undefined
    const names = list.map((name) => (typeof name === 'string' ? name.trim().toUpperCase() : ''))
    // Beside others these are no methods: who writes them means them.
    const isMethod = (name: string) => /^(?!(?:ALL|SAFE)$)[A-Z][A-Z-]{0,31}$/.test(name)
    return names.every(isMethod) ? names : undefined
  },
}

/** Which Host the shadow's copy carries. */
export const shadowHost: ValueForm<ShadowHost> = {
  expected: 'suffix, preserve, upstream, or a host name such as v2.example:8080',
  read: (value) => {
    if (value === 'suffix' || value === 'preserve' || value === 'upstream') return { kind: value }
    if (typeof value !== 'string' || !/^[A-Za-z0-9._~[\]:-]{1,255}$/.test(value)) return undefined
    return { kind: 'literal', host: value }
  },
}

/** A name that people give: a run, a user. */
export const name: ValueForm<string> = {
  expected: 'a name of 1 to 128 characters without control characters',
  read: (value) =>
    typeof value === 'string' && /^[^\p{Cc}]{1,128}$/u.test(value) && value.trim() === value
      ? value
      : undefined,
}

/** A path in the file system. */
export const filePath: ValueForm<string> = {
  expected: 'the path of a file',
  read: (value) =>
    typeof value === 'string' && value !== '' && !value.includes('\0') ? value : undefined,
}

/** A secret of a user; long enough not to be guessed. */
export const token: ValueForm<string> = {
  expected: 'a token of at least 16 characters',
  read: (value) => (typeof value === 'string' && value.length >= 16 ? value : undefined),
}

/** One of a few words. */
export function oneOf<const W extends string>(...words: readonly W[]): ValueForm<W> {
  return {
    expected: `one of ${words.join(', ')}`,
    read: (value) => words.find((word) => word === value),
  }
}

/** `true` or `false`; `on` and `off` as well, as people write them in YAML. */
export const toggle: ValueForm<boolean> = {
  expected: 'on or off',
  read: (value) => {
    if (value === true || value === 'on') return true
    if (value === false || value === 'off') return false
    return undefined
  },
}

/** Any text that is not empty. */
export const text: ValueForm<string> = {
  expected: 'a text',
  read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
}

/** A name that certificates and DNS know. */
export const hostName: ValueForm<string> = {
  expected: 'a host name such as v2.example',
  read: (value) =>
    typeof value === 'string' && /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9_])?$/.test(value)
      ? value
      : undefined,
}

/** Where a Unix socket lies; the length is what systems allow. */
export const socketPath: ValueForm<string> = {
  expected: 'the absolute path of a Unix socket, of at most 103 bytes',
  read: (value) =>
    typeof value === 'string' && /^\/[^\0]+$/.test(value) && Buffer.byteLength(value) <= 103
      ? value
      : undefined,
}

/** Where the proxy listens: HOST:PORT, or `unix:` and the path of a socket. */
export const listen: ValueForm<ListenAddress | { readonly socket: string }> = {
  expected: `${address.expected}, or unix:/run/shadowdiff.sock`,
  read: (value) => {
    if (typeof value !== 'string' || !value.startsWith('unix:')) return address.read(value)
    const socket = socketPath.read(value.slice('unix:'.length))
    return socket === undefined ? undefined : { socket }
  },
}

/** How many times something is something else. */
export const ratio: ValueForm<number> = {
  expected: 'a ratio such as 1.25',
  read: (value) => {
    const number =
      typeof value === 'string' && /^\d{1,4}(\.\d{1,6})?$/.test(value) ? Number(value) : value
    return typeof number === 'number' && number > 0 && number <= 1000 ? number : undefined
  },
}

/** What is said on the command line, laid over what the file says. */

import type { KeyPath } from './document.ts'

/** What was said on the command line; `undefined` is not said. */
export interface Flags {
  readonly listen?: string | undefined
  readonly console?: string | undefined
  readonly health?: string | undefined
  readonly primary?: string | undefined
  readonly shadow?: string | undefined
  readonly control?: string | undefined
  readonly controlPercent?: string | undefined
  readonly percent?: string | undefined
  readonly methods?: string | undefined
  readonly shadowHost?: string | undefined
  readonly run?: string | undefined
  readonly workers?: string | undefined
  readonly db?: string | undefined
}

/** How each flag is written, and the keys of the file that it equals: the first that the file has, else the last. */
const FLAG_KEYS: Readonly<Record<keyof Flags, readonly [flag: string, ...paths: string[]]>> = {
  listen: ['--listen', 'listen'],
  console: ['--console', 'console.listen'],
  health: ['--health', 'health'],
  primary: ['--primary', 'primary.url', 'primary'],
  shadow: ['--shadow', 'shadow.url', 'shadow'],
  control: ['--control', 'control.url', 'control'],
  controlPercent: ['--control-percent', 'control.percent', 'controlPercent'],
  percent: ['--percent', 'shadow.percent', 'percent'],
  methods: ['--methods', 'shadow.methods', 'methods'],
  shadowHost: ['--shadow-host', 'shadow.host', 'shadowHost'],
  run: ['--run', 'run'],
  workers: ['--workers', 'workers'],
  db: ['--db', 'store'],
}

/** The file's data with the flags in their places. */
export interface Overlaid {
  readonly data: unknown
  /** The flag that a value comes from. */
  readonly flagOf: (path: KeyPath) => string | undefined
}

/** Lays the flags over the data; a file whose data has another shape stays as it is and is refused later. */
export function overlayFlags(data: unknown, flags: Flags): Overlaid {
  const flagByPath = new Map<string, string>()
  let overlaid: unknown = data ?? {}
  for (const [name, [flag, ...paths]] of Object.entries(FLAG_KEYS)) {
    const value = flags[name as keyof Flags]
    if (value === undefined) continue
    const path = chooseKey(overlaid, paths)
    overlaid = setAt(overlaid, path.split('.'), value)
    flagByPath.set(path, flag)
  }
  return { data: overlaid, flagOf: (path) => flagByPath.get(path.join('.')) }
}

/** `primary.url` when the file's primary has keys, else `primary`; a leaf such as `shadow.percent` only when it is there. */
function chooseKey(data: unknown, paths: readonly string[]): string {
  const last = paths.at(-1) ?? ''
  const found = paths.find((path) => {
    const [parent = '', key] = path.split('.')
    const section = isMap(data) ? data[parent] : undefined
    return key !== undefined && isMap(section) && (key === 'url' || Object.hasOwn(section, key))
  })
  return found ?? last
}

function setAt(data: unknown, [key, ...rest]: readonly string[], value: string): unknown {
  if (key === undefined) return value
  if (!isMap(data))
    return data === undefined || data === null ? setAt({}, [key, ...rest], value) : data
  return { ...data, [key]: setAt(data[key], rest, value) }
}

function isMap(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}

/** What the configuration changes in a request's head for one upstream: lines and the beginning of the path. */

import type { HeaderList } from './exchange.ts'
import { isHopByHop } from './headers.ts'
import type { HeaderEdits as EditSettings, UpstreamSettings } from './settings.ts'

/** The edits of one upstream, made once and applied to each of its requests. */
export interface HeadEdits {
  /** The target with its path's beginning rewritten; the query and everything else stay as they are. */
  target(target: string): string
  /** The lines as this upstream gets them: a new list when anything is edited, never the given one changed. */
  headers(lines: HeaderList): HeaderList
}

/**
 * What is edited for an upstream; undefined when nothing is, so that nothing is done for it. Fields of
 * framing and of the connection are never edited; Host only where `set` names it.
 */
export function headEdits(
  upstream: Pick<UpstreamSettings, 'headers' | 'rewritePrefix'>,
): HeadEdits | undefined {
  const headers = headerEditor(upstream.headers)
  const target = targetEditor(upstream.rewritePrefix)
  if (headers === undefined && target === undefined) return undefined
  return { headers: headers ?? unchanged, target: target ?? unchanged }
}

function unchanged<T>(value: T): T {
  return value
}

/** The client waits for what `Expect` asks of the upstream, so it cannot be edited away either. */
function isUntouchable(name: string): boolean {
  return name === 'content-length' || name === 'expect' || isHopByHop(name)
}

/** Lower-case name to the lines that stand in place of its own; none: it is removed. */
type Replacements = ReadonlyMap<string, readonly string[]>

function replacementsOf({ set, remove }: EditSettings): Replacements {
  const replacements = new Map<string, readonly string[]>()
  for (const name of remove) {
    const lower = name.toLowerCase()
    if (lower !== 'host' && !isUntouchable(lower)) replacements.set(lower, [])
  }
  const isSet = new Set<string>()
  for (const [name, value] of set) {
    const lower = name.toLowerCase()
    if (isUntouchable(lower)) continue
    // There is one Host; of other names, lines that are given twice are two lines.
    const before = isSet.has(lower) && lower !== 'host' ? (replacements.get(lower) ?? []) : []
    replacements.set(lower, [...before, name, value])
    isSet.add(lower)
  }
  return replacements
}

function headerEditor(
  edits: EditSettings | undefined,
): ((lines: HeaderList) => HeaderList) | undefined {
  if (edits === undefined) return undefined
  const replacements = replacementsOf(edits)
  if (replacements.size === 0) return undefined
  const added = [...replacements].filter(([, lines]) => lines.length > 0)
  return (lines) => {
    const edited: string[] = []
    const done = new Set<string>()
    for (let i = 0; i < lines.length; i += 2) {
      const name = lines[i] ?? ''
      const lower = name.toLowerCase()
      const instead = replacements.get(lower)
      if (instead === undefined) edited.push(name, lines[i + 1] ?? '')
      else if (!done.has(lower)) {
        done.add(lower)
        edited.push(...instead)
      }
    }
    for (const [lower, instead] of added) if (!done.has(lower)) edited.push(...instead)
    return edited
  }
}

function targetEditor(
  rewrite: UpstreamSettings['rewritePrefix'],
): ((target: string) => string) | undefined {
  if (rewrite === undefined) return undefined
  const from = withoutLastSlash(rewrite.from)
  const to = withoutLastSlash(rewrite.to)
  if (from === to) return undefined
  return (target) => {
    const start = pathStart(target)
    if (start === -1) return target
    const end = pathEnd(target, start)
    const path = end === start ? '/' : target.slice(start, end)
    if (!path.startsWith(from)) return target
    // `/api` does not begin `/apiary`.
    if (path.length > from.length && path.charCodeAt(from.length) !== SLASH) return target
    const rewritten = to + path.slice(from.length)
    return target.slice(0, start) + (rewritten === '' ? '/' : rewritten) + target.slice(end)
  }
}

const SLASH = 0x2f

function withoutLastSlash(prefix: string): string {
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
}

/** Where the path of a target begins, after the authority of an absolute URL; -1 for `*`. */
function pathStart(target: string): number {
  if (target.charCodeAt(0) === SLASH) return 0
  const scheme = target.indexOf('://')
  if (scheme === -1) return -1
  const end = target.slice(scheme + 3).search(/[/?]/)
  return end === -1 ? target.length : scheme + 3 + end
}

function pathEnd(target: string, start: number): number {
  const query = target.indexOf('?', start)
  return query === -1 ? target.length : query
}

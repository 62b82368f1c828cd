/** What changed between the two bodies of a stored exchange, in words. */

import { describeChanges } from '../core/describe.ts'
import { parseJson } from '../core/json-text.ts'
import type { Json } from '../core/json-value.ts'
import type { ChangesView, ExchangeDetail, ObservationView } from '../core/exchange-report.ts'

/** Longer bodies are not parsed: the console is one process and answers others meanwhile. */
const MAX_LENGTH = 4 * 1024 * 1024
/** What cannot be described need not be parsed. */
const MAX_DEPTH = 200

/** Describes the bodies as they came, before any rule; with a reason where that cannot be. */
export function changesOf({ primary, shadow }: ExchangeDetail): ChangesView {
  const ours = jsonOf('Primary', primary)
  if ('reason' in ours) return notDescribed(ours.reason)
  const theirs = jsonOf('Shadow', shadow)
  if ('reason' in theirs) return notDescribed(theirs.reason)
  const description = describeChanges(ours.value, theirs.value)
  if (description.engine !== 'none') return description
  return notDescribed('The bodies are nested too deeply')
}

type Readable = { readonly value: Json } | { readonly reason: string }

function jsonOf(who: 'Primary' | 'Shadow', observation: ObservationView | undefined): Readable {
  if (observation === undefined) return { reason: `${who} was not asked` }
  if (observation.kind === 'failure') return { reason: `${who} gave no answer` }
  const { body } = observation
  if (body.length === 0) return { reason: `${who} gave no body` }
  if (body.truncated) return { reason: `Only a part of the body of ${who.toLowerCase()} was kept` }
  const text = body.text ?? ''
  if (text.length > MAX_LENGTH) return { reason: `The body of ${who.toLowerCase()} is too large` }
  const json = parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text, MAX_DEPTH)
  switch (json.kind) {
    case 'json':
      return { value: json.value }
    case 'too-deep':
      return { reason: `The body of ${who.toLowerCase()} is nested too deeply` }
    case 'not-json':
      return { reason: `The body of ${who.toLowerCase()} is no JSON` }
  }
}

function notDescribed(reason: string): ChangesView {
  return { engine: 'none', sentences: [], total: 0, reason }
}

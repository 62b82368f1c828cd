/** The words and numbers of a verdict. */

import type {
  Interval,
  RuleName,
  RuleReading,
  RuleStatus,
  Verdict,
} from '../../../src/core/verdict-reading.ts'
import type { StatusView } from '../../../src/core/service-report.ts'
import { formatDuration, formatRatio, formatShare } from '../../../src/core/verdict-words.ts'
import { formatCount } from './number.ts'

/** What a verdict is for people: an inconclusive one has two causes, and they call for different deeds. */
export type Answer = 'pass' | 'fail' | 'inconclusive' | 'unhealthy'

/** The answer that a verdict gives while the service is like this. */
export function answerOf(verdict: Verdict, status: StatusView | undefined): Answer {
  if (verdict.verdict !== 'inconclusive') return verdict.verdict
  const isIll = status !== undefined && illnessOf(status) !== undefined
  const isLosing = verdict.reasons.some(
    ({ rule, status: state }) =>
      state === 'undecided' && (rule === 'breaker' || rule === 'uncompared'),
  )
  return isIll || isLosing ? 'unhealthy' : 'inconclusive'
}

/** What is wrong with the program itself, as a sentence; undefined when nothing is. */
export function illnessOf({ proxy, recorder }: StatusView): string | undefined {
  if (!proxy.accepting) return 'The proxy is not accepting requests.'
  if (recorder.state === 'down') {
    return 'The recorder is down: requests are answered, but nothing new is compared until it is back.'
  }
  if (recorder.problem !== undefined) {
    return `What is answered is not recorded at the moment: ${recorder.problem}`
  }
  return undefined
}

/** How each answer is called, and what it says to somebody who wants to roll out. */
export const answers: Readonly<Record<Answer, { readonly word: string; readonly says: string }>> = {
  pass: { word: 'PASS', says: 'Yes, as far as this run shows' },
  fail: { word: 'FAIL', says: 'No: shadow is not ready' },
  inconclusive: { word: 'INCONCLUSIVE', says: 'Not yet: not enough is known' },
  unhealthy: { word: 'UNHEALTHY', says: 'Cannot be told: too much goes uncompared' },
}

/** A rate below this is none, where what is meant is "at least". */
const noticeable = 0.000_05

/** Requests a second that are as good as none. */
const slowest = 0.05

type Unit = 'count' | 'share' | 'ratio' | 'time'

/** How each rule is called, in which unit it measures, and on which side its limit stands. */
export const rules: Readonly<
  Record<
    RuleName,
    { readonly name: string; readonly unit: Unit; readonly side: 'at most' | 'at least' }
  >
> = {
  breaking: { name: 'Breaking differences', unit: 'count', side: 'at most' },
  errors: { name: 'Errors of shadow alone', unit: 'count', side: 'at most' },
  control: { name: 'More different than control', unit: 'count', side: 'at most' },
  divergence: { name: 'Requests that differ', unit: 'share', side: 'at most' },
  outages: { name: 'Outages of shadow alone', unit: 'count', side: 'at most' },
  latency: { name: 'Latency, shadow over primary', unit: 'ratio', side: 'at most' },
  requests: { name: 'Compared requests', unit: 'count', side: 'at least' },
  breaker: { name: 'Open breakers', unit: 'count', side: 'at most' },
  uncompared: { name: 'Not compared', unit: 'share', side: 'at most' },
  endpoints: { name: 'Covered endpoints', unit: 'count', side: 'at least' },
  traffic: { name: 'Time without a request', unit: 'time', side: 'at most' },
}

/** The sign and the word of a rule's status. */
export const statuses: Readonly<
  Record<RuleStatus, { readonly sign: string; readonly word: string }>
> = {
  pass: { sign: '✓', word: 'pass' },
  fail: { sign: '✕', word: 'fail' },
  undecided: { sign: '?', word: 'undecided' },
  'no-data': { sign: '–', word: 'no data' },
  'not-judged': { sign: '–', word: 'not judged' },
}

/** What a rule measured. */
export function measuredText({ rule, measured }: RuleReading): string {
  return measured === undefined ? '–' : quantity(measured, rules[rule].unit)
}

/** What a rule allows. */
export function limitText({ rule, limit }: RuleReading): string {
  if (limit === undefined) return '–'
  // Its limit counts requests of each endpoint, not endpoints.
  if (rule === 'endpoints') return `${formatCount(limit)} requests each`
  const { unit, side } = rules[rule]
  return limit === 0 && side === 'at most' ? 'none' : `${side} ${quantity(limit, unit)}`
}

/** Between which values what a rule measures lies; each end is rounded to where it stays true. */
export function intervalText({ rule, interval }: RuleReading): string {
  if (interval === undefined) return '–'
  const { unit } = rules[rule]
  return unit === 'ratio' ? ratioInterval(interval) : shareInterval(interval)
}

/** `0.12% to 0.9%`, rounded outwards. */
export function shareInterval({ lower, upper }: Interval): string {
  if (upper === undefined) return `at least ${formatBound(lower, 'down')}`
  return `${formatBound(lower, 'down')} to ${formatBound(upper, 'up')}`
}

/** `0.98 to 1.21 ×` */
export function ratioInterval({ lower, upper }: Interval): string {
  if (upper === undefined) return `at least ${formatRatio(lower)} ×`
  return `${formatRatio(lower)} to ${formatRatio(upper)} ×`
}

/** `0.31%`: a bound on a share, rounded to the side on which it stays true. */
export function formatBound(share: number, rounding: 'up' | 'down'): string {
  // True as well, and easier to read than a row of noughts.
  if (rounding === 'down' && share < noticeable) return '0%'
  return formatShare(share, rounding).replace(' ', '')
}

/** `95%`, `0.1%`: a share that somebody chose, as it was written. */
export function formatChosen(share: number): string {
  return formatShare(share).replace(' ', '')
}

/** `about 4 minutes at 7.9 a second`; of the pace so far while the present one is not known. */
export function timeToGo(
  needed: number,
  perSecond: number | undefined,
  etaMs: number | undefined,
): string | undefined {
  if (perSecond === undefined) {
    return etaMs === undefined ? undefined : `about ${formatDuration(etaMs)} at the pace so far`
  }
  if (perSecond < slowest) return 'but none is being compared now'
  const rate = perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))
  return `about ${formatDuration((needed / perSecond) * 1000)} at ${rate} a second`
}

/** A clause as a sentence of its own. */
export function sentence(clause: string): string {
  const text = clause.trim()
  if (text === '') return ''
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.')
}

function quantity(value: number, unit: Unit): string {
  switch (unit) {
    case 'count':
      return formatCount(value)
    case 'share':
      return formatShare(value).replace(' ', '')
    case 'ratio':
      return `${formatRatio(value)} ×`
    case 'time':
      return formatDuration(value)
  }
}

/**
 * One exchange in, one word on it out. The order is that of certainty: no copy, no answer, different status,
 * different headers, different bodies. What cannot be compared says why; nothing is equal by default.
 */

import { addWhole, compareBodies, isSameBytes } from './compare-bodies.ts'
import { compareHeaders } from './compare-headers.ts'
import { measureControl } from './control-measure.ts'
import type { DecodeBounds } from './decode.ts'
import type { EndpointLearner } from './endpoint-learner.ts'
import { createEndpointNamer } from './endpoint-patterns.ts'
import type {
  CapturedBody,
  Exchange,
  FailureReason,
  Observation,
  ObservedResponse,
} from './exchange.ts'
import { type ExchangeRules, rulesFor } from './exchange-rules.ts'
import { type Findings, addFinding, createFindings } from './findings.ts'
import type {
  ControlJudgement,
  Difference,
  IncomparableReason,
  Judgement,
  Outcome,
} from './judgement.ts'
import { type Operation, isOperationError, operationOf } from './operation.ts'
import type { JudgedExchange } from './ports.ts'
import { renderString } from './render.ts'
import type { Rule } from './rule.ts'
import { type RuleSet, createRuleSet } from './rule-set.ts'

/** Judges exchanges; pure, so one serves for the life of the process. */
export interface Comparer {
  /**
   * Never throws: a bug in here makes the exchange `incomparable: comparer-failed`. An exchange that was judged
   * before keeps its endpoint.
   */
  judge(exchange: Exchange, endpoint?: string): JudgedExchange
}

/** What comparing may cost, and the rules in force. */
export interface ComparerOptions extends Partial<DecodeBounds> {
  /** People's rules in the order in which they apply, after the builtin ones. */
  readonly rules?: readonly Rule[]
  /** Ids of builtin rules that are off. */
  readonly disabled?: readonly string[]
  /** Patterns that name endpoints before the shape of their paths does. */
  readonly endpointPatterns?: readonly string[]
  /** Asked under which name an endpoint is counted. */
  readonly learner?: Pick<EndpointLearner, 'name'> | undefined
}

/** A comparer under the default rules and those given. */
export function createComparer({
  maxBytes = 32 * 1024 * 1024,
  maxDepth = 500,
  rules = [],
  disabled = [],
  endpointPatterns = [],
  learner,
}: ComparerOptions = {}): Comparer {
  const nameEndpoint = createEndpointNamer(endpointPatterns)
  const setting = { bounds: { maxBytes, maxDepth }, rules: createRuleSet(rules, disabled) }
  return {
    judge(exchange, known) {
      const { method, target } = exchange.request
      let endpoint = known ?? nameEndpoint(method, target)
      try {
        const operation = operationOf(exchange.request)
        if (known === undefined) {
          if (operation !== undefined) endpoint = nameEndpoint(method, target, operation.name)
          endpoint = learner?.name(endpoint) ?? endpoint
        }
        const found = judge(exchange, endpoint, operation, setting)
        const judgement = operation ? withErrors(found) : found
        const control = judgeControl(exchange, endpoint, judgement, operation, setting)
        if (control === undefined) return { exchange, endpoint, judgement }
        return { exchange, endpoint, judgement: { ...judgement, control } }
      } catch {
        return { exchange, endpoint, judgement: incomparable('comparer-failed') }
      }
    },
  }
}

/** An error inside a 200 is a failure, where the protocol puts errors there. */
function withErrors(judgement: Judgement): Judgement {
  return { ...judgement, differences: judgement.differences.map(withError) }
}

function withError(difference: Difference): Difference {
  return isOperationError(difference)
    ? { ...difference, kind: 'failure', severity: 'breaking' }
    : difference
}

/** What one comparer was made with. */
interface Setting {
  readonly bounds: DecodeBounds
  readonly rules: RuleSet
}

function judge(
  exchange: Exchange,
  endpoint: string,
  operation: Operation | undefined,
  { bounds, rules }: Setting,
): Judgement {
  const { primary, shadow, unmirrored } = exchange
  if (unmirrored !== undefined) return nothingFound('unmirrored', unmirrored)
  if (primary === undefined) return incomparable('client-aborted')
  if (shadow === undefined) return incomparable('comparer-failed')
  if (primary.kind === 'failure' || hasBrokenOff(primary)) {
    const both = shadow.kind === 'failure' || hasBrokenOff(shadow)
    return incomparable(both ? 'both-failed' : 'primary-failed')
  }
  const findings = createFindings()
  if (shadow.kind === 'failure') {
    addFailure(findings, shadow.reason, shadow.message)
    return conclude(findings, undefined)
  }
  const active = rules.active(endpoint, exchange.request.method, primary.status)
  const own = rulesFor(rules, active, primary, shadow, exchange.startedAt, operation)
  return conclude(findings, compareResponses(exchange, primary, shadow, findings, bounds, own))
}

/**
 * What control shows, by the same measure as shadow. Only where all three answered below 500 and could be
 * compared: elsewhere shadow's differences say nothing about content, and there is nothing to hold against them.
 */
function judgeControl(
  exchange: Exchange,
  endpoint: string,
  { outcome, differences }: Judgement,
  operation: Operation | undefined,
  { bounds, rules }: Setting,
): ControlJudgement | undefined {
  const { primary, shadow, control } = exchange
  if (control === undefined || (outcome !== 'match' && outcome !== 'divergent')) return undefined
  if (!hasContent(primary) || !hasContent(shadow) || !hasContent(control)) return undefined
  const findings = createFindings()
  const active = rules.active(endpoint, exchange.request.method, primary.status)
  const own = rulesFor(rules, active, primary, control, exchange.startedAt, operation)
  const reason = compareResponses(exchange, primary, control, findings, bounds, own)
  if (reason !== undefined) return undefined
  const inControl = operation ? findings.differences.map(withError) : findings.differences
  return measureControl(differences, inControl, exchange.startedAt)
}

/** Whether an upstream answered by itself, and whole as far as we let it. */
function hasContent(observation: Observation | undefined): observation is ObservedResponse {
  return observation?.kind === 'response' && observation.status < 500 && !hasBrokenOff(observation)
}

/** Whether the upstream itself cut its answer short. */
function hasBrokenOff({ body }: ObservedResponse): boolean {
  return body.incomplete !== undefined && !isOurs(body.incomplete)
}

/** Ends of a body that no upstream is to blame for; `too-long` is a finding of its own. */
function isOurs(end: BodyEnd): end is Exclude<BodyEnd, FailureReason> {
  return end === 'too-long' || end === 'client-aborted' || end === 'shutdown'
}

type BodyEnd = NonNullable<CapturedBody['incomplete']>

/** Adds what differs between two answers; returns why their bodies could not be compared, if so. */
function compareResponses(
  exchange: Exchange,
  primary: ObservedResponse,
  shadow: ObservedResponse,
  findings: Findings,
  bounds: DecodeBounds,
  rules: ExchangeRules,
): IncomparableReason | undefined {
  compareStatus(primary.status, shadow.status, findings, rules)
  const bodiless = exchange.request.method === 'HEAD' || isBodiless(primary) || isBodiless(shadow)
  const whole = primary.body.incomplete === undefined && shadow.body.incomplete === undefined
  const sameBytes = !bodiless && whole && isSameBytes(primary.body, shadow.body)
  const surroundings = {
    requestedAt: exchange.startedAt,
    sameBytes,
    unsuffix: rules.unsuffix,
    clock: rules.clock,
    rules: rules.lines,
  }
  compareHeaders('header', primary.headers, shadow.headers, findings, surroundings)
  if (bodiless) return undefined
  if (!whole) return compareEnds(primary.body, shadow.body, findings)
  compareHeaders('trailer', primary.trailers, shadow.trailers, findings, surroundings)
  return sameBytes ? undefined : compareBodies(primary, shadow, findings, bounds, rules)
}

function compareStatus(
  primary: number,
  shadow: number,
  findings: Findings,
  { lines }: ExchangeRules,
): void {
  if (primary === shadow) return
  const sameClass = Math.floor(primary / 100) === Math.floor(shadow / 100)
  const [left, right] = [String(primary), String(shadow)]
  const difference = {
    kind: 'value',
    location: 'status',
    pattern: 'status',
    severity: sameClass ? 'changed' : 'breaking',
    primary: left,
    shadow: right,
  } as const
  addFinding(findings, difference, lines.excuse('status', [left], [right], undefined))
}

/** Answers that never have a body (RFC 9112 §6.3), whatever their headers say. */
function isBodiless({ status }: ObservedResponse): boolean {
  return status < 200 || status === 204 || status === 304
}

/** At least one body ended early; primary's only because we or the client ended it. */
function compareEnds(
  primary: CapturedBody,
  shadow: CapturedBody,
  findings: Findings,
): IncomparableReason | undefined {
  const { incomplete } = shadow
  if (incomplete !== undefined && !isOurs(incomplete)) {
    addFailure(findings, incomplete, `the body broke off after ${shadow.length} bytes`)
    return undefined
  }
  if (primary.incomplete !== undefined) {
    return primary.incomplete === 'shutdown' ? 'shutdown' : 'client-aborted'
  }
  if (incomplete === 'too-long') {
    const left = renderString(`${primary.length} bytes`)
    addWhole(findings, 'length', left, renderString(`more than ${shadow.length} bytes`))
    return undefined
  }
  return incomplete
}

function addFailure(findings: Findings, reason: FailureReason, message: string): void {
  const location = `failure:${reason}`
  addFinding(findings, {
    kind: 'failure',
    location,
    pattern: location,
    severity: 'breaking',
    shadow: renderString(message),
  })
}

function conclude(findings: Findings, reason: IncomparableReason | undefined): Judgement {
  const { differences, suppressed, differencesTotal, suppressedTotal } = findings
  return {
    outcome: differencesTotal > 0 ? 'divergent' : reason === undefined ? 'match' : 'incomparable',
    ...(differencesTotal === 0 && reason !== undefined && { reason }),
    differences,
    suppressed,
    differencesTotal,
    ...(suppressedTotal > suppressed.length && { suppressedTotal }),
  }
}

function incomparable(reason: IncomparableReason): Judgement {
  return nothingFound('incomparable', reason)
}

function nothingFound(outcome: Outcome, reason: string): Judgement {
  return { outcome, reason, differences: [], suppressed: [], differencesTotal: 0 }
}

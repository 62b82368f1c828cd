/** The schema of a verdict, the twin of `core/verdict-reading.ts`. */

import { Type } from 'typebox'
import type * as runs from '../core/run-report.ts'
import type { VerdictLimits } from '../core/verdict-limits.ts'
import type * as reading from '../core/verdict-reading.ts'
import { listOf, matching, oneOf } from './matching.ts'
import { DifferenceKind, LatencyView, Severity } from './schemas.ts'

const Count = Type.Integer({ minimum: 0 })
const Share = Type.Number({ minimum: 0, maximum: 1 })
const Texts = (description: string) => listOf(Type.String(), { description })

const Interval = matching<reading.Interval>()(
  Type.Object(
    { lower: Type.Number(), upper: Type.Optional(Type.Number()) },
    { title: 'Interval', description: 'Without `upper` there is no upper end.' },
  ),
)

const RuleReading = matching<reading.RuleReading>()(
  Type.Object(
    {
      rule: oneOf([
        'breaking',
        'errors',
        'control',
        'divergence',
        'outages',
        'latency',
        'requests',
        'breaker',
        'uncompared',
        'endpoints',
        'traffic',
      ]),
      status: oneOf(['pass', 'fail', 'undecided', 'no-data', 'not-judged'], {
        description: '`undecided` blocks a pass; `no-data` and `not-judged` do not.',
      }),
      words: Type.String({ description: 'One clause for people.' }),
      limit: Type.Optional(Type.Number()),
      measured: Type.Optional(Type.Number()),
      interval: Type.Optional(Interval),
      needed: Type.Optional(Count),
      change: Type.Optional(Type.String({ description: 'What would change the status.' })),
      evidence: Texts('Ids of divergences, names of endpoints and routes, worst first.'),
    },
    { title: 'VerdictReason' },
  ),
)

const Regression = matching<reading.Regression>()(
  Type.Object(
    {
      id: Type.String({ description: 'Of the divergence.' }),
      endpoint: Type.String(),
      kind: DifferenceKind,
      location: Type.String(),
      severity: Severity,
      rule: oneOf(['breaking', 'control']),
      exchanges: Count,
      words: Type.String(),
      examples: Texts('Ids of exchanges that show it.'),
    },
    { title: 'Regression' },
  ),
)

const LatencyReading = matching<reading.LatencyReading>()(
  Type.Object(
    {
      ratio: Type.Number({
        minimum: 0,
        description: 'Median of shadow’s duration over primary’s in the same exchange.',
      }),
      lower: Type.Number({ minimum: 0 }),
      upper: Type.Optional(Type.Number({ minimum: 0 })),
      pairs: Count,
      primary: LatencyView,
      shadow: LatencyView,
    },
    { title: 'LatencyReading' },
  ),
)

const EndpointReading = matching<reading.EndpointReading>()(
  Type.Object(
    {
      endpoint: Type.String(),
      samples: Count,
      divergent: Count,
      divergenceRate: Type.Optional(Share),
      divergenceRateLower: Share,
      divergenceRateUpper: Share,
      covered: Type.Boolean({ description: 'It has as many samples as the limits ask for.' }),
      required: Type.Boolean(),
      uncountedControl: Type.Optional(
        Type.Integer({
          minimum: 1,
          description:
            'Differences of control that are in no count: it differs in more places than are kept.',
        }),
      ),
      latency: Type.Optional(LatencyReading),
    },
    { title: 'EndpointReading' },
  ),
)

const Limits = matching<VerdictLimits>()(
  Type.Object(
    {
      minRequests: Count,
      maxDivergence: Share,
      maxUncompared: Share,
      maxLatencyRatio: Type.Optional(Type.Number()),
      confidence: Share,
      endpoints: Type.Object({ minRequests: Count, required: listOf(Type.String()) }),
    },
    { title: 'VerdictLimits', description: 'What the run was held to.' },
  ),
)

/** `GET /api/v1/verdict`. */
export const VerdictView = matching<runs.VerdictView>()(
  Type.Object(
    {
      verdict: oneOf(['pass', 'fail', 'inconclusive']),
      settled: Type.Boolean({ description: 'Waiting longer is no use.' }),
      reason: Type.String({ description: 'One sentence.' }),
      run: Type.String(),
      rulesVersion: Type.String(),
      samples: Type.Integer({ minimum: 0, description: 'Compared requests.' }),
      divergent: Type.Integer({
        minimum: 0,
        description: 'Of these, the ones that count as different.',
      }),
      alwaysCounted: Type.Optional(
        Type.Integer({
          minimum: 1,
          description:
            'Of these, the ones that marking a divergence as expected does not take out: they came in more ' +
            'combinations of divergences than are kept, or show one that was forgotten.',
        }),
      ),
      divergenceRate: Type.Optional(Share),
      divergenceRateUpper: Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'The rate is at most this, with `confidence`, however often it is asked for.',
      }),
      confidence: Share,
      uncompared: Type.Integer({
        minimum: 0,
        description: 'Requests that should have been compared and were not.',
      }),
      uncomparedRate: Share,
      needed: Type.Optional(
        Type.Integer({
          minimum: 0,
          description: 'Further requests until it can pass, if nothing bad happens in them.',
        }),
      ),
      arithmetic: Type.Optional(
        matching<reading.RequestArithmetic>()(
          Type.Object(
            { oneLook: Count, anyTime: Count, inAll: Count },
            { title: 'RequestArithmetic', description: 'How many requests the limit costs.' },
          ),
        ),
      ),
      regressions: listOf(Regression, { description: 'Worst first, at most 100.' }),
      latency: Type.Optional(LatencyReading),
      endpoints: listOf(EndpointReading),
      reasons: listOf(RuleReading),
      whatWouldChangeIt: listOf(Type.String()),
      limits: Limits,
      etaMs: Type.Optional(
        Type.Number({
          minimum: 0,
          description: 'Until `needed` more requests are compared, at the rate of the run so far.',
        }),
      ),
    },
    {
      title: 'Verdict',
      description: 'Whether shadow may replace primary, as far as one run shows.',
    },
  ),
)

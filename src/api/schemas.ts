/**
 * The API's schemas, each the twin of a type of `core/*-report.ts`: `matching` refuses to compile when
 * the two drift apart, in either direction. They document (OpenAPI) and are held against real
 * answers in the tests. Answers are serialized whole, so that no schema can drop a field.
 */

import { Type } from 'typebox'
import type { Source as Origin } from '../core/exchange.ts'
import type * as judgement from '../core/judgement.ts'
import type * as divergences from '../core/divergence-report.ts'
import type * as exchanges from '../core/exchange-report.ts'
import type * as runs from '../core/run-report.ts'
import { listOf, matching, oneOf } from './matching.ts'
import { RuleSuggestion } from './rule-schemas.ts'

const Time = Type.String({ format: 'date-time' })
const Count = Type.Integer({ minimum: 0 })
const Milliseconds = Type.Number({ minimum: 0 })
const Status = Type.Integer({ description: 'HTTP status' })
const JsonText = Type.String({ description: 'A value as JSON text; a long one is shortened.' })
const Headers = listOf(Type.String(), {
  description: 'name, value, name, value, … as on the wire; one character is one byte',
})

/** The outcome of an exchange. */
export const Outcome = matching<judgement.Outcome>()(
  oneOf(['match', 'divergent', 'incomparable', 'unmirrored']),
)

/** Where an exchange comes from. */
export const Source = matching<Origin>()(oneOf(['live', 'replay', 'import']))

/** How a location differs. */
export const DifferenceKind = matching<judgement.DifferenceKind>()(
  oneOf(['value', 'type', 'missing', 'extra', 'order', 'length', 'failure'], {
    description: '`missing` is what shadow lacks, `extra` what primary lacks.',
  }),
)

/** How bad a difference is. */
export const Severity = matching<judgement.Severity>()(oneOf(['breaking', 'changed', 'added']))

/** What a divergence is for the verdict. */
export const DivergenceClass = matching<divergences.DivergenceClass>()(
  oneOf(['divergence', 'noise', 'expected'], {
    description: 'Over all runs unless `run` says otherwise; absent where nothing was stored.',
  }),
)

/** The life of a divergence. */
export const DivergenceState = matching<divergences.DivergenceState>()(
  oneOf(['open', 'expected', 'fixed']),
)

const exchangeFields = {
  id: Type.String({ description: 'UUIDv7' }),
  requestId: Type.String({ description: 'The `x-request-id` that every upstream got.' }),
  time: Time,
  run: Type.String(),
  source: Source,
  route: Type.String(),
  method: Type.String(),
  path: Type.String({ description: 'Without the query.' }),
  endpoint: Type.String(),
  outcome: Outcome,
  reason: Type.Optional(Type.String({ description: 'Why `incomparable` or `unmirrored`.' })),
  primaryStatus: Type.Optional(Status),
  shadowStatus: Type.Optional(Status),
  primaryMs: Type.Optional(Milliseconds),
  shadowMs: Type.Optional(Milliseconds),
  shadowWaitMs: Type.Optional(
    Type.Number({ minimum: 0, description: 'What the copy waited before it was sent.' }),
  ),
}

/** One exchange as a row. */
export const ExchangeRow = matching<exchanges.ExchangeRow>()(
  Type.Object({ ...exchangeFields, differences: Count }, { title: 'ExchangeRow' }),
)

const BodyView = matching<exchanges.BodyView>()(
  Type.Object(
    {
      length: Type.Integer({ minimum: 0, description: 'Bytes on the wire.' }),
      sha256: Type.String(),
      truncated: Type.Boolean({ description: '`text` or `base64` hold less than the whole body.' }),
      incomplete: Type.Optional(Type.String({ description: 'Why the body ended early.' })),
      decoded: Type.Optional(
        Type.String({ description: 'The content codings that were undone for showing.' }),
      ),
      text: Type.Optional(Type.String()),
      base64: Type.Optional(
        Type.String({ contentEncoding: 'base64', description: 'Where the body is not text.' }),
      ),
    },
    { title: 'Body' },
  ),
)

const ObservationView = matching<exchanges.ObservationView>()(
  Type.Union(
    [
      Type.Object(
        {
          kind: Type.Literal('response'),
          status: Status,
          reason: Type.String({ description: 'The reason phrase.' }),
          headers: Headers,
          trailers: Headers,
          body: BodyView,
          durationMs: Milliseconds,
          sentHeaders: Headers,
        },
        { title: 'ObservedResponse' },
      ),
      Type.Object(
        {
          kind: Type.Literal('failure'),
          reason: Type.String(),
          message: Type.String(),
          durationMs: Milliseconds,
          sentHeaders: Headers,
        },
        { title: 'ObservedFailure' },
      ),
    ],
    { title: 'Observation' },
  ),
)

const differenceFields = {
  kind: DifferenceKind,
  location: Type.String({
    description: '`status`, `header:content-type`, `body:/items/3/price`, `failure:timeout`, …',
  }),
  pattern: Type.String({ description: 'The location with `*` for every array index.' }),
  severity: Severity,
  primary: Type.Optional(JsonText),
  shadow: Type.Optional(JsonText),
}

const detailFields = {
  ...exchangeFields,
  request: Type.Object({
    method: Type.String(),
    target: Type.String(),
    headers: Headers,
    body: BodyView,
  }),
  primary: Type.Optional(ObservationView),
  shadow: Type.Optional(ObservationView),
  control: Type.Optional(ObservationView),
  differences: listOf(
    Type.Object(
      {
        ...differenceFields,
        class: Type.Optional(DivergenceClass),
        divergence: Type.String({ description: 'The id of its divergence.' }),
      },
      { title: 'Difference' },
    ),
  ),
  differencesTotal: Type.Integer({
    minimum: 0,
    description: 'How many there are, when `differences` was cut at its bound.',
  }),
  suppressed: listOf(
    Type.Object(
      { ...differenceFields, by: Type.String({ description: 'The id of the rule.' }) },
      { title: 'SuppressedDifference' },
    ),
  ),
  suppressedTotal: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'How many there are, when `suppressed` was cut at its bound.',
    }),
  ),
}

/** One exchange in full. */
export const ExchangeDetail = matching<exchanges.ExchangeDetail>()(
  Type.Object(detailFields, { title: 'Exchange', description: 'One exchange in full.' }),
)

/** A request that was sent again. */
export const ReplayView = matching<exchanges.ReplayView>()(
  Type.Object(
    {
      ...detailFields,
      unsent: listOf(Type.String(), {
        description: 'Places whose values were not kept and so were left out.',
      }),
    },
    { title: 'Replayed', description: 'The new exchange, which is not stored.' },
  ),
)

/** What changed between the bodies of an exchange, in words. */
export const ChangesView = matching<exchanges.ChangesView>()(
  Type.Object(
    {
      engine: oneOf(['json-diff-ts', 'walk', 'none'], { description: 'Who worded it.' }),
      sentences: listOf(Type.String(), {
        description: 'Such as `items[id=3].price: 10.5 -> 10`; at most 200.',
      }),
      total: Type.Integer({ minimum: 0, description: 'How many there are.' }),
      reason: Type.Optional(Type.String({ description: 'Why there are no sentences.' })),
    },
    { title: 'Changes', description: 'The changes of the body.' },
  ),
)

/** The fields of a divergence that are one value each: the columns of an export. */
export const divergenceColumns = {
  id: Type.String(),
  endpoint: Type.String(),
  kind: DifferenceKind,
  location: Type.String(),
  severity: Severity,
  class: DivergenceClass,
  count: Type.Integer({ minimum: 0, description: 'Differences, several in one exchange.' }),
  exchanges: Type.Integer({ minimum: 0, description: 'Exchanges that show it.' }),
  firstSeen: Time,
  lastSeen: Time,
  state: DivergenceState,
  primaryValue: Type.Optional(JsonText),
  shadowValue: Type.Optional(JsonText),
  endpointExchanges: Type.Integer({
    minimum: 0,
    description: 'Compared exchanges of the endpoint: what `exchanges` is a share of.',
  }),
}

const divergenceFields = {
  ...divergenceColumns,
  control: Type.Optional(
    matching<divergences.ControlView>()(
      Type.Object(
        { measured: Count, differed: Count, shadowOnly: Count, controlOnly: Count },
        {
          title: 'Control',
          description:
            'How often primary’s own version differs from itself there, in the same way.',
        },
      ),
    ),
  ),
  trend: Type.Optional(
    Type.Immutable(
      Type.Array(Type.Object({ time: Time, exchanges: Count }), {
        description: 'When it was seen, in equal buckets of time, oldest first.',
      }),
    ),
  ),
  suggestion: Type.Optional(RuleSuggestion),
  note: Type.Optional(Type.String({ description: 'What a person noted when the state was set.' })),
  until: Type.Optional({ ...Time, description: 'When an expected divergence opens again.' }),
  rate: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Above which share of the endpoint’s exchanges it opens again.',
    }),
  ),
}

/** One divergence as a row. */
export const DivergenceRow = matching<divergences.DivergenceRow>()(
  Type.Object(divergenceFields, { title: 'DivergenceRow' }),
)

/** One divergence with its newest examples. */
export const DivergenceDetail = matching<divergences.DivergenceDetail>()(
  Type.Object(
    {
      ...divergenceFields,
      examples: listOf(
        Type.Object(
          {
            exchange: ExchangeRow,
            location: Type.String({ description: 'With the array indexes of this exchange.' }),
            primaryValue: Type.Optional(JsonText),
            shadowValue: Type.Optional(JsonText),
          },
          { title: 'DivergenceExample' },
        ),
      ),
    },
    { title: 'Divergence', description: 'One divergence with its newest examples.' },
  ),
)

/** Latency of one upstream. */
export const LatencyView = matching<runs.LatencyView>()(
  Type.Object(
    { p50: Milliseconds, p95: Milliseconds, p99: Milliseconds },
    { title: 'Latency', description: 'Milliseconds.' },
  ),
)

/** One endpoint with what was seen of it. */
export const EndpointRow = matching<runs.EndpointRow>()(
  Type.Object(
    {
      endpoint: Type.String(),
      exchanges: Count,
      match: Count,
      divergent: Count,
      incomparable: Count,
      unmirrored: Count,
      divergenceRate: Type.Optional(
        Type.Number({
          minimum: 0,
          maximum: 1,
          description: 'Divergent among the compared; absent when none was compared.',
        }),
      ),
      divergenceRateLower: Type.Optional(
        Type.Number({ minimum: 0, maximum: 1, description: 'Of a 95 % confidence interval.' }),
      ),
      divergenceRateUpper: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      divergences: Count,
      primaryLatency: Type.Optional(LatencyView),
      shadowLatency: Type.Optional(LatencyView),
      latencyRatio: Type.Optional(
        Type.Number({
          minimum: 0,
          description: 'Median of shadow’s duration over primary’s in the same exchange.',
        }),
      ),
      sparkline: listOf(Type.Object({ time: Time, exchanges: Count, divergent: Count }), {
        description: 'A minute each, oldest first.',
      }),
      lastSeen: Time,
    },
    { title: 'EndpointRow' },
  ),
)

/** One verification. */
export const RunRow = matching<runs.RunRow>()(
  Type.Object(
    {
      id: Type.Integer(),
      name: Type.String(),
      primaryVersion: Type.String(),
      shadowVersion: Type.String(),
      startedAt: Time,
      endedAt: Type.Optional(Time),
      exchanges: Count,
      match: Count,
      divergent: Count,
      incomparable: Count,
      unmirrored: Count,
    },
    { title: 'RunRow' },
  ),
)

/** How many divergences there are of each class. */
export const DivergenceCounts = matching<divergences.DivergenceCounts>()(
  Type.Object(
    { divergence: Count, noise: Count, expected: Count },
    { title: 'DivergenceCounts', description: 'Divergences by class.' },
  ),
)

/** Requests and latencies over time. */
export const TrafficView = matching<runs.TrafficView>()(
  Type.Object(
    {
      resolutionMs: Type.Number({ minimum: 0, description: 'How long each point is.' }),
      points: listOf(
        Type.Object(
          {
            time: Time,
            match: Count,
            divergent: Count,
            incomparable: Count,
            unmirrored: Count,
            primaryP50: Type.Optional(Milliseconds),
            primaryP95: Type.Optional(Milliseconds),
            shadowP50: Type.Optional(Milliseconds),
            shadowP95: Type.Optional(Milliseconds),
          },
          { title: 'TrafficPoint' },
        ),
        { description: 'Oldest first, at most 400; points without any exchange are left out.' },
      ),
    },
    { title: 'Traffic', description: 'Requests and latencies over time.' },
  ),
)

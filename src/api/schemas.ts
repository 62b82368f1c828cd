/**
 * The API's schemas, each the twin of a type of `core/report.ts`: {@link matching} refuses to compile
 * when the two drift apart, in either direction. They document (OpenAPI) and are held against real
 * answers in the tests. Answers are serialized whole, so that no schema can drop a field.
 */

import type { Readable } from 'node:stream'
import { Type, type Static, type TSchema, type TSchemaOptions } from 'typebox'
import type { Counters } from '../core/counters.ts'
import type * as judgement from '../core/judgement.ts'
import type * as report from '../core/report.ts'

/**
 * `T` with every member required and its optionality beside it, at any depth: of two such types each
 * is assignable to the other only if they are the same. (Of two types with optional members that
 * would also hold where one of them lacks a member.)
 */
type Spelled<T> = T extends readonly (infer Item)[]
  ? Spelled<Item>[]
  : T extends object
    ? {
        [Key in keyof T]-?: [
          Spelled<T[Key]>,
          Partial<Pick<T, Key>> extends Pick<T, Key> ? 'optional' : 'there',
        ]
      }
    : T

type Same<A, B> = [Spelled<A>, Spelled<B>] extends [Spelled<B>, Spelled<A>] ? true : false

/** Takes a schema only if its type is exactly `Core`, optional members included. */
function matching<Core>() {
  return <S extends TSchema>(schema: Same<Static<S>, Core> extends true ? S : never): S => schema
}

function oneOf<const Values extends string[]>(values: [...Values], options?: TSchemaOptions) {
  return Type.Enum(values, { type: 'string', ...options })
}

/** Read-only, as the lists of core are. */
function listOf<Item extends TSchema>(item: Item, options?: TSchemaOptions) {
  return Type.Immutable(Type.Array(item, options))
}

/** A page of a list; `next` is absent at the end. */
export function pageOf<Item extends TSchema>(item: Item, title: string) {
  return Type.Object(
    {
      items: listOf(item),
      next: Type.Optional(
        Type.String({ description: 'Pass it as `cursor` to go on; absent at the end.' }),
      ),
    },
    { title, description: 'A page of rows.' },
  )
}

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

/** How a location differs. */
export const DifferenceKind = matching<judgement.DifferenceKind>()(
  oneOf(['value', 'type', 'missing', 'extra', 'order', 'length', 'failure'], {
    description: '`missing` is what shadow lacks, `extra` what primary lacks.',
  }),
)

/** How bad a difference is. */
export const Severity = matching<judgement.Severity>()(oneOf(['breaking', 'changed', 'added']))

const DivergenceClass = matching<report.DivergenceClass>()(
  oneOf(['divergence', 'noise', 'expected']),
)

const DivergenceState = matching<report.DivergenceState>()(oneOf(['open', 'expected', 'fixed']))

const exchangeFields = {
  id: Type.String({ description: 'UUIDv7' }),
  requestId: Type.String({ description: 'The `x-request-id` that every upstream got.' }),
  time: Time,
  run: Type.String(),
  source: oneOf(['live', 'replay', 'import']),
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
export const ExchangeRow = matching<report.ExchangeRow>()(
  Type.Object({ ...exchangeFields, differences: Count }, { title: 'ExchangeRow' }),
)

const BodyView = matching<report.BodyView>()(
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

const ObservationView = matching<report.ObservationView>()(
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

/** One exchange in full. */
export const ExchangeDetail = matching<report.ExchangeDetail>()(
  Type.Object(
    {
      ...exchangeFields,
      request: Type.Object({
        method: Type.String(),
        target: Type.String(),
        headers: Headers,
        body: BodyView,
      }),
      primary: Type.Optional(ObservationView),
      shadow: Type.Optional(ObservationView),
      differences: listOf(
        Type.Object({ ...differenceFields, divergence: Type.String() }, { title: 'Difference' }),
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
    },
    { title: 'Exchange', description: 'One exchange in full.' },
  ),
)

/** What changed between the bodies of an exchange, in words. */
export const ChangesView = matching<report.ChangesView>()(
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

const divergenceFields = {
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

/** One divergence as a row. */
export const DivergenceRow = matching<report.DivergenceRow>()(
  Type.Object(divergenceFields, { title: 'DivergenceRow' }),
)

/** One divergence with its newest examples. */
export const DivergenceDetail = matching<report.DivergenceDetail>()(
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

const LatencyView = matching<report.LatencyView>()(
  Type.Object(
    { p50: Milliseconds, p95: Milliseconds, p99: Milliseconds },
    { title: 'Latency', description: 'Milliseconds.' },
  ),
)

/** One endpoint with what was seen of it. */
export const EndpointRow = matching<report.EndpointRow>()(
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
      divergences: Count,
      primaryLatency: Type.Optional(LatencyView),
      shadowLatency: Type.Optional(LatencyView),
      sparkline: listOf(Type.Object({ time: Time, exchanges: Count, divergent: Count }), {
        description: 'A minute each, oldest first.',
      }),
      lastSeen: Time,
    },
    { title: 'EndpointRow' },
  ),
)

/** One verification. */
export const RunRow = matching<report.RunRow>()(
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

/** The books of the proxy. */
export const CountersView = matching<Counters>()(
  Type.Object(
    {
      seen: Count,
      pending: Count,
      mirrored: Count,
      unmirrored: Type.Partial(
        Type.Record(
          oneOf([
            'not-sampled',
            'method',
            'too-large',
            'backlog',
            'breaker-open',
            'upgrade',
            'client-aborted',
            'paused',
            'bad-request',
            'no-shadow',
          ]),
          Count,
        ),
      ),
      inFlight: Count,
      match: Count,
      divergent: Count,
      incomparable: Type.Partial(
        Type.Record(
          oneOf([
            'primary-failed',
            'both-failed',
            'truncated',
            'undecodable',
            'too-large',
            'client-aborted',
            'shutdown',
            'comparer-failed',
          ]),
          Count,
        ),
      ),
      lost: Type.Partial(
        Type.Record(oneOf(['queue-full', 'recorder-down', 'shutdown', 'store-failed']), Count),
      ),
    },
    {
      title: 'Counters',
      description:
        'seen = pending + mirrored + all unmirrored; mirrored = inFlight + match + divergent + all incomparable + all lost.',
    },
  ),
)

const ProxyState = matching<report.StatusView['proxy']>()(
  Type.Object({ accepting: Type.Boolean(), restarts: Count }, { title: 'ProxyState' }),
)

const RecorderState = matching<report.StatusView['recorder']>()(
  Type.Object(
    {
      state: oneOf(['starting', 'up', 'down']),
      storeOpened: Type.Boolean(),
      restarts: Count,
      queued: Count,
    },
    { title: 'RecorderState' },
  ),
)

/** `GET /api/v1/status`. */
export const StatusView = matching<report.StatusView>()(
  Type.Object(
    {
      version: Type.String(),
      run: Type.String(),
      upstreams: listOf(
        Type.Object({
          route: Type.String(),
          primary: Type.String(),
          shadow: Type.Optional(Type.String()),
          percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
          methods: Type.Optional(Type.Union([oneOf(['all', 'safe']), listOf(Type.String())])),
        }),
      ),
      breaker: Type.Record(Type.String(), oneOf(['closed', 'open', 'half-open']), {
        description: 'By route name.',
      }),
      counters: CountersView,
      proxy: ProxyState,
      recorder: RecorderState,
      listen: Type.String(),
      store: Type.String(),
    },
    { title: 'Status', description: 'The service as it is now.' },
  ),
)

/** Whether the proxy accepts requests, and how the parts behind it are. */
export const Readiness = Type.Object(
  {
    status: oneOf(['ready', 'not-ready']),
    reason: Type.Optional(Type.String()),
    proxy: Type.Optional(ProxyState),
    recorder: Type.Optional(RecorderState),
  },
  {
    title: 'Readiness',
    description: 'Whether the proxy accepts requests, and how the parts behind it are.',
  },
)

/** A body that is streamed, and so is no value. */
export const Streamed = Type.Unsafe<Readable>(Type.String())

/** An error answer (RFC 9457). */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:shadowdiff:problem:CODE' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String({ description: 'Names this one answer; the log has it too.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          parameter: Type.String(),
          expected: Type.String(),
          found: Type.Optional(Type.String()),
        }),
        { description: 'One for each parameter at fault.' },
      ),
    ),
  },
  { title: 'Problem' },
)

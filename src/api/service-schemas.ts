/** Schemas of what the service says of itself, and of problems. */

import type { Readable } from 'node:stream'
import { Type } from 'typebox'
import type * as service from '../core/service-report.ts'
import { listOf, matching, oneOf } from './matching.ts'

const Count = Type.Integer({ minimum: 0 })

/** The books of the proxy. */
export const CountersView = matching<service.StatusView['counters']>()(
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
            'no-route',
            'proxy-died',
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
        Type.Record(
          oneOf(['queue-full', 'recorder-down', 'shutdown', 'store-failed', 'proxy-died']),
          Count,
        ),
      ),
    },
    {
      title: 'Counters',
      description:
        'seen = pending + mirrored + all unmirrored; mirrored = inFlight + match + divergent + all incomparable + all lost.',
    },
  ),
)

const Control = matching<NonNullable<service.StatusView['control']>>()(
  Type.Object(
    {
      sent: Count,
      ok: Count,
      failed: Count,
      skipped: Type.Partial(
        Type.Record(oneOf(['not-sampled', 'unsafe-method', 'busy', 'shutdown']), Count),
      ),
    },
    { description: 'Repeats to primary’s version; absent when no route has a control.' },
  ),
)

const ProxyState = matching<service.StatusView['proxy']>()(
  Type.Object({ accepting: Type.Boolean(), restarts: Count }, { title: 'ProxyState' }),
)

const RecorderState = matching<service.StatusView['recorder']>()(
  Type.Object(
    {
      state: oneOf(['starting', 'up', 'down']),
      storeOpened: Type.Boolean(),
      restarts: Count,
      queued: Count,
      problem: Type.Optional(Type.String()),
    },
    { title: 'RecorderState' },
  ),
)

/** `GET /api/v1/status`. */
export const StatusView = matching<service.StatusView>()(
  Type.Object(
    {
      version: Type.String(),
      run: Type.String(),
      upstreams: listOf(
        Type.Object({
          route: Type.String(),
          primary: Type.String(),
          shadow: Type.Optional(Type.String()),
          control: Type.Optional(Type.String()),
          percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
          methods: Type.Optional(Type.Union([oneOf(['all', 'safe']), listOf(Type.String())])),
        }),
      ),
      breaker: Type.Record(Type.String(), oneOf(['closed', 'open', 'half-open']), {
        description: 'By route name.',
      }),
      counters: CountersView,
      control: Type.Optional(Control),
      proxy: ProxyState,
      recorder: RecorderState,
      listen: Type.String(),
      store: Type.String(),
    },
    { title: 'Status', description: 'The service as it is now.' },
  ),
)

/** `GET /api/v1/me`. */
export const MeView = matching<service.MeView>()(
  Type.Object(
    {
      name: Type.String(),
      role: oneOf(['viewer', 'operator', 'gate']),
      authRequired: Type.Boolean({ description: 'Whether the console asks for a token at all.' }),
    },
    { title: 'Me', description: 'Who asks.' },
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

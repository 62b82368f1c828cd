/** Schemas of what people did and may do: jobs, the audit list, mirroring, comparing two runs. */

import { Type } from 'typebox'
import type * as runs from '../core/run-report.ts'
import type * as service from '../core/service-report.ts'
import { listOf, matching, oneOf } from './matching.ts'
import { DivergenceRow, RunRow } from './schemas.ts'

const Time = Type.String({ format: 'date-time' })
const Count = Type.Integer({ minimum: 0 })
const Percent = Type.Number({ minimum: 0, maximum: 100 })

/** Long work in the recorder. */
export const JobView = matching<service.JobView>()(
  Type.Object(
    {
      id: Type.Integer(),
      kind: Type.Literal('recompare'),
      state: oneOf(['running', 'done', 'failed', 'cancelled']),
      done: Type.Integer({ minimum: 0, description: 'Exchanges looked at.' }),
      total: Count,
      changed: Type.Integer({
        minimum: 0,
        description: 'Exchanges whose outcome or differences are others now.',
      }),
      skipped: Type.Record(Type.String(), Count, {
        description: 'Exchanges that could not be judged again, by reason.',
      }),
      rulesVersion: Type.String(),
      startedAt: Time,
      endedAt: Type.Optional(Time),
      actor: Type.String(),
      message: Type.Optional(Type.String({ description: 'Why it failed.' })),
    },
    { title: 'Job' },
  ),
)

/** Who did what and when. */
export const AuditRow = matching<service.AuditRow>()(
  Type.Object(
    {
      id: Type.Integer(),
      time: Time,
      actor: Type.String(),
      role: Type.String(),
      action: Type.String({ description: 'A command’s name, `login` or `login-failed`.' }),
      subject: Type.String(),
      detail: Type.String({ description: 'As JSON text, without secrets.' }),
    },
    { title: 'AuditRow' },
  ),
)

/** What is mirrored, and who changed it. */
export const MirrorView = matching<service.MirrorView>()(
  Type.Object(
    {
      routes: listOf(
        Type.Object({
          route: Type.String(),
          configured: Percent,
          effective: Type.Number({
            minimum: 0,
            maximum: 100,
            description: '0 while paused, else the smaller of configured and changed.',
          }),
          paused: Type.Boolean(),
          percent: Type.Optional(Percent),
          changed: Type.Optional(
            oneOf(['route', 'all', 'both'], {
              description:
                'Whose change that is: of this route alone, of all routes (taken back without `route`), or both.',
            }),
          ),
          by: Type.Optional(Type.String()),
          at: Type.Optional(Time),
        }),
      ),
    },
    { title: 'Mirror', description: 'Routes that are mirrored.' },
  ),
)

/** Two runs beside each other. */
export const RunComparison = matching<runs.RunComparison>()(
  Type.Object(
    {
      before: RunRow,
      after: RunRow,
      appeared: listOf(DivergenceRow, { description: 'In `after` only.' }),
      gone: listOf(DivergenceRow, {
        description: 'In `before` only, although `after` compared the endpoint.',
      }),
      persisting: listOf(DivergenceRow),
      untested: listOf(DivergenceRow, {
        description: 'In `before` only, and `after` never compared the endpoint.',
      }),
    },
    { title: 'RunComparison', description: 'Each list at most 500, worst first.' },
  ),
)

/** The verdict as it stands: what every screen's header says, and how old that is. */

import type { VerdictView } from '../../../src/core/run-report.ts'
import { useLive } from '../api/live.ts'
import { useStatus, useVerdict } from '../api/queries.ts'
import { useSessionEnded } from '../api/session.ts'
import { answerOf, type Answer } from '../format/verdict.ts'
import { useUrlState } from './url-state.ts'

/** A verdict that was read. */
export interface StandingVerdict {
  readonly verdict: VerdictView
  readonly answer: Answer
  /** Epoch milliseconds. */
  readonly readAt: number
  /** Why it may be old, as a clause; absent while it follows what happens. */
  readonly oldBecause?: string
}

/** The verdict of the chosen run, else of the current one; undefined until it was read once. */
export function useStandingVerdict(): StandingVerdict | undefined {
  const [params] = useUrlState()
  const query = useVerdict(params.get('run') ?? undefined)
  const status = useStatus()
  const { connection, paused } = useLive()
  const sessionEnded = useSessionEnded()
  if (query.data === undefined) return undefined
  const oldBecause = sessionEnded
    ? 'the session has ended'
    : connection === 'lost'
      ? 'the connection is lost'
      : query.isError
        ? 'reading it again failed'
        : paused
          ? 'updates are paused'
          : undefined
  return {
    verdict: query.data,
    // A service that does not answer is not asked how it is.
    answer: answerOf(query.data, status.isError ? undefined : status.data),
    readAt: query.dataUpdatedAt,
    ...(oldBecause !== undefined && { oldBecause }),
  }
}

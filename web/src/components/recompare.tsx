import { useState } from 'react'
import type { JobView } from '../../../src/core/service-report.ts'
import { cancelJob, startRecompare, useJobs } from '../api/jobs.ts'
import { useMayOperate } from '../api/me.ts'
import { formatCount, plural } from '../format/number.ts'
import { reasonText } from '../format/reasons.ts'
import { Icon } from './icon.tsx'
import './recompare.css'

/** Judges stored exchanges again under today's rules, with its progress and what came of it. */
export function Recompare({
  isStrong = false,
}: {
  /** It is what comes next, and has the focus. */
  readonly isStrong?: boolean
}) {
  const { may, why } = useMayOperate()
  const jobs = useJobs()
  const [error, setError] = useState<Error>()
  const [busy, setBusy] = useState(false)
  /** The newest job when this opened: what was done before is not this one's result. */
  const [known, setKnown] = useState<number>()
  const newest = jobs.data?.[0]
  const isRunning = newest?.state === 'running'
  const isOurs = newest !== undefined && newest.id === known
  const act = async (change: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    try {
      const job = await change()
      if (typeof job === 'object' && job !== null && 'id' in job) setKnown(Number(job.id))
    } catch (thrown) {
      setError(thrown as Error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="recompare">
      {isRunning ? (
        <>
          <Progress job={newest} />
          <button
            type="button"
            className="button"
            autoFocus={isStrong}
            disabled={busy || !may}
            title={why}
            onClick={() => {
              setKnown(newest.id)
              void act(() => cancelJob(newest.id))
            }}
          >
            Stop
          </button>
        </>
      ) : (
        <button
          type="button"
          className={isStrong ? 'button strong' : 'button'}
          autoFocus={isStrong}
          disabled={busy || !may}
          title={why ?? 'Stored exchanges keep their first judgement until this is done'}
          onClick={() => void act(startRecompare)}
        >
          <Icon name="resend" />
          Judge stored exchanges again
        </button>
      )}
      <div role="status">
        {isOurs && !isRunning && (
          <p>
            <JobResult job={newest} />
          </p>
        )}
      </div>
      <div role="alert">{error !== undefined && <p className="failure">{error.message}</p>}</div>
    </div>
  )
}

function Progress({ job: { done, total, changed } }: { readonly job: JobView }) {
  return (
    <label className="progress">
      <span className="tabular">
        {formatCount(done)} of {plural(total, 'exchange')} judged again, {formatCount(changed)}{' '}
        changed
      </span>
      <progress max={Math.max(1, total)} value={done} />
    </label>
  )
}

/** What became of a job, as a sentence. */
export function JobResult({ job }: { readonly job: JobView }) {
  const { state, done, changed, skipped, message } = job
  const reasons = Object.entries(skipped)
  const kept = reasons.reduce((sum, [, count]) => sum + count, 0)
  return (
    <>
      {state === 'failed' && `Failed: ${message ?? 'the log says why'}. `}
      {state === 'cancelled' && 'Stopped. '}
      {state === 'running' && 'Goes on. '}
      {plural(done, 'exchange')} judged again, {formatCount(changed)} changed
      {kept > 0 && (
        <>
          ; {formatCount(kept)} could not be and keep their first judgement:{' '}
          {reasons
            .map(([reason, count]) => `${formatCount(count)} ${reasonText(reason)}`)
            .join(', ')}
        </>
      )}
      .
    </>
  )
}

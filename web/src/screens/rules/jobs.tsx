import { useJobs } from '../../api/jobs.ts'
import { Moment } from '../../components/moment.tsx'
import { JobResult, Recompare } from '../../components/recompare.tsx'
import { VisibleText } from '../../components/visible-text.tsx'

/** Judging again what is stored: now, and what came of it before. */
export function Jobs() {
  const jobs = useJobs()
  return (
    <section aria-labelledby="judge-again">
      <h2 id="judge-again">Stored exchanges</h2>
      <p className="muted">
        A rule holds for what is compared after it was saved. What is stored keeps its first
        judgement until it is judged again.
      </p>
      <Recompare />
      {jobs.isError && <p className="failure">{jobs.error.message}</p>}
      {jobs.data !== undefined && jobs.data.length > 0 && (
        <ul className="job-list">
          {jobs.data.map((job) => (
            <li key={job.id}>
              <Moment time={job.startedAt} /> <VisibleText text={job.actor} />:{' '}
              <JobResult job={job} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

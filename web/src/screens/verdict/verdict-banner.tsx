import type { VerdictView } from '../../../../src/core/run-report.ts'
import { useLive } from '../../api/live.ts'
import { useStatus } from '../../api/queries.ts'
import { AnswerSign } from '../../components/answer-sign.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { formatCount, formatShare, plural } from '../../format/number.ts'
import { formatAge, formatMoment } from '../../format/time.ts'
import {
  answers,
  formatBound,
  formatChosen,
  illnessOf,
  sentence,
  timeToGo,
} from '../../format/verdict.ts'
import { useNow } from '../../state/now.ts'
import { useStandingVerdict } from '../../state/verdict.ts'

/** The answer in words: what it is, why, how sure it is, and how far it is to another. */
export function VerdictBanner({ verdict }: { readonly verdict: VerdictView }) {
  const standing = useStandingVerdict()
  const status = useStatus()
  if (standing === undefined) return null
  const { answer, oldBecause, readAt } = standing
  const { word, says } = answers[answer]
  const illness = status.data === undefined || status.isError ? undefined : illnessOf(status.data)
  return (
    <section
      className={`panel verdict-banner ${answer}${oldBecause === undefined ? '' : ' old'}`}
      aria-label="Verdict"
    >
      <div className="answer">
        <p className="word">
          <AnswerSign answer={answer} />
          {word}
        </p>
        <p className="says">{saysOf(verdict, says)}</p>
      </div>
      <p className="reason">
        <VisibleText text={sentence(verdict.reason)} />
      </p>
      {oldBecause !== undefined && <Age readAt={readAt} because={oldBecause} />}
      {illness !== undefined && <p className="warning">{illness}</p>}
      <Figures verdict={verdict} />
      <Progress verdict={verdict} />
    </section>
  )
}

function saysOf({ verdict, settled }: VerdictView, says: string): string {
  return verdict === 'inconclusive' && settled
    ? 'It stays open: the run has ended on too little'
    : says
}

function Age({ readAt, because }: { readonly readAt: number; readonly because: string }) {
  const now = Math.max(useNow(), readAt)
  const time = new Date(readAt).toISOString()
  return (
    <p className="warning">
      This was the verdict at {formatMoment(time, now)}, {formatAge(time, now)}: {because}. It may
      be another by now.
    </p>
  )
}

function Figures({ verdict }: { readonly verdict: VerdictView }) {
  const { samples, divergent, divergenceRateUpper, confidence, uncompared, uncomparedRate } =
    verdict
  return (
    <dl className="figures">
      <div>
        <dt>Compared</dt>
        <dd>
          <b>{formatCount(samples)}</b>
          <span>{samples === 1 ? 'request' : 'requests'}</span>
        </dd>
      </div>
      <div>
        <dt>Count as different</dt>
        <dd>
          <b>{formatCount(divergent)}</b>
          <span>{samples === 0 ? 'of none' : formatShare(divergent / samples)}</span>
        </dd>
      </div>
      <div>
        <dt>Bound</dt>
        <dd>
          <b>{samples === 0 ? 'none' : `≤ ${formatBound(divergenceRateUpper, 'up')}`}</b>
          <span>
            {samples === 0
              ? 'nothing was compared'
              : `of requests differ, ${formatChosen(confidence)} confidence, however often you look`}
          </span>
        </dd>
      </div>
      <div>
        <dt>Not compared</dt>
        <dd>
          <b>{formatCount(uncompared)}</b>
          <span>{formatShare(uncomparedRate)} of what should have been</span>
        </dd>
      </div>
    </dl>
  )
}

/** How far it is to a pass, if nothing bad happens. */
function Progress({
  verdict: { verdict, samples, needed, settled, etaMs },
}: {
  readonly verdict: VerdictView
}) {
  const { comparedPerSecond } = useLive()
  if (verdict !== 'inconclusive' || settled || needed === undefined || needed === 0) return null
  const share = samples / (samples + needed)
  const time = timeToGo(needed, comparedPerSecond, etaMs)
  return (
    <div className="to-go">
      <svg viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">
        <rect className="done" width={Math.max(4, share * 1000)} height="8" />
      </svg>
      <p>
        <b>{plural(needed, 'more request')}</b> to go
        {time !== undefined && `, ${time}`}
        <span className="muted">, if nothing bad happens in them</span>
      </p>
    </div>
  )
}

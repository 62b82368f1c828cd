import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { nameHidden } from '../format/invisible.ts'
import { answers, sentence, type Answer } from '../format/verdict.ts'
import { useNow } from '../state/now.ts'
import { useStandingVerdict } from '../state/verdict.ts'
import { formatAge } from '../format/time.ts'
import { AnswerSign } from './answer-sign.tsx'

/** The verdict on every screen, leading to its reasons. An old one never stands without its age. */
export function VerdictChip({ search }: { readonly search: string }) {
  const standing = useStandingVerdict()
  const now = useNow()
  if (standing === undefined) return null
  const { answer, verdict, readAt, oldBecause } = standing
  const { word } = answers[answer]
  const age = formatAge(new Date(readAt).toISOString(), Math.max(now, readAt))
  return (
    <>
      <Link
        href={`/${search}`}
        className={`verdict-chip ${answer}${oldBecause === undefined ? '' : ' old'}`}
        title={nameHidden(sentence(verdict.reason))}
      >
        <AnswerSign answer={answer} />
        <span className="visually-hidden">Verdict: </span>
        {word}
        {oldBecause !== undefined && <span className="age">{age}</span>}
      </Link>
      <Announcer answer={answer} reason={verdict.reason} run={verdict.run} />
    </>
  )
}

/** Speaks when the verdict changes, and at no other time. */
function Announcer({
  answer,
  reason,
  run,
}: {
  readonly answer: Answer
  readonly reason: string
  readonly run: string
}) {
  const last = useRef({ answer, run })
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (last.current.answer === answer && last.current.run === run) return
    const isSameRun = last.current.run === run
    last.current = { answer, run }
    // Whoever chose another run knows that they did.
    if (isSameRun)
      setSaid(nameHidden(`The verdict is now ${answers[answer].word}. ${sentence(reason)}`))
  }, [answer, reason, run])
  return (
    <span className="visually-hidden" role="status" data-live="verdict">
      {said}
    </span>
  )
}

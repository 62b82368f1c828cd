import { useState } from 'react'
import { useVerdict } from '../../api/queries.ts'
import { AnswerSign } from '../../components/answer-sign.tsx'
import { nameHidden } from '../../format/invisible.ts'
import { answerOf, answers, sentence } from '../../format/verdict.ts'

/** The verdict of a run as a word, with its reason on demand; asked for only when wanted. */
export function RunVerdict({ id, enabled }: { readonly id: number; readonly enabled: boolean }) {
  const [wanted, setWanted] = useState(enabled)
  if (wanted) return <Asked id={id} />
  return (
    <button
      type="button"
      className="button quiet"
      onClick={() => {
        setWanted(true)
      }}
    >
      Judge
    </button>
  )
}

function Asked({ id }: { readonly id: number }) {
  const query = useVerdict(`id:${String(id)}`)
  if (query.data === undefined) {
    return <span className="muted">{query.isError ? 'not known' : 'judging'}</span>
  }
  const answer = answerOf(query.data, undefined)
  return (
    <span className={`verdict-word ${answer}`} title={nameHidden(sentence(query.data.reason))}>
      <AnswerSign answer={answer} />
      {answers[answer].word}
    </span>
  )
}

import type { Answer } from '../format/verdict.ts'

const paths: Readonly<Record<Answer, string>> = {
  pass: 'M4.200 8.300 7 11l4.800-6',
  fail: 'M5 5l6 6M11 5l-6 6',
  inconclusive: 'M5.900 6.300A2.100 2.100 0 1 1 8 8.500v1M8 11.600v.2',
  unhealthy: 'M8 4.500v4.300M8 11.200v.3',
}

/** The drawing of an answer: shape as well as colour tells them apart. */
export function AnswerSign({ answer }: { readonly answer: Answer }) {
  return (
    <svg className="answer-sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {answer === 'unhealthy' ? (
        <path className="ground" d="M8 .700 15.500 14.500H.500z" />
      ) : answer === 'fail' ? (
        <path className="ground" d="M5 .500h6L15.500 5v6L11 15.500H5L.500 11V5z" />
      ) : (
        <circle className="ground" cx="8" cy="8" r="7.500" />
      )}
      <path className="mark" d={paths[answer]} />
    </svg>
  )
}

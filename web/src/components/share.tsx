import { formatCount, formatShare } from '../format/number.ts'

/** A rate never stands without its count: `52 of 4,100` and `1.3%`. */
export function Share({ part, whole }: { readonly part: number; readonly whole: number }) {
  return (
    <span className="share">
      <span className="counts">
        {formatCount(part)} <span className="of">of {formatCount(whole)}</span>
      </span>
      <span className="percent">{whole === 0 ? '–' : formatShare(part / whole)}</span>
    </span>
  )
}

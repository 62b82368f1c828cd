import { formatAge, formatMoment } from '../format/time.ts'
import { useNow } from '../state/now.ts'

/** A moment: the local clock, or how long ago; the exact time in UTC on hover. */
export function Moment({
  time,
  as = 'clock',
}: {
  readonly time: string
  readonly as?: 'clock' | 'age'
}) {
  const now = useNow()
  return (
    <time dateTime={time} title={`${formatMoment(time, now)} local, ${time} UTC`}>
      {as === 'clock' ? formatMoment(time, now) : formatAge(time, now)}
    </time>
  )
}

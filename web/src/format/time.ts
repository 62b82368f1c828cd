/** Moments for people: local time, with the exact one in reach. */

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** `14:03:22`, or `21 Nov 14:03:22` on another day than `now`. */
export function formatMoment(time: string, now: number): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return time
  const sameDay = date.toDateString() === new Date(now).toDateString()
  return sameDay ? clock.format(date) : `${day.format(date)} ${clock.format(date)}`
}

/** `just now`, `4 min ago`, `3 h ago`, `2 days ago` */
export function formatAge(time: string, now: number): string {
  const age = now - Date.parse(time)
  if (Number.isNaN(age)) return time
  if (age < minuteMs) return 'just now'
  if (age < hourMs) return `${Math.floor(age / minuteMs)} min ago`
  if (age < 2 * dayMs) return `${Math.floor(age / hourMs)} h ago`
  return `${Math.floor(age / dayMs)} days ago`
}

/**
 * Timers run before sockets are read. When the process could not run for a while (a busy machine, a paused
 * container), what came in time lies unread in the sockets while its deadline is over; so nothing is judged
 * late in the turn in which the timer went off, but after the sockets were read once.
 */

/** Calls `judge` with the time, a time of `performance.now()`, once everything that lies ready was read. */
export function afterReading(judge: (now: number) => void): void {
  setImmediate(judgeNow, judge)
}

function judgeNow(judge: (now: number) => void): void {
  judge(performance.now())
}

/** The sentences around the tables of the request path. */

import { surroundings } from './table.ts'

/** What the section begins with. */
export function intro(crowded: string, quick: boolean): string {
  return `## The request path: \`npm run bench\`

${[surroundings(), crowded].filter(Boolean).join('\n\n')}

Each proxy has one core for all its processes; load generator and upstreams share another. Rounds of the
contenders alternate; figures are medians of the rounds, ratios are medians of the ratios of each round.
${quick ? 'This was a quick run: fewer and shorter rounds.\n' : ''}
Under full load wrk asks as fast as it is answered. "All" counts every process of the contender, and what
it does after the load has ended; "compared" is the share of the requests that were mirrored, compared and
stored, in the worst round. nginx \`mirror\` records and compares nothing.`
}

/** How the latencies are measured. */
export const PACED = `Requests leave at their times whether or not those before them were answered, and are measured from
those times on (Node's timers are 1 ms coarse: being up to 1 ms late at sending is not counted). Added is what is
more than direct in the same round.`

/** What is different when nobody is held to one core. */
export const PACED_ON_ALL = `The same where every process of a contender may take any core, as processes do unless somebody forbids
it; of two cores, load generator and upstreams keep one. A request that comes while the recorder works waits until the
system takes the core from it, at this rate more than one in a hundred; the row without copies has no such work.`

/** How a sick shadow is measured. */
export const ISOLATION = `The same rate, every request mirrored, with a shadow that never answers (hung), answers after 1 s (slow),
is not there (refusing), cuts its connections in the middle of a body (resetting), or sends bodies without an
end (flooding). The breaker is as it comes, but asks again after one second: in each
round it opens anew. What the first 15 % of a round take is not counted, the moment before it opens among it.`

/** How memory is measured. */
export const MEMORY = `wrk with 16 connections asks in turn for an answer of 10 MB, sends a body of 10 MB, and one of nearly
1 MB, which is mirrored; the shadow never answers, the breaker never opens, and the recorder is stopped
(SIGSTOP). The most that was in use in each quarter of the time; pages that processes share count for each.`

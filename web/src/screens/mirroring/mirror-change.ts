/** A change of the mirroring that somebody asked for, with the words to confirm it. */

import type { MirrorView } from '../../../../src/core/service-report.ts'

type Route = MirrorView['routes'][number]

/** What is asked, and what is sent when it is confirmed. */
export interface MirrorChange {
  readonly title: string
  readonly action: string
  readonly consequence: string
  readonly body: {
    /** Absent: all routes. */
    readonly route?: string
    readonly paused?: boolean | null
    readonly percent?: number | null
  }
}

/** No more copies of this route. */
export function pause({ route }: Route): MirrorChange {
  return {
    title: `Pause the mirroring of ${route}?`,
    action: 'Pause mirroring',
    consequence:
      'Clients notice nothing. No copy leaves until somebody resumes it, also after a restart, and the requests of that time count as not mirrored.',
    body: { route, paused: true },
  }
}

/** Copies of this route again. */
export function resume({ route, configured, percent }: Route): MirrorChange {
  const share = Math.min(configured, percent ?? configured)
  return {
    title: `Resume the mirroring of ${route}?`,
    action: 'Resume mirroring',
    consequence: `${percentText(share)} of the requests are copied to shadow from now on.`,
    body: { route, paused: null },
  }
}

/** Another share of this route. */
export function setPercent({ route, effective }: Route, percent: number): MirrorChange {
  return {
    title: `Mirror ${percentText(percent)} of ${route}?`,
    action: `Mirror ${percentText(percent)}`,
    consequence: `${percentText(effective)} ${effective === 0 ? 'is' : 'are'} mirrored now. Shadow gets ${percent < effective ? 'less' : 'more'} traffic from the next request on.`,
    body: { route, percent },
  }
}

/** As configured again. */
export function takeBack({ route, configured }: Route): MirrorChange {
  return {
    title: `Mirror ${route} as configured?`,
    action: 'Take the change back',
    consequence: `The configuration says ${percentText(configured)}. What was changed here is forgotten.`,
    body: { route, percent: null, paused: null },
  }
}

/** No more copies of any route. */
export function pauseAll(): MirrorChange {
  return {
    title: 'Pause the mirroring of all routes?',
    action: 'Pause all mirroring',
    consequence:
      'Clients notice nothing. No copy of any route leaves until somebody takes this back, also after a restart.',
    body: { paused: true },
  }
}

/** What was changed of all routes together, taken back; what was changed of one stays. */
export function takeBackAll(): MirrorChange {
  return {
    title: 'Take back what was changed of all routes?',
    action: 'Take it back',
    consequence: 'What was changed of single routes stays as it is.',
    body: { paused: null, percent: null },
  }
}

/** `12.5%` */
export function percentText(percent: number): string {
  return `${Number(percent.toFixed(4)).toString()}%`
}

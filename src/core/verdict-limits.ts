/** What a run is held to: the `verdict` keys of the configuration. */

/** The limits of a verdict. Shares are 0 to 1. */
export interface VerdictLimits {
  /** Compared requests of the run below which nothing passes. */
  readonly minRequests: number
  /** Share of the compared requests that may differ; 0 allows none, though no number of requests proves that. */
  readonly maxDivergence: number
  /** Share of the requests that should have been compared and may have been missed. */
  readonly maxUncompared: number
  /** How many times longer shadow may take in the median; absent: reported, not judged. */
  readonly maxLatencyRatio?: number
  /** At least 0.5 and below 1: how often statements of the verdict are true, over all its readings. */
  readonly confidence: number
  readonly endpoints: {
    /** Compared requests below which an endpoint is uncovered. */
    readonly minRequests: number
    /** Endpoints without whose coverage nothing passes. */
    readonly required: readonly string[]
  }
}

/** What holds where the configuration says nothing. */
export const DEFAULT_LIMITS: VerdictLimits = {
  minRequests: 1000,
  maxDivergence: 0.001,
  maxUncompared: 0.01,
  confidence: 0.95,
  endpoints: { minRequests: 100, required: [] },
}

/** Exchanges that control must have measured before "it never varied" makes a location deterministic. */
export const MIN_CONTROL = 100

/** Exchanges that must show a breaking difference before it fails a run. */
export const MIN_BREAKING = 2

/**
 * Five rules can fail a run by a statistical judgement: rate, errors, outages, control, latency. Each gets a fifth
 * of the error that the confidence leaves, so that together they keep it.
 */
export function failAlpha({ confidence }: Pick<VerdictLimits, 'confidence'>): number {
  return (1 - confidence) / 5
}

/**
 * A member's part of a rule's error when the rule looks at `members` things, of which more turn up as the run
 * goes on. The m-th to turn up never gets more than 1/(m(m+1)), and these add up to 1; alpha/m would not.
 */
export function memberAlpha(alpha: number, members: number): number {
  return alpha / (members * (members + 1))
}

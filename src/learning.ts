/**
 * What the recorder learns about endpoints, brought to the store: what turned out to be one endpoint is merged
 * there once the exchanges that came under the old names are written.
 */

import {
  type EndpointLearner,
  type EndpointMerge,
  createEndpointLearner,
} from './core/endpoint-learner.ts'
import { messageOf } from './core/errors.ts'
import type { EndpointMerger } from './core/ports.ts'

/** A learner and its way to the store. */
export interface Learning {
  readonly learner: EndpointLearner
  /** Merges what is to be merged; called when nothing that came under an old name waits to be written. */
  readonly settle: () => void
  /** Resolves when nothing is being merged. */
  idle(): Promise<void>
  /** The endpoints of a new run are counted anew. */
  readonly startRun: () => void
}

/**
 * Takes over what the store knows; what the recorder before this one could not merge any more is merged first.
 * What cannot be merged now is tried again when the next exchanges are written.
 */
export async function openLearning(
  writer: EndpointMerger,
  patterns: readonly string[],
  warn: (line: string) => void,
): Promise<Learning> {
  const learner = createEndpointLearner()
  learner.respect(patterns)
  learner.load(await writer.knownEndpoints())
  let waiting: readonly EndpointMerge[] = []
  let work: Promise<void> | undefined
  let hasTold = false

  const mergeAll = async (): Promise<void> => {
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      await writer.mergeEndpoints(next.heir, next.merged)
      waiting = waiting.slice(1)
    }
  }

  const settle = (): void => {
    waiting = [...waiting, ...learner.takeMerges()]
    if (waiting.length > 0 && work === undefined) {
      work = mergeAll()
        .catch((error: unknown) => {
          warn(`endpoints could not be merged: ${messageOf(error)}`)
        })
        .finally(() => {
          work = undefined
        })
    }
    if (learner.other > 0 && !hasTold) {
      hasTold = true
      warn('this run has too many endpoints: new ones are counted together, as {other}')
    }
  }

  settle()
  await work
  return {
    learner,
    settle,
    idle: async () => {
      await work
    },
    startRun: () => {
      learner.startRun()
      hasTold = false
    },
  }
}

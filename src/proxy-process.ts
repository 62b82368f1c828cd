/** The proxy process: the request path and nothing else. No native addon is loaded here. */

import { servePart } from './part.ts'
import type { ProxyReading, ProxyStart, ProxyStarted } from './parts.ts'
import { startProxy } from './proxy/server.ts'
import { connectQueue } from './queue/local.ts'

/** Of an ordered stop's time, what is kept for handing over the last exchanges. */
const HAND_OVER_MS = 2000

servePart(async (options) => {
  const { settings, queuePath, instance } = options as ProxyStart
  const queue = connectQueue({ path: queuePath })
  const proxy = await startProxy({ settings, queue, instance })
  const started: ProxyStarted = {
    address: proxy.address,
    ...(proxy.healthAddress === undefined ? {} : { healthAddress: proxy.healthAddress }),
  }
  const read = (): ProxyReading => ({
    counters: proxy.counters(),
    breaker: proxy.breaker(),
    queued: queue.depth,
  })
  return {
    started,
    answer: async () => read(),
    stop: async (deadlineMs) => {
      await proxy.close(Math.max(0, deadlineMs - HAND_OVER_MS))
      await queue.close(HAND_OVER_MS)
      return read()
    },
  }
})

/** The proxy process: the request path and nothing else. No native addon is loaded here. */

import { AppError } from './core/errors.ts'
import { overridesOf } from './core/mirroring.ts'
import { servePart } from './part.ts'
import type { ProxyReading, ProxyStart, ProxyStarted, ProxySteer } from './parts.ts'
import { startProxy } from './proxy/server.ts'
import { connectQueue } from './queue/local.ts'

/** Of an ordered stop's time, what is kept for handing over the last exchanges. */
const HAND_OVER_MS = 2000

servePart(async (options) => {
  const { settings, overrides, queuePath, instance } = options as ProxyStart
  let { routes } = settings
  const queue = connectQueue({ path: queuePath })
  const proxy = await startProxy({
    ...{ settings, queue, instance },
    overrides: overridesOf(routes, overrides),
  })
  const started: ProxyStarted = {
    address: proxy.address,
    ...(proxy.healthAddress === undefined ? {} : { healthAddress: proxy.healthAddress }),
    ...(proxy.socketPath === undefined ? {} : { socketPath: proxy.socketPath }),
  }
  const read = (): ProxyReading => ({
    counters: proxy.counters(),
    breaker: proxy.breaker(),
    queued: queue.depth,
  })
  const steer = (to: ProxySteer): void => {
    if (to.settings !== undefined) {
      proxy.reload(to.settings)
      routes = to.settings.routes
    }
    for (const { route, ...own } of overridesOf(routes, to.overrides)) proxy.setMirror(own, route)
  }
  return {
    started,
    answer: async (what, body) => {
      if (what === 'reading') return read()
      if (what !== 'steer') throw new AppError('unsupported', `a proxy has no answer to "${what}"`)
      steer(body as ProxySteer)
      return undefined
    },
    stop: async (deadlineMs) => {
      await proxy.close(Math.max(0, deadlineMs - HAND_OVER_MS))
      await queue.close(HAND_OVER_MS)
      return read()
    },
  }
})

/** What happens at paths that nobody serves, and with methods that a path does not have. */

import type { FastifyInstance } from 'fastify'
import { HttpProblem } from './errors.ts'
import { pathOf } from './paths.ts'

/** Tells 404 and 405 apart; call before any route is added. */
export function installNotFound(app: FastifyInstance): void {
  const methodsByUrl = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByUrl.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    methodsByUrl.set(url, methods)
  })
  app.setNotFoundHandler((request) => {
    const path = pathOf(request)
    for (const [url, methods] of methodsByUrl) {
      if (url.endsWith('*') || !patternOf(url).test(path) || methods.has(request.method)) continue
      const allow = [...methods].join(', ')
      throw new HttpProblem(405, `${path} answers ${allow}, not ${request.method}`, { allow })
    }
    throw new HttpProblem(404, `Nothing is served at ${request.method} ${path}`)
  })
}

function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`)
}

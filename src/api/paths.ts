/** Paths as they were asked for; links between our pages are relative, so that any path prefix may stand before them. */

import type { FastifyRequest } from 'fastify'

/** The path as it was asked for, without the query. */
export function pathOf(request: FastifyRequest): string {
  const end = request.url.indexOf('?')
  return end < 0 ? request.url : request.url.slice(0, end)
}

/** The relative way from a path to the console's root: `''`, `../`, … */
export function upFrom(path: string): string {
  return '../'.repeat(Math.max(0, path.split('/').length - 2))
}

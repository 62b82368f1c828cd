/**
 * The dashboard: one page and its assets. Asset links in the page are relative, so that it works
 * under any path prefix that a reverse proxy strips; deeper paths get links that lead up again.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { pathOf, upFrom } from './paths.ts'
import type { Api } from './resources.ts'

/** Serves what was built at `webRoot`, at every GET path that no other route has. */
export async function dashboardRoutes(app: Api, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, { root: webRoot, serve: false, suppressWarning: true })
  let files: Dashboard | undefined
  const options = { config: { access: 'viewer' as const }, schema: { hide: true } }

  app.get('/', options, async (request, reply) => {
    files ??= findDashboard(webRoot)
    if (files !== undefined) return sendPage(files, request, reply)
    return reply
      .code(503)
      .type('text/plain; charset=utf-8')
      .send('The dashboard is not built. Run `npm run build`; the API is at /api/v1/ meanwhile.\n')
  })

  app.get('/*', options, async (request, reply) => {
    files ??= findDashboard(webRoot)
    const name = files && findFile(files, request)
    if (files === undefined || name === undefined) {
      reply.callNotFound()
      return reply
    }
    if (name === 'index.html') return sendPage(files, request, reply)
    // Vite puts a hash of the content into the names of assets, and of nothing else.
    const isHashed = name.startsWith('assets/')
    return reply.sendFile(
      name,
      isHashed ? { maxAge: '365d', immutable: true } : { cacheControl: false },
    )
  })
}

/** The file for a path, wherever the page that links to it was opened; a person's address is the page. */
function findFile({ names }: Dashboard, request: FastifyRequest): string | undefined {
  const path = pathOf(request)
  if (path.startsWith('/api/')) return undefined
  const asset = /\/(assets\/[^/]+)$/.exec(path)?.[1]
  if (asset !== undefined) return names.has(asset) ? asset : undefined
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (names.has(name)) return name
  return request.headers.accept?.includes('text/html') === true ? 'index.html' : undefined
}

interface Dashboard {
  readonly page: string
  /** Every file that may be served; what is not here does not exist, whatever a path spells. */
  readonly names: ReadonlySet<string>
}

function findDashboard(webRoot: string): Dashboard | undefined {
  try {
    const page = readFileSync(join(webRoot, 'index.html'), 'utf8')
    const files = readdirSync(webRoot, { recursive: true, withFileTypes: true })
    const names = files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name).slice(join(webRoot, '/').length))
    return { page, names: new Set(names) }
  } catch {
    return undefined
  }
}

function sendPage(dashboard: Dashboard, request: FastifyRequest, reply: FastifyReply) {
  const up = upFrom(pathOf(request))
  return reply
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(up === '' ? dashboard.page : dashboard.page.replaceAll('"./', `"${up}`))
}

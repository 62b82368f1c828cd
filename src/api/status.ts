/** What the running service says of itself: its books, its parts, its health. */

import { Type, type Static } from 'typebox'
import { AppError } from '../core/errors.ts'
import type { ServiceProbe } from '../core/ports.ts'
import type { ServiceReading } from '../core/service-reading.ts'
import type { StatusView } from '../core/service-report.ts'
import type { ListenAddress, Settings } from '../core/settings.ts'
import type { Api } from './resources.ts'
import { Readiness, StatusView as StatusSchema } from './service-schemas.ts'

/** What telling the status needs. */
export interface StatusOptions {
  readonly probe: ServiceProbe
  /** Those of this moment. */
  readonly settings: () => Settings
  readonly proxyAddress: ListenAddress
  readonly version: string
}

/** Adds `/api/v1/status`, `/healthz` and `/readyz`. */
export function statusRoutes(app: Api, options: StatusOptions): void {
  const { probe, settings: current, proxyAddress, version } = options
  app.get(
    '/api/v1/status',
    {
      config: { access: 'gate' },
      schema: {
        operationId: 'getStatus',
        summary: 'Version, upstreams, and the counters as the proxies have them now',
        tags: ['service'],
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: StatusSchema },
      },
    },
    async (): Promise<StatusView> => {
      const reading = await probe.read()
      const settings = current()
      const { run = settings.run, proxy, recorder, breaker } = reading
      const { control, ...counters } = reading.counters
      return {
        version,
        run,
        upstreams: settings.routes.map(({ name, primary, shadow, control }) => ({
          route: name,
          primary: primary.url,
          ...(shadow && { shadow: shadow.url, percent: shadow.percent, methods: shadow.methods }),
          ...(shadow && control && { control: control.url }),
        })),
        breaker,
        counters,
        ...(control && { control }),
        proxy,
        recorder,
        listen: formatAddress(proxyAddress),
        store: settings.store,
      }
    },
  )

  app.get(
    '/healthz',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the console answers',
        tags: ['service'],
        security: [],
        response: {
          200: Type.Object(
            { status: Type.Literal('ok') },
            { title: 'Health', description: 'It does.' },
          ),
        },
      },
    },
    async () => ({ status: 'ok' as const }),
  )

  app.get(
    '/readyz',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether the proxy accepts requests; recorder and console are told, not judged',
        tags: ['service'],
        security: [],
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const readiness = await readReadiness(probe)
      if (readiness.status !== 'ready') void reply.code(503).header('retry-after', '1')
      return readiness
    },
  )
}

async function readReadiness(probe: ServiceProbe): Promise<Static<typeof Readiness>> {
  let reading: ServiceReading
  try {
    reading = await probe.read()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { status: 'not-ready', reason: error.message }
  }
  const { proxy } = reading
  // Nobody has said who asks: what is wrong with which file is for the status.
  const { state, storeOpened, restarts, queued } = reading.recorder
  const recorder = { state, storeOpened, restarts, queued }
  if (!proxy.accepting) {
    return { status: 'not-ready', reason: 'The proxy accepts no requests', proxy, recorder }
  }
  // Only at first start: a recorder that dies later takes nothing away from the clients.
  if (!recorder.storeOpened) {
    return { status: 'not-ready', reason: 'The store is not open yet', proxy, recorder }
  }
  return { status: 'ready', proxy, recorder }
}

function formatAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

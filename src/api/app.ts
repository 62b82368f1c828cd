/** The console's HTTP side: the API, the health routes and the dashboard. */

import { randomUUID } from 'node:crypto'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { CommandPort } from '../core/commands.ts'
import type { Clock, SendOnce, ServiceProbe } from '../core/ports.ts'
import type { ListenAddress, Settings } from '../core/settings.ts'
import { installAccess } from './access.ts'
import { auditRoutes } from './audit.ts'
import { answerClientError } from './client-error.ts'
import { dashboardRoutes } from './dashboard.ts'
import { divergenceRoutes } from './divergences.ts'
import { endpointRoutes } from './endpoints.ts'
import { sendProblem } from './errors.ts'
import { eventTopics } from './event-topics.ts'
import { eventRoutes } from './events-route.ts'
import { exchangeRoutes } from './exchanges.ts'
import { exportRoutes } from './export-route.ts'
import { flaggerRoutes } from './flagger.ts'
import { metricsRoutes } from './metrics.ts'
import { jobRoutes } from './jobs.ts'
import { loginRoutes } from './login.ts'
import { createLoginAudit } from './login-audit.ts'
import { mirrorRoutes } from './mirror.ts'
import { installNotFound } from './not-found.ts'
import { installOpenapi } from './openapi.ts'
import type { Api, ReaderSource } from './resources.ts'
import { replayRoutes } from './replay-route.ts'
import { reportRoutes } from './report.ts'
import { ruleRoutes } from './rules.ts'
import { runRoutes } from './runs.ts'
import { installSecurity, SECURITY_HEADERS } from './security.ts'
import { statusRoutes } from './status.ts'
import { triageRoutes } from './triage.ts'
import { verdictRoutes } from './verdict.ts'
import { createVerdicts } from './verdicts.ts'

/** What the console process gives its HTTP side. */
export interface ApiOptions {
  /** `undefined` until the recorder has opened the store; asked at every request. */
  readonly reader: ReaderSource
  /** Absent: nothing can be changed. */
  readonly commands?: CommandPort
  readonly probe: ServiceProbe
  /** Asks the two versions again; absent: nobody can. */
  readonly send?: SendOnce
  readonly settings: Settings
  /** What holds since a reload; absent: what held at the start. */
  readonly currentSettings?: () => Settings
  /** Where the proxy really listens; absent: as in the settings. */
  readonly proxyAddress?: ListenAddress
  /** Version of the program. */
  readonly version: string
  /** Absolute path of the built dashboard; it may be missing. */
  readonly webRoot: string
  /** Absent: nothing is logged. */
  readonly logger?: FastifyBaseLogger
  readonly clock?: Clock
  /** The bounds of the event stream; absent: those for people. */
  readonly events?: {
    readonly intervalMs?: number
    readonly heartbeatMs?: number
    readonly maxClients?: number
  }
}

/** Rules and lists of ids are the longest that anybody sends. */
const MAX_BODY_BYTES = 256 * 1024
/** Requests are small and answers come from short reads: more connections than this are no people. */
const MAX_CONNECTIONS = 1024
/** A client that takes longer to send its request is cut. */
const REQUEST_TIMEOUT_MS = 30_000

/** A client that takes or gives nothing for this long is cut; event streams have heartbeats. */
const STALLED_AFTER_MS = 5 * 60_000

/** Builds the app; the caller listens and closes it, and closes the reader. */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const { reader, probe, commands, send, settings, version, webRoot } = options
  const { proxyAddress = settings.listen, currentSettings = () => settings } = options
  const { clock = { now: () => Date.now() } } = options
  const { intervalMs = 1000, heartbeatMs = 15_000, maxClients = 64 } = options.events ?? {}
  const { listen } = settings.console

  const app: Api = Fastify({
    ...(options.logger ? { loggerInstance: options.logger } : { logger: false }),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestTimeout: REQUEST_TIMEOUT_MS,
    bodyLimit: MAX_BODY_BYTES,
    connectionTimeout: STALLED_AFTER_MS,
    ajv: {
      // Fastify's defaults drop unknown parameters and tell only the first problem.
      customOptions: { removeAdditional: false, coerceTypes: true, allErrors: true, verbose: true },
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      sendProblem(error, request, reply.headers(SECURITY_HEADERS))
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.maxConnections = MAX_CONNECTIONS
  // Answers are what the store gives, whole: a serializer made from a schema would drop what the
  // schema forgot, and costs more than it saves where values are unions.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))

  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply))
  installNotFound(app)
  installSecurity(app, listen.host)
  const audit = createLoginAudit(commands, clock, app.log)
  const gatekeeper = installAccess(app, {
    users: () => currentSettings().console.users,
    listenHost: listen.host,
    instance: `${settings.store} ${listen.port}`,
    clock,
    audit,
  })
  // JSON alone: a page of another site can send every other kind without asking.
  app.removeContentTypeParser('text/plain')
  takeEmptyBodies(app)

  const verdicts = createVerdicts({ source: reader, probe, settings: currentSettings, clock })

  await installOpenapi(app, version)
  await loginRoutes(app, gatekeeper, audit)
  statusRoutes(app, { probe, settings: currentSettings, proxyAddress, version })
  metricsRoutes(app, { probe, verdicts, version })
  verdictRoutes(app, verdicts)
  flaggerRoutes(app, verdicts, gatekeeper)
  endpointRoutes(app, reader, currentSettings)
  divergenceRoutes(app, reader)
  triageRoutes(app, reader, commands, clock)
  exchangeRoutes(app, reader, commands)
  replayRoutes(app, { source: reader, commands, settings: currentSettings, clock, send })
  runRoutes(app, reader, commands)
  ruleRoutes(app, { source: reader, commands, settings: currentSettings })
  jobRoutes(app, reader, commands)
  mirrorRoutes(app, { source: reader, commands, settings: currentSettings })
  auditRoutes(app, reader)
  exportRoutes(app, reader, clock)
  reportRoutes(app, { source: reader, verdicts, settings: currentSettings, clock, version })
  const topics = eventTopics({ reader, probe, verdicts })
  eventRoutes(app, gatekeeper, { topics, version, intervalMs, heartbeatMs, maxClients })
  await dashboardRoutes(app, webRoot)
  return app
}

/** Clients that name the type of every body send nothing under it too; what needs a body says so itself. */
function takeEmptyBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, body, done) => {
      if (body === '') done(null, undefined)
      else void parseJson(request, body, done)
    },
  )
}

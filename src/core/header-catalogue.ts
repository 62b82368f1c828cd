/**
 * The default catalogue: which header may differ, how each is compared, and under which rule's name what is
 * let pass is shown. Data only. Every rule of it hides something, so a header is listed only where two healthy
 * instances of one version differ in it.
 */

/**
 * How the values of a header are compared.
 * `ignored` never counts; `masked` counts by presence only; `relative` is a date, compared as the distance
 * from the own Date; `derived` follows from the body and counts where the bodies are equal; `framing` follows
 * from how the body is sent; `retry` is a relative date or a counter; `set` is a list without order; `nonce`
 * is exact but for its nonces; the rest says what it is about.
 */
export type HeaderTreatment =
  | 'exact'
  | 'ignored'
  | 'masked'
  | 'relative'
  | 'derived'
  | 'framing'
  | 'retry'
  | 'set'
  | 'nonce'
  | 'media-type'
  | 'content-coding'
  | 'cookie'

/** How a header is compared and whose rule that is. */
export interface HeaderRule {
  readonly treatment: HeaderTreatment
  /** The id that suppressed differences name; an `exact` header has none to suppress. */
  readonly id: string
}

const EXACT: HeaderRule = { treatment: 'exact', id: 'builtin:exact' }

/** Trace and correlation headers: one id per hop and request by their nature. */
const TRACE_NAMES = words(`
  traceparent tracestate baggage traceresponse
  b3 x-b3-traceid x-b3-spanid x-b3-parentspanid x-b3-sampled x-b3-flags
  x-request-id x-client-trace-id x-ot-span-context
  ot-tracer-traceid ot-tracer-spanid ot-tracer-sampled
  uber-trace-id jaeger-debug-id jaeger-baggage
  x-datadog-trace-id x-datadog-parent-id x-datadog-sampling-priority x-datadog-origin x-datadog-tags
  x-cloud-trace-context grpc-trace-bin x-amzn-trace-id
  sw8 sw8-x sw8-correlation sentry-trace
  newrelic x-newrelic-id x-newrelic-transaction x-newrelic-synthetics x-newrelic-app-data
  elastic-apm-traceparent x-dynatrace x-dtpc x-dtreferer
  x-instana-t x-instana-s x-instana-l singularityheader
  request-id request-context correlation-context
  x-ms-request-id x-ms-request-root-id x-ms-client-request-id x-ms-correlation-request-id
  pinpoint-traceid pinpoint-spanid pinpoint-pspanid pinpoint-sampled pinpoint-flags
  pinpoint-pappname pinpoint-papptype pinpoint-host
  eagleeye-traceid eagleeye-rpcid x-honeycomb-trace x-trace x-trace-id x-span-id
  x-correlation-id correlation-id x-transaction-id`)

const TRACE_PREFIXES = ['ot-baggage-', 'uberctx-']

/** What proxies beside the upstream add on the way, differently for each leg. */
const PER_HOP_NAMES = words(`
  x-envoy-attempt-count x-envoy-decorator-operation x-envoy-downstream-service-cluster
  x-envoy-downstream-service-node x-envoy-expected-rq-timeout-ms x-envoy-external-address
  x-envoy-force-trace x-envoy-hedge-on-per-try-timeout x-envoy-internal x-envoy-ip-tags
  x-envoy-is-timeout-retry x-envoy-max-retries x-envoy-original-dst-host x-envoy-original-path
  x-envoy-overloaded x-envoy-peer-metadata x-envoy-peer-metadata-id x-envoy-retriable-header-names
  x-envoy-retriable-status-codes x-envoy-retry-grpc-on x-envoy-retry-on
  x-envoy-upstream-alt-stat-name x-envoy-upstream-healthchecked-cluster
  x-envoy-upstream-rq-per-try-timeout-ms x-envoy-upstream-rq-timeout-alt-response
  x-envoy-upstream-rq-timeout-ms x-envoy-upstream-stream-duration-ms
  x-istio-attributes x-forwarded-client-cert`)

const SERVER_NAMES = words(`
  server via alt-svc nel report-to reporting-endpoints x-served-by x-server x-backend x-backend-server
  x-upstream x-hostname x-pod x-instance-id`)

const CACHE_NAMES = words(`
  x-cache x-cache-hits x-cache-status x-proxy-cache cf-cache-status x-varnish x-amz-cf-pop x-vercel-cache`)

const ID_NAMES = words(`
  x-amzn-requestid x-amz-request-id x-amz-id-2 x-amz-cf-id x-azure-ref cf-ray cf-request-id
  x-fastly-request-id x-github-request-id fly-request-id x-vercel-id x-nf-request-id
  x-railway-request-id x-kong-request-id x-oss-request-id x-tt-logid x-guploader-uploadid
  x-debug-token x-debug-token-link`)

const TIMING_NAMES = words(`
  age x-runtime x-response-time x-process-time x-request-start x-queue-time server-timing x-timer
  x-envoy-upstream-service-time x-kong-upstream-latency x-kong-proxy-latency x-kong-response-latency
  x-debug-time x-elapsed`)

const RATE_LIMIT_NAMES = words(`
  ratelimit ratelimit-policy ratelimit-limit ratelimit-remaining ratelimit-reset`)

const RATE_LIMIT_PREFIXES = ['x-ratelimit-', 'x-rate-limit-']

const SET_NAMES = words(`
  vary allow accept accept-encoding access-control-allow-headers access-control-allow-methods
  access-control-expose-headers cache-control link`)

const CATALOGUE: ReadonlyMap<string, HeaderRule> = new Map([
  ...rule('ignored', 'builtin:date', ['date']),
  ...rule('ignored', 'builtin:timing', TIMING_NAMES),
  ...rule('ignored', 'builtin:server', SERVER_NAMES),
  ...rule('ignored', 'builtin:cache-status', CACHE_NAMES),
  ...rule('ignored', 'builtin:request-ids', ID_NAMES),
  ...rule('ignored', 'builtin:trace-ids', TRACE_NAMES),
  ...rule('ignored', 'builtin:proxy-headers', PER_HOP_NAMES),
  ...rule('ignored', 'builtin:rate-limits', RATE_LIMIT_NAMES),
  ...rule('relative', 'builtin:relative-dates', ['expires', 'last-modified']),
  ...rule('retry', 'builtin:retry-after', ['retry-after']),
  ...rule('framing', 'builtin:content-length', ['content-length']),
  ...rule(
    'derived',
    'builtin:validators',
    words('etag content-md5 digest content-digest repr-digest'),
  ),
  ...rule('content-coding', 'builtin:content-coding', ['content-encoding']),
  ...rule('media-type', 'builtin:media-type', ['content-type']),
  ...rule('set', 'builtin:list-order', SET_NAMES),
  ...rule('masked', 'builtin:tokens', words('x-csrf-token x-xsrf-token authentication-info')),
  ...rule(
    'nonce',
    'builtin:nonces',
    words('www-authenticate content-security-policy content-security-policy-report-only'),
  ),
  ...rule('cookie', 'builtin:cookie-values', ['set-cookie']),
])

/** How the header of this lower-cased name is compared. */
export function headerRule(name: string): HeaderRule {
  const known = CATALOGUE.get(name)
  if (known !== undefined) return known
  if (startsWithAny(name, RATE_LIMIT_PREFIXES)) {
    return { treatment: 'ignored', id: 'builtin:rate-limits' }
  }
  if (startsWithAny(name, TRACE_PREFIXES)) return { treatment: 'ignored', id: 'builtin:trace-ids' }
  return EXACT
}

const PROTECTED: ReadonlySet<string> = new Set(
  words(`
    content-type cache-control location www-authenticate content-disposition content-language
    strict-transport-security content-security-policy grpc-status grpc-message set-cookie`),
)

/** Whether losing the header of this lower-cased name breaks clients. */
export function isProtectedHeader(name: string): boolean {
  return PROTECTED.has(name) || name.startsWith('access-control-')
}

/**
 * Whether a request header of this lower-cased name differs between the legs by nature, so that a body that
 * echoes the request's headers may show it differently.
 */
export function isLegHeader(name: string): boolean {
  return LEG_NAMES.has(name) || startsWithAny(name, TRACE_PREFIXES)
}

const LEG_NAMES: ReadonlySet<string> = new Set([
  // How a body is framed is up to each connection.
  'connection',
  'content-length',
  'transfer-encoding',
  'x-forwarded-for',
  'forwarded',
  'via',
  ...TRACE_NAMES,
  ...PER_HOP_NAMES,
])

/** Every rule of the catalogue and of the comparer, with what it lets pass, in words for people. */
export const BUILTIN_RULES: readonly { readonly id: string; readonly about: string }[] = [
  { id: 'builtin:date', about: 'Date: the moment of the answer' },
  {
    id: 'builtin:clock',
    about: 'times of the clock, as far from their answer as the other (±2 s)',
  },
  { id: 'builtin:timing', about: 'how long the answer took, and its age in a cache' },
  { id: 'builtin:server', about: 'names of servers, instances and hops' },
  { id: 'builtin:cache-status', about: 'whether a cache answered' },
  { id: 'builtin:request-ids', about: 'ids that providers give to each request' },
  { id: 'builtin:trace-ids', about: 'trace and correlation ids' },
  { id: 'builtin:proxy-headers', about: 'what Envoy and Istio add for their own use' },
  { id: 'builtin:hop-by-hop', about: 'headers that end at the next hop (RFC 9110 §7.6.1)' },
  { id: 'builtin:rate-limits', about: 'counters of rate limits' },
  { id: 'builtin:relative-dates', about: 'dates as far from the own Date as the other (±2 s)' },
  { id: 'builtin:retry-after', about: 'Retry-After: a counter, or a date relative to the own' },
  { id: 'builtin:content-length', about: 'Content-Length: the body itself is compared' },
  { id: 'builtin:validators', about: 'ETag and digests of bodies that are not byte-equal' },
  { id: 'builtin:content-coding', about: 'two spellings of one content coding' },
  { id: 'builtin:media-type', about: 'two spellings of one media type' },
  { id: 'builtin:list-order', about: 'order, case, repeats and lines of a list' },
  { id: 'builtin:tokens', about: 'values of anti-forgery tokens; their presence counts' },
  { id: 'builtin:nonces', about: 'nonces inside a policy or a challenge' },
  { id: 'builtin:cookie-values', about: 'values of cookies; names and attributes count' },
  { id: 'builtin:shadow-host', about: 'the Host that the shadow was called by, put back' },
  { id: 'builtin:echoed-headers', about: 'request headers that differ by leg, echoed in a body' },
  { id: 'builtin:batch-order', about: 'the order of the answers to a JSON-RPC batch' },
  { id: 'builtin:repeated-members', about: 'an equal member written twice in a JSON object' },
]

function words(text: string): string[] {
  return text.trim().split(/\s+/)
}

function rule(
  treatment: HeaderTreatment,
  id: string,
  names: readonly string[],
): [string, HeaderRule][] {
  return names.map((name) => [name, { treatment, id }])
}

function startsWithAny(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix))
}

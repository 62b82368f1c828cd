/**
 * An exchange as a document that can leave one store and enter another: what the API shows of it, but with
 * bodies as they were kept, so that judging it again says the same. Documents of the API itself are read too;
 * there a coded body was decoded for showing, and is coded again.
 */

import { createHash } from 'node:crypto'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { divergenceId } from './divergence.ts'
import type {
  CapturedBody,
  Exchange,
  FailureReason,
  Observation,
  UnmirroredReason,
} from './exchange.ts'
import type { ControlJudgement, Difference, Judgement } from './judgement.ts'
import { pathOf } from './endpoint.ts'
import type { JudgedExchange } from './ports.ts'
import type { BodyView, ExchangeDetail, ObservationView } from './exchange-report.ts'

/** One exchange in full, with everything that its judgement says. */
export interface ExchangeDocument extends ExchangeDetail {
  /** What control showed when the exchange was judged. */
  readonly controlJudgement?: ControlJudgement
}

/** The document of an exchange of this run. */
export function exchangeDocument(judged: JudgedExchange, run: string): ExchangeDocument {
  const { exchange, endpoint, judgement } = judged
  const { request, primary, shadow, control, startedAt, requestId, source, route } = exchange
  const { differences, suppressed, outcome, reason, differencesTotal, suppressedTotal } = judgement
  const controlJudgement = judgement.control
  return {
    id: exchange.id,
    requestId,
    time: new Date(startedAt).toISOString(),
    ...{ run, source, route },
    method: request.method,
    path: pathOf(request.target),
    ...{ endpoint, outcome },
    ...(reason !== undefined && { reason }),
    ...(primary?.kind === 'response' && { primaryStatus: primary.status }),
    ...(shadow?.kind === 'response' && { shadowStatus: shadow.status }),
    ...(primary !== undefined && { primaryMs: primary.durationMs }),
    ...(shadow !== undefined && {
      shadowMs: shadow.durationMs,
      shadowWaitMs: exchange.shadowWaitMs,
    }),
    request: { ...request, body: bodyDocument(request.body) },
    ...(primary !== undefined && { primary: toView(primary) }),
    ...(shadow !== undefined && { shadow: toView(shadow) }),
    ...(control !== undefined && { control: toView(control) }),
    differences: differences.map((difference) => ({
      ...difference,
      divergence: divergenceId(endpoint, difference.kind, difference.pattern),
    })),
    differencesTotal,
    suppressed,
    ...(suppressedTotal !== undefined && { suppressedTotal }),
    ...(controlJudgement !== undefined && { controlJudgement }),
  }
}

function toView(observation: Observation): ObservationView {
  return observation.kind === 'failure'
    ? observation
    : { ...observation, body: bodyDocument(observation.body) }
}

/** As text where that is exactly what the bytes say. */
function bodyDocument({ bytes, length, sha256, incomplete }: CapturedBody): BodyView {
  const isKept = bytes.length > 0 || length === 0
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text, 'utf8').equals(bytes)
  return {
    length,
    sha256: sha256 ?? (isKept ? createHash('sha256').update(bytes).digest('hex') : ''),
    truncated: sha256 !== undefined || !isKept,
    ...(incomplete !== undefined && { incomplete }),
    ...(isText ? { text } : { base64: bytes.toString('base64') }),
  }
}

/** The exchange of a document, with the judgement that it was given then. */
export function fromExchangeDocument(document: ExchangeDocument): JudgedExchange {
  const { request, primary, shadow, control, endpoint, outcome, reason } = document
  const exchange: Exchange = {
    id: document.id,
    requestId: document.requestId,
    startedAt: Date.parse(document.time),
    route: document.route,
    source: document.source,
    request: { ...request, body: fromBody(request.body) },
    ...(primary !== undefined && { primary: fromObservation(primary) }),
    ...(shadow !== undefined && { shadow: fromObservation(shadow) }),
    ...(control !== undefined && { control: fromObservation(control) }),
    ...(outcome === 'unmirrored' && { unmirrored: reason as UnmirroredReason }),
    shadowWaitMs: document.shadowWaitMs ?? 0,
  }
  const { differences, suppressed, differencesTotal, suppressedTotal, controlJudgement } = document
  const judgement: Judgement = {
    outcome,
    ...(reason !== undefined && { reason }),
    differences: differences.map(withoutDivergence),
    suppressed,
    differencesTotal,
    ...(suppressedTotal !== undefined && { suppressedTotal }),
    ...(controlJudgement !== undefined && { control: controlJudgement }),
  }
  return { exchange, endpoint, judgement }
}

function withoutDivergence({
  kind,
  location,
  pattern,
  severity,
  primary,
  shadow,
}: Difference): Difference {
  return {
    ...{ kind, location, pattern, severity },
    ...(primary !== undefined && { primary }),
    ...(shadow !== undefined && { shadow }),
  }
}

function fromObservation(view: ObservationView): Observation {
  return view.kind === 'failure'
    ? { ...view, reason: view.reason as FailureReason }
    : { ...view, body: fromBody(view.body) }
}

function fromBody(view: BodyView): CapturedBody {
  const { length, sha256, truncated, incomplete, decoded, text, base64 = '' } = view
  const shown = text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text, 'utf8')
  return {
    bytes: decoded === undefined ? shown : coded(shown, decoded),
    length,
    ...(truncated && sha256 !== '' && { sha256 }),
    ...(incomplete !== undefined && {
      incomplete: incomplete as NonNullable<CapturedBody['incomplete']>,
    }),
  }
}

/** Codes a body as its headers say; other bytes than on the wire may come of it, but the same content. */
function coded(bytes: Buffer, codings: string): Buffer {
  return codings.split(', ').reduce((content, coding) => {
    switch (coding) {
      case 'gzip':
        return gzipSync(content)
      case 'deflate':
        return deflateSync(content)
      case 'br':
        return brotliCompressSync(content)
      default:
        return content
    }
  }, bytes)
}

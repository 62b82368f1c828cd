/** A steady trickle of visitors to the demo shop, through whatever stands in front of it. */

import { gunzipSync } from 'node:zlib'
import { Agent, request } from 'undici'
import { startJourney } from './journeys.ts'
import type { Answer, Journey, Step } from './journeys.ts'
import { seededRandom } from './seeded.ts'

/** Whom to visit, and how often. */
export interface TrafficOptions {
  readonly url: string
  readonly ratePerSecond: number
  /** Of the visitors' choices and request ids; how fast answers come decides the rest. */
  readonly seed: number
}

/** Visitors on their way. */
export interface Traffic {
  /** Sends nothing more; resolves when the last answer is in, a few seconds at most. */
  stop(): Promise<void>
  /** Requests sent so far, answered or not. */
  sent(): number
  /** Requests that got no answer at all. */
  failed(): number
}

interface Visitor {
  readonly journey: Journey
  readonly agent: string
  answer: Answer | undefined
}

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15',
  'shop-app/4.2 (Android 15)',
  'curl/8.14.1',
] as const
/** Visitors under way at once, and so requests in flight at once. */
const MAX_VISITORS = 40
const TIMEOUT_MS = 5_000

/** Starts visiting; requests that find no free visitor are not sent, so a stuck shop costs nothing. */
export function startTraffic({ url, ratePerSecond, seed }: TrafficOptions): Traffic {
  const random = seededRandom(seed)
  const dispatcher = new Agent({ connections: MAX_VISITORS, pipelining: 1 })
  const waiting: Visitor[] = []
  const inFlight = new Set<Promise<void>>()
  let sent = 0
  let failed = 0

  const arrive = (): Visitor => ({
    journey: startJourney(random),
    agent: random.pick(AGENTS),
    answer: undefined,
  })

  const visit = async (visitor: Visitor, step: Step, requestId: string): Promise<void> => {
    try {
      visitor.answer = await send(url, step, visitor.agent, requestId, dispatcher)
      waiting.push(visitor)
    } catch {
      failed++ // this visitor goes home
    }
  }

  const tick = (): void => {
    if (inFlight.size >= MAX_VISITORS) return
    // Whoever has waited longest goes on, so that a visitor's steps are apart, as a person's are.
    const visitor = waiting.length + inFlight.size < 8 ? arrive() : (waiting.shift() ?? arrive())
    const { answer, journey } = visitor
    const step = answer === undefined ? journey.next() : journey.next(answer)
    if (step.done === true) {
      tick()
      return
    }
    sent++
    const going = visit(visitor, step.value, random.uuid()).finally(() => inFlight.delete(going))
    inFlight.add(going)
  }

  const timer = setInterval(tick, 1000 / ratePerSecond)
  return {
    sent: () => sent,
    failed: () => failed,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(inFlight)
      await dispatcher.close()
    },
  }
}

async function send(
  url: string,
  { method, path, headers = {}, body }: Step,
  agent: string,
  requestId: string,
  dispatcher: Agent,
): Promise<Answer> {
  const response = await request(url + path, {
    method,
    dispatcher,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    headers: {
      'user-agent': agent,
      accept: 'application/json, text/html;q=0.9, */*;q=0.5',
      ...(agent.startsWith('curl') ? {} : { 'accept-encoding': 'gzip' }),
      'x-request-id': requestId,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const bytes = Buffer.from(await response.body.arrayBuffer())
  const zipped = response.headers['content-encoding'] === 'gzip' && bytes.length > 0
  const { etag, 'set-cookie': cookie } = response.headers
  return {
    status: response.statusCode,
    etag: typeof etag === 'string' ? etag : undefined,
    cookie: [cookie].flat()[0]?.split(';')[0],
    body: parseJson((zipped ? gunzipSync(bytes) : bytes).toString()),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

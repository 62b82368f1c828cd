/** What the console sends to the two versions: one request over a leg of its own, bounded in time and size. */

import type { SendOnce } from './core/ports.ts'
import { createSender } from './proxy/send-once.ts'

/** To the answer's head, and between two reads of its body. */
const WAIT_MS = 15_000
/** An answer that trickles is cut here. */
const WHOLE_MS = 30_000
const MAX_BYTES = 4 * 1024 * 1024

/** Sends it; what goes wrong is a failure of the upstream. */
export const sendAgain: SendOnce = async (upstream, request) => {
  const { url, socketPath, tls } = upstream
  const sender = createSender({
    ...{ url, maxConnections: 1, maxAnswerBytes: MAX_BYTES, maxBodyBytes: MAX_BYTES },
    timeoutMs: Math.min(upstream.timeoutMs, WAIT_MS),
    idleMs: Math.min(upstream.idleMs, WAIT_MS),
    ...(socketPath !== undefined && { socketPath }),
    ...(tls !== undefined && { tls }),
  })
  const deadline = setTimeout(() => {
    sender.close()
  }, WHOLE_MS)
  try {
    return await sender.send(request)
  } finally {
    clearTimeout(deadline)
    sender.close()
  }
}

/** A client of server-sent events over a real connection. */

import { get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** One event as it came. */
export interface SentEvent {
  readonly event: string
  readonly data: unknown
}

/** Connects; `next` waits for the next event, `comment` for the next comment line. */
export async function listenToEvents(url: string, headers: OutgoingHttpHeaders = {}) {
  const request = get(url, { headers })
  onTestFinished(() => {
    request.destroy()
  })
  // A stream that the server cuts is an ending here, no error.
  request.on('error', () => undefined)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const blocks = readBlocks(response)
  const nextBlock = async (matches: (block: string) => boolean) => {
    for (;;) {
      const { value, done } = await blocks.next()
      if (done === true) throw new Error('the stream has ended')
      if (matches(value)) return value
    }
  }
  return {
    response,
    next: async (): Promise<SentEvent> => {
      const block = await nextBlock((text) => /^event: /m.test(text))
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
      return { event: field('event'), data: JSON.parse(field('data')) as unknown }
    },
    comment: () => nextBlock((text) => text.startsWith(':')),
    leave: () => {
      request.destroy()
    },
    /** Resolves with how many more blocks came when the server ends the stream. */
    ended: async () => {
      let rest = 0
      while ((await blocks.next()).done !== true) rest += 1
      return rest
    },
  }
}

async function* readBlocks(response: IncomingMessage) {
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response as AsyncIterable<string>) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield text.slice(0, end)
      text = text.slice(end + 2)
    }
  }
}

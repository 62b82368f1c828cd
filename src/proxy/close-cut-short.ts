import type { Socket } from 'node:net'

/** How long a connection may take to flush an answer that was cut short. */
const LINGER_MS = 10_000

/** Closes a connection in the middle of an answer: the client gets what there was of it, and no end. */
export function closeCutShort(socket: Socket): void {
  socket.destroySoon()
  setTimeout(() => {
    socket.destroy()
  }, LINGER_MS).unref()
}

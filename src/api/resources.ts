/** What the routes need, and the kind of app they are added to. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { CommandPort } from '../core/commands.ts'
import { AppError } from '../core/errors.ts'
import type { StoreReader } from '../core/ports.ts'

/** A Fastify app whose handlers get and return what their schemas say. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** The store's reader, `undefined` until the recorder has opened the store. */
export type ReaderSource = () => StoreReader | undefined

/** The reader, or `unavailable` as long as there is none. */
export function getReader(source: ReaderSource): StoreReader {
  const reader = source()
  if (reader === undefined) {
    throw new AppError(
      'unavailable',
      'The store is not open yet: the recorder is starting; try again in a moment',
    )
  }
  return reader
}

/** What takes commands, or `unavailable` when nothing does. */
export function getCommands(commands: CommandPort | undefined): CommandPort {
  if (commands !== undefined) return commands
  throw new AppError('unavailable', 'Nothing takes commands here: the recorder is not reachable')
}

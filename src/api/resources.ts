/** What the routes need, and the kind of app they are added to. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { ExchangeReader } from '../core/ports.ts'

/** A Fastify app whose handlers get and return what their schemas say. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** The store's reader, `undefined` until the recorder has opened the store. */
export type ReaderSource = () => ExchangeReader | undefined

/** The reader, or `unavailable` as long as there is none. */
export function getReader(source: ReaderSource): ExchangeReader {
  const reader = source()
  if (reader === undefined) {
    throw new AppError(
      'unavailable',
      'The store is not open yet: the recorder is starting; try again in a moment',
    )
  }
  return reader
}

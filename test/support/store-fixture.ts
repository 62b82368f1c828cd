/** A store on a real file in a folder of its own. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  BooksWriter,
  Clock,
  ExchangeWriter,
  JudgedExchange,
  ReviewWriter,
  StoreCommands,
  StoreReader,
} from '../../src/core/ports.ts'
import { openReader } from '../../src/store/sqlite/reader.ts'
import { openWriter, type StoreWriter } from '../../src/store/sqlite/writer.ts'

/** The run that the fixtures write to. */
export const RUN = { name: 'checkout-2.3', primaryVersion: 'v1', shadowVersion: 'v2' }

/** Who does what the tests do. */
export const ANN = { name: 'ann', role: 'operator' } as const

/** A folder that `remove` takes away with all that is in it. */
export function makeFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'shadowdiff-store-'))
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true })
    },
  }
}

/** All that a store's writer does. */
export type AnyStoreWriter = ExchangeWriter & BooksWriter & StoreCommands & ReviewWriter

/** A store of any kind: a writer with the run {@link RUN} open, and a reader. */
export interface OpenedStore {
  readonly writer: AnyStoreWriter
  readonly reader: StoreReader
  close(): Promise<void>
}

/** Opens a new store that holds these exchanges. */
export type OpenStore = (
  exchanges?: readonly JudgedExchange[],
  clock?: Clock,
) => Promise<OpenedStore>

/** A store in a file. */
export interface StoreFixture extends OpenedStore {
  readonly path: string
  readonly writer: StoreWriter
}

/** Opens a new store that holds these exchanges. */
export async function openStore(
  exchanges: readonly JudgedExchange[] = [],
  clock: Clock = { now: () => Date.now() },
): Promise<StoreFixture> {
  const folder = makeFolder()
  const path = join(folder.path, 'shadowdiff.db')
  const writer = await openWriter({ path, clock })
  await writer.openRun(RUN)
  if (exchanges.length > 0) await writer.save(exchanges)
  const reader = await openReader({ path, clock })
  return {
    path,
    writer,
    reader,
    close: async () => {
      await reader.close()
      await writer.close()
      folder.remove()
    },
  }
}

/** All rows of a walk. */
export async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const row of rows) collected.push(row)
  return collected
}

/** A real store in a temporary folder, written and read as the recorder and the console do. */

import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { JudgedExchange } from '../../src/core/ports.ts'
import { openReader } from '../../src/store/sqlite/reader.ts'
import { openWriter } from '../../src/store/sqlite/writer.ts'
import { temporaryFolder } from './console.ts'

/** Opens a store with these exchanges in the run `checkout-2.3`; `save` adds more. */
export async function openRecorded(batch: readonly JudgedExchange[] = []) {
  const path = join(await temporaryFolder(), 'shadowdiff.db')
  const writer = await openWriter({ path })
  onTestFinished(() => writer.close())
  await writer.openRun({ name: 'checkout-2.3', primaryVersion: '2.2', shadowVersion: '2.3' })
  if (batch.length > 0) await writer.save(batch)
  const reader = await openReader({ path })
  onTestFinished(() => reader.close())
  return { reader, save: (more: readonly JudgedExchange[]) => writer.save(more), writer }
}

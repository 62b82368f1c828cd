/** What the store's benches measure with. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openWriter, type StoreWriter } from '../src/store/sqlite/writer.ts'

/** A value of sorted ones. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.floor(part * sorted.length)] ?? 0
}

/** Bytes of a database and of all that lies beside it under its name. */
export function sizeOf(path: string): number {
  const folder = join(path, '..')
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((name) => name.startsWith(path))
    .reduce((total, name) => total + statSync(name).size, 0)
}

/** A writer whose run is open. */
export async function openBenchWriter(
  path: string,
  retention?: { readonly ageMs: number },
): Promise<StoreWriter> {
  const writer = await openWriter({ path, ...(retention !== undefined && { retention }) })
  await writer.openRun({ name: 'bench', primaryVersion: '1', shadowVersion: '2' })
  return writer
}

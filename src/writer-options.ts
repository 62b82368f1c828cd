/** The settings of recording as the store's writer takes them. */

import type { RecorderSettings } from './parts.ts'
import type { WriterOptions } from './store/sqlite/writer.ts'

/** What of the settings the writer is opened with. */
export function writerOptionsOf(
  settings: RecorderSettings,
): Pick<WriterOptions, 'path' | 'matches' | 'retention'> {
  const { store, record, retention } = settings
  return {
    path: store,
    matches: samplingOf(record.matches),
    ...(retention && {
      retention: {
        ...(retention.ageMs !== undefined && { ageMs: retention.ageMs }),
        ...(retention.sizeBytes !== undefined && { bytes: retention.sizeBytes }),
      },
    }),
  }
}

/** A share of 0 to 1 as the store's percentage. */
function samplingOf(share: number | undefined): 'all' | 'none' | number {
  if (share === undefined || share >= 1) return 'all'
  return share <= 0 ? 'none' : share * 100
}

/** What the event stream tells. */

import type { ServiceProbe, StoreReader } from '../core/ports.ts'
import type { Told, Topic } from './events.ts'
import type { ReaderSource } from './resources.ts'
import type { Verdicts } from './verdicts.ts'

/** What is told about. */
export interface TopicSources {
  readonly reader: ReaderSource
  readonly probe: ServiceProbe
  readonly verdicts: Verdicts
}

/** The events in the order in which they are told. */
export function eventTopics({ reader: source, probe, verdicts }: TopicSources): readonly Topic[] {
  return [
    {
      name: 'changed',
      isNews: true,
      read: ofStore(source, async (reader) => {
        const version = await reader.version()
        return { key: String(version), data: { version } }
      }),
    },
    {
      name: 'divergence',
      isNews: true,
      read: onChange(source, async (reader) => {
        const newest = await reader.newestDivergence()
        return newest && { key: newest.id, data: newest }
      }),
    },
    {
      name: 'counters',
      isNews: false,
      read: async () => {
        const { counters } = await probe.read()
        return { key: JSON.stringify(counters), data: counters }
      },
    },
    {
      name: 'verdict',
      isNews: false,
      read: async () => {
        const { run, verdict, settled, reason } = await verdicts.latest()
        // The reason holds counts that move with every request; it comes along when the word changes.
        return { key: `${verdict} ${settled} ${run}`, data: { run, verdict, settled, reason } }
      },
    },
    {
      name: 'job',
      isNews: true,
      read: onChange(source, async (reader) => {
        const [job] = (await reader.listJobs({ limit: 1 })).items
        return job && { key: JSON.stringify(job), data: job }
      }),
    },
    {
      name: 'review',
      isNews: true,
      read: onChange(source, async (reader) => {
        const [newest] = (await reader.listAudit({ limit: 1 })).items
        return newest && { key: String(newest.id), data: { action: newest.action, id: newest.id } }
      }),
    },
  ]
}

type ReadTold = (reader: StoreReader) => Promise<Told | undefined>

function ofStore(source: ReaderSource, read: ReadTold): Topic['read'] {
  return async () => {
    const reader = source()
    return reader && read(reader)
  }
}

/** What only a write changes is read once for each version of the store. */
function onChange(source: ReaderSource, read: ReadTold): Topic['read'] {
  let version: number | undefined
  let told: Told | undefined
  return ofStore(source, async (reader) => {
    const now = await reader.version()
    if (now !== version) told = await read(reader)
    version = now
    return told
  })
}

/** Where a replay's exchanges go: judged, redacted and written as the recorder of a running service does it. */

import { resolve } from 'node:path'
import type { Exchange } from '../core/exchange.ts'
import type { JudgedExchange } from '../core/ports.ts'
import { createRedactor } from '../core/redact.ts'
import type { Settings } from '../core/settings.ts'
import { createJudging } from '../judging.ts'
import { openLearning } from '../learning.ts'
import { createRecorder } from '../recorder.ts'
import { recordingKind } from '../replay/recording.ts'
import { openRedactionKey, REDACTION_KEY_VARIABLE } from '../store/redaction-key.ts'
import { openWriter } from '../store/sqlite/writer.ts'
import { writerOptionsOf } from '../writer-options.ts'
import { tell } from './terminal.ts'

/** Takes exchanges over. */
export interface ReplayTarget {
  /** Resolves when there is room for more; rejects once something could not be written. */
  readonly take: (exchange: Exchange) => Promise<void>
  /** Resolves when all of it can be read. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Exchanges that may wait to be written; several share one transaction. */
const MAX_WAITING = 1000

/** Opens the database of the settings and starts the run. */
export async function openReplayTarget(
  { from, primary, shadow }: { from: string; primary?: string; shadow: string },
  settings: Settings,
): Promise<ReplayTarget> {
  const kind = recordingKind(from)
  const isRecorded = primary === undefined && kind !== 'har'
  // Recorded answers hold placeholders; new ones get the same under the same key before they are compared.
  const keyOwner = isRecorded && kind === 'database' ? resolve(from) : settings.store
  const key = openRedactionKey(keyOwner, process.env)
  if (isRecorded && kind === 'jsonl' && !process.env[REDACTION_KEY_VARIABLE]) {
    tell(
      `secrets in the recorded answers differ from new ones unless ${REDACTION_KEY_VARIABLE} is the key of the database that they come from`,
    )
  }
  const writer = await openWriter(writerOptionsOf(settings))
  await writer.openRun({
    name: settings.run,
    primaryVersion: primary ?? `recorded in ${from}`,
    shadowVersion: shadow,
  })
  const learning = await openLearning(writer, settings.endpoints?.patterns ?? [], tell)
  const judging = createJudging(settings, await writer.consoleRules(), key, learning.learner)
  await writer.setRulesVersion(judging.rulesVersion)
  const masking = isRecorded ? createRedactor({ ...key, ...settings.record.redact }) : undefined
  const recorder = createRecorder({
    judging: {
      comparer: {
        judge: (exchange) =>
          judging.comparer.judge(
            masking === undefined ? exchange : masking.redact(unjudged(exchange)).exchange,
          ),
      },
      redact: (judged) => judging.redact(judged),
    },
    writer,
    onSaved: learning.settle,
  })
  const waiting = new Set<Promise<void>>()
  const trouble: { error?: unknown } = {}
  const check = (): void => {
    if (trouble.error instanceof Error) throw trouble.error
  }
  const settle = async (): Promise<void> => {
    await Promise.all(waiting)
    check()
  }
  return {
    take: async (exchange) => {
      const written = recorder.take([exchange]).then(
        () => {
          waiting.delete(written)
        },
        (error: unknown) => {
          waiting.delete(written)
          trouble.error ??= error
        },
      )
      waiting.add(written)
      if (waiting.size >= MAX_WAITING) await Promise.race(waiting)
      check()
    },
    settle,
    close: async () => {
      await Promise.all(waiting)
      await learning.idle()
      await writer.close()
    },
  }
}

function unjudged(exchange: Exchange): JudgedExchange {
  const judgement = {
    outcome: 'match',
    differences: [],
    suppressed: [],
    differencesTotal: 0,
  } as const
  return { exchange, endpoint: '', judgement }
}

/** The recorder process: the only writer of the database. */

import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createBurstLog } from './burst-log.ts'
import { createComparer } from './core/compare.ts'
import { createRedactor } from './core/redact.ts'
import type { StartPart } from './part.ts'
import { servePart } from './part.ts'
import type { RecorderStart } from './parts.ts'
import { listenQueue } from './queue/local.ts'
import { createRecorder } from './recorder.ts'
import { openRedactionKey } from './store/redaction-key.ts'
import { openWriter } from './store/sqlite/writer.ts'

let socketFolder: string | undefined

const warn = createBurstLog(
  (line) => {
    console.error(`shadowdiff: recorder: ${line}`)
  },
  { now: () => Date.now() },
)

const start: StartPart = async (options) => {
  const { store, queuePath, run, rules, disabledRules } = options as RecorderStart
  socketFolder = dirname(queuePath)
  const writer = await openWriter({ path: store, warn })
  await writer.openRun(run)
  const redactor = createRedactor(openRedactionKey(store, process.env))
  const recorder = createRecorder({
    comparer: createComparer({ rules, disabled: disabledRules }),
    writer,
    redact: (judged) => redactor.redact(judged),
  })
  const queue = await listenQueue({
    path: queuePath,
    take: (batch) => recorder.take(batch),
    warn,
  })
  return {
    started: undefined,
    stop: async () => {
      await queue.close()
      await writer.close()
    },
  }
}

/** A supervisor that was killed cannot remove the folder that it made for the sockets. */
function removeSocketFolder(): void {
  if (socketFolder !== undefined) rmSync(socketFolder, { recursive: true, force: true })
}

servePart(start, removeSocketFolder)

/** The recorder process: the only writer of the database. */

import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createBurstLog } from './burst-log.ts'
import { AppError } from './core/errors.ts'
import type { BooksWriter, ProxyBooks } from './core/ports.ts'
import { createJudging } from './judging.ts'
import type { StartPart } from './part.ts'
import { servePart } from './part.ts'
import type { CommandAsk, RecorderCommands, RecorderStart, RecorderStarted } from './parts.ts'
import { listenQueue } from './queue/local.ts'
import { createRecorderCommands, type JudgingDesk } from './recorder-commands.ts'
import { createRecorder } from './recorder.ts'
import { openRedactionKey } from './store/redaction-key.ts'
import { openWriter } from './store/sqlite/writer.ts'
import { writerOptionsOf } from './writer-options.ts'

let socketFolder: string | undefined

const warn = createBurstLog(
  (line) => {
    console.error(`shadowdiff: recorder: ${line}`)
  },
  { now: () => Date.now() },
)

const start: StartPart = async (options) => {
  const { settings, queuePath, commandsPath, run } = options as RecorderStart
  socketFolder = dirname(queuePath)
  const writer = await openWriter({
    ...writerOptionsOf(settings),
    commands: commandsPath,
    warn,
  })
  try {
    await writer.openRun(run)
    const key = openRedactionKey(settings.store, process.env)
    const judging = createJudging(settings, await writer.consoleRules(), key)
    await writer.setRulesVersion(judging.rulesVersion)
    const recorder = createRecorder({ judging, writer })
    let inForce = { settings, judging }
    const desk: JudgingDesk = {
      get settings() {
        return inForce.settings
      },
      get current() {
        return inForce.judging
      },
      check: (next, rules) => createJudging(next, rules, key),
      use: async (next, judged) => {
        inForce = { settings: next, judging: judged }
        recorder.judgeUnder(judged)
        await writer.setRulesVersion(judged.rulesVersion)
      },
    }
    const execute = createRecorderCommands(writer, desk)
    const queue = await listenQueue({
      path: queuePath,
      take: (batch) => recorder.take(batch),
      warn,
    })
    const books: Partial<BooksWriter> & object = writer
    const started: RecorderStarted = { overrides: await writer.mirrorOverrides() }
    return {
      started,
      answer: async (what, body) => {
        if (what === 'books') return books.keepBooks?.(body as readonly ProxyBooks[])
        if (what === 'command') return execute(body as CommandAsk<keyof RecorderCommands>)
        throw new AppError('unsupported', `the recorder has no answer to "${what}"`)
      },
      stop: async () => {
        await queue.close()
        await writer.close()
      },
    }
  } catch (error) {
    await writer.close()
    throw error
  }
}

/** A supervisor that was killed cannot remove the folder that it made for the sockets. */
function removeSocketFolder(): void {
  if (socketFolder !== undefined) rmSync(socketFolder, { recursive: true, force: true })
}

servePart(start, removeSocketFolder)

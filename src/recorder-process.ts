/** The recorder process: the only writer of the database. */

import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createBurstLog } from './burst-log.ts'
import { AppError, messageOf } from './core/errors.ts'
import type { Judging, ProxyBooks } from './core/ports.ts'
import { createDesk } from './judging.ts'
import { openLearning } from './learning.ts'
import type { StartPart } from './part.ts'
import { servePart } from './part.ts'
import type {
  BooksKept,
  CommandAsk,
  RecorderCommands,
  RecorderSettings,
  RecorderStart,
  RecorderStarted,
} from './parts.ts'
import { listenQueue } from './queue/local.ts'
import { createRecorderCommands } from './recorder-commands.ts'
import { createRecorder } from './recorder.ts'
import { openRedactionKey } from './store/redaction-key.ts'
import { openWriter } from './store/sqlite/writer.ts'
import { writerOptionsOf } from './writer-options.ts'

let socketFolder: string | undefined

const KEY_WAS_READABLE =
  'others could read this key of redaction until now; whoever did can try out which short secrets were recorded'
const KEY_IS_NEW =
  'the key of redaction was not there and is a new one; what is recorded from now on will not equal what was before'

const warn = createBurstLog(
  (line) => {
    console.error(`shadowdiff: recorder: ${line}`)
  },
  { now: () => Date.now() },
)

const start: StartPart = async (options) => {
  const { settings, queuePath, commandsPath, run, isRestart } = options as RecorderStart
  socketFolder = dirname(queuePath)
  const writer = await openWriter({
    ...writerOptionsOf(settings),
    commands: commandsPath,
    warn,
  })
  try {
    await writer.openRun(run, { keepsEnd: isRestart })
    const { names } = await writer.knownEndpoints()
    const key = openRedactionKey(settings.store, process.env, (news, path) => {
      if (news === 'was-readable') warn(`${path}: ${KEY_WAS_READABLE}`)
      else if (names.length > 0) warn(`${path}: ${KEY_IS_NEW}`)
    })
    const learning = await openLearning(writer, settings.endpoints?.patterns ?? [], warn)
    const { learner, settle: onSaved } = learning
    const onUse = async (judging: Judging, now: RecorderSettings): Promise<void> => {
      const { matches, retention } = writerOptionsOf(now)
      writer.keep({ matches, retention })
      recorder.judgeUnder(judging)
      await writer.setRulesVersion(judging.rulesVersion)
    }
    const desk = await createDesk(settings, writer, key, onUse, learner)
    await writer.setRulesVersion(desk.current.rulesVersion)
    let problem: string | undefined
    const recorder = createRecorder({
      judging: desk.current,
      writer,
      onSaved: () => {
        problem = undefined
        onSaved()
      },
    })
    const execute = createRecorderCommands(writer, desk, learning.startRun)
    const queue = await listenQueue({
      path: queuePath,
      take: (batch) =>
        recorder.take(batch).catch((error: unknown) => {
          problem = messageOf(error)
          throw error
        }),
      warn,
    })
    // What a recorder before this one had begun.
    await writer.resumeRecompare(desk.current)
    const started: RecorderStarted = { overrides: await writer.mirrorOverrides() }
    return {
      started,
      answer: async (what, body) => {
        if (what === 'books') {
          await writer.keepBooks(body as readonly ProxyBooks[])
          return { ...(problem !== undefined && { problem }) } satisfies BooksKept
        }
        if (what === 'command') return execute(body as CommandAsk<keyof RecorderCommands>)
        throw new AppError('unsupported', `the recorder has no answer to "${what}"`)
      },
      stop: async () => {
        await queue.close()
        await learning.idle()
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

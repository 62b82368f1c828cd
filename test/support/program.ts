/** Starts programs that are not ours: the real upstreams of the end-to-end tests and the benchmark. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A program that runs. */
export interface Program {
  readonly pid: number
  /** What matched `ready`. */
  readonly match: RegExpExecArray
  /** What it has printed so far, both streams. */
  output(): string
  /** Ends it, by force when it does not end by itself; resolves when it is gone. */
  stop(): Promise<void>
}

/** What to start, and by which output it is known to be ready. */
export interface ProgramOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly ready: RegExp
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

const READY_MS = 20_000
const STOP_MS = 5_000

/** Starts a program and waits until it says that it is ready; rejects with its output when it does not. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { command, args, ready, env, cwd } = options
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  let output = ''
  const gone = once(child, 'close').catch(() => undefined)
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(force)
  }
  const match = await new Promise<RegExpExecArray>((resolve, reject) => {
    const fail = (why: string) => {
      reject(new Error(`${command} ${args.join(' ')}: ${why}\n${output}`))
    }
    const timer = setTimeout(() => {
      fail(`not ready after ${READY_MS / 1000} s`)
      void stop()
    }, READY_MS)
    const read = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000)
      const found = ready.exec(output)
      if (found === null) return
      clearTimeout(timer)
      resolve(found)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', (error) => {
      clearTimeout(timer)
      fail(error.message)
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      fail(`ended with ${String(code)}`)
    })
  })
  return { pid: child.pid ?? 0, match, output: () => output, stop }
}

/** For programs that cannot pick a port themselves: tries again when another took it meanwhile. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

/** Resolves when something accepts connections there. */
export async function untilListening(port: number, isGone: () => boolean): Promise<void> {
  const deadline = Date.now() + READY_MS
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) })
      return
    } catch (error) {
      if (isGone() || Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
}

/**
 * Whether tests must be left out because a program is missing; says so on the terminal. In continuous
 * integration that is a failure, so that they cannot vanish unnoticed.
 */
export function lacks(found: boolean, what: string, remedy: string): boolean {
  if (found) return false
  const reason = `${what} is not installed (${remedy})`
  if (process.env['CI'] !== undefined) throw new Error(`tests cannot run: ${reason}`)
  console.warn(`tests are skipped: ${reason}`)
  return true
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

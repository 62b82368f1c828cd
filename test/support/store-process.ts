/** Starts `store-child.ts`, compiled once, and kills it. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const CHILD = 'test/support/store-child'

/** Compiles the child and all it imports into the folder, because starting a compiler for each process takes a second. */
export function compileStoreChild(folder: string, script = CHILD): string {
  const pending = [script]
  const compiled = new Set<string>()
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (compiled.has(file)) continue
    compiled.add(file)
    const { outputText } = ts.transpileModule(readFileSync(`${ROOT}${file}.ts`, 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
    })
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, `${file}.js`), outputText)
    for (const [, path = ''] of outputText.matchAll(/from ["'](\.[^"']+)\.js["']/g)) {
      pending.push(join(dirname(file), path))
    }
  }
  for (const shared of ['node_modules', 'migrations', 'package.json']) {
    symlinkSync(join(ROOT, shared), join(folder, shared))
  }
  return join(folder, `${script}.js`)
}

/** A writer in a process of its own. */
export interface StoreProcess {
  readonly pid: number
  /** Lets it open the store; resolves when it has. */
  open(): Promise<void>
  /** How many exchanges it was told are kept, so far. */
  kept(): number
  /** Resolves when it was told that so many are kept. */
  untilKept(exchanges: number): Promise<void>
  /** `kill -9`; resolves when it is dead. */
  kill(): Promise<void>
}

/** Starts a compiled child that will do its work on the store, once it is let; so many batches of 20, unless the script says otherwise. */
export function startStoreProcess(
  script: string,
  path: string,
  ...args: readonly (string | number)[]
): StoreProcess {
  const child = spawn(process.execPath, [script, path, ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let kept = -1
  const waiting = new Set<() => void>()
  child.stdin.on('error', () => undefined)
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    kept = Number(text.trim().split('\n').at(-1))
    for (const wake of waiting) wake()
  })
  const untilKept = async (exchanges: number) => {
    while (kept < exchanges && child.exitCode === null) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          waiting.delete(wake)
          child.off('exit', wake)
          resolve()
        }
        waiting.add(wake)
        child.once('exit', wake)
      })
    }
    if (kept < exchanges) throw new Error('the process ended before it had kept that many')
  }
  return {
    pid: child.pid ?? 0,
    open: async () => {
      child.stdin.write('go\n')
      await untilKept(0)
    },
    kept: () => kept,
    untilKept,
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

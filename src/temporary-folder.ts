/**
 * Temporary folders that name the process they belong to, so that what one left behind that was killed is
 * removed when the next one starts.
 */

import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isServed } from './command-client.ts'
import { codeOf } from './core/errors.ts'

/** Makes a folder that only its owner can read, and removes those of the same kind whose owner is gone. */
export async function makeTemporaryFolder(root: string, kind: string): Promise<string> {
  await removeAbandoned(root, kind)
  return mkdtempSync(join(root, `${kind}-${process.pid}-`))
}

async function removeAbandoned(root: string, kind: string): Promise<void> {
  const ours = new RegExp(`^${kind}-(\\d+)-[A-Za-z0-9]{6}$`)
  for (const name of namesIn(root)) {
    const pid = Number(ours.exec(name)?.[1] ?? 0)
    const path = join(root, name)
    if (pid > 0 && (await isAbandoned(path, pid))) remove(path)
  }
}

/** Whether it is this user's, its process has ended, and nobody answers on a socket in it. */
async function isAbandoned(path: string, pid: number): Promise<boolean> {
  const folder = lstatSync(path, { throwIfNoEntry: false })
  if (folder?.isDirectory() !== true || folder.uid !== process.getuid?.()) return false
  // After the restart of a container the number is often the one that the killed process had.
  const startedAt = Date.now() - process.uptime() * 1000
  if (pid === process.pid ? folder.mtimeMs >= startedAt : isAlive(pid)) return false
  // Two containers that share the folder do not see each other's processes.
  const answers = await Promise.all(namesIn(path).map((name) => isServed(join(path, name))))
  return !answers.includes(true)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Anything else than "no such process" is a process of somebody else.
    return codeOf(error) !== 'ESRCH'
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // Somebody else is removing it, or it cannot be removed: then it stays, as it did before.
  }
}

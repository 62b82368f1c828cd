/** What processes cost, read from /proc: Linux only, as taskset is. */

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process and all its descendants, itself first. */
export function familyOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))]
}

/** Those of them whose command line names this. */
export function runningAs(pids: readonly number[], name: string): number[] {
  return pids.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name))
}

/** User and system time that these processes have used so far, in microseconds. */
export function cpuMicros(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    // The name in parentheses may hold spaces; utime and stime are the 12th and 13th field after it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  })
  return (ticks.reduce((sum, one) => sum + one, 0) * 1_000_000) / ticksPerSecond()
}

/** Memory that these processes have in use, in bytes; pages that they share count for each. */
export function residentBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return sum + Number(kilobytes) * 1024
  }, 0)
}

/** Lets a process, with all its threads, run on these cores alone. */
export function pin(pid: number, ...cores: readonly number[]): void {
  execFileSync('taskset', ['-a', '-p', '-c', cores.join(), String(pid)], { stdio: 'ignore' })
}

/** The cores that this process may use. */
export function allowedCores(): number[] {
  const status = readFileSync('/proc/self/status', 'utf8')
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? ''
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}

/** The processor's name as it calls itself. */
export function cpuModel(): string {
  const text = readFileSync('/proc/cpuinfo', 'utf8')
  return /^model name\s*:\s*(.+)$/m.exec(text)?.[1] ?? 'unknown'
}

let clock: number | undefined
function ticksPerSecond(): number {
  return (clock ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })))
}

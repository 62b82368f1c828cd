/** How much memory large bodies take when the shadow is stuck and nothing is stored. */

import type { Shadowdiff } from './contenders.ts'
import { residentBytes } from './cpu.ts'
import { pressHard } from './load.ts'
import type { MoodyShadow } from './moody-shadow.ts'
import { markdown } from './table.ts'
import type { Question } from './upstreams.ts'

/** Megabytes of the proxy process and of all processes together. */
export interface Megabytes {
  readonly proxy: number
  readonly all: number
}

/** What memory did. */
export interface MemoryUse {
  readonly idle: Megabytes
  readonly samples: readonly Megabytes[]
}

const CONNECTIONS = 16
const EVERY_MS = 200

/** Presses with large bodies while the shadow hangs and the recorder is stopped; both are well again afterwards. */
export async function measureMemory(
  proxy: Shadowdiff,
  shadow: MoodyShadow,
  { path, script }: Question,
  { seconds, core }: { readonly seconds: number; readonly core: number },
): Promise<MemoryUse> {
  const read = (): Megabytes => ({
    proxy: residentBytes(proxy.proxyPids) / 2 ** 20,
    all: residentBytes(proxy.allPids) / 2 ** 20,
  })
  await proxy.settle()
  const idle = read()
  await shadow.feel('hung')
  process.kill(proxy.recorderPid, 'SIGSTOP')
  const samples: Megabytes[] = []
  const timer = setInterval(() => samples.push(read()), EVERY_MS)
  try {
    const url = proxy.url + path
    const load = { url, connections: CONNECTIONS, seconds, core }
    await pressHard({ ...load, ...(script !== undefined && { script }) })
  } finally {
    clearInterval(timer)
    process.kill(proxy.recorderPid, 'SIGCONT')
    await shadow.feel('healthy')
  }
  return { idle, samples }
}

/** The most that all processes took above idle, and what the second half of the time added to the first. */
export function growthOf({ idle, samples }: MemoryUse): {
  readonly more: number
  readonly drift: number
} {
  const half = samples.length >> 1
  const most = (some: readonly Megabytes[]) => Math.max(...some.map(({ all }) => all))
  return {
    more: most(samples) - idle.all,
    drift: most(samples.slice(half)) - most(samples.slice(0, half)),
  }
}

/** Memory over time, as Markdown. */
export function memoryTable({ idle, samples }: MemoryUse): string {
  const quarter = Math.ceil(samples.length / 4)
  const parts = [0, 1, 2, 3].map((part) => samples.slice(part * quarter, (part + 1) * quarter))
  const line = (name: string, pick: (one: Megabytes) => number) => [
    name,
    pick(idle).toFixed(0),
    ...parts.map((some) => Math.max(...some.map(pick)).toFixed(0)),
  ]
  const head = ['MB in use', 'idle', ...parts.map((_, part) => `quarter ${part + 1}`)]
  return markdown(head, [
    line('the proxy process', ({ proxy }) => proxy),
    line('all processes', ({ all }) => all),
  ])
}

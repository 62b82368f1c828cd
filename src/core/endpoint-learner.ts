/**
 * What the shape of a path cannot tell, learned from traffic: slugs become `{name}` when there are too many
 * of them below one place. Names that clients make up without end do not fill memory or lists: past a bound
 * new ones are counted together.
 */

import { EndpointTree } from './endpoint-tree.ts'

/** Endpoints that turned out to be one. */
export interface EndpointMerge {
  readonly heir: string
  readonly merged: readonly string[]
}

/** Names of endpoints as they are stored. */
export interface KnownEndpoints {
  /** Those that have counts, of whatever run. */
  readonly names: readonly string[]
  /** Those of the run that goes on. */
  readonly ofRun: readonly string[]
}

/** Gives endpoints the names under which they are counted, and remembers what it has learned. */
export interface EndpointLearner {
  /** The name under which an endpoint is counted from now on. */
  name(endpoint: string): string
  /** Takes names from storage over: from then on they are as if they had come as traffic. */
  load(known: KnownEndpoints): void
  /** Patterns that people gave, which are never merged; those of before count no longer. */
  respect(patterns: readonly string[]): void
  /** The bound on endpoints begins anew. */
  startRun(): void
  /** What was to be merged since the last call, in the order in which it must be done. */
  takeMerges(): readonly EndpointMerge[]
  /** Exchanges of this run that were counted together, because there were too many endpoints. */
  readonly other: number
}

/** What becomes of endpoints, operations and paths past their bounds. */
const OTHER = '{other}'

/** An endpoint's name, taken apart. */
interface Name {
  readonly method: string
  readonly path: string
  readonly operation: string
}

/** A learner that knows nothing yet. */
export function createEndpointLearner(
  bounds: {
    /** Endpoints of one run. */
    readonly maxEndpoints?: number
    /** Operations at one path. */
    readonly maxOperations?: number
    /** Places in all trees: memory. */
    readonly maxPlaces?: number
  } = {},
): EndpointLearner {
  const { maxEndpoints = 5_000, maxOperations = 1_000, maxPlaces = 100_000 } = bounds
  const trees = new Map<string, EndpointTree>()
  /** Answers that hold until something is learned. */
  const answers = new Map<string, string>()
  let stored = new Set<string>()
  let used = new Set<string>()
  let given: ReadonlySet<string> = new Set()
  let merges: EndpointMerge[] = []
  let other = 0

  /** The name under which the tree has it now; undefined when it has not. */
  const find = ({ method, path, operation }: Name): string | undefined => {
    const found = trees.get(method)?.find(path, operation)
    return found === undefined ? undefined : join(method, found, operation)
  }

  const isGiven = ({ method, path }: Name): boolean =>
    given.has(path) || given.has(`${method} ${path}`)

  const treeOf = (method: string): EndpointTree => {
    const tree = trees.get(method) ?? new EndpointTree()
    trees.set(method, tree)
    return tree
  }

  const nowOf = (name: string): string => {
    const parts = split(name)
    if (parts === undefined || isGiven(parts)) return name
    return find(parts) ?? name
  }

  /** What is known by another name now goes where that name leads. */
  const relearn = (): void => {
    answers.clear()
    const merged = new Map<string, string[]>()
    const names = new Set<string>()
    for (const known of stored) {
      const now = nowOf(known)
      names.add(now)
      if (now === known) continue
      const group = merged.get(now)
      if (group === undefined) merged.set(now, [known])
      else group.push(known)
    }
    used = new Set([...used].map(nowOf))
    stored = names
    for (const [heir, group] of merged) merges.push({ heir, merged: group })
  }

  const placesInAll = (): number => {
    let places = 0
    for (const tree of trees.values()) places += tree.places
    return places
  }

  const countOther = (method: string): string => {
    other++
    return `${method} ${OTHER}`
  }

  /** Counts a name among those of the run, if there is room for it. */
  const use = (name: string, method: string): string => {
    if (!used.has(name)) {
      if (used.size >= maxEndpoints) return countOther(method)
      used.add(name)
    }
    stored.add(name)
    return name
  }

  const learn = (endpoint: string): string => {
    const parts = split(endpoint)
    if (parts === undefined) return endpoint
    if (isGiven(parts)) return use(endpoint, parts.method)
    const known = find(parts)
    if (known !== undefined) return use(known, parts.method)
    const { method, path } = parts
    // A path that nobody has room for teaches nothing: who makes up paths would teach nonsense.
    const isFull = placesInAll() >= maxPlaces || stored.size >= maxPlaces
    if (isFull || used.size >= maxEndpoints) return countOther(method)
    const tree = treeOf(method)
    let { operation } = parts
    if (operation !== '' && tree.operations(path) >= maxOperations) {
      other++
      operation = OTHER
    }
    const hasLearned = tree.add(path, operation)
    if (hasLearned) relearn()
    return use(find({ method, path, operation }) ?? endpoint, method)
  }

  return {
    name: (endpoint) => {
      const answer = answers.get(endpoint)
      if (answer !== undefined) return answer
      const learned = learn(endpoint)
      // What was counted together must be counted each time.
      if (!learned.endsWith(OTHER)) {
        if (answers.size >= maxEndpoints * 2) answers.clear()
        answers.set(endpoint, learned)
      }
      return learned
    },
    load: ({ names, ofRun }) => {
      for (const name of names) {
        const parts = split(name)
        if (parts === undefined || isGiven(parts)) continue
        if (placesInAll() >= maxPlaces) break
        treeOf(parts.method).add(parts.path, parts.operation)
        stored.add(name)
      }
      for (const name of ofRun) used.add(name)
      relearn()
    },
    respect: (patterns) => {
      given = new Set(patterns)
      answers.clear()
    },
    startRun: () => {
      used = new Set()
      other = 0
      answers.clear()
    },
    takeMerges: () => {
      const taken = merges
      merges = []
      return taken
    },
    get other() {
      return other
    },
  }
}

/** Undefined for what has no path: `OPTIONS *`, and what was counted together. */
function split(endpoint: string): Name | undefined {
  const [method = '', path = '', ...operation] = endpoint.split(' ')
  return path.startsWith('/') ? { method, path, operation: operation.join(' ') } : undefined
}

function join(method: string, path: string, operation: string): string {
  return operation === '' ? `${method} ${path}` : `${method} ${path} ${operation}`
}

/**
 * Paths as a tree in which a place with too many words below it becomes a template: `/articles/spring` and
 * 200 others are `/articles/{name}`. What the tree looks like follows from the set of paths alone, not from
 * the order in which they came: words only ever move into a template, and all that is below them with them.
 */

/** What a learned template is called. */
const LEARNED = '{name}'

/** More words than this below one place are values of one parameter. */
const MAX_WORDS = 200

/** Where a path leads to, without its last step. */
interface Place {
  /** The first segment never becomes a template, whatever was stored under such a name. */
  readonly isFirst: boolean
  readonly children: Map<string, Place>
  /** Children that are no templates. */
  words: number
  /** Names of operations (`''`: none) of the paths that end here. */
  readonly ends: Set<string>
}

/** The paths of one method. */
export class EndpointTree {
  readonly #root = createPlace(true)
  #places = 0

  /** How many places it has: what its memory is bounded by. */
  get places(): number {
    return this.#places
  }

  /** The path as it is counted now; undefined when it is not in the tree. */
  find(path: string, operation: string): string | undefined {
    let place = this.#root
    let found = ''
    for (const segment of segmentsOf(path)) {
      const step = stepAt(place, segment)
      const child = place.children.get(step)
      if (child === undefined) return undefined
      place = child
      found += `/${step}`
    }
    return place.ends.has(operation) ? found : undefined
  }

  /** How many operations the path has. */
  operations(path: string): number {
    let place: Place | undefined = this.#root
    for (const segment of segmentsOf(path)) place = place?.children.get(stepAt(place, segment))
    return place?.ends.size ?? 0
  }

  /** Adds a path; tells whether paths that were there are counted under another name now. */
  add(path: string, operation: string): boolean {
    let place = this.#root
    let crowded: Place | undefined
    for (const segment of segmentsOf(path)) {
      const step = stepAt(place, segment)
      let child = place.children.get(step)
      if (child === undefined) {
        child = createPlace()
        this.#places++
        place.children.set(step, child)
        if (isWord(step)) place.words++
        if (isCrowded(place)) crowded = place
      }
      place = child
    }
    place.ends.add(operation)
    if (crowded === undefined) return false
    fold(crowded)
    this.#places = sizeOf(this.#root)
    return true
  }
}

function createPlace(isFirst = false): Place {
  return { isFirst, children: new Map(), words: 0, ends: new Set() }
}

/** Without the empty one before the first slash. */
function segmentsOf(path: string): readonly string[] {
  return path.split('/').slice(1)
}

/** Versions of one interface stay apart, whatever stands beside them. */
const VERSION = /^v\d{1,2}(?:\.\d{1,3}){0,2}$/i

/** A trailing slash is no word, and what the shape of a value made a template is none either. */
function isWord(segment: string): boolean {
  return segment !== '' && !segment.includes('{') && !VERSION.test(segment)
}

function stepAt({ isFirst, children }: Place, segment: string): string {
  return !isFirst && isWord(segment) && children.has(LEARNED) ? LEARNED : segment
}

function isCrowded({ isFirst, words, children }: Place): boolean {
  return !isFirst && (words > MAX_WORDS || (words > 0 && children.has(LEARNED)))
}

/** Makes a template of all words below a place. */
function fold(place: Place): void {
  const learned = place.children.get(LEARNED) ?? createPlace()
  for (const [segment, child] of [...place.children]) {
    if (!isWord(segment)) continue
    place.children.delete(segment)
    absorb(learned, child)
  }
  place.words = 0
  place.children.set(LEARNED, learned)
}

function absorb(into: Place, from: Place): void {
  for (const operation of from.ends) into.ends.add(operation)
  for (const [segment, child] of from.children) {
    const step = stepAt(into, segment)
    const known = into.children.get(step)
    if (known !== undefined) {
      absorb(known, child)
    } else {
      into.children.set(step, child)
      if (isWord(step)) into.words++
    }
  }
  if (isCrowded(into)) fold(into)
}

function sizeOf({ children }: Place): number {
  let size = children.size
  for (const child of children.values()) size += sizeOf(child)
  return size
}

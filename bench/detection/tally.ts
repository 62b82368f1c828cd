/** What a store keeps of judged exchanges: divergences with what control says of them. */

import type { JudgedExchange } from '../../src/core/ports.ts'
import type { DifferenceKind } from '../../src/core/judgement.ts'
import { classify, noiseAlpha } from '../../src/core/noise.ts'
import type { ControlView } from '../../src/core/divergence-report.ts'

/** One divergence. */
export interface Divergence {
  readonly endpoint: string
  readonly kind: DifferenceKind
  readonly pattern: string
  exchanges: number
  /** Over the endpoint's measured exchanges. */
  differed: number
  shadowOnly: number
  controlOnly: number
}

/** Who decides what is a divergence. */
export type Judge = (typeof JUDGES)[number]

/** Each decides by the same exchanges. */
export const JUDGES = ['control', 'no control', 'classic'] as const

/** Exchanges that must show a divergence before it counts as found. */
const MIN_EXCHANGES = 2

/** The totals of one run. */
export class Tally {
  readonly #divergences = new Map<string, Divergence>()
  readonly #measured = new Map<string, number>()
  readonly #total = new Map<string, number>()
  /** Divergences that shadow showed. */
  #shown = 0

  /** Adds one exchange; returns the divergences that shadow shows in it. */
  add({ endpoint, judgement }: JudgedExchange): Divergence[] {
    const { differences, control } = judgement
    const shown = new Map<string, Divergence>()
    for (const { kind, pattern } of differences) {
      const key = `${endpoint} ${kind} ${pattern}`
      if (!shown.has(key)) shown.set(key, this.#at(key, endpoint, kind, pattern))
    }
    for (const one of shown.values()) if (one.exchanges++ === 0) this.#shown++
    this.#total.set(endpoint, (this.#total.get(endpoint) ?? 0) + 1)
    if (control === undefined) return [...shown.values()]
    this.#measured.set(endpoint, (this.#measured.get(endpoint) ?? 0) + 1)
    const inControl = new Set<string>()
    for (const { kind, pattern, beyond } of control.differences) {
      const key = `${endpoint} ${kind} ${pattern}`
      inControl.add(key)
      const one = this.#at(key, endpoint, kind, pattern)
      one.differed++
      if (beyond === true || !shown.has(key)) one.controlOnly++
    }
    for (const [key, one] of shown) if (!inControl.has(key)) one.shadowOnly++
    return [...shown.values()]
  }

  /** The divergences that this judge would show as such. */
  found(judge: Judge): Divergence[] {
    return [...this.#divergences.values()].filter((one) => this.isFound(one, judge))
  }

  isFound(one: Divergence, judge: Judge): boolean {
    if (one.exchanges < MIN_EXCHANGES) return false
    switch (judge) {
      case 'no control':
        return true
      case 'control': {
        const { differed, shadowOnly, controlOnly } = one
        const measured = this.#measured.get(one.endpoint) ?? 0
        const view: ControlView = { measured, differed, shadowOnly, controlOnly }
        return classify('open', measured === 0 ? undefined : view, this.#alpha()) === 'divergence'
      }
      case 'classic': {
        const raw = one.exchanges
        const noise = one.differed
        const total = this.#total.get(one.endpoint) ?? 1
        const apart = Math.abs(raw - noise)
        return raw > noise && apart / (raw + noise) > 0.2 && apart / total > 0.0003
      }
    }
  }

  /** As the verdict grants it: by the number of divergences of the run that control measured. */
  #alpha(): number {
    return noiseAlpha(this.#shown)
  }

  #at(key: string, endpoint: string, kind: DifferenceKind, pattern: string): Divergence {
    let one = this.#divergences.get(key)
    if (one === undefined) {
      one = { endpoint, kind, pattern, exchanges: 0, differed: 0, shadowOnly: 0, controlOnly: 0 }
      this.#divergences.set(key, one)
    }
    return one
  }
}

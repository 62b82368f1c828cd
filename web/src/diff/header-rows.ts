/** Headers of both answers, by name. */

import type { HeaderList } from '../../../src/core/exchange.ts'
import type { DifferenceKind } from '../../../src/core/judgement.ts'
import type { ExchangeDetail } from '../../../src/core/exchange-report.ts'

/** One name with every line of it on both sides. */
export interface HeaderRow {
  /** As primary spells it, or shadow where primary has none. */
  readonly name: string
  readonly location: string
  readonly primary: readonly string[]
  readonly shadow: readonly string[]
  readonly state: 'same' | 'differs' | 'suppressed'
  readonly kind?: DifferenceKind
  readonly by?: string
}

/** A row per name: what differs first, then the rest in primary's order. */
export function headerRows(
  part: 'header' | 'trailer',
  primary: HeaderList,
  shadow: HeaderList,
  { differences, suppressed }: Pick<ExchangeDetail, 'differences' | 'suppressed'>,
): readonly HeaderRow[] {
  const left = byName(primary)
  const right = byName(shadow)
  const names = new Set([...left.keys(), ...right.keys()])
  const rows = [...names].map((name): HeaderRow => {
    const location = `${part}:${name}`
    const difference = differences.find((d) => d.location === location)
    const excused = suppressed.find((d) => d.location === location)
    return {
      name: (left.get(name) ?? right.get(name))?.name ?? name,
      location,
      primary: left.get(name)?.values ?? [],
      shadow: right.get(name)?.values ?? [],
      state: difference !== undefined ? 'differs' : excused !== undefined ? 'suppressed' : 'same',
      ...(difference === undefined ? {} : { kind: difference.kind }),
      ...(difference === undefined && excused !== undefined ? { by: excused.by } : {}),
    }
  })
  return [...rows.filter(differs), ...rows.filter((row) => !differs(row))]
}

const differs = (row: HeaderRow) => row.state === 'differs'

function byName(list: HeaderList): Map<string, { name: string; values: string[] }> {
  const map = new Map<string, { name: string; values: string[] }>()
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i] ?? ''
    const known = map.get(name.toLowerCase())
    if (known === undefined) map.set(name.toLowerCase(), { name, values: [list[i + 1] ?? ''] })
    else known.values.push(list[i + 1] ?? '')
  }
  return map
}

import { useEffect } from 'react'
import type { RuleRow } from '../../../../src/core/service-report.ts'
import { useMayOperate } from '../../api/me.ts'
import { useRules } from '../../api/rules.ts'
import { Loaded } from '../../components/loaded.tsx'
import { OperatorNote } from '../../components/operator-note.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { plural } from '../../format/number.ts'
import { useKeys } from '../../state/keys.ts'
import { writeRule } from '../../state/rule-drawer.ts'
import { useUrlState } from '../../state/url-state.ts'
import { Jobs } from './jobs.tsx'
import { RuleCard } from './rule-card.tsx'
import { Suggestions } from './suggestions.tsx'
import './rules.css'

/** Every rule in force: what it says, where it comes from, what it hides. */
export function RulesScreen() {
  const query = useRules()
  const { may, why } = useMayOperate()
  const write = () => {
    writeRule({ preset: { kind: 'ignore', at: [] } })
  }
  useKeys({ i: write })
  return (
    <Screen
      title="Rules"
      heading="Rules"
      aside={
        <button type="button" className="button strong" title={may ? 'i' : why} onClick={write}>
          New rule
        </button>
      }
    >
      <OperatorNote />
      <Loaded query={query} what="The rules" skeleton={<SkeletonRows rows={10} />}>
        {(rows) => (
          <>
            <Suggestions />
            <Own rows={rows.filter(({ origin }) => origin !== 'builtin')} />
            <Jobs />
            <Builtin rows={rows.filter(({ origin }) => origin === 'builtin')} />
          </>
        )}
      </Loaded>
    </Screen>
  )
}

function Own({ rows }: { readonly rows: readonly RuleRow[] }) {
  const [params] = useUrlState()
  const wanted = params.get('sel')
  useEffect(() => {
    if (wanted === null) return
    const card = document.getElementById(`rule-${wanted}`)
    card?.closest('details')?.setAttribute('open', '')
    card?.scrollIntoView({ block: 'center' })
  }, [wanted])
  return (
    <section aria-labelledby="own-rules">
      <h2 id="own-rules">Yours</h2>
      {rows.length === 0 ? (
        <p className="muted">
          There is none: beside what comes with the program, everything that differs counts. A rule
          is written from a difference, with the key i.
        </p>
      ) : (
        <ul className="rule-list">
          {rows.map((row) => (
            <RuleCard key={row.id} row={row} isWanted={row.id === wanted} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Builtin({ rows }: { readonly rows: readonly RuleRow[] }) {
  const [params] = useUrlState()
  const wanted = params.get('sel')
  const hiding = rows.filter(({ hidden }) => hidden > 0).length
  return (
    <section aria-labelledby="builtin-rules">
      <h2 id="builtin-rules">Those that come with the program</h2>
      <p className="muted">
        They let pass what differs between any two answers, such as the date. Each can be switched
        off in the configuration file.
      </p>
      <details className="builtin" open={wanted?.startsWith('builtin:') === true}>
        <summary>
          {plural(rows.length, 'rule')}, of which {hiding} hid something
        </summary>
        <ul className="rule-list">
          {rows.map((row) => (
            <RuleCard key={row.id} row={row} isWanted={row.id === wanted} />
          ))}
        </ul>
      </details>
    </section>
  )
}

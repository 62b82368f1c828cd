import { useLocation } from 'wouter'
import { useRuns } from '../api/queries.ts'
import { useUrlState } from '../state/url-state.ts'

/** Narrows every screen to one run; absent while there is nothing to choose. */
export function RunPicker() {
  const runs = useRuns()
  const [params, change] = useUrlState()
  const [path] = useLocation()
  const run = params.get('run') ?? ''
  const names = [...new Set((runs.data?.items ?? []).map(({ name }) => name))]
  if (run !== '' && !names.includes(run)) names.push(run)
  if (names.length < 2 && run === '') return null
  return (
    <select
      className="run-picker"
      aria-label="Run"
      value={run}
      onChange={(event) => {
        change({ run: event.target.value })
      }}
    >
      {/* A verdict is of one run; lists can hold all. */}
      <option value="">{path === '/' ? 'Newest run' : 'All runs'}</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  )
}

import { useId, useState } from 'react'
import type { RunRow } from '../../../../src/core/run-report.ts'
import { sendChange } from '../../api/changes.ts'
import { useMayOperate } from '../../api/me.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'

const stale = ['runs', 'status', 'verdict', 'divergences', 'endpoints', 'traffic']

/** Ends the run that goes on, or begins one with its name and the names of both versions. */
export function RunActions({ runs }: { readonly runs: readonly RunRow[] | undefined }) {
  const { may } = useMayOperate()
  const [asked, setAsked] = useState<'start' | 'end'>()
  const current = runs?.find(({ endedAt }) => endedAt === undefined)
  const [names, setNames] = useState({ name: '', primaryVersion: '', shadowVersion: '' })
  if (!may) return null
  const ask = (what: 'start' | 'end') => {
    const last = runs?.[0]
    setNames({
      name: '',
      primaryVersion: last?.primaryVersion ?? '',
      shadowVersion: last?.shadowVersion ?? '',
    })
    setAsked(what)
  }
  const closed = () => {
    setAsked(undefined)
  }
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() => {
          ask('start')
        }}
      >
        Start a run
      </button>
      {current !== undefined && (
        <button
          type="button"
          className="button"
          onClick={() => {
            ask('end')
          }}
        >
          End this run
        </button>
      )}
      {asked === 'start' && (
        <ConfirmDialog
          title="Start a run"
          action="Start the run"
          disabled={Object.values(names).some((text) => text.trim() === '')}
          onConfirm={() => sendChange({ method: 'POST', path: 'runs', body: names }, stale)}
          onClosed={closed}
        >
          <p className="muted">
            New requests belong to it.{' '}
            {current !== undefined && `The run ${current.name}, which goes on, ends.`} Its verdict
            begins with nothing.
          </p>
          <Field
            label="Name of the run"
            value={names.name}
            placeholder="checkout-2.3"
            onChange={(name) => {
              setNames({ ...names, name })
            }}
          />
          <Field
            label="Version of primary"
            value={names.primaryVersion}
            placeholder="2.2.9"
            onChange={(primaryVersion) => {
              setNames({ ...names, primaryVersion })
            }}
          />
          <Field
            label="Version of shadow"
            value={names.shadowVersion}
            placeholder="2.3.0"
            onChange={(shadowVersion) => {
              setNames({ ...names, shadowVersion })
            }}
          />
        </ConfirmDialog>
      )}
      {asked === 'end' && current !== undefined && (
        <ConfirmDialog
          title={`End the run ${current.name}?`}
          action="End the run"
          onConfirm={() =>
            sendChange(
              { method: 'PATCH', path: `runs/${String(current.id)}`, body: { end: true } },
              stale,
            )
          }
          onClosed={closed}
        >
          <p>
            Its verdict stays as it is then. Requests that come afterwards are answered and mirrored
            as before, and belong to the next run.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}

function Field({
  label,
  value,
  placeholder,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly placeholder: string
  readonly onChange: (value: string) => void
}) {
  const id = useId()
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        required
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
        }}
      />
    </p>
  )
}

import { useState } from 'react'
import { triage, type Said, type Triaged } from '../api/triage.ts'
import { plural } from '../format/number.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'

const dayMs = 86_400_000
/** `2026-11-21`, the day that it is here. */
const dayOf = (time: number) => new Intl.DateTimeFormat('sv').format(time)

/** Asks why these are expected, until when, and up to which share. */
export function TriageDialog({
  rows,
  onClosed,
  onDone,
}: {
  readonly rows: readonly Triaged[]
  readonly onClosed: () => void
  readonly onDone?: () => void
}) {
  const [only] = rows
  const [note, setNote] = useState((rows.length === 1 ? only?.note : undefined) ?? '')
  const [until, setUntil] = useState('')
  const [percent, setPercent] = useState('')
  const share = percent === '' ? undefined : Number(percent) / 100
  const isShareBad = share !== undefined && !(share >= 0 && share <= 1)
  const confirm = async () => {
    const said: Said = {
      state: 'expected',
      note: note.trim() === '' ? undefined : note.trim(),
      // The whole day that was chosen, as days go here.
      until: until === '' ? undefined : new Date(`${until}T23:59:59`).toISOString(),
      rate: share,
    }
    await triage(rows, said)
    onDone?.()
  }
  return (
    <ConfirmDialog
      title={rows.length === 1 ? 'Expected' : `${plural(rows.length, 'divergence')} expected`}
      action="Mark as expected"
      disabled={isShareBad}
      onConfirm={confirm}
      onClosed={onClosed}
    >
      <p>
        It stays in the list of expected ones and no longer weighs on the verdict. A new shadow
        version opens it again.
      </p>
      <div className="field">
        <label htmlFor="triage-note">Why, for other people</label>
        <input
          id="triage-note"
          type="text"
          maxLength={2000}
          autoComplete="off"
          value={note}
          onChange={(event) => {
            setNote(event.target.value)
          }}
        />
      </div>
      <div className="field">
        <label htmlFor="triage-until">Until the end of (otherwise for as long as it holds)</label>
        <input
          id="triage-until"
          type="date"
          min={dayOf(Date.now())}
          max={dayOf(Date.now() + 3650 * dayMs)}
          value={until}
          onChange={(event) => {
            setUntil(event.target.value)
          }}
        />
      </div>
      <div className="field">
        <label htmlFor="triage-rate">Up to this share of the endpoint’s requests, in percent</label>
        <input
          id="triage-rate"
          type="text"
          inputMode="decimal"
          placeholder="any share"
          autoComplete="off"
          value={percent}
          aria-invalid={isShareBad}
          onChange={(event) => {
            setPercent(event.target.value)
          }}
        />
      </div>
    </ConfirmDialog>
  )
}

import { useState } from 'react'
import { useMayOperate } from '../api/me.ts'
import { triage, type Triaged } from '../api/triage.ts'
import { useKeys } from '../state/keys.ts'
import { tell, tellFailure } from '../state/toasts.ts'
import { TriageDialog } from './triage-dialog.tsx'

/** What can be said of these divergences, as buttons and as keys: `e`, `E`, `f`, `r`. */
export function TriageButtons({
  rows,
  onDone,
}: {
  readonly rows: readonly Triaged[]
  readonly onDone?: () => void
}) {
  const { may, why } = useMayOperate()
  const [asked, setAsked] = useState<readonly Triaged[]>()
  const say = async (state: 'open' | 'expected' | 'fixed') => {
    if (rows.length === 0) return
    if (!may) {
      tell(why ?? 'Only operators change this.')
      return
    }
    try {
      await triage(rows, { state })
      onDone?.()
    } catch (error) {
      tellFailure(error)
    }
  }
  const ask = () => {
    if (rows.length === 0) return
    if (may) setAsked(rows)
    else tell(why ?? 'Only operators change this.')
  }
  useKeys({
    e: () => void say('expected'),
    E: ask,
    f: () => void say('fixed'),
    r: () => void say('open'),
  })
  const common = { type: 'button', className: 'button', disabled: !may } as const
  const isAll = (state: string) => rows.every((row) => row.state === state)
  return (
    <>
      {!isAll('expected') && (
        <button {...common} title={why ?? 'e'} onClick={() => void say('expected')}>
          Expected
        </button>
      )}
      <button {...common} title={why ?? 'E: with a note, an end or a share'} onClick={ask}>
        Expected, with conditions
      </button>
      {!isAll('fixed') && (
        <button {...common} title={why ?? 'f'} onClick={() => void say('fixed')}>
          Fixed
        </button>
      )}
      {!isAll('open') && (
        <button {...common} title={why ?? 'r'} onClick={() => void say('open')}>
          Open again
        </button>
      )}
      {asked !== undefined && (
        <TriageDialog
          rows={asked}
          onClosed={() => {
            setAsked(undefined)
          }}
          {...(onDone !== undefined && { onDone })}
        />
      )}
    </>
  )
}

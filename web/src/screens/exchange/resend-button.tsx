import { useState } from 'react'
import type { ExchangeDetail, ReplayView } from '../../../../src/core/exchange-report.ts'
import { sendChange } from '../../api/changes.ts'
import { useMayOperate } from '../../api/me.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Icon } from '../../components/icon.tsx'
import { leftOutHeaders, unsendable } from '../../format/resending.ts'

/** Methods that ask and change nothing, by their definition. */
const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Sends a recorded request to both versions once more; what may change data needs a second yes. */
export function ResendButton({
  detail,
  onSent,
}: {
  readonly detail: ExchangeDetail
  readonly onSent: (again: ReplayView) => void
}) {
  const { may, why } = useMayOperate()
  const [isAsked, setAsked] = useState(false)
  const [isForced, setForced] = useState(false)
  const isSafe = safe.has(detail.method)
  const refusal = unsendable(detail)
  const leftOut = leftOutHeaders(detail)
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={!may}
        title={may ? 'Send this request to both versions once more' : why}
        onClick={() => {
          setForced(false)
          setAsked(true)
        }}
      >
        <Icon name="resend" />
        Send again
      </button>
      {isAsked && (
        <ConfirmDialog
          title="Send this request again?"
          action="Send again"
          disabled={refusal !== undefined || (!isSafe && !isForced)}
          onConfirm={async () => {
            const path = `exchanges/${encodeURIComponent(detail.id)}/replay`
            const body = isSafe ? {} : { force: true }
            const again = await sendChange<ReplayView>({ method: 'POST', path, body }, [])
            onSent(again)
          }}
          onClosed={() => {
            setAsked(false)
          }}
        >
          {refusal === undefined ? (
            <>
              <p>
                It goes to primary and to shadow now, under today’s configuration, and the answers
                are compared under today’s rules. Nothing of it is stored or counted; the audit list
                says who sent it.
              </p>
              {leftOut.length > 0 && (
                <p>
                  Headers whose values were not kept are left out, unless the configuration sets
                  them: <code>{leftOut.join(', ')}</code>.
                </p>
              )}
            </>
          ) : (
            <p className="failure">{refusal}</p>
          )}
          {refusal === undefined && !isSafe && (
            <label className="check">
              <input
                type="checkbox"
                checked={isForced}
                onChange={(event) => {
                  setForced(event.target.checked)
                }}
              />
              {detail.method} may change data in both versions. Send it anyway.
            </label>
          )}
        </ConfirmDialog>
      )}
    </>
  )
}

import { useEffect, useId, useRef, useState, type ReactNode } from 'react'

/**
 * Asks before something is changed. It closes by itself when that went well; else it stays, with what went
 * wrong, so that it can be tried again.
 */
export function ConfirmDialog({
  title,
  action,
  disabled = false,
  onConfirm,
  onClosed,
  children,
}: {
  readonly title: string
  /** What the button that does it says. */
  readonly action: string
  /** Whether something is missing without which it cannot be done. */
  readonly disabled?: boolean
  /** Resolves when it is done; rejects with what is to be shown when it is not. */
  readonly onConfirm: () => Promise<unknown>
  readonly onClosed: () => void
  readonly children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error>()
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const confirm = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm()
      dialog.current?.close()
    } catch (thrown) {
      setError(thrown as Error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <dialog ref={dialog} className="confirm" aria-labelledby={heading} onClose={onClosed}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy && !disabled) void confirm()
        }}
      >
        <h2 id={heading}>{title}</h2>
        {children}
        <div role="alert">{error !== undefined && <p className="failure">{error.message}</p>}</div>
        <div className="buttons">
          <button
            type="button"
            className="button"
            onClick={() => {
              dialog.current?.close()
            }}
          >
            Cancel
          </button>
          <button className="button strong" disabled={busy || disabled}>
            {busy ? 'One moment' : action}
          </button>
        </div>
      </form>
    </dialog>
  )
}

import { useKeys } from '../state/keys.ts'
import { dismiss, runUndo, undoLast, useToasts } from '../state/toasts.ts'
import { Icon } from './icon.tsx'

/** What was just done, at the bottom of every screen; `u` undoes it. */
export function Toasts() {
  const toasts = useToasts()
  useKeys({ u: () => void undoLast() })
  return (
    <section className="toasts" aria-label="What was just done">
      <div role="status">
        {toasts
          .filter(({ isError }) => !isError)
          .map((toast) => (
            <p key={toast.id} className="toast">
              <span>{toast.text}</span>
              {toast.undo !== undefined && (
                <button type="button" className="button" onClick={() => void runUndo(toast)}>
                  Undo
                </button>
              )}
              <DismissButton id={toast.id} />
            </p>
          ))}
      </div>
      {toasts
        .filter(({ isError }) => isError)
        .map((toast) => (
          <p key={toast.id} role="alert" className="toast failed">
            <span>{toast.text}</span>
            <DismissButton id={toast.id} />
          </p>
        ))}
    </section>
  )
}

function DismissButton({ id }: { readonly id: number }) {
  return (
    <button
      type="button"
      className="button quiet square"
      aria-label="Put this message away"
      onClick={() => {
        dismiss(id)
      }}
    >
      <Icon name="close" />
    </button>
  )
}

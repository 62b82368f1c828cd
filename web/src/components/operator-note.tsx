import { useMayOperate } from '../api/me.ts'

/** Says why nothing can be changed here, to whoever may not. */
export function OperatorNote() {
  const { may, why } = useMayOperate()
  if (may) return null
  return (
    <p className="operator-note" role="note">
      {why}
    </p>
  )
}

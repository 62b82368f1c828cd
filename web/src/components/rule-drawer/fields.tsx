import type { ReactNode } from 'react'

/** A labelled field, with a hint where it needs one. */
export function Field({
  label,
  id,
  hint,
  children,
}: {
  readonly label: string
  readonly id: string
  readonly hint?: string
  readonly children: ReactNode
}) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint !== undefined && <p className="hint">{hint}</p>}
    </div>
  )
}

/** A labelled line of text that no browser corrects. */
export function TextField({
  label,
  id,
  value,
  placeholder,
  readOnly = false,
  onChange,
}: {
  readonly label: string
  readonly id: string
  readonly value: string
  readonly placeholder?: string
  readonly readOnly?: boolean
  readonly onChange: (text: string) => void
}) {
  return (
    <Field label={label} id={id}>
      <input
        id={id}
        type="text"
        className="mono"
        autoComplete="off"
        spellCheck={false}
        maxLength={500}
        value={value}
        placeholder={placeholder}
        readOnly={readOnly}
        onChange={(event) => {
          onChange(event.target.value)
        }}
      />
    </Field>
  )
}

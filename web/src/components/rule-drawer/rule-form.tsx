import type { ReactNode } from 'react'
import { ruleKinds, type RuleFields, type RuleKind } from '../../format/rule-fields.ts'
import { StatementFields } from './statement-fields.tsx'

/** The fields of a rule. */
export function RuleForm({
  fields,
  endpoint,
  isNew,
  onChange,
}: {
  readonly fields: RuleFields
  /** Where it was asked from. */
  readonly endpoint: string | undefined
  readonly isNew: boolean
  readonly onChange: (part: Partial<RuleFields>) => void
}) {
  const isHeaders = fields.kind === 'only-headers'
  return (
    <>
      <Field label="Why" id="rule-note">
        <textarea
          id="rule-note"
          rows={2}
          maxLength={2000}
          required
          autoFocus
          placeholder="For the people who read this rule later"
          value={fields.note}
          onChange={(event) => {
            onChange({ note: event.target.value })
          }}
        />
      </Field>
      <Field label="What" id="rule-kind">
        <select
          id="rule-kind"
          value={fields.kind}
          onChange={(event) => {
            onChange({ kind: event.target.value as RuleKind })
          }}
        >
          {ruleKinds.map(({ kind, text }) => (
            <option key={kind} value={kind}>
              {text}
            </option>
          ))}
        </select>
      </Field>
      <Field
        label={isHeaders ? 'Headers, one on each line' : 'Where, one location on each line'}
        id="rule-at"
        hint={
          isHeaders
            ? 'A name may have *.'
            : 'status, header:NAME, or body:/path in which * is one segment and ** any number.'
        }
      >
        <textarea
          id="rule-at"
          rows={Math.min(6, fields.at.split('\n').length + 1)}
          spellCheck={false}
          className="mono"
          value={fields.at}
          onChange={(event) => {
            onChange({ at: event.target.value })
          }}
        />
      </Field>
      <StatementFields fields={fields} onChange={onChange} />
      <fieldset className="scope">
        <legend>Which answers</legend>
        {endpoint !== undefined && (
          <div className="segmented" role="group" aria-label="Endpoint">
            <button
              type="button"
              className="button"
              aria-pressed={fields.endpoint === endpoint}
              onClick={() => {
                onChange({ endpoint })
              }}
            >
              This endpoint
            </button>
            <button
              type="button"
              className="button"
              aria-pressed={fields.endpoint === ''}
              onClick={() => {
                onChange({ endpoint: '' })
              }}
            >
              Every endpoint
            </button>
          </div>
        )}
        <Field label="Endpoint, or a glob such as GET /items/**" id="rule-endpoint">
          <TextInput
            id="rule-endpoint"
            value={fields.endpoint}
            placeholder="every endpoint"
            onChange={(text) => {
              onChange({ endpoint: text })
            }}
          />
        </Field>
        <div className="pair">
          <Field label="Methods" id="rule-methods">
            <TextInput
              id="rule-methods"
              value={fields.methods}
              placeholder="every method"
              onChange={(text) => {
                onChange({ methods: text })
              }}
            />
          </Field>
          <Field label="Primary’s status" id="rule-statuses">
            <TextInput
              id="rule-statuses"
              value={fields.statuses}
              placeholder="every status: 404, 5xx"
              onChange={(text) => {
                onChange({ statuses: text })
              }}
            />
          </Field>
        </div>
      </fieldset>
      <Field label="Its name" id="rule-id">
        <TextInput
          id="rule-id"
          value={fields.id}
          readOnly={!isNew}
          onChange={(text) => {
            onChange({ id: text })
          }}
        />
      </Field>
    </>
  )
}

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

/** A line of text that no browser corrects. */
export function TextInput({
  id,
  value,
  placeholder,
  readOnly = false,
  onChange,
}: {
  readonly id: string
  readonly value: string
  readonly placeholder?: string
  readonly readOnly?: boolean
  readonly onChange: (text: string) => void
}) {
  return (
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
  )
}

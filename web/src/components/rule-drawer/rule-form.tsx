import { ruleKinds, type RuleFields, type RuleKind } from '../../format/rule-fields.ts'
import { Field, TextField } from './fields.tsx'
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
        <TextField
          label="Endpoint, or a glob such as GET /items/**"
          id="rule-endpoint"
          value={fields.endpoint}
          placeholder="every endpoint"
          onChange={(text) => {
            onChange({ endpoint: text })
          }}
        />
        <div className="pair">
          <TextField
            label="Methods"
            id="rule-methods"
            value={fields.methods}
            placeholder="every method"
            onChange={(text) => {
              onChange({ methods: text })
            }}
          />
          <TextField
            label="Primary’s status"
            id="rule-statuses"
            value={fields.statuses}
            placeholder="every, or 5xx"
            onChange={(text) => {
              onChange({ statuses: text })
            }}
          />
        </div>
      </fieldset>
      <TextField
        label="Its name"
        id="rule-id"
        value={fields.id}
        readOnly={!isNew}
        onChange={(text) => {
          onChange({ id: text })
        }}
      />
    </>
  )
}

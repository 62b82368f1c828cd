import { VALUE_CLASSES, type ValueClass } from '../../../../src/core/value-class.ts'
import type { RuleFields } from '../../format/rule-fields.ts'
import { Field, TextField } from './fields.tsx'

/** What a statement needs beside its locations. */
export function StatementFields({
  fields,
  onChange,
}: {
  readonly fields: RuleFields
  readonly onChange: (part: Partial<RuleFields>) => void
}) {
  switch (fields.kind) {
    case 'key':
      return (
        <TextField
          label="The member that tells elements apart"
          id="rule-by"
          value={fields.by}
          onChange={(by) => {
            onChange({ by })
          }}
        />
      )
    case 'class':
      return (
        <Field label="Must stay" id="rule-as">
          <select
            id="rule-as"
            value={fields.as}
            onChange={(event) => {
              onChange({ as: event.target.value as ValueClass })
            }}
          >
            {VALUE_CLASSES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </Field>
      )
    case 'tolerate':
      return (
        <div className="pair">
          <TextField
            label="Apart by at most"
            id="rule-absolute"
            value={fields.absolute}
            onChange={(absolute) => {
              onChange({ absolute })
            }}
          />
          <TextField
            label="or percent"
            id="rule-percent"
            value={fields.percent}
            onChange={(percent) => {
              onChange({ percent })
            }}
          />
          <TextField
            label="or, for times, seconds"
            id="rule-seconds"
            value={fields.seconds}
            onChange={(seconds) => {
              onChange({ seconds })
            }}
          />
        </div>
      )
    case 'rewrite':
      return (
        <div className="pair">
          <TextField
            label="Pattern"
            id="rule-pattern"
            value={fields.pattern}
            onChange={(pattern) => {
              onChange({ pattern })
            }}
          />
          <TextField
            label="becomes"
            id="rule-with"
            value={fields.with}
            onChange={(text) => {
              onChange({ with: text })
            }}
          />
        </div>
      )
    default:
      return null
  }
}

import { VALUE_CLASSES, type ValueClass } from '../../../../src/core/value-class.ts'
import type { RuleFields } from '../../format/rule-fields.ts'
import { Field, TextInput } from './rule-form.tsx'

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
        <Field label="The member that tells elements apart" id="rule-by">
          <TextInput
            id="rule-by"
            value={fields.by}
            onChange={(by) => {
              onChange({ by })
            }}
          />
        </Field>
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
          <Field label="Apart by at most" id="rule-absolute">
            <TextInput
              id="rule-absolute"
              value={fields.absolute}
              onChange={(absolute) => {
                onChange({ absolute })
              }}
            />
          </Field>
          <Field label="or percent" id="rule-percent">
            <TextInput
              id="rule-percent"
              value={fields.percent}
              onChange={(percent) => {
                onChange({ percent })
              }}
            />
          </Field>
          <Field label="or, for times, seconds" id="rule-seconds">
            <TextInput
              id="rule-seconds"
              value={fields.seconds}
              onChange={(seconds) => {
                onChange({ seconds })
              }}
            />
          </Field>
        </div>
      )
    case 'rewrite':
      return (
        <div className="pair">
          <Field label="Pattern" id="rule-pattern">
            <TextInput
              id="rule-pattern"
              value={fields.pattern}
              onChange={(pattern) => {
                onChange({ pattern })
              }}
            />
          </Field>
          <Field label="becomes" id="rule-with">
            <TextInput
              id="rule-with"
              value={fields.with}
              onChange={(text) => {
                onChange({ with: text })
              }}
            />
          </Field>
        </div>
      )
    default:
      return null
  }
}

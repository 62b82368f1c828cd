import { useState } from 'react'
import type { RuleRow } from '../../../../src/core/service-report.ts'
import { useMayOperate } from '../../api/me.ts'
import { deleteRule } from '../../api/rule-changes.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Moment } from '../../components/moment.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { plural } from '../../format/number.ts'
import { ruleYaml } from '../../format/rule-yaml.ts'
import { writeRule } from '../../state/rule-drawer.ts'

const origins = {
  builtin: 'comes with the program',
  file: 'from the configuration file',
  console: 'written here',
} as const

/** One rule: its sentence, its reason, what it hid, and what can be done with it. */
export function RuleCard({ row, isWanted }: { readonly row: RuleRow; readonly isWanted: boolean }) {
  const { id, origin, rule, sentence, disabled, hidden, exchanges, lastHit, idle } = row
  return (
    <li id={`rule-${id}`} className={isWanted ? 'rule-card wanted' : 'rule-card'}>
      <p className="rule-name">
        <code className="rule">{id}</code>
        <span className="tag">{origins[origin]}</span>
        {disabled && <span className="tag">switched off</span>}
        {idle && (
          <span className="tag idle" title="Nothing hidden in the last 1,000 exchanges or more">
            idle
          </span>
        )}
      </p>
      <p className="sentence">
        <VisibleText text={sentence.charAt(0).toUpperCase() + sentence.slice(1)} />
      </p>
      {rule?.note !== undefined && (
        <p className="note">
          <VisibleText text={rule.note} />
        </p>
      )}
      <p className="muted tabular">
        {hidden === 0
          ? 'Hid nothing yet'
          : `Hid ${plural(hidden, 'difference')} in ${plural(exchanges, 'exchange')}`}
        {lastHit !== undefined && (
          <>
            , last <Moment time={lastHit} as="age" />
          </>
        )}
        {rule?.author !== undefined && (
          <>
            ; by <VisibleText text={rule.author} />
          </>
        )}
        {rule?.time !== undefined && (
          <>
            , <Moment time={rule.time} />
          </>
        )}
      </p>
      <Actions row={row} />
    </li>
  )
}

function Actions({ row }: { readonly row: RuleRow }) {
  const { id, origin, rule } = row
  const { may, why } = useMayOperate()
  const [isAsked, setAsked] = useState(false)
  if (rule === undefined) {
    return (
      <div className="rule-actions">
        <CopyButton
          text={`- id: ${JSON.stringify(id)}\n  disabled: true\n`}
          label="Copy YAML that switches it off"
          plain
        />
      </div>
    )
  }
  return (
    <div className="rule-actions">
      {origin === 'console' ? (
        <>
          <button
            type="button"
            className="button"
            disabled={!may}
            title={why}
            onClick={() => {
              writeRule({ preset: rule, endpoint: rule.endpoint, row })
            }}
          >
            Change
          </button>
          <button
            type="button"
            className="button"
            disabled={!may}
            title={why}
            onClick={() => {
              setAsked(true)
            }}
          >
            Delete
          </button>
        </>
      ) : (
        <span className="muted">It is changed in the configuration file.</span>
      )}
      <CopyButton text={() => ruleYaml(rule)} label="Copy YAML" plain />
      {isAsked && (
        <ConfirmDialog
          title={`Delete the rule ${id}?`}
          action="Delete"
          onConfirm={() => deleteRule(row)}
          onClosed={() => {
            setAsked(false)
          }}
        >
          <p>
            What it hides counts again, for everything that is compared from now on. What is stored
            keeps its judgement until it is judged again.
          </p>
        </ConfirmDialog>
      )}
    </div>
  )
}

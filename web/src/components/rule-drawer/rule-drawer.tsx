import { useEffect, useRef, useState } from 'react'
import { useMayOperate } from '../../api/me.ts'
import { ApiError } from '../../api/problem.ts'
import { readRule, saveRule, useRulePreview } from '../../api/rule-changes.ts'
import { useRules } from '../../api/rules.ts'
import { describeRule } from '../../../../src/core/rule-words.ts'
import type { Rule } from '../../../../src/core/rule.ts'
import { fieldsOf, missingIn, ruleOf, withName, type RuleFields } from '../../format/rule-fields.ts'
import { ruleYaml } from '../../format/rule-yaml.ts'
import { closeRule, type RuleRequest } from '../../state/rule-drawer.ts'
import { CopyButton } from '../copy-button.tsx'
import { Recompare } from '../recompare.tsx'
import { VisibleText } from '../visible-text.tsx'
import { RuleForm } from './rule-form.tsx'
import { PreviewPanel } from './preview-panel.tsx'
import { useDelayed } from './delayed.ts'
import './rule-drawer.css'

/** Writes a rule: what it says, what it would hide, and only then saved. */
export function RuleDrawer({ request }: { readonly request: RuleRequest }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const rules = useRules()
  const { may, why } = useMayOperate()
  const [seen, setSeen] = useState(request.row)
  const [written, setFields] = useState<RuleFields>(() => fieldsOf(request.preset))
  const taken = (rules.data ?? []).map(({ id }) => id)
  const fields = withName(written, taken)
  const [isSure, setSure] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error>()
  const [saved, setSaved] = useState<string>()
  const missing = missingIn(fields)
  const rule = missing === undefined ? ruleOf(fields) : undefined
  const asked = useDelayed(rule, 350)
  const preview = useRulePreview(asked)
  const isCurrent = JSON.stringify(asked) === JSON.stringify(rule) && !preview.isPlaceholderData
  const isKnown = isCurrent && preview.data !== undefined
  // A rule that hides nothing does no harm either.
  const isRisky = isKnown && preview.data.hidden > 0 && preview.data.warnings.length > 0
  const needsSure = isRisky || (isCurrent && preview.isError)
  const hasNote = fields.note.trim() !== ''
  const blocked = !may
    ? why
    : missing !== undefined
      ? `Say ${missing} first`
      : !hasNote
        ? 'Say why first'
        : !isKnown && !preview.isError
          ? 'Finding out what it would hide'
          : needsSure && !isSure
            ? 'Read the warning and agree to it first'
            : undefined
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const change = (part: Partial<RuleFields>) => {
    setFields((old) => ({ ...old, ...part }))
    setSure(false)
    setError(undefined)
  }
  const save = async (whole: Rule) => {
    setBusy(true)
    setError(undefined)
    try {
      setSaved((await saveRule(whole, seen)).id)
    } catch (thrown) {
      setError(thrown as Error)
    } finally {
      setBusy(false)
    }
  }
  const readAnew = async () => {
    const row = await readRule(fields.id)
    setError(undefined)
    setSeen(row)
    if (row?.rule !== undefined) setFields(fieldsOf(row.rule))
  }
  const isOutdated = error instanceof ApiError && error.status === 412
  return (
    <dialog
      ref={dialog}
      className="rule-drawer"
      aria-labelledby="rule-drawer-title"
      onClose={closeRule}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          if (blocked === undefined && !busy && rule !== undefined) void save(rule)
        }}
      >
        <div className="drawer-head">
          <h2 id="rule-drawer-title">
            {saved !== undefined
              ? 'Saved'
              : request.row === undefined
                ? 'A new rule'
                : 'Change the rule'}
          </h2>
        </div>
        {saved === undefined ? (
          <div className="drawer-body">
            {request.evidence !== undefined && (
              <p className="remark">Suggested: {request.evidence}</p>
            )}
            <RuleForm
              fields={fields}
              endpoint={request.endpoint}
              isNew={request.row === undefined}
              onChange={change}
            />
            {rule !== undefined && (
              <p className="says">
                <VisibleText text={capitalised(describeRule(rule))} />.
              </p>
            )}
            <PreviewPanel preview={preview} isCurrent={isCurrent} missing={missing} />
            {needsSure && (
              <label className="check sure">
                <input
                  type="checkbox"
                  checked={isSure}
                  onChange={(event) => {
                    setSure(event.target.checked)
                  }}
                />
                {preview.isError
                  ? 'Save it without knowing what it hides'
                  : 'I have read this, and it is meant'}
              </label>
            )}
            {rule !== undefined && (
              <details className="yaml">
                <summary>For the configuration file</summary>
                <pre tabIndex={0}>{ruleYaml(rule)}</pre>
                <CopyButton text={() => ruleYaml(rule)} label="Copy YAML" />
              </details>
            )}
          </div>
        ) : (
          <div className="drawer-body">
            <p>
              Rule <code className="rule">{saved}</code> holds for everything that is compared from
              now on. What is stored keeps its judgement until it is judged again.
            </p>
            <Recompare isStrong />
          </div>
        )}
        <div role="alert">
          {error !== undefined && (
            <p className="failure">
              {error.message}
              {isOutdated && (
                <button type="button" className="button" onClick={() => void readAnew()}>
                  Read it as it is now
                </button>
              )}
            </p>
          )}
        </div>
        <div className="drawer-foot">
          {saved === undefined && blocked !== undefined && (
            <span className="muted" role="status">
              {blocked}
            </span>
          )}
          <button
            type="button"
            className="button"
            onClick={() => {
              dialog.current?.close()
            }}
          >
            {saved === undefined ? 'Cancel' : 'Close'}
          </button>
          {saved === undefined && (
            <button className="button strong" disabled={blocked !== undefined || busy}>
              {busy ? 'One moment' : 'Save the rule'}
            </button>
          )}
        </div>
      </form>
    </dialog>
  )
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

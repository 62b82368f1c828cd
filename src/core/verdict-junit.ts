/** A verdict as a JUnit report: a test case for each rule and each regression, for the pages of CI servers. */

import type { RuleReading, Verdict } from './verdict-reading.ts'

/** An XML document; an inconclusive rule is a failure of its own type, because a gate must not open for it. */
export function verdictJunit(verdict: Verdict): string {
  const cases = [...verdict.reasons.map(ruleCase), ...verdict.regressions.map(regressionCase)]
  const failures = cases.filter(({ failure }) => failure !== undefined).length
  const skipped = cases.filter(({ skippedFor }) => skippedFor !== undefined).length
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="shadowdiff" tests="${cases.length}" failures="${failures}" errors="0">`,
    `  <testsuite name="${escape(verdict.run)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}">`,
    '    <properties>',
    `      <property name="verdict" value="${verdict.verdict}"/>`,
    `      <property name="reason" value="${escape(verdict.reason)}"/>`,
    `      <property name="rulesVersion" value="${escape(verdict.rulesVersion)}"/>`,
    `      <property name="samples" value="${verdict.samples}"/>`,
    `      <property name="divergenceRateUpper" value="${verdict.divergenceRateUpper}"/>`,
    '    </properties>',
    ...cases.flatMap(caseLines),
    '  </testsuite>',
    '</testsuites>',
  ]
  return `${lines.join('\n')}\n`
}

interface Case {
  readonly name: string
  readonly group: string
  readonly failure?: { readonly type: string; readonly words: string; readonly detail: string }
  readonly skippedFor?: string
}

function ruleCase({ rule, status, words, change, evidence }: RuleReading): Case {
  const detail = [change, ...evidence].filter((line) => line !== undefined).join('\n')
  if (status === 'fail' || status === 'undecided') {
    const type = status === 'fail' ? 'fail' : 'inconclusive'
    return { name: rule, group: 'rules', failure: { type, words, detail } }
  }
  return { name: rule, group: 'rules', ...(status === 'pass' ? {} : { skippedFor: words }) }
}

function regressionCase({
  endpoint,
  location,
  kind,
  words,
  examples,
}: Verdict['regressions'][number]): Case {
  const detail = examples.map((id) => `exchange ${id}`).join('\n')
  return {
    name: `${kind} at ${location}`,
    group: endpoint,
    failure: { type: 'regression', words, detail },
  }
}

function caseLines({ name, group, failure, skippedFor }: Case): string[] {
  const open = `    <testcase name="${escape(name)}" classname="${escape(group)}"`
  if (failure !== undefined) {
    return [
      `${open}>`,
      `      <failure type="${failure.type}" message="${escape(failure.words)}">${escape(failure.detail)}</failure>`,
      '    </testcase>',
    ]
  }
  if (skippedFor === undefined) return [`${open}/>`]
  return [`${open}>`, `      <skipped message="${escape(skippedFor)}"/>`, '    </testcase>']
}

/** Text and attribute values; what XML 1.0 cannot hold at all becomes U+FFFD. */
function escape(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`)
}

/** A verdict for a terminal: the answer first, then why, then what to look at. */

import type { Verdict } from './verdict-reading.ts'
import { formatCount, formatShare } from './verdict-words.ts'

/** How verdicts are called in front of their reason. */
export const VERDICT_NAMES: Readonly<Record<Verdict['verdict'], string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
}

/** Regressions that are shown one by one. */
const SHOWN = 10

/** The verdict as lines of plain text; ends with a line break. */
export function verdictText(verdict: Verdict): string {
  const { samples, divergent, divergenceRateUpper, confidence, uncompared } = verdict
  const lines = [
    `${VERDICT_NAMES[verdict.verdict]}: ${verdict.reason}`,
    '',
    `run           ${verdict.run}${verdict.rulesVersion === '' ? '' : ` (rules ${verdict.rulesVersion})`}`,
    `compared      ${formatCount(samples)}, divergent ${formatCount(divergent)}, uncompared ${formatCount(uncompared)}`,
    `differing     at most ${formatShare(divergenceRateUpper, 'up')} (${formatShare(confidence)} confidence)`,
    ...(verdict.needed === undefined || verdict.needed === 0
      ? []
      : [
          `needed        ${formatCount(verdict.needed)} more requests, if nothing bad happens in them`,
        ]),
    ...section(
      'Rules',
      verdict.reasons.map(({ rule, status, words }) => `${status.padEnd(10)}  ${rule}: ${words}`),
    ),
    ...section('Regressions', regressionLines(verdict)),
    ...section('What would change it', verdict.whatWouldChangeIt),
  ]
  return `${lines.join('\n')}\n`
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)]
}

function regressionLines({ regressions }: Verdict): string[] {
  const lines = regressions.slice(0, SHOWN).map(({ words, id, examples }) => {
    const [example] = examples
    return `${words} (divergence ${id}${example === undefined ? '' : `, for example exchange ${example}`})`
  })
  const more = regressions.length - SHOWN
  return more > 0 ? [...lines, `and ${formatCount(more)} more`] : lines
}

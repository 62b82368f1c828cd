/** A verdict as Markdown, for a comment on a pull request or a job's summary. */

import type { Verdict } from './verdict-reading.ts'
import { VERDICT_NAMES } from './verdict-text.ts'
import { formatCount, formatShare } from './verdict-words.ts'

/** Rows of a table that are shown. */
const SHOWN = 20

/**
 * GitHub-flavoured Markdown; ends with a line break. What clients or upstreams chose (endpoints, locations)
 * stands in code spans and cannot become markup.
 */
export function verdictMarkdown(verdict: Verdict): string {
  const { samples, divergent, divergenceRateUpper, confidence } = verdict
  const lines = [
    `## shadowdiff: ${VERDICT_NAMES[verdict.verdict]}`,
    '',
    `${plain(verdict.reason)}.`,
    '',
    `Run ${code(verdict.run)}, ${formatCount(samples)} requests compared, ${formatCount(divergent)} divergent; ` +
      `at most ${formatShare(divergenceRateUpper, 'up')} of requests differ (${formatShare(confidence)} confidence).`,
    '',
    ...table(
      ['Rule', 'Status', 'Why'],
      verdict.reasons.map(({ rule, status, words }) => [rule, status, plain(words)]),
    ),
    ...listed(
      'Regressions',
      ['Endpoint', 'Location', 'Kind', 'Exchanges', 'Divergence'],
      verdict.regressions.map(({ endpoint, location, kind, exchanges, id }) => [
        code(endpoint),
        code(location),
        kind,
        formatCount(exchanges),
        code(id),
      ]),
    ),
    ...listed(
      'Not covered',
      ['Endpoint', 'Compared'],
      verdict.endpoints
        .filter(({ covered }) => !covered)
        .map(({ endpoint, samples: compared }) => [code(endpoint), formatCount(compared)]),
    ),
    ...changes(verdict.whatWouldChangeIt),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line), '']
}

function listed(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  if (rows.length === 0) return []
  const more = rows.length - SHOWN
  return [
    `### ${title}`,
    '',
    ...table(head, rows.slice(0, SHOWN)),
    ...(more > 0 ? [`… and ${formatCount(more)} more.`, ''] : []),
  ]
}

function changes(sentences: readonly string[]): string[] {
  if (sentences.length === 0) return []
  return ['### What would change it', '', ...sentences.map((sentence) => `- ${plain(sentence)}`)]
}

/** A code span longer than every run of backticks in it, in which a table's pipe is escaped. */
function code(text: string): string {
  const shown = oneLine(text).replaceAll('|', '\\|')
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`
}

/** Text in which nothing is markup, a link, a mention or a cell's end. */
function plain(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_[\]<>|#~]/g, '\\$&')
    .replaceAll('@', '@\u200b')
}

/** Line breaks and other control characters would end the cell or the code span. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, '\u{FFFD}')
}

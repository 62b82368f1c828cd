import type { ReactNode } from 'react'
import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import { VisibleText } from '../../components/visible-text.tsx'
import { reasonText } from '../../format/reasons.ts'

/** A divergence as a sentence: what is different, and where. */
export function DivergenceSentence({ row }: { readonly row: DivergenceRow }) {
  return (
    <>
      {subject(row.location)} {predicate(row)}
    </>
  )
}

/** The same sentence as plain text, for titles. */
export function sentenceText(row: DivergenceRow): string {
  const { part, rest } = split(row.location)
  const subject = part === 'failure' ? 'shadow' : rest === '' ? part : rest
  return `${subject} ${predicate(row)} on ${row.endpoint}`
}

function split(location: string): { part: string; rest: string } {
  const colon = location.indexOf(':')
  if (colon < 0) return { part: location, rest: '' }
  return { part: location.slice(0, colon), rest: location.slice(colon + 1) }
}

function subject(location: string): ReactNode {
  const { part, rest } = split(location)
  const name = (
    <code>
      <VisibleText text={rest} />
    </code>
  )
  switch (part) {
    case 'status':
      return 'The status'
    case 'header':
      return <>The header {name}</>
    case 'trailer':
      return <>The trailer {name}</>
    case 'failure':
      return 'Shadow'
    default:
      return rest === '' ? 'The body' : name
  }
}

function predicate({ kind, location }: DivergenceRow): string {
  switch (kind) {
    case 'missing':
      return 'is missing in shadow'
    case 'extra':
      return 'is only in shadow'
    case 'type':
      return 'has another type in shadow'
    case 'order':
      return 'has another order in shadow'
    case 'length':
      return 'has another length in shadow'
    case 'failure':
      return `did not answer: ${reasonText(split(location).rest)}`
    case 'value':
      return location === 'body:' ? 'is another in shadow' : 'has another value in shadow'
  }
}

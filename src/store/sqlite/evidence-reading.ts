/** The evidence of a run, from its totals alone: no exchange is read but a few examples. */

import type { Source } from '../../core/exchange.ts'
import { LatencySketch } from '../../core/latency-sketch.ts'
import { RatioSketch } from '../../core/ratio-sketch.ts'
import {
  OUTAGE_WINDOW_MS,
  type DivergenceEvidence,
  type EndpointEvidence,
  type LatencyEvidence,
  type Pairs,
  type RunEvidence,
} from '../../core/verdict-evidence.ts'
import { runBooks } from './books.ts'
import { rowsOf, type Database } from './database.ts'
import { classifiedDivergences, counts, type ClassifiedDivergence } from './evidence-classes.ts'
import { uuidText } from './keys.ts'
import { EVERY_RUN, runsCalled } from './runs.ts'
import { severityOf } from './severity.ts'
import { isAlwaysCountedSet, isCountedSet, isForgottenSet } from './signatures.ts'

/** Divergences that bring along examples: the worst ones. */
const MAX_WITH_EXAMPLES = 50
const MAX_EXAMPLES = 3

interface SqlRun {
  readonly id: number
  readonly name: string
  readonly ended_at: number | null
}

interface SqlEndpoint {
  readonly id: number
  readonly name: string
  readonly first_seen: number
  readonly last_seen: number
  readonly samples: number | null
  readonly measured: number | null
  readonly shadow_errors: number | null
  readonly primary_errors: number | null
  readonly shadow_unavailable: number | null
  readonly primary_unavailable: number | null
  readonly unanswered: number | null
  readonly control_overflow: number | null
  readonly primary_latency: Buffer | null
  readonly shadow_latency: Buffer | null
  readonly ratios: Buffer | null
}

/** Of the newest of the runs that are meant by this text, or of the newest; `undefined` when there is none. */
export function runEvidence(
  db: Database,
  name: string | undefined,
  now: number,
): RunEvidence | undefined {
  const { condition, params } = name === undefined ? EVERY_RUN : runsCalled(name)
  const [run] = rowsOf<SqlRun>(
    db,
    `SELECT id, name, ended_at FROM runs WHERE ${condition} ORDER BY id DESC LIMIT 1`,
    params,
  )
  if (run === undefined) return undefined
  const source = sourceOf(db, run.id)
  const endpoints = endpointsOf(db, run.id, source)
  const divergences = classifiedDivergences(db, run.id, source)
  const divergent = divergentOf(db, run.id, source, divergences)
  const sum = (pick: (endpoint: SqlEndpoint) => number | null) =>
    endpoints.reduce((total, endpoint) => total + (pick(endpoint) ?? 0), 0)
  const reasons = reasonsOf(db, run.id, source)
  const books = source === 'live' ? runBooks(db, run.id) : undefined
  const latency = latencyOf(endpoints)
  const first = Math.min(...endpoints.map(({ first_seen }) => first_seen))
  const last = Math.max(...endpoints.map(({ last_seen }) => last_seen))
  const names = new Map(endpoints.map(({ id, name: endpoint }) => [id, endpoint]))
  return {
    run: run.name,
    rulesVersion: rulesVersionOf(db, run.id),
    samples: sum(({ samples }) => samples),
    divergent: divergent.total,
    measured: sum(({ measured }) => measured),
    failing: divergent.failing,
    ...(divergent.always > 0 && { alwaysCounted: divergent.always }),
    ...(divergent.forgotten > 0 && { forgotten: divergent.forgotten }),
    incomparable: reasons.incomparable,
    unmirrored: largerOf(reasons.unmirrored, books?.unmirrored),
    lost: largerOf({}, books?.lost),
    ...(books?.uncounted === 1 && { uncounted: true }),
    failures: {
      errors: pairsOf(
        sum((one) => one.shadow_errors),
        sum((one) => one.primary_errors),
      ),
      outages: outagesOf(db, run.id, source, now),
      unavailable: pairsOf(
        sum((one) => one.shadow_unavailable),
        sum((one) => one.primary_unavailable),
      ),
      unanswered: sum(({ unanswered }) => unanswered),
    },
    divergences: withExamples(db, run.id, source, divergences, names),
    endpoints: endpoints.map((endpoint) => toEndpoint(endpoint, divergent.byEndpoint)),
    ...(latency !== undefined && { latency }),
    breaker: {},
    traffic: {
      durationMs: endpoints.length === 0 ? 0 : last - first,
      idleMs: endpoints.length === 0 ? 0 : Math.max(0, now - last),
      ended: run.ended_at !== null,
    },
  }
}

/** What the run is about: its live exchanges, if it has any. */
function sourceOf(db: Database, runId: number): Source {
  const present = new Set(
    rowsOf<{ source: Source }>(
      db,
      `SELECT DISTINCT source FROM endpoint_evidence WHERE run_id = ?
       UNION SELECT DISTINCT source FROM endpoint_runs WHERE run_id = ?`,
      [runId, runId],
    ).map(({ source }) => source),
  )
  return (['live', 'replay', 'import'] as const).find((source) => present.has(source)) ?? 'live'
}

function endpointsOf(db: Database, runId: number, source: Source): readonly SqlEndpoint[] {
  return rowsOf<SqlEndpoint>(
    db,
    `SELECT n.id, n.name, r.first_seen, r.last_seen, e.samples, e.measured, e.shadow_errors,
       e.primary_errors, e.shadow_unavailable, e.primary_unavailable, e.unanswered, e.control_overflow,
       e.primary_latency, e.shadow_latency, e.ratios
     FROM endpoints n
     CROSS JOIN endpoint_runs r ON r.endpoint_id = n.id AND r.run_id = ? AND r.source = ?
     LEFT JOIN endpoint_evidence e
       ON e.run_id = r.run_id AND e.source = r.source AND e.endpoint_id = n.id
     ORDER BY n.name`,
    [runId, source],
  )
}

function divergentOf(
  db: Database,
  runId: number,
  source: Source,
  divergences: readonly ClassifiedDivergence[],
) {
  // One that was forgotten meanwhile says no more why its exchanges should not count.
  const uncounted = new Set(divergences.filter((one) => !counts(one)).map(({ key }) => key))
  const rows = rowsOf<{ endpoint_id: number; failing: number; members: string; exchanges: number }>(
    db,
    `SELECT endpoint_id, failing, members, exchanges FROM run_signatures
     WHERE run_id = ? AND source = ?`,
    [runId, source],
  )
  const byEndpoint = new Map<number, number>()
  let total = 0
  let failing = 0
  let forgotten = 0
  let always = 0
  for (const row of rows) {
    if (isForgottenSet(row.members)) forgotten += row.exchanges
    if (!isCountedSet(row.members, (key) => !uncounted.has(key))) continue
    total += row.exchanges
    if (isAlwaysCountedSet(row.members)) always += row.exchanges
    if (row.failing === 1) failing += row.exchanges
    byEndpoint.set(row.endpoint_id, (byEndpoint.get(row.endpoint_id) ?? 0) + row.exchanges)
  }
  return { total, failing, forgotten, always, byEndpoint }
}

function reasonsOf(db: Database, runId: number, source: Source) {
  const reasons = { incomparable: {}, unmirrored: {} } as Record<
    'incomparable' | 'unmirrored',
    Record<string, number>
  >
  const rows = rowsOf<{ outcome: 'incomparable' | 'unmirrored'; reason: string; n: number }>(
    db,
    `SELECT outcome, reason, sum(exchanges) AS n FROM endpoint_reasons
     WHERE run_id = ? AND source = ? AND outcome IN ('incomparable', 'unmirrored')
     GROUP BY outcome, reason HAVING n > 0`,
    [runId, source],
  )
  for (const { outcome, reason, n } of rows) reasons[outcome][reason] = n
  return reasons
}

/** Books miss what came after their last reading, rows what was never recorded: the larger one is nearer. */
function largerOf(
  rows: Readonly<Record<string, number>>,
  books: Readonly<Partial<Record<string, number>>> = {},
): Record<string, number> {
  const larger: Record<string, number> = { ...rows }
  for (const [reason, count = 0] of Object.entries(books)) {
    if (count > (larger[reason] ?? 0)) larger[reason] = count
  }
  return larger
}

function outagesOf(db: Database, runId: number, source: Source, now: number): Pairs {
  const [row] = rowsOf<{ shadow: number | null; primary: number | null }>(
    db,
    `SELECT sum(shadow_only > primary_only) AS shadow, sum(primary_only > shadow_only) AS "primary"
     FROM run_outages WHERE run_id = ? AND source = ? AND window < ?`,
    [runId, source, Math.floor(now / OUTAGE_WINDOW_MS)],
  )
  return pairsOf(row?.shadow ?? 0, row?.primary ?? 0)
}

function withExamples(
  db: Database,
  runId: number,
  source: Source,
  divergences: readonly ClassifiedDivergence[],
  names: ReadonlyMap<number, string>,
): readonly DivergenceEvidence[] {
  const worst = divergences
    .filter((one) => counts(one) && one.exchanges > 0)
    .sort((a, b) => a.severity - b.severity || b.exchanges - a.exchanges)
    .slice(0, MAX_WITH_EXAMPLES)
  const examples = new Map(worst.map(({ key }) => [key, examplesOf(db, runId, source, key)]))
  return divergences.map((one) => {
    const shown = examples.get(one.key)
    return {
      id: one.id,
      endpoint: names.get(one.endpointId) ?? '',
      kind: one.kind,
      location: one.location,
      severity: severityOf(one.severity),
      class: one.class,
      state: one.state,
      exchanges: one.exchanges,
      ...(one.control !== undefined && { control: one.control }),
      ...(shown !== undefined && { examples: shown }),
    }
  })
}

function examplesOf(db: Database, runId: number, source: Source, key: number): readonly string[] {
  const rows = rowsOf<{ id: Buffer }>(
    db,
    `SELECT e.id FROM differences d CROSS JOIN exchanges e ON e.key = d.exchange_key
     WHERE d.divergence_key = ? AND e.run_id = ? AND e.source = ?
       AND d.exchange_key BETWEEN (SELECT first_key FROM runs WHERE id = ?)
         AND (SELECT last_key FROM runs WHERE id = ?)
     GROUP BY d.exchange_key ORDER BY d.exchange_key DESC LIMIT ${MAX_EXAMPLES}`,
    [key, runId, source, runId, runId],
  )
  return rows.map(({ id }) => uuidText(id))
}

function toEndpoint(
  endpoint: SqlEndpoint,
  divergent: ReadonlyMap<number, number>,
): EndpointEvidence {
  const latency = latencyOf([endpoint])
  const uncountedControl = endpoint.control_overflow ?? 0
  return {
    endpoint: endpoint.name,
    samples: endpoint.samples ?? 0,
    divergent: divergent.get(endpoint.id) ?? 0,
    errors: pairsOf(endpoint.shadow_errors ?? 0, endpoint.primary_errors ?? 0),
    ...(uncountedControl > 0 && { uncountedControl }),
    ...(latency !== undefined && { latency }),
  }
}

function latencyOf(endpoints: readonly SqlEndpoint[]): LatencyEvidence | undefined {
  const primary = new LatencySketch()
  const shadow = new LatencySketch()
  const ratios = new RatioSketch()
  for (const { primary_latency, shadow_latency, ratios: stored } of endpoints) {
    if (primary_latency !== null) primary.merge(primary_latency)
    if (shadow_latency !== null) shadow.merge(shadow_latency)
    if (stored !== null) ratios.merge(stored)
  }
  const ofPrimary = primary.view()
  const ofShadow = shadow.view()
  if (ofPrimary === undefined || ofShadow === undefined) return undefined
  return { ratios: ratios.counts(), primary: ofPrimary, shadow: ofShadow }
}

function pairsOf(shadowOnly: number, primaryOnly: number): Pairs {
  return { shadowOnly, primaryOnly }
}

function rulesVersionOf(db: Database, runId: number): string {
  const [row] = rowsOf<{ version: string }>(
    db,
    'SELECT version FROM run_rules WHERE run_id = ? ORDER BY id DESC LIMIT 1',
    [runId],
  )
  return row?.version ?? ''
}

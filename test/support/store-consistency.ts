/** Whether what a database adds up is what its rows say. */

import { Database } from '../../src/store/sqlite/binding.ts'
import { expect } from 'vitest'
import { decodeBins } from '../../src/core/bin-codec.ts'
import { LatencySketch } from '../../src/core/latency-sketch.ts'

/** Checks the file's integrity, its foreign keys, and that everything hangs on an exchange that is there. */
export function expectWhole(path: string): void {
  const db = new Database(path, { readonly: true })
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])
    const rows = (sql: string) => db.prepare(sql).all()
    expect(rows('SELECT id, refs FROM bodies ORDER BY id')).toEqual(
      rows(`SELECT id, count(*) AS refs FROM (
              SELECT request_body_id AS id FROM details UNION ALL
              SELECT primary_body_id FROM details UNION ALL
              SELECT shadow_body_id FROM details UNION ALL
              SELECT control_body_id FROM details)
            WHERE id IS NOT NULL GROUP BY id ORDER BY id`),
    )
    expect(rows('SELECT body_id FROM body_contents ORDER BY 1')).toEqual(
      rows('SELECT id AS body_id FROM bodies ORDER BY 1'),
    )
    expect(rows('SELECT count(*) AS n FROM details')).toEqual(
      rows('SELECT count(*) AS n FROM exchanges'),
    )
  } finally {
    db.close()
  }
}

/** Checks what {@link expectWhole} does, and every aggregate against a scan of the rows: nothing was pruned or forgotten. */
export function expectConsistent(path: string): void {
  expectWhole(path)
  const db = new Database(path, { readonly: true })
  try {
    const rows = (sql: string) => db.prepare(sql).all()
    // Exchanges point to the endpoint under which they came, aggregates to the one that took it over.
    db.exec(`CREATE TEMP VIEW counted AS
      SELECT e.*, coalesce(n.heir_id, n.id) AS counted_id
      FROM exchanges e JOIN endpoints n ON n.id = e.endpoint_id`)
    const outcomes = ['match', 'divergent', 'incomparable', 'unmirrored']
      .map((outcome) => `sum(outcome = '${outcome}') AS ${outcome}`)
      .join(', ')
    const counts = 'match, divergent, incomparable, unmirrored'
    expect(
      rows(`SELECT endpoint_id, run_id, source, ${counts}, first_seen, last_seen FROM endpoint_runs
            ORDER BY 1, 2, 3`),
    ).toEqual(
      rows(`SELECT counted_id AS endpoint_id, run_id, source, ${outcomes}, min(started_at) AS first_seen,
              max(started_at) AS last_seen
            FROM counted GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`),
    )
    expect(
      rows(
        `SELECT endpoint_id, run_id, source, minute, ${counts} FROM rollups ORDER BY 1, 2, 3, 4`,
      ),
    ).toEqual(
      rows(`SELECT counted_id AS endpoint_id, run_id, source, started_at / 60000 AS minute, ${outcomes}
            FROM counted GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`),
    )
    for (const [table, column, ms] of [
      ['endpoint_hours', 'hour', 3_600_000],
      ['run_minutes', 'minute', 60_000],
      ['run_hours', 'hour', 3_600_000],
    ] as const) {
      const place = (endpoint: string) =>
        table === 'endpoint_hours' ? `${endpoint}, run_id, source` : 'run_id, source'
      expect(
        rows(
          `SELECT ${place('endpoint_id')}, ${column}, ${counts} FROM ${table} ORDER BY 1, 2, 3, 4`,
        ),
      ).toEqual(
        rows(`SELECT ${place('counted_id AS endpoint_id')}, started_at / ${ms} AS ${column}, ${outcomes}
              FROM counted GROUP BY ${place('counted_id')}, started_at / ${ms} ORDER BY 1, 2, 3, 4`),
      )
      expectLatencies(db, table)
    }
    expectDays(db)
    expect(rows('SELECT * FROM endpoint_reasons ORDER BY 1, 2, 3, 4, 5')).toEqual(
      rows(`SELECT counted_id AS endpoint_id, run_id, source, outcome, reason, count(*) AS exchanges FROM counted
            WHERE reason IS NOT NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`),
    )
    expect(
      rows(`SELECT divergence_key, run_id, source, differences, exchanges, first_seen, last_seen
            FROM divergence_runs ORDER BY 1, 2, 3`),
    ).toEqual(
      rows(`SELECT divergence_key, run_id, source, count(*) AS differences,
              count(DISTINCT exchange_key) AS exchanges, min(started_at) AS first_seen,
              max(started_at) AS last_seen
            FROM differences d JOIN exchanges e ON e.key = d.exchange_key
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`),
    )
    expect(rows('SELECT id, first_key, last_key FROM runs ORDER BY id')).toEqual(
      rows(`SELECT r.id, min(key) AS first_key, max(key) AS last_key
            FROM runs r LEFT JOIN exchanges e ON e.run_id = r.id GROUP BY r.id ORDER BY r.id`),
    )
    expectLatencies(db, 'endpoint_runs')
    expectLatencies(db, 'rollups')
  } finally {
    db.close()
  }
}

/** What is added up by day is what the hours say, and nothing is added up that is not said to be. */
function expectDays(db: Database): void {
  const columns = `run_id, source, sum(match) AS match, sum(divergent) AS divergent,
    sum(incomparable) AS incomparable, sum(unmirrored) AS unmirrored,
    bins(primary_latency) AS primary_bins, bins(shadow_latency) AS shadow_bins, bins(ratios) AS ratio_bins`
  db.aggregate<Buffer[]>('bins', {
    start: () => [],
    step: (all, encoded) => {
      all.push(encoded)
    },
    result: (all) => {
      const total = new Map<number, number>()
      for (const encoded of all) {
        decodeBins(encoded, (bin, count) => total.set(bin, (total.get(bin) ?? 0) + count))
      }
      return JSON.stringify([...total].sort(([a], [b]) => a - b))
    },
  })
  const rows = (sql: string) => db.prepare(sql).all()
  expect(
    rows(
      `SELECT endpoint_id, day, ${columns} FROM endpoint_days GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
    ),
  ).toEqual(
    rows(`SELECT endpoint_id, hour / 24 AS day, ${columns}
          FROM endpoint_hours h JOIN endpoints n ON n.id = h.endpoint_id WHERE hour / 24 < n.days_before
          GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`),
  )
}

function expectLatencies(db: Database, table: string): void {
  for (const upstream of ['primary', 'shadow']) {
    const sketch = new LatencySketch()
    const stored = db.prepare(`SELECT ${upstream}_latency FROM ${table}`).pluck().all() as Buffer[]
    for (const encoded of stored) sketch.merge(encoded)
    const answered = db
      .prepare(`SELECT count(*) FROM exchanges WHERE ${upstream}_status IS NOT NULL`)
      .pluck()
      .get()
    expect(sketch.count).toBe(answered)
  }
}

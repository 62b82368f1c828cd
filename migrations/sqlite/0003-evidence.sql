-- What verdicts and charts are computed from, kept in the transaction that writes the exchanges: no verdict
-- scans exchanges, and what people say of divergences later changes none of it.

CREATE TABLE endpoint_evidence (
  endpoint_id INTEGER NOT NULL REFERENCES endpoints (id),
  run_id INTEGER NOT NULL REFERENCES runs (id),
  source TEXT NOT NULL,
  -- Compared exchanges, without the divergent ones whose primary answered 5xx.
  samples INTEGER NOT NULL,
  -- Of these, the ones that control measured too.
  measured INTEGER NOT NULL,
  -- Exchanges in which exactly one side failed.
  shadow_errors INTEGER NOT NULL,
  primary_errors INTEGER NOT NULL,
  shadow_unavailable INTEGER NOT NULL,
  primary_unavailable INTEGER NOT NULL,
  -- Primary answered below 500 and shadow not at all.
  unanswered INTEGER NOT NULL,
  -- Differences of control beyond the bound of control_differences.
  control_overflow INTEGER NOT NULL,
  -- Histograms of exchanges that both upstreams answered below 500: see latency-sketch.ts and ratio-sketch.ts.
  primary_latency BLOB NOT NULL,
  shadow_latency BLOB NOT NULL,
  ratios BLOB NOT NULL,
  PRIMARY KEY (endpoint_id, run_id, source)
) STRICT, WITHOUT ROWID;

-- Divergent exchanges by the set of divergences that they show: whether they count is decided on reading.
CREATE TABLE run_signatures (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  source TEXT NOT NULL,
  endpoint_id INTEGER NOT NULL REFERENCES endpoints (id),
  -- Whether shadow failed or answered 5xx.
  failing INTEGER NOT NULL,
  -- Keys of divergences, ascending, with commas; '*' where there were too many sets: always counts.
  members TEXT NOT NULL,
  exchanges INTEGER NOT NULL,
  PRIMARY KEY (run_id, source, endpoint_id, failing, members)
) STRICT, WITHOUT ROWID;

-- Windows of 30 s in which exactly one side was unavailable in some exchange.
CREATE TABLE run_outages (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  source TEXT NOT NULL,
  window INTEGER NOT NULL,
  shadow_only INTEGER NOT NULL,
  primary_only INTEGER NOT NULL,
  PRIMARY KEY (run_id, source, window)
) STRICT, WITHOUT ROWID;

-- How control differed from primary, counted from the first exchange on, whatever shadow shows.
CREATE TABLE control_differences (
  endpoint_id INTEGER NOT NULL REFERENCES endpoints (id),
  kind TEXT NOT NULL,
  location TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  source TEXT NOT NULL,
  -- Exchanges, and those of them in which shadow differed in the same way.
  differed INTEGER NOT NULL,
  shared INTEGER NOT NULL,
  PRIMARY KEY (endpoint_id, kind, location, run_id, source)
) STRICT, WITHOUT ROWID;

-- What the proxies counted while a run was open: JSON as in counters.ts.
CREATE TABLE run_books (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id),
  totals TEXT NOT NULL
) STRICT;

-- The last reading of each proxy process.
CREATE TABLE proxy_readings (
  proxy TEXT PRIMARY KEY,
  counters TEXT NOT NULL,
  read_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Exchanges that both upstreams answered below 500, and those of them that control measured.
ALTER TABLE divergence_runs ADD COLUMN content_exchanges INTEGER NOT NULL DEFAULT 0;
ALTER TABLE divergence_runs ADD COLUMN measured_exchanges INTEGER NOT NULL DEFAULT 0;
-- Exchanges over time: see trend.ts.
ALTER TABLE divergence_runs ADD COLUMN trend BLOB;
CREATE INDEX divergence_runs_by_run ON divergence_runs (run_id);

ALTER TABLE details ADD COLUMN control_body_id INTEGER;
-- JSON: kind and location of what control showed; NULL when it did not measure.
ALTER TABLE details ADD COLUMN control_differences TEXT;
-- How many suppressed differences there really were; NULL when all of them are kept.
ALTER TABLE details ADD COLUMN suppressed_total INTEGER;

-- The same as rollups by hour.
CREATE TABLE endpoint_hours (
  endpoint_id INTEGER NOT NULL REFERENCES endpoints (id),
  hour INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  source TEXT NOT NULL,
  match INTEGER NOT NULL,
  divergent INTEGER NOT NULL,
  incomparable INTEGER NOT NULL,
  unmirrored INTEGER NOT NULL,
  primary_latency BLOB NOT NULL,
  shadow_latency BLOB NOT NULL,
  ratios BLOB NOT NULL,
  PRIMARY KEY (endpoint_id, hour, run_id, source)
) STRICT, WITHOUT ROWID;

-- All endpoints of a run together, by minute and by hour.
CREATE TABLE run_minutes (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  minute INTEGER NOT NULL,
  source TEXT NOT NULL,
  match INTEGER NOT NULL,
  divergent INTEGER NOT NULL,
  incomparable INTEGER NOT NULL,
  unmirrored INTEGER NOT NULL,
  primary_latency BLOB NOT NULL,
  shadow_latency BLOB NOT NULL,
  PRIMARY KEY (run_id, minute, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_hours (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  hour INTEGER NOT NULL,
  source TEXT NOT NULL,
  match INTEGER NOT NULL,
  divergent INTEGER NOT NULL,
  incomparable INTEGER NOT NULL,
  unmirrored INTEGER NOT NULL,
  primary_latency BLOB NOT NULL,
  shadow_latency BLOB NOT NULL,
  PRIMARY KEY (run_id, hour, source)
) STRICT, WITHOUT ROWID;

-- Rollups by minute that begin before this one are removed: those by hour tell what was.
CREATE TABLE pruned_minutes (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  before INTEGER NOT NULL
) STRICT;

-- What was recorded before is added up from the rows that are left. Durations are in no row by bin, so charts and
-- ratios begin now; divergent exchanges that were pruned are known by their number alone, and count.
INSERT INTO endpoint_evidence (endpoint_id, run_id, source, samples, measured, shadow_errors,
  primary_errors, shadow_unavailable, primary_unavailable, unanswered, control_overflow,
  primary_latency, shadow_latency, ratios)
SELECT r.endpoint_id, r.run_id, r.source, r.match + r.divergent - coalesce(x.primary_failed, 0), 0,
  coalesce(x.shadow_errors, 0), coalesce(x.primary_errors, 0), coalesce(x.shadow_unavailable, 0),
  coalesce(x.primary_unavailable, 0), coalesce(x.unanswered, 0), 0, x'', x'', x''
FROM endpoint_runs r LEFT JOIN (
  SELECT endpoint_id, run_id, source, sum(outcome = 'divergent' AND primary_status >= 500) AS primary_failed,
    sum(primary_how = 0 AND shadow_how = 1) AS shadow_errors,
    sum(primary_how = 1 AND shadow_how = 0) AS primary_errors,
    sum(primary_how = 0 AND shadow_how = 2) AS shadow_unavailable,
    sum(primary_how = 2 AND shadow_how = 0) AS primary_unavailable,
    sum(primary_status < 500 AND shadow_status IS NULL) AS unanswered
  FROM (
    SELECT e.endpoint_id, e.run_id, e.source, e.outcome, e.primary_status, e.shadow_status,
      iif(coalesce(e.primary_status, 503) BETWEEN 502 AND 504, 2, e.primary_status >= 500) AS primary_how,
      iif(coalesce(e.shadow_status, 503) BETWEEN 502 AND 504, 2, e.shadow_status >= 500) AS shadow_how
    FROM exchanges e WHERE e.primary_ms IS NOT NULL AND e.shadow_ms IS NOT NULL)
  GROUP BY endpoint_id, run_id, source) x
ON x.endpoint_id = r.endpoint_id AND x.run_id = r.run_id AND x.source = r.source;

INSERT INTO run_outages (run_id, source, window, shadow_only, primary_only)
SELECT run_id, source, started_at / 30000, sum(primary_how < 2), sum(shadow_how < 2)
FROM (
  SELECT e.run_id, e.source, e.started_at,
    iif(coalesce(e.primary_status, 503) BETWEEN 502 AND 504, 2, e.primary_status >= 500) AS primary_how,
    iif(coalesce(e.shadow_status, 503) BETWEEN 502 AND 504, 2, e.shadow_status >= 500) AS shadow_how
  FROM exchanges e WHERE e.primary_ms IS NOT NULL AND e.shadow_ms IS NOT NULL)
WHERE (primary_how = 0 AND shadow_how = 2) OR (primary_how = 2 AND shadow_how = 0)
GROUP BY 1, 2, 3;

UPDATE divergence_runs SET content_exchanges = (
  SELECT count(DISTINCT d.exchange_key)
  FROM differences d JOIN exchanges e ON e.key = d.exchange_key
  WHERE d.divergence_key = divergence_runs.divergence_key AND e.run_id = divergence_runs.run_id
    AND e.source = divergence_runs.source AND e.primary_status < 500 AND e.shadow_status < 500);

INSERT INTO run_signatures (run_id, source, endpoint_id, failing, members, exchanges)
SELECT run_id, source, endpoint_id, failing, coalesce(members, '*'), count(*)
FROM (
  SELECT e.run_id, e.source, e.endpoint_id, coalesce(e.shadow_status, 500) >= 500 AS failing,
    (SELECT group_concat(k) FROM (
      SELECT DISTINCT d.divergence_key AS k FROM differences d WHERE d.exchange_key = e.key ORDER BY k)) AS members
  FROM exchanges e WHERE e.outcome = 'divergent' AND e.primary_status < 500)
GROUP BY 1, 2, 3, 4, 5;

INSERT INTO run_signatures (run_id, source, endpoint_id, failing, members, exchanges)
SELECT r.run_id, r.source, r.endpoint_id, 0, '*', r.divergent - coalesce(x.n, 0)
FROM endpoint_runs r LEFT JOIN (
  SELECT endpoint_id, run_id, source, count(*) AS n FROM exchanges WHERE outcome = 'divergent'
  GROUP BY endpoint_id, run_id, source) x
ON x.endpoint_id = r.endpoint_id AND x.run_id = r.run_id AND x.source = r.source
WHERE r.divergent > coalesce(x.n, 0)
ON CONFLICT DO UPDATE SET exchanges = exchanges + excluded.exchanges;

INSERT INTO endpoint_hours (endpoint_id, hour, run_id, source, match, divergent, incomparable,
  unmirrored, primary_latency, shadow_latency, ratios)
SELECT endpoint_id, minute / 60, run_id, source, sum(match), sum(divergent), sum(incomparable),
  sum(unmirrored), x'', x'', x'' FROM rollups GROUP BY 1, 2, 3, 4;

INSERT INTO run_minutes (run_id, minute, source, match, divergent, incomparable, unmirrored,
  primary_latency, shadow_latency)
SELECT run_id, minute, source, sum(match), sum(divergent), sum(incomparable), sum(unmirrored), x'', x''
FROM rollups GROUP BY 1, 2, 3;

INSERT INTO run_hours (run_id, hour, source, match, divergent, incomparable, unmirrored,
  primary_latency, shadow_latency)
SELECT run_id, minute / 60, source, sum(match), sum(divergent), sum(incomparable), sum(unmirrored), x'', x''
FROM rollups GROUP BY 1, 2, 3;

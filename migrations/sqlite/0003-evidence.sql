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

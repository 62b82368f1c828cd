-- What people do to what is stored, and what follows from it.

-- Who did what, the newest 100,000.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

-- Under which rules the exchanges of a run were judged, from when on.
CREATE TABLE run_rules (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  version TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;

CREATE INDEX run_rules_by_run ON run_rules (run_id);

-- Rules made in the console, in the order in which they were made.
CREATE TABLE rules (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  -- JSON, as it would stand in the configuration.
  rule TEXT NOT NULL
) STRICT;

-- What each rule has hidden, wherever it comes from, in all runs.
CREATE TABLE rule_hits (
  rule_id TEXT PRIMARY KEY,
  hidden INTEGER NOT NULL,
  exchanges INTEGER NOT NULL,
  -- The time of the newest exchange in which it hid something.
  last_hit INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Exchanges compared by minute, over everything: what tells whether a rule is idle.
CREATE TABLE compared_minutes (
  minute INTEGER PRIMARY KEY,
  exchanges INTEGER NOT NULL
) STRICT;

INSERT INTO compared_minutes (minute, exchanges)
SELECT minute, sum(match + divergent) FROM rollups GROUP BY minute;

-- What people changed of the mirroring of a route, or of all ('').
CREATE TABLE mirror_overrides (
  route TEXT PRIMARY KEY,
  paused INTEGER NOT NULL,
  percent REAL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  -- JSON: what of the exchanges it is about.
  filter TEXT NOT NULL,
  rules_version TEXT NOT NULL,
  actor TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  message TEXT,
  -- Exchanges that came later are judged under the new rules already.
  first_before INTEGER NOT NULL,
  -- The key below which to go on; NULL until its exchanges are counted.
  before INTEGER,
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  -- JSON: how many were left alone, by reason.
  skipped TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE INDEX jobs_running ON jobs (id) WHERE state = 'running';

-- What a template that was learned late took over: exchanges go on pointing here, all aggregates are the heir's.
ALTER TABLE endpoints ADD COLUMN heir_id INTEGER REFERENCES endpoints (id);
CREATE INDEX endpoints_by_heir ON endpoints (heir_id) WHERE heir_id IS NOT NULL;

-- Ids under which divergences were known before their endpoints merged.
CREATE TABLE divergence_aliases (
  id TEXT PRIMARY KEY,
  divergence_key INTEGER NOT NULL REFERENCES divergences (key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX divergence_aliases_by_key ON divergence_aliases (divergence_key);

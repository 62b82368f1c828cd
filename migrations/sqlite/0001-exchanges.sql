-- Times are epoch milliseconds. The aggregates (endpoint_runs, endpoint_reasons, divergence_runs,
-- rollups) are kept in the transaction that writes the exchanges, so that no list scans exchanges.

-- One verification: a name and the versions it compares.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  primary_version TEXT NOT NULL,
  shadow_version TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  -- Bounds of its exchanges' keys: a filter by run reads no others, without an index on every exchange.
  first_key INTEGER,
  last_key INTEGER
) STRICT;

CREATE INDEX runs_by_identity ON runs (name, primary_version, shadow_version);

CREATE TABLE endpoints (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- The narrow part of an exchange: what lists show and filter by.
CREATE TABLE exchanges (
  -- started_at * 2048 + n: every index ends with it, so each one is also ordered by time.
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  request_id TEXT NOT NULL,
  -- A hash of the request id as it is looked up: see keys.ts.
  request_hash INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  endpoint_id INTEGER NOT NULL REFERENCES endpoints (id),
  source TEXT NOT NULL,
  route TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  primary_status INTEGER,
  shadow_status INTEGER,
  primary_ms REAL,
  shadow_ms REAL,
  shadow_wait_ms REAL,
  -- All of them, also those that were cut from the list.
  differences INTEGER NOT NULL
) STRICT;

CREATE INDEX exchanges_by_request ON exchanges (request_hash);
CREATE INDEX exchanges_by_endpoint ON exchanges (endpoint_id);
-- Most exchanges match and answer 200, and nobody looks for those: the indexes leave them out.
CREATE INDEX exchanges_by_outcome ON exchanges (outcome) WHERE outcome <> 'match';
CREATE INDEX exchanges_by_endpoint_outcome ON exchanges (endpoint_id, outcome) WHERE outcome <> 'match';
CREATE INDEX exchanges_differing ON exchanges (key) WHERE differences > 0;
CREATE INDEX exchanges_by_primary_status ON exchanges (primary_status) WHERE primary_status <> 200;
CREATE INDEX exchanges_by_shadow_status ON exchanges (shadow_status) WHERE shadow_status <> 200;

-- The wide part of an exchange: what is read one at a time.
CREATE TABLE details (
  exchange_key INTEGER PRIMARY KEY REFERENCES exchanges (key) ON DELETE CASCADE,
  -- JSON: target, header lists and what is told of each body; see heads.ts.
  heads TEXT NOT NULL,
  -- JSON: differences that a rule suppressed, each with the rule; NULL for none.
  suppressed TEXT,
  request_body_id INTEGER,
  primary_body_id INTEGER,
  shadow_body_id INTEGER
) STRICT;

-- What heads refer to by number: see words.ts.
CREATE TABLE words (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

-- A body is stored once, however many exchanges show it; refs counts them.
CREATE TABLE bodies (
  id INTEGER PRIMARY KEY,
  -- The first 48 bits of sha256: a third of its index, and random places are what an insert costs.
  hash INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  refs INTEGER NOT NULL
) STRICT;

CREATE INDEX bodies_by_hash ON bodies (hash);

-- Apart from bodies, so that counting references rewrites no content.
CREATE TABLE body_contents (
  body_id INTEGER PRIMARY KEY,
  -- How the content is stored: identity or deflate.
  coding TEXT NOT NULL,
  content BLOB NOT NULL
) STRICT;

-- The same difference over many exchanges of an endpoint: what a person triages.
CREATE TABLE divergences (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  endpoint_id INTEGER NOT NULL REFERENCES endpoints (id),
  kind TEXT NOT NULL,
  location TEXT NOT NULL,
  -- The worst that was seen: 1 breaking, 2 changed, 3 added.
  severity INTEGER NOT NULL,
  -- What a person said: open, expected or fixed, and when.
  state TEXT NOT NULL DEFAULT 'open',
  state_at INTEGER NOT NULL DEFAULT 0,
  note TEXT,
  -- What opens an expected divergence again: a time, another shadow version, a share of the exchanges.
  expected_until INTEGER,
  expected_version TEXT,
  expected_rate REAL
) STRICT;

CREATE INDEX divergences_by_endpoint ON divergences (endpoint_id);

CREATE TABLE divergence_runs (
  divergence_key INTEGER NOT NULL REFERENCES divergences (key),
  run_id INTEGER NOT NULL REFERENCES runs (id),
  source TEXT NOT NULL,
  differences INTEGER NOT NULL,
  exchanges INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  -- Of the newest exchange.
  primary_value TEXT,
  shadow_value TEXT,
  PRIMARY KEY (divergence_key, run_id, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE differences (
  exchange_key INTEGER NOT NULL REFERENCES exchanges (key) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  divergence_key INTEGER NOT NULL REFERENCES divergences (key),
  severity INTEGER NOT NULL,
  -- NULL where it is the divergence's.
  location TEXT,
  primary_value TEXT,
  shadow_value TEXT,
  PRIMARY KEY (exchange_key, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX differences_by_divergence ON differences (divergence_key, exchange_key);

CREATE TABLE endpoint_runs (
  endpoint_id INTEGER NOT NULL REFERENCES endpoints (id),
  run_id INTEGER NOT NULL REFERENCES runs (id),
  source TEXT NOT NULL,
  match INTEGER NOT NULL,
  divergent INTEGER NOT NULL,
  incomparable INTEGER NOT NULL,
  unmirrored INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  -- Histograms: see latency-sketch.ts.
  primary_latency BLOB NOT NULL,
  shadow_latency BLOB NOT NULL,
  PRIMARY KEY (endpoint_id, run_id, source)
) STRICT, WITHOUT ROWID;

-- Why exchanges were incomparable or unmirrored.
CREATE TABLE endpoint_reasons (
  endpoint_id INTEGER NOT NULL REFERENCES endpoints (id),
  run_id INTEGER NOT NULL REFERENCES runs (id),
  source TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  exchanges INTEGER NOT NULL,
  PRIMARY KEY (endpoint_id, run_id, source, outcome, reason)
) STRICT, WITHOUT ROWID;

-- The same as endpoint_runs by minute.
CREATE TABLE rollups (
  endpoint_id INTEGER NOT NULL REFERENCES endpoints (id),
  minute INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  source TEXT NOT NULL,
  match INTEGER NOT NULL,
  divergent INTEGER NOT NULL,
  incomparable INTEGER NOT NULL,
  unmirrored INTEGER NOT NULL,
  primary_latency BLOB NOT NULL,
  shadow_latency BLOB NOT NULL,
  PRIMARY KEY (endpoint_id, minute, run_id, source)
) STRICT, WITHOUT ROWID;

-- The same as endpoint_hours by day, for long windows. Days that are over are added up from their hours, an endpoint
-- at a time and after the fact: so are those of a database from before, because histograms cannot be added in SQL.
CREATE TABLE endpoint_days (
  endpoint_id INTEGER NOT NULL REFERENCES endpoints (id),
  day INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  source TEXT NOT NULL,
  match INTEGER NOT NULL,
  divergent INTEGER NOT NULL,
  incomparable INTEGER NOT NULL,
  unmirrored INTEGER NOT NULL,
  primary_latency BLOB NOT NULL,
  shadow_latency BLOB NOT NULL,
  ratios BLOB NOT NULL,
  PRIMARY KEY (endpoint_id, day, run_id, source)
) STRICT, WITHOUT ROWID;

-- Of the days before this one, endpoint_days says what endpoint_hours says.
ALTER TABLE endpoints ADD COLUMN days_before INTEGER NOT NULL DEFAULT 0;
CREATE INDEX endpoints_by_days ON endpoints (days_before) WHERE heir_id IS NULL;

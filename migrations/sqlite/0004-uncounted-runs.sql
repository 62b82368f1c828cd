-- Runs from before the proxies' books were kept: how many of their requests were lost or not mirrored is not known,
-- and no verdict may take that for none. A run that goes on keeps the mark.
INSERT INTO run_books (run_id, totals)
SELECT id, '{"uncounted":1}' FROM runs
WHERE id NOT IN (SELECT run_id FROM run_books)
  AND id IN (SELECT run_id FROM endpoint_runs WHERE source = 'live');

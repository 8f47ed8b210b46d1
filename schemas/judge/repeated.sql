-- Marks what stands there twice with all that it says, in the time of the readings since `batch`. Its place in the
-- sequence alone does not tell: a resumed session counts from 1 again.
SET VARIABLE first = (SELECT min(time) FROM events WHERE batch >= getvariable('batch'));
SET VARIABLE last = (SELECT max(time) FROM events WHERE batch >= getvariable('batch'));
UPDATE events SET repeated = true
WHERE rowid IN (
  SELECT rowid
  FROM (
    SELECT
      rowid,
      row_number() OVER (
        PARTITION BY
          time, sequence, session, name, prompt, subject, call, success, duration_ms, cost, input_tokens, output_tokens,
          cache_read_tokens, cache_creation_tokens
        ORDER BY rowid
      ) AS place
    FROM events
    SEMI JOIN (
      SELECT time, sequence
      FROM events
      WHERE sequence IS NOT NULL AND time BETWEEN getvariable('first') AND getvariable('last')
      GROUP BY time, sequence
      HAVING count(*) > 1
    ) USING (time, sequence)
  )
  WHERE place > 1
);

-- One line of JSON: what has been read already, in how many readings, and whether something of it was read before its line had an end.
SELECT
  to_json(
    {
      files: (SELECT coalesce(list({id: id, identity: identity, consumed: consumed} ORDER BY id), []) FROM files),
      batch: (SELECT coalesce(max(batch), 0) FROM events),
      open: EXISTS (SELECT 1 FROM events WHERE file < 0)
    }
  );

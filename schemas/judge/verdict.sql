-- Waits for the word that what was read of a log may be kept. Who feeds `verdict` ends this process else.
SET VARIABLE verdict = (
  SELECT any_value(whole)
  FROM read_json(getvariable('verdict'), format = 'newline_delimited', records = true, columns = {whole: 'BOOLEAN'})
);

-- Reads lines from `sources`, each an OTLP export request as JSON, into `events`, as a part of `file` and of `batch`.
--
-- Values come in whatever arm of OTLP's AnyValue the sender took, so each is read as text and cast later; what can't be
-- cast is null. Of an attribute that stands there twice the first counts. A line that is no JSON is passed over.
INSERT INTO events
WITH requests AS (
  SELECT unnest(resourceLogs) AS r
  FROM read_json(
    getvariable('sources'),
    format = 'newline_delimited',
    -- Said though it is so by itself: else DuckDB looks through the first 20,480 lines to find it out, which takes as long
    -- as reading them, and keeps what a pipe gave it until then in memory.
    records = true,
    ignore_errors = true,
    maximum_object_size = getvariable('longest_line'),
    columns = {
      resourceLogs: 'STRUCT(
        resource STRUCT(attributes STRUCT("key" VARCHAR, "value" STRUCT(stringValue VARCHAR))[]),
        scopeLogs STRUCT(
          logRecords STRUCT(
            timeUnixNano VARCHAR,
            observedTimeUnixNano VARCHAR,
            eventName VARCHAR,
            body STRUCT(stringValue VARCHAR),
            attributes STRUCT(
              "key" VARCHAR,
              "value" STRUCT(stringValue VARCHAR, intValue VARCHAR, doubleValue VARCHAR, boolValue VARCHAR)
            )[]
          )[]
        )[]
      )[]'
    }
  )
),
scopes AS (
  SELECT
    list_filter(r.resource.attributes, lambda a: a."key" = 'service.name')[1]."value".stringValue AS service,
    unnest(r.scopeLogs) AS s
  FROM requests
),
records AS (
  SELECT service, unnest(s.logRecords) AS record FROM scopes
),
attributes AS (
  SELECT
    service,
    record,
    list_transform(record.attributes, lambda a: a."key") AS keys,
    list_transform(
      record.attributes,
      lambda a: coalesce(
        a."value".stringValue, a."value".intValue, a."value".doubleValue, a."value".boolValue
      )
    ) AS vals
  FROM records
),
named AS (
  -- The name stands in an attribute, in the record, or in its body, with or without its prefix.
  SELECT
    *,
    coalesce(
      vals[list_position(keys, 'event.name')],
      nullif(record.eventName, ''),
      CASE WHEN starts_with(record.body.stringValue, 'claude_code.') THEN record.body.stringValue END
    ) AS given_name
  FROM attributes
)
SELECT
  getvariable('file'),
  getvariable('batch'),
  false,
  -- A time of 0 is none.
  coalesce(
    nullif(TRY_CAST(record.timeUnixNano AS BIGINT), 0),
    TRY(epoch_ns(TRY_CAST(vals[list_position(keys, 'event.timestamp')] AS TIMESTAMPTZ))),
    nullif(TRY_CAST(record.observedTimeUnixNano AS BIGINT), 0)
  ),
  TRY_CAST(vals[list_position(keys, 'event.sequence')] AS BIGINT),
  vals[list_position(keys, 'session.id')],
  replace(given_name, 'claude_code.', ''),
  vals[list_position(keys, 'prompt.id')],
  coalesce(
    vals[list_position(keys, 'tool_name')],
    vals[list_position(keys, 'model')],
    vals[list_position(keys, 'skill.name')]
  ),
  coalesce(vals[list_position(keys, 'tool_use_id')], vals[list_position(keys, 'request_id')]),
  lower(vals[list_position(keys, 'success')]) IN ('true', '1'),
  TRY_CAST(vals[list_position(keys, 'duration_ms')] AS DOUBLE),
  coalesce(
    TRY_CAST(vals[list_position(keys, 'cost_usd')] AS DECIMAL(18, 9)),
    CAST(TRY_CAST(vals[list_position(keys, 'cost_usd_micros')] AS BIGINT) / 1000000 AS DECIMAL(18, 9))
  ),
  greatest(TRY_CAST(vals[list_position(keys, 'input_tokens')] AS BIGINT), 0),
  greatest(TRY_CAST(vals[list_position(keys, 'output_tokens')] AS BIGINT), 0),
  greatest(TRY_CAST(vals[list_position(keys, 'cache_read_tokens')] AS BIGINT), 0),
  greatest(TRY_CAST(vals[list_position(keys, 'cache_creation_tokens')] AS BIGINT), 0)
FROM named
WHERE given_name IS NOT NULL AND (service IS NULL OR service = 'claude-code' OR starts_with(given_name, 'claude_code.'));

-- Scores windows of time. `windows` is a JSON array of {id, agent, start, stop}: the agent's own session, or null where
-- it is not known, and nanoseconds since 1970, both ends included. Gives one row per window, whether anything happened
-- in it or not. docs/performance-scoring.md explains the formulas.
CREATE TEMP TABLE windows AS
SELECT
  unnest(
    from_json(getvariable('windows'), '[{"id": "INTEGER", "agent": "VARCHAR", "start": "BIGINT", "stop": "BIGINT"}]'),
    recursive := true
  );

CREATE TEMP VIEW worn AS
SELECT windows.id, windows.start, windows.stop, events.* EXCLUDE (file, repeated)
FROM events
JOIN windows
  ON events.time BETWEEN windows.start AND windows.stop
  AND (windows.agent IS NULL OR events.session = windows.agent)
WHERE NOT events.repeated;

CREATE TEMP TABLE totals AS
SELECT
  windows.id,
  (windows.stop - windows.start) / 60e9 AS minutes,
  count(worn.name) AS events,
  count(*) FILTER (worn.name = 'user_prompt') AS prompts,
  count(*) FILTER (worn.name = 'tool_result') AS tools,
  count(*) FILTER (worn.name = 'tool_result' AND worn.success) AS tools_ok,
  count(*) FILTER (worn.name = 'api_request') AS requests,
  count(*) FILTER (worn.name = 'api_error') AS errors,
  coalesce(sum(worn.cost) FILTER (worn.name = 'api_request'), 0) AS cost,
  coalesce(sum(worn.input_tokens) FILTER (worn.name = 'api_request'), 0) AS input_tokens,
  coalesce(sum(worn.output_tokens) FILTER (worn.name = 'api_request'), 0) AS output_tokens,
  coalesce(sum(worn.cache_read_tokens) FILTER (worn.name = 'api_request'), 0) AS cache_read_tokens,
  coalesce(sum(worn.cache_creation_tokens) FILTER (worn.name = 'api_request'), 0) AS cache_creation_tokens,
  count(DISTINCT worn.session) AS agent_sessions
FROM windows LEFT JOIN worn USING (id)
GROUP BY windows.id, windows.start, windows.stop;

-- Minutes, prompts and tools count at least 1 where something is divided by them.
CREATE TEMP TABLE dimensions AS
SELECT
  id,
  10.0::DOUBLE * tools_ok / greatest(tools, 1) AS quality,
  least(10.0::DOUBLE, 2.0::DOUBLE * tools / greatest(prompts, 1)) AS autonomy,
  least(10.0::DOUBLE, 10.0::DOUBLE * tools_ok / greatest(minutes, 1)) AS productivity,
  coalesce(
    10.0::DOUBLE * cache_read_tokens / nullif(cache_read_tokens + input_tokens + cache_creation_tokens, 0), 0
  ) AS token_efficiency,
  greatest(0.0::DOUBLE, least(10.0::DOUBLE, 10 - 100 * cost::DOUBLE / greatest(tools_ok, 1))) AS cost_efficiency
FROM totals;

-- Rounded at the ninth place, so that sums of binary fractions meet the boundaries that they should meet.
CREATE TEMP TABLE scores AS
SELECT
  *,
  round(
    0.30 * quality + 0.25 * autonomy + 0.20 * productivity + 0.15 * token_efficiency + 0.10 * cost_efficiency, 9
  ) AS composite,
  round(composite, 1) AS rounded,
  CASE WHEN rounded >= 7 THEN 'keep' WHEN rounded >= 4 THEN 'review' ELSE 'doff' END AS recommendation,
  CASE WHEN composite >= 9 THEN 'e' WHEN composite >= 7 THEN '*' WHEN composite >= 4 THEN '+' ELSE '-' END AS symbol
FROM dimensions;

// Generated from schemas/judge by `swift run masque-dev generate`. Do not edit.

/// The statements of `schemas/judge`, carried by the programs.
enum JudgeSQL {
  static let answer = #"""
    -- One line of JSON: what every window scored.
    SELECT
      to_json(
        list(
          {
            id: id,
            events: events,
            minutes: minutes,
            prompts: prompts,
            tools: tools,
            tools_ok: tools_ok,
            requests: requests,
            errors: errors,
            cost_micros: least(round(cost * 1000000), 9000000000000000000)::BIGINT,
            input_tokens: least(input_tokens, 9000000000000000000)::BIGINT,
            output_tokens: least(output_tokens, 9000000000000000000)::BIGINT,
            cache_read_tokens: least(cache_read_tokens, 9000000000000000000)::BIGINT,
            cache_creation_tokens: least(cache_creation_tokens, 9000000000000000000)::BIGINT,
            agent_sessions: agent_sessions,
            quality: quality,
            autonomy: autonomy,
            productivity: productivity,
            token_efficiency: token_efficiency,
            cost_efficiency: cost_efficiency,
            composite: composite,
            rounded: rounded,
            recommendation: recommendation,
            symbol: symbol
          }
          ORDER BY id
        )
      )
    FROM totals JOIN scores USING (id);

    """#
  static let details = #"""
    -- Three lines of JSON about the window 0: its tools, its skills, and its course in 40 parts of equal length, those without
    -- events left out.
    SELECT to_json(coalesce(list(row ORDER BY row.calls DESC, row.tool), []))
    FROM (
      SELECT
        {
          tool: coalesce(subject, '(unknown)'),
          calls: count(*),
          ok: count(*) FILTER (success),
          mean_ms: coalesce(avg(duration_ms), 0)::DOUBLE
        } AS row
      FROM worn
      WHERE id = 0 AND name = 'tool_result'
      GROUP BY subject
    );

    -- What was done under a skill: the tools of the prompts in which it was activated.
    SELECT to_json(coalesce(list(row ORDER BY row.skill), []))
    FROM (
      SELECT {skill: skill, activations: activations, tools: tools, ok: ok} AS row
      FROM (
        SELECT skill, activations, count(tool.name) AS tools, count(*) FILTER (tool.success) AS ok
        FROM (
          SELECT subject AS skill, count(*) AS activations, list(DISTINCT prompt) FILTER (prompt IS NOT NULL) AS prompts
          FROM worn
          WHERE id = 0 AND name = 'skill_activated' AND subject IS NOT NULL
          GROUP BY subject
        ) AS activated
        LEFT JOIN worn AS tool ON tool.id = 0 AND tool.name = 'tool_result' AND list_contains(prompts, tool.prompt)
        GROUP BY skill, activations
      )
    );

    SELECT to_json(coalesce(list(row ORDER BY row.part), []))
    FROM (
      SELECT
        {
          part: part,
          tools_ok: count(*) FILTER (name = 'tool_result' AND success),
          tools_failed: count(*) FILTER (name = 'tool_result' AND NOT coalesce(success, false)),
          prompts: count(*) FILTER (name = 'user_prompt'),
          errors: count(*) FILTER (name = 'api_error'),
          cost: coalesce(sum(cost) FILTER (name = 'api_request'), 0)::DOUBLE
        } AS row
      FROM (
        SELECT name, success, cost, least(39, floor((time - start) / greatest(stop - start, 1) * 40))::INTEGER AS part
        FROM worn
        WHERE id = 0
      )
      GROUP BY part
    );

    """#
  static let ingest = #"""
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

    """#
  static let known = #"""
    -- One line of JSON: what has been read already, in how many readings, and whether something of it was read before its line had an end.
    SELECT
      to_json(
        {
          files: (SELECT coalesce(list({id: id, identity: identity, consumed: consumed} ORDER BY id), []) FROM files),
          batch: (SELECT coalesce(max(batch), 0) FROM events),
          open: EXISTS (SELECT 1 FROM events WHERE file < 0)
        }
      );

    """#
  static let repeated = #"""
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

    """#
  static let sandbox = #"""
    -- What the scorer may touch: the folder of the telemetry, and as much memory as it is given.
    SET threads = getvariable('threads');
    SET memory_limit = getvariable('memory');
    SET preserve_insertion_order = false;
    -- What is no longer needed is given back at once: a limit says nothing of it.
    SET allocator_flush_threshold = '1MiB';
    SET enable_progress_bar = false;
    SET autoinstall_known_extensions = false;
    SET autoload_known_extensions = false;
    SET allowed_directories = [getvariable('folder')];
    SET enable_external_access = false;
    SET lock_configuration = true;

    """#
  static let score = #"""
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

    """#
  static let tables = #"""
    -- What is kept of the telemetry: one row per event of an agent, with what scoring needs of it and nothing else. No prompt,
    -- no input and no output of a tool is ever in here.
    CREATE TABLE IF NOT EXISTS files (
      id INTEGER PRIMARY KEY,
      -- Which file it is: what its system says, and a hash of how it begins.
      identity VARCHAR NOT NULL,
      -- How many of its bytes have been read.
      consumed BIGINT NOT NULL
    );

    CREATE TABLE IF NOT EXISTS events (
      -- The file that it came from; negative while its line has no end yet.
      file INTEGER NOT NULL,
      -- The reading that brought it.
      batch INTEGER NOT NULL,
      -- Whether it stands there a second time, because a sender that got no answer sent again.
      repeated BOOLEAN NOT NULL,
      -- When it happened, in nanoseconds since 1970.
      time BIGINT,
      -- Its place in what one process of the agent has told. It begins anew when a session is resumed.
      sequence BIGINT,
      -- The agent's own session.
      session VARCHAR,
      -- The name, without `claude_code.`.
      name VARCHAR NOT NULL,
      prompt VARCHAR,
      -- The tool of a result, the model of a request, or the skill that was activated.
      subject VARCHAR,
      -- What tells two calls apart.
      call VARCHAR,
      success BOOLEAN,
      duration_ms DOUBLE,
      cost DECIMAL(18, 9),
      input_tokens BIGINT,
      output_tokens BIGINT,
      cache_read_tokens BIGINT,
      cache_creation_tokens BIGINT
    );

    """#
  static let verdict = #"""
    -- Waits for the word that what was read of a log may be kept. Who feeds `verdict` ends this process else.
    SET VARIABLE verdict = (
      SELECT any_value(whole)
      FROM read_json(getvariable('verdict'), format = 'newline_delimited', records = true, columns = {whole: 'BOOLEAN'})
    );

    """#
}

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

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

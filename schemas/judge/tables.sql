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

-- Copies of telemetry for analytics: names and figures of an allow-list, no text that anybody has written.
-- The window makes a block that is sent twice count once: a sender that has lost an answer asks again.

CREATE TABLE IF NOT EXISTS telemetry_logs
(
    timestamp DateTime64(3, 'UTC'),
    event LowCardinality(String),
    service LowCardinality(String),
    agent_session String,
    sequence UInt64,
    severity UInt8,
    trace_id String,
    span_id String,
    attributes Map(LowCardinality(String), String),
    INDEX by_session agent_session TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_attribute mapValues(attributes) TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (event, timestamp)
TTL toDateTime(timestamp) + INTERVAL 90 DAY DELETE
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS telemetry_metrics
(
    timestamp DateTime64(3, 'UTC'),
    metric LowCardinality(String),
    unit LowCardinality(String),
    service LowCardinality(String),
    agent_session String,
    value Float64,
    attributes Map(LowCardinality(String), String),
    INDEX by_session agent_session TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (metric, timestamp)
TTL toDateTime(timestamp) + INTERVAL 90 DAY DELETE
SETTINGS non_replicated_deduplication_window = 10000;

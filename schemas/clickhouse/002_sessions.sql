-- Who there is, and each wearing of a masque. An identity is an operator, an author or a library without an owner; its
-- key derives from its kind and name.

CREATE TABLE IF NOT EXISTS identities
(
    identity_id UUID,
    kind LowCardinality(String),
    name String,
    seen_at DateTime64(3, 'UTC'),
    INDEX by_name name TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(seen_at)
ORDER BY identity_id
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS masque_sessions
(
    session_id UUID,
    agent_session String,
    masque LowCardinality(String),
    masque_version LowCardinality(String),
    ring LowCardinality(String),
    payer_id UUID,
    payee_id UUID,
    donned_at DateTime64(3, 'UTC'),
    doffed_at DateTime64(3, 'UTC'),
    end_reason LowCardinality(String),
    held Decimal128(18),
    price Decimal128(18),
    paid Nullable(Decimal128(18)),
    fee Nullable(Decimal128(18)),
    has_usage Bool,
    tool_calls UInt64,
    model_requests UInt64,
    input_tokens UInt64,
    output_tokens UInt64,
    cache_read_tokens UInt64,
    cache_creation_tokens UInt64,
    model_cost Decimal128(18),
    composite Nullable(Float64),
    recommendation LowCardinality(String),
    dimensions Map(LowCardinality(String), Float64),
    refused_intents UInt32,
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_payer payer_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(doffed_at)
PARTITION BY toYYYYMM(donned_at)
ORDER BY (masque, donned_at, session_id)
TTL toDateTime(donned_at) + INTERVAL 2 YEAR DELETE
SETTINGS non_replicated_deduplication_window = 10000;

-- One row for each request to a model that was made while a masque was worn. The price is the request's share of the
-- session's price: what its tokens cost.

CREATE TABLE IF NOT EXISTS api_requests
(
    request_id UUID,
    session_id UUID,
    agent_session String,
    masque LowCardinality(String),
    payer_id UUID,
    payee_id UUID,
    model LowCardinality(String),
    requested_at DateTime64(3, 'UTC'),
    input_tokens UInt64,
    output_tokens UInt64,
    cache_read_tokens UInt64,
    cache_creation_tokens UInt64,
    bytes UInt64,
    duration_ms UInt64,
    model_cost Decimal128(18),
    price Decimal128(18),
    payment_status LowCardinality(String),
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_payer payer_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(requested_at)
ORDER BY (requested_at, request_id)
TTL toDateTime(requested_at) + INTERVAL 1 YEAR DELETE
SETTINGS non_replicated_deduplication_window = 10000;

-- Copies of the ledger's movements. The ledger itself is the source of truth; amounts are US dollars to 18 places.

CREATE TABLE IF NOT EXISTS accounts
(
    account_id UUID,
    identity_id UUID,
    kind LowCardinality(String),
    debits_pending Decimal128(18),
    debits_posted Decimal128(18),
    credits_pending Decimal128(18),
    credits_posted Decimal128(18),
    balance Decimal128(18) MATERIALIZED credits_posted - debits_posted,
    snapshot_at DateTime64(3, 'UTC'),
    INDEX by_identity identity_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(snapshot_at)
ORDER BY account_id
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS transactions
(
    transaction_id UUID,
    session_id UUID,
    payer_id UUID,
    payee_id UUID,
    amount Decimal128(18),
    state Enum8('pending' = 1, 'posted' = 2, 'voided' = 3),
    resource String,
    attributes Map(LowCardinality(String), String),
    trace_id String,
    span_id String,
    created_at DateTime64(3, 'UTC'),
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_payer payer_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_payee payee_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(created_at)
PARTITION BY toYYYYMM(created_at)
ORDER BY (created_at, transaction_id)
TTL toDateTime(created_at) + INTERVAL 7 YEAR DELETE
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS settlements
(
    settlement_id UUID,
    session_id UUID,
    payer_id UUID,
    payee_id UUID,
    masque LowCardinality(String),
    gross Decimal128(18),
    fee Decimal128(18),
    net Decimal128(18) MATERIALIZED gross - fee,
    state LowCardinality(String),
    settled_at DateTime64(3, 'UTC'),
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_payee payee_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(settled_at)
PARTITION BY toYYYYMM(settled_at)
ORDER BY (settled_at, settlement_id)
TTL toDateTime(settled_at) + INTERVAL 7 YEAR DELETE
SETTINGS non_replicated_deduplication_window = 10000;

// Generated from schemas/clickhouse by `swift run masque-dev generate`. Do not edit.

/// The files of `schemas/clickhouse`, carried by the program.
enum EmbeddedMigrations {
  static let all: [(name: String, sql: String)] = [
    (
      "001_telemetry",
      ##"""
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
      """##
    ),
    (
      "002_sessions",
      ##"""
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
      """##
    ),
    (
      "003_ledger",
      ##"""
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
      """##
    ),
    (
      "004_metering",
      ##"""
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
      """##
    ),
    (
      "005_reputation",
      ##"""
        -- What the end of each wearing says about who wore the masque. score_delta is between -1 and 1, confidence between 0
        -- and 1:
        --   task_quality      (composite - 5) / 5; confidence 1, or 0 where nothing was scored.
        --   economic          1 paid in full, 0 capped by the hold, -1 expired; confidence 1, 0.25 where nothing was to be
        --                     paid, 0 where the ledger has not answered yet.
        --   identity_hygiene  1 without a refused intent, else -min(1, refused / 5); confidence 1.

        CREATE TABLE IF NOT EXISTS reputation_events
        (
            event_id UUID,
            identity_id UUID,
            session_id UUID,
            masque LowCardinality(String),
            category Enum8('task_quality' = 1, 'economic' = 2, 'identity_hygiene' = 3),
            score_delta Float64,
            confidence Float64,
            occurred_at DateTime64(3, 'UTC'),
            INDEX by_identity identity_id TYPE bloom_filter(0.01) GRANULARITY 1
        )
        ENGINE = ReplacingMergeTree
        PARTITION BY toYYYYMM(occurred_at)
        ORDER BY (identity_id, occurred_at, event_id)
        TTL toDateTime(occurred_at) + INTERVAL 3 YEAR DELETE
        SETTINGS non_replicated_deduplication_window = 10000;

        CREATE TABLE IF NOT EXISTS reputation_scores
        (
            identity_id UUID,
            task_quality Float64,
            economic Float64,
            identity_hygiene Float64,
            score Float64,
            events UInt64,
            confidence Float64,
            computed_at DateTime64(3, 'UTC')
        )
        ENGINE = ReplacingMergeTree(computed_at)
        ORDER BY identity_id;

        -- A view that is refreshed as a whole, since one that only adds could not forget what is older than 90 days.
        -- Each category is 50 plus 50 times the mean of its events, weighted by their confidence: 0 to 100, 50 without any.
        -- score = 40 % task quality + 35 % economic + 25 % identity hygiene; confidence = min(1, events / 100).
        CREATE MATERIALIZED VIEW IF NOT EXISTS reputation_scores_view
        REFRESH EVERY 5 MINUTE TO reputation_scores AS
        WITH categories AS
        (
            SELECT
                identity_id,
                50 + 50 * if(sumIf(confidence, category = 'task_quality') > 0,
                    sumIf(score_delta * confidence, category = 'task_quality')
                        / sumIf(confidence, category = 'task_quality'), 0) AS task_quality,
                50 + 50 * if(sumIf(confidence, category = 'economic') > 0,
                    sumIf(score_delta * confidence, category = 'economic')
                        / sumIf(confidence, category = 'economic'), 0) AS economic,
                50 + 50 * if(sumIf(confidence, category = 'identity_hygiene') > 0,
                    sumIf(score_delta * confidence, category = 'identity_hygiene')
                        / sumIf(confidence, category = 'identity_hygiene'), 0) AS identity_hygiene,
                count() AS events
            FROM reputation_events FINAL
            WHERE occurred_at >= now() - INTERVAL 90 DAY
            GROUP BY identity_id
        )
        SELECT
            identity_id,
            task_quality,
            economic,
            identity_hygiene,
            0.4 * task_quality + 0.35 * economic + 0.25 * identity_hygiene AS score,
            events,
            least(1., events / 100) AS confidence,
            now64(3) AS computed_at
        FROM categories;
      """##
    ),
  ]
}

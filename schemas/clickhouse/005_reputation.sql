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

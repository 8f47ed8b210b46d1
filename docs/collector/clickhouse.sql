-- The Collector's ClickHouse exporter writes tables of its own, which have to be there first. These views fill the tables of
-- schemas/clickhouse from them: the same columns, so that whatever reads ours reads what a Collector sent as well.

CREATE MATERIALIZED VIEW IF NOT EXISTS collector_logs TO telemetry_logs AS
SELECT
    Timestamp AS timestamp,
    replaceOne(LogAttributes['event.name'], 'claude_code.', '') AS event,
    ServiceName AS service,
    LogAttributes['session.id'] AS agent_session,
    toUInt64OrZero(LogAttributes['event.sequence']) AS sequence,
    SeverityNumber AS severity,
    TraceId AS trace_id,
    SpanId AS span_id,
    mapFilter((k, v) -> k NOT IN ('event.name', 'event.sequence', 'session.id'), LogAttributes) AS attributes
FROM otel_logs;

CREATE MATERIALIZED VIEW IF NOT EXISTS collector_sums TO telemetry_metrics AS
SELECT
    TimeUnix AS timestamp,
    MetricName AS metric,
    MetricUnit AS unit,
    ServiceName AS service,
    Attributes['session.id'] AS agent_session,
    Value AS value,
    mapFilter((k, v) -> k != 'session.id', Attributes) AS attributes
FROM otel_metrics_sum;

CREATE MATERIALIZED VIEW IF NOT EXISTS collector_gauges TO telemetry_metrics AS
SELECT
    TimeUnix AS timestamp,
    MetricName AS metric,
    MetricUnit AS unit,
    ServiceName AS service,
    Attributes['session.id'] AS agent_session,
    Value AS value,
    mapFilter((k, v) -> k != 'session.id', Attributes) AS attributes
FROM otel_metrics_gauge;

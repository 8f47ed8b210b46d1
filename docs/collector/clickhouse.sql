-- What the Collector's ClickHouse exporter inserts into, in the database of schemas/clickhouse, after `masque analytics migrate`.
-- These tables have the exporter's columns and keep nothing; the views fill ours from what passes, with the same columns, so
-- that whatever reads ours reads what a Collector sent as well. Where the exporter's own tables are there already, they
-- stay as they are.

CREATE TABLE IF NOT EXISTS otel_logs
(
    Timestamp DateTime64(9),
    TraceId String,
    SpanId String,
    TraceFlags UInt8,
    SeverityText LowCardinality(String),
    SeverityNumber UInt8,
    ServiceName LowCardinality(String),
    Body String,
    ResourceSchemaUrl LowCardinality(String),
    ResourceAttributes Map(LowCardinality(String), String),
    ScopeSchemaUrl LowCardinality(String),
    ScopeName String,
    ScopeVersion LowCardinality(String),
    ScopeAttributes Map(LowCardinality(String), String),
    LogAttributes Map(LowCardinality(String), String)
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS otel_metrics_sum
(
    ResourceAttributes Map(LowCardinality(String), String),
    ResourceSchemaUrl String,
    ScopeName String,
    ScopeVersion String,
    ScopeAttributes Map(LowCardinality(String), String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl String,
    ServiceName LowCardinality(String),
    MetricName String,
    MetricDescription String,
    MetricUnit String,
    Attributes Map(LowCardinality(String), String),
    StartTimeUnix DateTime64(9),
    TimeUnix DateTime64(9),
    Value Float64,
    Flags UInt32,
    Exemplars Nested
    (
        FilteredAttributes Map(LowCardinality(String), String),
        TimeUnix DateTime64(9),
        Value Float64,
        SpanId String,
        TraceId String
    ),
    AggregationTemporality Int32,
    IsMonotonic Bool
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS otel_metrics_gauge
(
    ResourceAttributes Map(LowCardinality(String), String),
    ResourceSchemaUrl String,
    ScopeName String,
    ScopeVersion String,
    ScopeAttributes Map(LowCardinality(String), String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl String,
    ServiceName LowCardinality(String),
    MetricName String,
    MetricDescription String,
    MetricUnit String,
    Attributes Map(LowCardinality(String), String),
    StartTimeUnix DateTime64(9),
    TimeUnix DateTime64(9),
    Value Float64,
    Flags UInt32,
    Exemplars Nested
    (
        FilteredAttributes Map(LowCardinality(String), String),
        TimeUnix DateTime64(9),
        Value Float64,
        SpanId String,
        TraceId String
    )
)
ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS collector_logs TO telemetry_logs AS
SELECT
    Timestamp AS timestamp,
    if(startsWith(LogAttributes['event.name'], 'claude_code.'),
       substring(LogAttributes['event.name'], 13), LogAttributes['event.name']) AS event,
    ServiceName AS service,
    LogAttributes['session.id'] AS agent_session,
    toUInt64OrZero(LogAttributes['event.sequence']) AS sequence,
    SeverityNumber AS severity,
    TraceId AS trace_id,
    SpanId AS span_id,
    mapFilter((k, v) -> k NOT IN ('event.name', 'event.sequence', 'session.id'), LogAttributes) AS attributes
FROM otel_logs;

-- A point without a value has the lowest flag.
CREATE MATERIALIZED VIEW IF NOT EXISTS collector_sums TO telemetry_metrics AS
SELECT
    TimeUnix AS timestamp,
    MetricName AS metric,
    MetricUnit AS unit,
    ServiceName AS service,
    Attributes['session.id'] AS agent_session,
    Value AS value,
    mapFilter((k, v) -> k != 'session.id', Attributes) AS attributes
FROM otel_metrics_sum
WHERE isFinite(Value) AND bitAnd(Flags, 1) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS collector_gauges TO telemetry_metrics AS
SELECT
    TimeUnix AS timestamp,
    MetricName AS metric,
    MetricUnit AS unit,
    ServiceName AS service,
    Attributes['session.id'] AS agent_session,
    Value AS value,
    mapFilter((k, v) -> k != 'session.id', Attributes) AS attributes
FROM otel_metrics_gauge
WHERE isFinite(Value) AND bitAnd(Flags, 1) = 0;

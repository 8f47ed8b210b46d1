"""Telemetry as the official SDK makes it, and what the files must hold of it, told by the official messages."""

import base64
import time

from google.protobuf import json_format
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

REQUESTS = {
    "logs": ExportLogsServiceRequest,
    "metrics": ExportMetricsServiceRequest,
    "traces": ExportTraceServiceRequest,
}
IDENTIFIERS = {"traceId", "spanId", "parentSpanId"}
RESOURCE = Resource.create({"service.name": "claude-code", "service.version": "2.0.0"})
SCOPE = InstrumentationScope("com.anthropic.claude_code.events", "2.0.0")


def log(attributes, body="claude_code.tool_result", when=None):
    now = when or time.time_ns()
    return ReadableLogRecord(
        log_record=LogRecord(
            timestamp=now,
            observed_timestamp=now,
            severity_number=SeverityNumber.INFO,
            body=body,
            attributes=attributes,
        ),
        resource=RESOURCE,
        instrumentation_scope=SCOPE,
    )


def logs_request(records):
    """The bytes of a request with (attributes, …) records."""
    return encode_logs(records).SerializeToString()


def as_file_has_it(message):
    """A message in the shape of a telemetry file: Protobuf's JSON, but for identifiers and enumerations."""
    shape = json_format.MessageToDict(message, use_integers_for_enums=True, preserving_proto_field_name=False)

    def identifiers(value):
        if isinstance(value, dict):
            return {
                key: base64.b64decode(inner).hex() if key in IDENTIFIERS else identifiers(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [identifiers(item) for item in value]
        return value

    return identifiers(shape)

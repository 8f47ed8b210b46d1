"""What clients send is what the files hold: the official SDK, and requests of every form that OTLP allows."""

import gzip
import http.client
import json
import random

import pytest

from google.rpc.status_pb2 import Status
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs.export import LogRecordExportResult
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

import otlp

COMPRESSIONS = [Compression.NoCompression, Compression.Gzip]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_sdk_logs(audience, compression):
    records = [
        otlp.log({"event.name": "tool_result", "success": "true", "n": n, "ratio": n / 7, "ok": n % 2 == 0,
                  "list": ["a", "b"], "bytes": b"\x00\xff", "text": 'quoted " \\ \n é 😀 \x01'})
        for n in range(100)
    ]
    exporter = OTLPLogExporter(endpoint=audience.url("logs"), compression=compression)
    assert exporter.export(records) is LogRecordExportResult.SUCCESS
    message = otlp.REQUESTS["logs"].FromString(otlp.logs_request(records))
    assert audience.lines("logs") == [otlp.as_file_has_it(message)]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_sdk_metrics(audience, compression, monkeypatch):
    exporter = OTLPMetricExporter(endpoint=audience.url("metrics"), compression=compression)
    sent = capture(monkeypatch, exporter)
    views = [View(instrument_name="exponential", aggregation=ExponentialBucketHistogramAggregation())]
    provider = MeterProvider([PeriodicExportingMetricReader(exporter)], resource=otlp.RESOURCE, views=views)
    meter = provider.get_meter("claude_code", "2.0.0")
    meter.create_counter("claude_code.token.usage", "tokens").add(1234, {"type": "input"})
    meter.create_up_down_counter("down").add(-3)
    meter.create_gauge("gauge").set(0.25)
    for name in ("histogram", "exponential"):
        histogram = meter.create_histogram(name, "s")
        for value in (0.001, 0.5, 3, 70000, 0):
            histogram.record(value)
    provider.force_flush()
    provider.shutdown()
    assert sent
    messages = [otlp.REQUESTS["metrics"].FromString(body) for body in sent]
    assert audience.lines("metrics") == [otlp.as_file_has_it(message) for message in messages]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_sdk_traces(audience, compression, monkeypatch):
    exporter = OTLPSpanExporter(endpoint=audience.url("traces"), compression=compression)
    sent = capture(monkeypatch, exporter)
    provider = TracerProvider(resource=otlp.RESOURCE)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("claude_code")
    with tracer.start_as_current_span("outer", attributes={"n": 1}) as outer:
        outer.add_event("event", {"k": "v"})
        with tracer.start_as_current_span("inner", links=[trace.Link(outer.get_span_context(), {"why": "test"})]) as inner:
            inner.set_status(trace.Status(trace.StatusCode.ERROR, "broke"))
    provider.shutdown()
    assert sent
    messages = [otlp.REQUESTS["traces"].FromString(body) for body in sent]
    assert audience.lines("traces") == [otlp.as_file_has_it(message) for message in messages]


def capture(monkeypatch, exporter):
    """The bodies that an exporter sends, before they are compressed."""
    bodies = []
    client = exporter._client
    original = client.export
    monkeypatch.setattr(client, "export", lambda body, *rest: bodies.append(body) or original(body, *rest))
    return bodies


def test_json_is_written_canonically(audience):
    request = {
        "unknown": [{"deep": [None, True, -1.5e3]}],
        "resourceLogs": [
            {
                "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "x"}}]},
                "scopeLogs": [
                    {
                        "scope": None,
                        "logRecords": [
                            {
                                "timeUnixNano": 1700000000000000001,
                                "severityNumber": 9,
                                "traceId": "5B8EFFF798038103D269B633813FC60C",
                                "body": {"kvlistValue": {"values": [{"key": "a", "value": {"intValue": 7}}]}},
                                "attributes": [
                                    {"key": "i", "value": {"intValue": "-9223372036854775808"}},
                                    {"key": "d", "value": {"doubleValue": "NaN"}},
                                    {"key": "e", "value": {"doubleValue": 1e3}},
                                    {"key": "b", "value": {"bytesValue": "AP8="}},
                                    {"key": "s", "value": {"stringValue": "\ud83d\ude00 \\ / \u0001"}},
                                    {"key": "none", "value": {}},
                                ],
                            }
                        ],
                    }
                ],
            }
        ],
    }
    status, headers, body = audience.post("logs", json.dumps(request, indent=2), "application/json; charset=utf-8")
    assert (status, headers["Content-Type"], body) == (200, "application/json", b"{}")
    (line,) = audience.lines("logs")
    (record,) = line["resourceLogs"][0]["scopeLogs"][0]["logRecords"]
    assert "unknown" not in line and "scope" not in line["resourceLogs"][0]["scopeLogs"][0]
    assert record["timeUnixNano"] == "1700000000000000001"
    assert record["traceId"] == "5b8efff798038103d269b633813fc60c"
    assert record["body"] == {"kvlistValue": {"values": [{"key": "a", "value": {"intValue": "7"}}]}}
    assert [attribute["value"] for attribute in record["attributes"]] == [
        {"intValue": "-9223372036854775808"}, {"doubleValue": "NaN"}, {"doubleValue": 1000.0}, {"bytesValue": "AP8="},
        {"stringValue": "😀 \\ / \u0001"}, {},
    ]


def test_what_is_read_from_json_is_what_is_read_from_protobuf(audience):
    records = [otlp.log({"n": n, "text": "é\n", "list": [1, 2.5, True]}) for n in range(5)]
    body = otlp.logs_request(records)
    shape = otlp.as_file_has_it(otlp.REQUESTS["logs"].FromString(body))
    assert audience.post("logs", body)[0] == 200
    assert audience.post("logs", json.dumps(shape), "application/json")[0] == 200
    lines = (audience.folder / "logs.jsonl").read_bytes().splitlines()
    assert json.loads(lines[0]) == json.loads(lines[1]) == shape


def test_fields_in_any_order_and_twice_mean_what_protobuf_says(audience):
    # Lists in pieces, a scalar twice, messages that are merged, a `oneof` with two members: official parsers agree.
    def field(number, wire, payload):
        tag = bytes([number << 3 | wire])
        return tag + (bytes([len(payload)]) + payload if wire == 2 else payload)

    value_a = field(1, 2, b"first") + field(3, 0, b"\x07")
    record = b"".join([
        field(6, 2, field(1, 2, b"k1") + field(2, 2, value_a)), field(3, 2, b"INFO"),
        field(6, 2, field(2, 2, field(1, 2, b"v")) + field(1, 2, b"k2")), field(3, 2, b"WARN"),
        field(5, 2, field(6, 2, field(1, 2, field(1, 2, b"x")))), field(5, 2, field(6, 2, field(1, 2, field(1, 2, b"y")))),
    ])
    scope_logs = field(2, 2, record) + field(3, 2, b"url") + field(2, 2, field(3, 2, b"two"))
    body = field(1, 2, field(2, 2, scope_logs) + field(1, 2, b"") + field(2, 2, b""))
    assert audience.post("logs", body)[0] == 200
    message = otlp.REQUESTS["logs"].FromString(body)
    assert audience.lines("logs") == [otlp.as_file_has_it(message)]


def test_mutated_requests_are_answered(audience):
    """Whatever the bytes are, there is an answer, every line is JSON, and the receiver goes on."""
    choose = random.Random(7)
    seeds = [otlp.logs_request([otlp.log({"n": n, "list": [1, "b"]}) for n in range(3)])]
    seeds.append(json.dumps(otlp.as_file_has_it(otlp.REQUESTS["logs"].FromString(seeds[0]))).encode())
    connection = http.client.HTTPConnection("127.0.0.1", audience.port, timeout=20)
    answered = {200: 0, 400: 0}
    for n in range(3000):
        which = n % 2
        body = bytearray(seeds[which])
        for _ in range(choose.randrange(1, 6)):
            place = choose.randrange(len(body))
            match choose.randrange(4):
                case 0: body[place] = choose.randrange(256)
                case 1: del body[place : place + choose.randrange(1, 9)]
                case 2: body[place:place] = choose.randbytes(choose.randrange(1, 9))
                case 3: body[place:place] = body[place // 2 : place]
        kind = ["application/x-protobuf", "application/json"][which]
        connection.request("POST", "/v1/logs", bytes(body), {"Content-Type": kind})
        response = connection.getresponse()
        response.read()
        answered[response.status] += 1
    assert min(answered.values()) > 0
    audience.lines("logs")


@pytest.mark.parametrize("content_type", ["application/x-protobuf", "application/json"])
@pytest.mark.parametrize("signal", ["logs", "metrics", "traces"])
def test_nothing_is_a_request(audience, signal, content_type):
    body = b"" if content_type.endswith("protobuf") else b" {} "
    expected = b"" if content_type.endswith("protobuf") else b"{}"
    status, headers, answer = audience.post(signal, body, content_type)
    assert (status, headers["Content-Type"], answer) == (200, content_type, expected)
    assert audience.lines(signal) == []


def test_deep_values(audience):
    # 100 messages deep is the limit of Protobuf's readers, too.
    def nested(depth):
        value = b""
        for _ in range(depth):
            length = len(value)
            inner = b"\x0a" + varint(length) + value
            value = b"\x2a" + varint(len(inner)) + inner
        record = b"\x2a" + varint(len(value)) + value
        for tag in (b"\x12", b"\x12", b"\x0a"):
            record = tag + varint(len(record)) + record
        return record

    assert audience.post("logs", nested(40))[0] == 200
    assert audience.post("logs", nested(60))[0] == 400
    assert audience.post("logs", nested(100_000))[0] == 400
    deep = b'{"resourceLogs":' + b"[" * 1_000_000
    assert audience.post("logs", deep, "application/json")[0] == 400
    unknown = b'{"x":' + b"[" * 200 + b"]" * 200 + b"}"
    assert audience.post("logs", unknown, "application/json")[0] == 200


def varint(number):
    result = b""
    while number >= 0x80:
        result += bytes([number & 0x7F | 0x80])
        number >>= 7
    return result + bytes([number])


# MARK: What is refused


def refusal(content_type, body):
    """The `google.rpc.Status` that an error has, in the request's encoding."""
    if content_type == "application/x-protobuf":
        status = Status.FromString(body)
        return status.code, status.message
    status = json.loads(body)
    assert set(status) == {"code", "message"}
    return status["code"], status["message"]


@pytest.mark.parametrize(
    "content_type, body",
    [
        ("application/x-protobuf", b"\xff"),
        ("application/x-protobuf", b"\x0a\x7f"),
        ("application/x-protobuf", b"\x00\x00"),
        ("application/x-protobuf", b"\x0c"),
        ("application/json", b""),
        ("application/json", b"["),
        ("application/json", b"[]"),
        ("application/json", b'{"resourceLogs":{}}'),
        ("application/json", b'{"resourceLogs":[]} x'),
        ("application/json", b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":"INFO"}]}]}]}'),
        ("application/json", b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"W47/95gDgQPSabYzgT/GDA=="}]}]}]}'),
        ("application/json", b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"-1"}]}]}]}'),
        ("application/json", b'{"resourceLogs":[],"resourceLogs":[]}'),
    ],
)
def test_malformed(audience, content_type, body):
    status, headers, answer = audience.post("logs", body, content_type)
    assert (status, headers["Content-Type"]) == (400, content_type)
    code, message = refusal(content_type, answer)
    assert code == 3 and message
    assert audience.lines("logs") == []


@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b"x" * 1000)[:-9], b"", b"\x1f\x8b"])
def test_damaged_gzip(audience, body):
    status, _, answer = audience.post("logs", body, Content_Encoding="gzip")
    assert status == 400
    assert refusal("application/x-protobuf", answer)[0] == 3


def test_gzip_in_several_members(audience):
    body = otlp.logs_request([otlp.log({"n": n}) for n in range(50)])
    halves = gzip.compress(body[:700]) + gzip.compress(body[700:])
    assert audience.post("logs", halves, Content_Encoding="gzip")[0] == 200
    assert audience.lines("logs") == [otlp.as_file_has_it(otlp.REQUESTS["logs"].FromString(body))]


def test_wrong_types(audience):
    for content_type in ("text/plain", "application/protobuf+json", ""):
        status, headers, answer = audience.post("logs", b"{}", content_type)
        assert status == 415 and "application/json" in headers["Accept"]
        assert refusal("application/json", answer)[0] == 3
    for compression in ("br", "deflate", "zstd", "gzip, gzip"):
        status, headers, _ = audience.post("logs", b"", Content_Encoding=compression)
        assert status == 415 and headers["Accept-Encoding"] == "gzip"
    assert audience.post("logs", b"", Content_Encoding="identity")[0] == 200


def test_wrong_paths_and_methods(audience):
    for path in ("/", "/v1/log", "/v1/logs/", "/v2/logs", "/../v1/logs"):
        assert audience.request("POST", path, b"", {"Content-Type": "application/json"})[0] == 404
    for method in ("GET", "PUT", "DELETE", "HEAD", "OPTIONS"):
        status, headers, _ = audience.request(method, "/v1/logs", headers={"Content-Type": "application/json"})
        assert (status, headers["Allow"]) == (405, "POST")
    assert audience.request("POST", "/v1/logs?x=1", b"{}", {"Content-Type": "application/json"})[0] == 200


def test_too_large_after_decompression(audience):
    bomb = gzip.compress(bytes(200 << 20), 9)
    assert len(bomb) < 1 << 20
    status, _, answer = audience.post("logs", bomb, Content_Encoding="gzip")
    assert status == 413
    assert refusal("application/x-protobuf", answer)[0] == 8


def test_too_large_by_its_length(audience):
    with audience.connect() as socket:
        socket.sendall(b"POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{")
        assert socket.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_too_large_in_chunks(audience):
    piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
    with audience.connect() as socket:
        socket.sendall(
            b"POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        answer = b""
        try:
            for _ in range((64 << 20) // 65536 + 2):
                socket.sendall(piece)
        except ConnectionError:
            pass
        answer = socket.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_as_large_as_it_may_be(audience):
    text = "x" * ((64 << 20) - 200)
    body = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": text}}]}]}]})
    assert audience.post("logs", gzip.compress(body.encode(), 1), "application/json", Content_Encoding="gzip")[0] == 200
    (line,) = audience.lines("logs")
    assert line["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["body"]["stringValue"] == text


def test_chunked(audience):
    body = otlp.logs_request([otlp.log({"n": n}) for n in range(200)])
    pieces = iter([body[:1], body[1:100], body[100:]])
    status, _, _ = audience.request(
        "POST", "/v1/logs", pieces, {"Content-Type": "application/x-protobuf", "Transfer-Encoding": "chunked"}, True
    )
    assert status == 200
    assert audience.lines("logs") == [otlp.as_file_has_it(otlp.REQUESTS["logs"].FromString(body))]

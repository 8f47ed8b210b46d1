"""docs/collector with a real Collector: what it writes is read, what it sends is the allow-list, and nothing gets lost.

`MASQUES_OTELCOL` names the program: the contrib distribution, or one with the components that the two files name.
"""

import gzip
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid

import pytest

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

import otlp
from analytics import Masque, free_port
from conftest import ROOT, required
from test_end_to_end import MARK, PRIVATE, RECEIVED, Wiretap, work

FOLDER = ROOT / "docs" / "collector"
FILES, COPIES = FOLDER / "collector.yaml", FOLDER / "clickhouse.yaml"


@pytest.fixture(scope="session")
def otelcol():
    named = os.environ.get("MASQUES_OTELCOL")
    if not named:
        pytest.skip("no OpenTelemetry Collector: MASQUES_OTELCOL is not set")
    path = shutil.which(named)
    if path is None:
        raise pytest.UsageError(f"MASQUES_OTELCOL={named} is not a program")
    return path


class Collector:
    """A Collector on ports of its own; everything else is as the files say."""

    def __init__(self, program, home, *, clickhouse=None, more=None):
        self.program, self.home = program, pathlib.Path(home)
        self.folder = self.home / "telemetry"
        # As the page says: else the Collector makes it, for everybody to read.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.port, self.health_port = free_port(), free_port()
        self.log = self.home.parent / f"{self.home.name}-collector.txt"
        configuration = {
            "receivers": {"otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{self.port}"}}}},
            "extensions": {"health_check": {"endpoint": f"127.0.0.1:{self.health_port}"}},
            **(more or {}),
        }
        self.configurations = [FILES] + ([COPIES] if clickhouse else [])
        changed = self.home.parent / f"{self.home.name}-ports.yaml"
        changed.write_text(json.dumps(configuration))
        self.configurations.append(changed)
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("CLICKHOUSE_")}
        self.environment["MASQUES_HOME"] = str(self.home)
        if clickhouse:
            self.environment["CLICKHOUSE_URL"] = f"http://127.0.0.1:{clickhouse}"
        self.process = None

    def words(self):
        return [word for path in self.configurations for word in ("--config", str(path))]

    def validate(self):
        return subprocess.run([self.program, "validate", *self.words()], env=self.environment, capture_output=True,
                              text=True, timeout=120)

    def start(self):
        self.process = subprocess.Popen([self.program, *self.words()], env=self.environment, stdin=subprocess.DEVNULL,
                                        stdout=open(self.log, "ab"), stderr=subprocess.STDOUT)
        end = time.monotonic() + 120
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            try:
                if self.health() == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the Collector does not become healthy: {self.log.read_text()[-4000:]}")

    def health(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.health_port, timeout=10)
        connection.request("GET", "/")
        return connection.getresponse().status

    def stop(self):
        """Ends it, by which everything is written that was taken."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def post(self, signal_name, body, content_type="application/x-protobuf", method="POST", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, f"/v1/{signal_name}", body, {
                "Content-Type": content_type, **{key.replace("_", "-"): value for key, value in headers.items()}})
            return connection.getresponse().status
        except (BrokenPipeError, ConnectionResetError):
            return connection.getresponse().status
        finally:
            connection.close()

    def sockets(self):
        """The ports it listens at, as Linux has them; None elsewhere."""
        descriptors = pathlib.Path(f"/proc/{self.process.pid}/fd")
        if not descriptors.exists():
            return None
        mine = {os.readlink(path) for path in descriptors.iterdir()}
        found = set()
        for table in ("tcp", "tcp6"):
            for line in pathlib.Path(f"/proc/{self.process.pid}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in mine:
                    found.add((table, int(fields[1].split(":")[1], 16)))
        return found

    def lines(self, signal_name):
        return [json.loads(line) for path in sorted(self.folder.glob(f"{signal_name}*.jsonl"))
                for line in path.read_text().split("\n") if line]


@pytest.fixture
def collectors(otelcol, tmp_path):
    started = []

    def make(**words):
        home = words.pop("home", None) or tmp_path / "masques"
        home.mkdir(exist_ok=True)
        started.append(Collector(otelcol, home, **words))
        return started[-1]

    yield make
    for collector in started:
        collector.stop()


@pytest.fixture
def masque(audience_program, database, tmp_path):
    """`masque` with a server, our tables, and those of the Collector."""
    masque = Masque(required("masque", "MASQUE"), tmp_path, database.port)
    duckdb = os.environ.get("MASQUES_DUCKDB") or shutil.which("duckdb") or shutil.which(
        "duckdb", path=pathlib.Path(sys.executable).parent)
    if duckdb:
        masque.environment["MASQUES_DUCKDB"] = duckdb
    masque.json("analytics", "migrate")
    tables(database)
    return masque


def tables(database):
    for statement in (FOLDER / "clickhouse.sql").read_text().split(";\n"):
        if statement.strip():
            database.ask(statement)


def wait(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    return condition()


def records(lines):
    """Log records of lines, and of requests as a file has them; the Collector writes identifiers that are none as well."""
    return [{key: value for key, value in record.items() if value != ""} for line in lines
            for resource in line["resourceLogs"] for scope in resource["scopeLogs"] for record in scope["logRecords"]]


def test_both_files_are_valid(collectors):
    alone = collectors().validate()
    assert alone.returncode == 0, alone.stderr
    both = collectors(clickhouse=1)
    assert both.validate().returncode == 0, both.validate().stderr
    # Without a server's address it is refused, rather than started with a guess.
    del both.environment["CLICKHOUSE_URL"]
    done = both.validate()
    assert done.returncode != 0 and "endpoint must be specified" in done.stderr


def test_the_files_are_what_the_receiver_would_write(collectors):
    collector = collectors().start()
    assert collector.health() == 200
    assert collector.sockets() in (None, {("tcp", collector.port), ("tcp", collector.health_port)})
    logs = otlp.logs_request([otlp.log({"event.name": "tool_result", "event.sequence": 1 << 40, "cost_usd": 0.08,
                                        "success": True, "text": "grüße\u2028\n\"", "list": ["a", 1.5]}) for _ in range(3)])
    assert collector.post("logs", logs) == 200
    assert collector.post("logs", gzip.compress(logs), Content_Encoding="gzip") == 200
    many = otlp.logs_request([otlp.log({"event.name": "many", "n": n}) for n in range(2_000)])
    assert collector.post("logs", many) == 200
    tracer = TracerProvider(resource=otlp.RESOURCE)
    tracer.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(f"http://127.0.0.1:{collector.port}/v1/traces")))
    with tracer.get_tracer("t").start_as_current_span("one") as span:
        span.add_event("e")
    tracer.shutdown()
    collector.stop()
    expected = records([otlp.as_file_has_it(ExportLogsServiceRequest.FromString(logs))])
    expected = expected * 2 + records([otlp.as_file_has_it(ExportLogsServiceRequest.FromString(many))])
    assert records(collector.lines("logs")) == expected
    assert max(len(records([line])) for line in collector.lines("logs")) <= 512
    (line,) = collector.lines("traces")
    written = line["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    assert written["spanId"] == f"{span.context.span_id:016x}" and written["traceId"] == f"{span.context.trace_id:032x}"
    assert written["kind"] == 1
    assert collector.folder.stat().st_mode & 0o777 == 0o700, "as it was made before"


def test_nobody_is_told_to_end_it(collectors, tmp_path):
    """`masque doctor` knows a receiver that stands in for ours."""
    collector = collectors().start()
    collector.home.chmod(0o700)
    configuration = collector.home / "config.yaml"
    configuration.write_text(f"telemetry: {{port: {collector.port}, health_port: {collector.health_port}}}\n")
    configuration.chmod(0o600)
    done = subprocess.run([required("masque", "MASQUE"), "doctor", "--json"], cwd=tmp_path, capture_output=True, text=True,
                          env={**os.environ, "MASQUES_HOME": str(collector.home), "HOME": str(tmp_path)}, timeout=60)
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    for port in (collector.port, collector.health_port):
        assert checks[f"port-{port}"]["state"] == "notice", checks
        assert "OpenTelemetry Collector" in checks[f"port-{port}"]["message"]


def test_what_it_refuses(collectors):
    collector = collectors().start()
    logs = otlp.logs_request([otlp.log({"event.name": "x"})])
    assert collector.post("logs", b"\xff\xff\xff") == 400
    assert collector.post("logs", b"{", "application/json") == 400
    assert collector.post("logs", b"{}", "application/json") == 200
    assert collector.post("logs", logs, "text/plain") == 415
    assert collector.post("logs", None, method="GET") == 405
    assert collector.post("nothing", logs) == 404
    limit = 64 << 20
    large = otlp.logs_request([otlp.log({"event.name": "large"}, body="x" * (limit - (1 << 20)))])
    assert len(large) < limit
    assert collector.post("logs", large) == 200
    assert collector.post("logs", b"\0" * (limit + 1)) in (400, 413)
    # What is large only when it is decompressed.
    assert collector.post("logs", gzip.compress(b"\0" * (limit + 1)), Content_Encoding="gzip") in (400, 413)
    assert collector.health() == 200
    collector.stop()
    assert [len(record["body"]["stringValue"]) for record in records(collector.lines("logs"))] == [limit - (1 << 20)]


def test_a_session_is_judged_by_the_collectors_files(collectors, masque):
    """Which are rotated on the way."""
    if "MASQUES_DUCKDB" not in masque.environment:
        pytest.skip("no `duckdb` command: pip install duckdb-cli")
    rotation = {"rotation": {"max_megabytes": 1, "max_days": 30, "max_backups": 15}}
    collector = collectors(home=masque.masques, more={"exporters": {"file/logs": rotation}}).start()
    shutil.copytree(ROOT / "personas", masque.project / "personas")
    agent = str(uuid.uuid4())
    masque.json("don", "codesmith", "--personas", str(masque.project / "personas"))
    bound = masque.run("hook", "session-start", input=json.dumps({"session_id": agent, "source": "startup"}))
    assert bound.returncode == 0, bound.stderr
    time.sleep(1.1)
    work(collector.port, agent)
    assert wait(lambda: collector.lines("logs"))
    # Something of another session fills the file, twice.
    for _ in range(3):
        filler = otlp.logs_request([otlp.log({"event.name": "other", "session.id": "other"}, body="x" * 700_000)])
        assert collector.post("logs", filler) == 200
        time.sleep(1.5)
    time.sleep(1.1)
    masque.json("doff", "--personas", str(masque.project / "personas"))
    collector.stop()
    rotated = [path.name for path in collector.folder.glob("logs-*.jsonl")]
    assert len(rotated) >= 2
    for name in rotated:
        assert re.fullmatch(r"logs-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}(-size)?\.jsonl", name), name
    # Later versions say why.
    first = min(rotated)
    (collector.folder / first).rename(collector.folder / first.replace("-size", "").replace(".jsonl", "-size.jsonl"))
    performance = masque.json("performance", "codesmith", "--personas", str(masque.project / "personas"))
    assert performance["dimensions"] == {"quality": 8, "autonomy": 10, "productivity": 10, "token_efficiency": 8,
                                         "cost_efficiency": 7}
    shown = masque.run("audience", "logs", "--lines", "100").stdout
    assert shown.count("tool_result") == 10


ROWS = {
    "telemetry_logs": "SELECT * FROM telemetry_logs ORDER BY ALL",
    "telemetry_metrics": "SELECT * FROM telemetry_metrics ORDER BY ALL",
}


def rows(database):
    return {table: database.rows(query) for table, query in ROWS.items()}


def hostile_logs():
    """Requests that try every way in which a text might slip through."""
    text = "QXOUTPUT the key is 1234"
    attributes = {
        "event.name": "claude_code.tool_result", "event.sequence": "7", "session.id": "s1", "tool_name": "Bash",
        "model": text, "source": "x" * 129, "decision": "QXOUTPUT\n", "input_tokens": text, "output_tokens": "12",
        "duration_ms": 1.5, "cost_usd": "0.08", "prompt_length": "0x1F QXOUTPUT", "success": True,
        "skill.name": b"QXOUTPUT", "error_type": ["QXOUTPUT"], "terminal.type": {"QXOUTPUT": "QXOUTPUT"},
        "attempt": b"12", "status_code": 200, "QXOUTPUT": "QXOUTPUT", "prompt": text, "decision_source": "",
    }
    request = ExportLogsServiceRequest.FromString(otlp.logs_request([
        otlp.log(attributes, body=text),
        otlp.log({"session.id": "s1", "tool_name": "Read"}, body="claude_code.tool_decision"),
        otlp.log({"session.id": text, "event.name": "named", "event.sequence": text}, body={"QXOUTPUT": text}),
        otlp.log({"event.name": text}, body=text),
        otlp.log({"event.name": b"named"}, body=text),
        otlp.log({"session.id": "s1"}, body="claude_code.tool_result of QXOUTPUT"),
    ]))
    resource = request.resource_logs[0]
    resource.schema_url = "https://example.com/QXOUTPUT"
    for key, value in (("user.email", "qxemail@example.com"), ("host.name", "QXOUTPUT")):
        attribute = resource.resource.attributes.add()
        attribute.key, attribute.value.string_value = key, value
    scope = resource.scope_logs[0]
    scope.schema_url = "https://example.com/QXOUTPUT"
    scope.scope.name, scope.scope.version = "QXOUTPUT scope", "QXOUTPUT 1"
    attribute = scope.scope.attributes.add()
    attribute.key, attribute.value.string_value = "QXOUTPUT", "QXOUTPUT"
    for record in scope.log_records:
        record.severity_text = "QXOUTPUT severe"
        record.trace_id, record.span_id = bytes(range(16)), bytes(range(8))
    other = request.resource_logs.add()
    other.CopyFrom(resource)
    del other.scope_logs[0].log_records[1:]
    for attribute in other.resource.attributes:
        if attribute.key == "service.name":
            attribute.value.string_value = "QXOUTPUT service"
    return request.SerializeToString()


def hostile_metrics():
    request = ExportMetricsServiceRequest()
    resource = request.resource_metrics.add(schema_url="https://example.com/QXOUTPUT")
    for key, value in (("service.name", "claude-code"), ("user.email", "qxemail@example.com")):
        attribute = resource.resource.attributes.add(key=key)
        attribute.value.string_value = value
    scope = resource.scope_metrics.add(schema_url="https://example.com/QXOUTPUT")
    scope.scope.name = "QXOUTPUT"
    now = time.time_ns()

    def point(points, value, **attributes):
        added = points.add(time_unix_nano=now, as_double=value)
        for key, text in attributes.items():
            attribute = added.attributes.add(key=key.replace("__", "."))
            attribute.value.string_value = text
        return added

    tokens = scope.metrics.add(name="claude_code.token.usage", unit="tokens", description="QXOUTPUT").sum
    tokens.aggregation_temporality = 1
    point(tokens.data_points, 1.0, type="input", session__id="s1", model="QXOUTPUT of a model", note="QXOUTPUT")
    point(tokens.data_points, float("nan"), type="output", session__id="s1")
    gauge = scope.metrics.add(name="lines", unit="QXOUTPUT of a unit").gauge
    point(gauge.data_points, 2.5, language="swift", tool="QXOUTPUT\n", session__id="QXOUTPUT of a session")
    point(scope.metrics.add(name="QXOUTPUT of a name", unit="1").gauge.data_points, 1.0)
    histogram = scope.metrics.add(name="latency", unit="ms").histogram
    histogram.data_points.add(time_unix_nano=now, count=1, bucket_counts=[1], attributes=[])
    sampled = scope.metrics.add(name="sampled", unit="1").sum
    exemplar = point(sampled.data_points, 1.0).exemplars.add(time_unix_nano=now, as_double=1)
    attribute = exemplar.filtered_attributes.add(key="QXOUTPUT")
    attribute.value.string_value = "QXOUTPUT"
    return request.SerializeToString()


def test_clickhouse_has_what_the_receiver_would_send(collectors, masque, database):
    """The same rows as those that `masque` makes of the same files, and not a private letter on the way."""
    tap = Wiretap(database.port)
    # Uncompressed, so that what is sent can be read.
    plain = {"exporters": {"clickhouse": {"compress": "none"}}}
    collector = collectors(home=masque.masques, clickhouse=tap.port, more=plain)
    collector.environment |= {"CLICKHOUSE_USER": "masques", "CLICKHOUSE_PASSWORD": "s&cret"}
    collector.start()
    work(collector.port, "agent-1")
    assert collector.post("logs", hostile_logs()) == 200
    assert collector.post("metrics", hostile_metrics()) == 200
    found = wait(lambda: database.value("SELECT count() FROM telemetry_logs WHERE event IN ('named', 'api_request')") == "5"
                 and database.value("SELECT count() FROM telemetry_metrics") == "3")
    assert found, (rows(database), collector.log.read_text()[-4000:])
    collector.stop()
    tap.close()

    received = b"".join(path.read_bytes() for path in collector.folder.glob("*.jsonl"))
    assert {b"qx" + mark.lower() for mark in MARK.findall(received)} == RECEIVED
    assert any(b"tool_result" in message for message in tap.heard)
    for message in tap.heard:
        assert not MARK.search(message), message[:4000]
    for (table,) in [line.split("\t") for line in database.ask("SHOW TABLES").splitlines()]:
        if not table.startswith("otel_"):
            assert not MARK.search(database.ask(f"SELECT * FROM {table} FORMAT JSONEachRow").encode()), table

    by_collector = rows(database)
    for table in ROWS:
        database.ask(f"TRUNCATE TABLE {table}")
    masque.json("analytics", "flush")
    by_masque = rows(database)
    # A sample has attributes that no statement of the Collector can take away, so its point stays at home.
    by_masque["telemetry_metrics"] = [row for row in by_masque["telemetry_metrics"] if row["metric"] != "sampled"]
    assert by_masque["telemetry_logs"] and by_masque["telemetry_metrics"]
    assert by_collector == by_masque


def test_a_server_that_is_away_for_a_while(collectors, masque, database):
    """What is sent meanwhile waits on the disk, also while the Collector is away itself."""
    collector = collectors(home=masque.masques, clickhouse=database.port).start()

    def send(first, count):
        for number in range(first, first + count):
            body = otlp.logs_request([otlp.log({"event.name": "tool_result", "event.sequence": number})])
            assert collector.post("logs", body) == 200

    count = lambda: database.value("SELECT count(), uniqExact(sequence) FROM telemetry_logs")  # noqa: E731
    send(0, 5)
    assert wait(lambda: count() == "5\t5"), collector.log.read_text()[-4000:]
    database.kill()
    try:
        send(5, 5)
        collector.stop()
        # It starts without the server, too, and takes what comes.
        collector.start()
        send(10, 5)
        assert wait(lambda: len(records(collector.lines("logs"))) == 15)
        assert collector.health() == 200
        # What is gathered is on the disk a second after its five.
        time.sleep(6)
        collector.kill()
    finally:
        database.start()
    collector.start()
    assert wait(lambda: count() == "15\t15", 120), (count(), collector.log.read_text()[-4000:])


def test_a_lost_answer_doubles_nothing(collectors, masque, database):
    tap = Wiretap(database.port, losing=2)
    collector = collectors(home=masque.masques, clickhouse=tap.port).start()
    logs = otlp.logs_request([otlp.log({"event.name": "tool_result", "event.sequence": n}) for n in range(5)])
    assert collector.post("logs", logs) == 200
    assert collector.post("metrics", hostile_metrics()) == 200
    assert wait(lambda: len(tap.lost) == 2), collector.log.read_text()[-3000:]
    # The server has taken both, and each of them is sent again, with one that was answered.
    assert wait(lambda: len([message for message in tap.heard if b"INSERT+INTO" in message]) >= 5)
    collector.stop()
    tap.close()
    assert database.value("SELECT count() FROM telemetry_logs") == "5"
    assert database.value("SELECT count(), uniqExact(metric) FROM telemetry_metrics") == "2\t2"

"""The whole way in one piece: a session is worn, worked and paid, told by the official SDK, scored, and copied.

Every process is watched on the way: which addresses it connects to, and every byte that the ClickHouse server is sent.
"""

import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

import otlp
from analytics import Masque, free_port
from conftest import ROOT, required

# Letters that stand in nothing else: of what a user says, what goes into a tool, what comes out, what went wrong, who it is.
PRIVATE = {
    "prompt": "QXPROMPT tell nobody of this", "input": "QXINPUT cat /home/ada/secret", "output": "QXOUTPUT the key is 1234",
    "error": "QXERROR at /home/ada/secret", "email": "qxemail@example.com", "intent": "implement the qxintent parser",
}
MARK = re.compile(rb"qx(prompt|input|output|error|email|intent)", re.IGNORECASE)
# What the file of this machine must hold of them: else the search elsewhere would prove nothing.
RECEIVED = {b"qxprompt", b"qxinput", b"qxoutput", b"qxerror", b"qxemail"}


class Wiretap:
    """Stands before the ClickHouse server and keeps whatever it is sent, in clear; the first answers to blocks may get lost."""

    def __init__(self, port, losing=0):
        heard = self.heard = []
        lost = self.lost = []
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.body()
                clear = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
                heard_now = unquote(self.path).encode() + str(self.headers).encode() + clear
                with lock:
                    heard.append(heard_now)
                server = HTTPConnection("127.0.0.1", port, timeout=60)
                server.request("POST", self.path, body, {name: value for name, value in self.headers.items()
                                                         if name not in ("Host", "Connection", "Transfer-Encoding")})
                answer = server.getresponse()
                text = answer.read()
                with lock:
                    if re.search(rb"INSERT[ +]INTO", heard_now) and answer.status == 200 and len(lost) < losing:
                        lost.append(heard_now)
                        self.close_connection = True
                        return
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower().startswith("x-clickhouse"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def body(self):
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                parts = []
                while length := int(self.rfile.readline().split(b";")[0], 16):
                    parts.append(self.rfile.read(length))
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass
                return b"".join(parts)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Watched(Masque):
    """`masque` whose processes, and theirs, are watched by strace, where that is here."""

    def __init__(self, *words):
        super().__init__(*words)
        self.trace = self.home / "trace.txt"
        strace = shutil.which("strace")
        probe = strace and subprocess.run([strace, "-e", "trace=network", "-o", "/dev/null", "true"], capture_output=True)
        self.is_watched = bool(strace) and probe.returncode == 0
        # Apart from the program's own family, so that one that stays in the background keeps nobody waiting.
        self.prefix = [strace, "-DDD", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg,bind", "-A", "-o",
                       str(self.trace)] if self.is_watched else []

    def run(self, *arguments, input=None):
        # Into files: what stays in the background keeps its watcher, which would keep pipes open.
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            done = subprocess.run([*self.prefix, self.program, *arguments], cwd=self.project, env=self.environment,
                                  input=input, stdout=output, stderr=errors, text=True, timeout=120)
            output.seek(0)
            errors.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), errors.read())

    def addresses(self):
        """Where connections were opened to: `127.0.0.1:80`, or the kind of address where it is another one."""
        found = set()
        for line in self.trace.read_text().splitlines():
            if "connect(" not in line:
                continue
            port = re.search(r"sin6?_port=htons\((\d+)\)", line)
            host = re.search(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', line)
            if port and host:
                found.add(f"{host[1] or host[2]}:{port[1]}")
            else:
                found.add(re.search(r"sa_family=(\w+)", line)[1])
        return found


CONFIGURATION = """
operator:
  name: ada
libraries:
  - path: {personas}
    owner: grace
rates:
  hold: 1.00
  per_session: 0.10
  per_tool_call: 0.01
  per_1k_tokens: 0.02
  fee_basis_points: 250
telemetry:
  port: {port}
  health_port: {health_port}
clickhouse:
  url: http://127.0.0.1:{clickhouse}
"""


@pytest.fixture
def stage(audience_program, database, tmp_path):
    program = required("masque", "MASQUE")
    if os.path.dirname(os.path.realpath(program)) != os.path.dirname(os.path.realpath(audience_program)):
        pytest.skip("masque and masque-audience are not in one folder")
    duckdb = os.environ.get("MASQUES_DUCKDB") or shutil.which("duckdb") or shutil.which(
        "duckdb", path=pathlib.Path(sys.executable).parent)
    if not duckdb:
        pytest.skip("no `duckdb` command: pip install duckdb-cli")
    tap = Wiretap(database.port)
    masque = Watched(program, tmp_path, tap.port)
    masque.environment["MASQUES_DUCKDB"] = duckdb
    masque.tap = tap
    masque.personas = masque.project / "personas"
    masque.personas.mkdir()
    shutil.copy(ROOT / "personas" / "codesmith.masque.yaml", masque.personas)
    masque.port, masque.health_port = free_port(), free_port()
    (masque.masques / "config.yaml").write_text(CONFIGURATION.format(
        personas=masque.personas, port=masque.port, health_port=masque.health_port, clickhouse=tap.port))
    yield masque
    masque.run("audience", "stop")
    tap.close()


def work(port, agent):
    """A session of 2 prompts, 10 tools of which 8 succeed, and 3 requests, as the agent's exporters tell it."""
    endpoint = f"http://127.0.0.1:{port}/v1"
    provider = LoggerProvider(resource=otlp.RESOURCE)
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=f"{endpoint}/logs")))
    logger = provider.get_logger("com.anthropic.claude_code.events", "2.0.0")
    sequence = 0

    def tell(name, **attributes):
        nonlocal sequence
        sequence += 1
        now = time.time_ns()
        record = dict(
            timestamp=now, observed_timestamp=now, severity_number=SeverityNumber.INFO, body=f"claude_code.{name}",
            attributes={"session.id": agent, "user.email": PRIVATE["email"], "event.name": name,
                        "event.sequence": sequence} | {key.replace("__", "."): value for key, value in attributes.items()})
        logger.emit(LogRecord(**record))
        return record

    for prompt in ("first", "second"):
        tell("user_prompt", prompt=PRIVATE["prompt"], prompt_length=28, prompt__id=prompt)
        for n in range(5):
            tell("tool_result", tool_name="Bash", tool_use_id=f"{prompt}-{n}", duration_ms=20, prompt__id=prompt,
                 success="false" if n == 4 else "true", tool_input=PRIVATE["input"], tool_output=PRIVATE["output"],
                 tool_parameters=json.dumps({"full_command": PRIVATE["input"]}), error=PRIVATE["error"])
    for n in range(3):
        last = tell("api_request", model="claude-x", cost_usd=0.08, input_tokens=100, output_tokens=50,
                    cache_read_tokens=800, cache_creation_tokens=100, duration_ms=1500, request_id=f"r{n}")
    # An exporter that got no answer sends again.
    logger.emit(LogRecord(**last))
    provider.force_flush()
    provider.shutdown()
    meters = MeterProvider(
        [PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=f"{endpoint}/metrics"))], resource=otlp.RESOURCE)
    meters.get_meter("claude_code").create_counter("claude_code.token.usage", "tokens").add(
        3150, {"type": "input", "session.id": agent, "note": PRIVATE["output"]})
    meters.shutdown()


def code_lenses(path):
    """What the language server shows above a masque."""
    process = subprocess.Popen([required("masque-lsp", "MASQUE_LSP")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(message):
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        process.stdin.flush()

    def answer(number):
        while True:
            length = 0
            while (line := process.stdout.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            message = json.loads(process.stdout.read(length))
            if message.get("id") == number and "method" not in message:
                return message["result"]

    uri = path.as_uri()
    send({"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {
        "textDocument": {"codeLens": {}}}}})
    answer(1)
    send({"method": "initialized", "params": {}})
    send({"method": "textDocument/didOpen", "params": {"textDocument": {
        "uri": uri, "languageId": "yaml", "version": 1, "text": path.read_text()}}})
    send({"id": 2, "method": "textDocument/codeLens", "params": {"textDocument": {"uri": uri}}})
    titles = [lens["command"]["title"] for lens in answer(2) if lens.get("command")]
    send({"id": 3, "method": "shutdown"})
    answer(3)
    send({"method": "exit"})
    process.wait(20)
    return titles


def test_a_session_from_beginning_to_end(stage, database):
    stage.json("analytics", "migrate")
    assert stage.json("audience", "start")["started"] is True
    stage.json("ledger", "deposit", "20")
    agent = str(uuid.uuid4())
    stage.json("don", "codesmith", PRIVATE["intent"])
    bound = stage.run("hook", "session-start", input=json.dumps({"session_id": agent, "source": "startup"}))
    assert bound.returncode == 0, bound.stderr
    # A wearing begins and ends with a whole second.
    time.sleep(1.1)
    work(stage.port, agent)
    time.sleep(1.1)
    ended = stage.json("doff")

    # What it cost: 0.10 + 10 tools at 0.01 + 3.15 thousand tokens at 0.02, of 1.00 that was set aside.
    assert ended["ended"]["paid"] == "0.263"
    lines = stage.json("ledger", "statement")["lines"]
    assert [line["kind"] for line in lines] == ["deposit", "hold", "payment"]
    payment = lines[-1]
    assert (payment["amount"], payment["balance"], payment["held"]) == ("-0.263", "19.737", "0.00")
    assert payment["counterparty"] == "author:grace" and payment["masque"] == "Codesmith"
    assert payment["explanation"] == "1 session at 0.10 + 10 tool calls at 0.01 + 3.150 thousand tokens at 0.02"
    assert payment["session"] == ended["ended"]["session"]

    # What it was worth.
    performance = stage.json("performance", "codesmith", "--record")
    assert performance["dimensions"] == {"quality": 8, "autonomy": 10, "productivity": 10, "token_efficiency": 8,
                                         "cost_efficiency": 7}
    assert (performance["composite"], performance["recommendation"], performance["symbol"]) == (8.8, "keep", "*")
    assert ended["ended"]["score"] == {"composite": 8.8, "recommendation": "keep"}
    path = stage.personas / "codesmith.masque.yaml"
    assert performance["recorded"]["changed"] is True
    assert "Score (last: *)" in code_lenses(path)

    # The copies.
    end = time.monotonic() + 90
    while time.monotonic() < end and database.value("SELECT count() FROM masque_sessions") == "0":
        time.sleep(0.5)
    waiting = stage.json("analytics", "flush")
    assert (waiting["sessions"], waiting["rejected"]) == (0, 0), "the receiver has sent it by itself"
    (session,) = database.rows(
        "SELECT session_id, agent_session, masque, toString(price) AS price, toString(paid) AS paid, toString(fee) AS fee, "
        "tool_calls, model_requests, composite, recommendation, dimensions, payer_id, payee_id FROM masque_sessions")
    assert session["session_id"].replace("-", "") == ended["ended"]["session"] and session["agent_session"] == agent
    assert (session["price"], session["paid"], session["fee"]) == ("0.263", "0.263", "0.006575")
    assert (int(session["tool_calls"]), int(session["model_requests"])) == (10, 3)
    assert session["composite"] == pytest.approx(8.8) and session["dimensions"] == performance["dimensions"]
    names = {row["identity_id"]: (row["kind"], row["name"]) for row in database.rows("SELECT * FROM identities FINAL")}
    assert (names[session["payer_id"]], names[session["payee_id"]]) == (("operator", "ada"), ("author", "grace"))
    assert database.rows("SELECT state, toString(amount) AS amount FROM transactions FINAL ORDER BY state") == [
        {"state": "pending", "amount": "1"}, {"state": "posted", "amount": "0.263"}, {"state": "voided", "amount": "0.737"}]
    assert database.rows("SELECT toString(gross) AS gross, toString(fee) AS fee, toString(net) AS net, state FROM settlements") == [
        {"gross": "0.263", "fee": "0.006575", "net": "0.256425", "state": "paid"}]
    accounts = {row["identity_id"]: row for row in database.rows(
        "SELECT identity_id, toString(balance) AS balance, toString(debits_pending) AS held, snapshot_at FROM accounts FINAL")}
    assert {key: row["balance"] for key, row in accounts.items()} == {
        session["payer_id"]: "19.737", session["payee_id"]: "0.256425"}
    assert {row["held"] for row in accounts.values()} == {"0"}
    balances = {line["account"]: line["balance"] for line in stage.json("ledger", "balance", "--all")["accounts"]}
    assert (balances["operator:ada"], balances["author:grace"]) == ("19.737", "0.256425")
    requests = database.rows("SELECT model, toString(price) AS price, toString(model_cost) AS cost, payment_status FROM api_requests")
    assert requests == [{"model": "claude-x", "price": "0.021", "cost": "0.08", "payment_status": "paid"}] * 3
    assert database.value("SELECT event, count() FROM telemetry_logs GROUP BY event ORDER BY event") == (
        "api_request\t4\ntool_result\t10\nuser_prompt\t2")
    assert database.rows("SELECT metric, value, attributes FROM telemetry_metrics") == [
        {"metric": "claude_code.token.usage", "value": 3150, "attributes": {"type": "input"}}]
    events = {row["category"]: row["score_delta"] for row in database.rows("SELECT category, score_delta FROM reputation_events")}
    assert events == {"task_quality": pytest.approx(0.76), "economic": 1, "identity_hygiene": 1}
    database.ask("SYSTEM REFRESH VIEW reputation_scores_view")
    database.ask("SYSTEM WAIT VIEW reputation_scores_view")
    (score,) = database.rows("SELECT * FROM reputation_scores FINAL")
    assert score["score"] == pytest.approx(0.4 * 88 + 0.35 * 100 + 0.25 * 100)

    # And nothing else, nowhere.
    stage.json("audience", "stop")
    received = b"".join(path.read_bytes() for path in (stage.masques / "telemetry").glob("*.jsonl"))
    assert {b"qx" + mark.lower() for mark in MARK.findall(received)} == RECEIVED
    heard = stage.tap.heard
    assert any(b"tool_result" in message for message in heard) and any(b"0.006575" in message for message in heard)
    for message in heard:
        assert not MARK.search(message), message[:2000]
    for (table,) in [line.split("\t") for line in database.ask("SHOW TABLES").splitlines()]:
        assert not MARK.search(database.ask(f"SELECT * FROM {table} FORMAT JSONEachRow").encode()), table
    for path in (stage.masques / "telemetry").glob("judge*"):
        assert not MARK.search(path.read_bytes()), path
    if not stage.is_watched:
        pytest.skip("all is well as far as it was looked at; which sockets there are takes strace")
    # One place that the receiver speaks to; the programs ask the receiver's health, which has no body.
    assert stage.addresses() <= {f"127.0.0.1:{stage.tap.port}", f"127.0.0.1:{stage.health_port}", "AF_UNIX"}
    assert f"127.0.0.1:{stage.tap.port}" in stage.addresses()
    assert not MARK.search(stage.trace.read_bytes())

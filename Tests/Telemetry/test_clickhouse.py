"""Copies for analytics, with a real ClickHouse: the schema, each row once, money to the last digit, and nothing private."""

import json
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
import uuid

import pytest

import otlp
from analytics import Masque, wear
from conftest import ROOT, required

TABLES = {
    "telemetry_logs": "90 DAY", "telemetry_metrics": "90 DAY", "identities": None, "masque_sessions": "2 YEAR",
    "accounts": None, "transactions": "7 YEAR", "settlements": "7 YEAR", "api_requests": "1 YEAR",
    "reputation_events": "3 YEAR",
}


@pytest.fixture
def masque(audience_program, tmp_path, database):
    program = required("masque", "MASQUE")
    return Masque(program, tmp_path, database.port)


def test_migrations_twice(database, masque):
    files = sorted(path.stem for path in (ROOT / "schemas" / "clickhouse").glob("*.sql"))
    before = masque.run("analytics", "status", "--json")
    assert before.returncode == 1
    assert json.loads(before.stdout)["migrated"] is False
    assert masque.json("analytics", "migrate") == {"version": 1, "applied": files, "present": []}
    assert masque.json("analytics", "migrate") == {"version": 1, "applied": [], "present": files}
    status = masque.json("analytics", "status")
    assert (status["reachable"], status["migrated"], status["sessions"]) == (True, True, 0)
    # A step that was cut short before it was written down is repeated without harm.
    database.ask("TRUNCATE TABLE schema_migrations")
    assert masque.json("analytics", "migrate")["applied"] == files


def test_tables_have_lifetimes_partitions_and_indexes(database, masque):
    masque.json("analytics", "migrate")
    for table, lifetime in TABLES.items():
        created = database.value(f"SHOW CREATE TABLE {table} FORMAT TSVRaw")
        assert "non_replicated_deduplication_window = 10000" in created
        assert "bloom_filter" in created
        if lifetime:
            number, unit = lifetime.split()
            assert f"toInterval{unit.capitalize()}({number})" in created, created
            assert "PARTITION BY toYYYYMM(" in created
    types = dict(
        (row["name"], row["type"])
        for row in database.rows("SELECT name, type FROM system.columns WHERE database = 'masques' AND table = 'transactions'")
    )
    assert types["amount"] == "Decimal(38, 18)" and types["transaction_id"] == "UUID"
    assert types["created_at"] == "DateTime64(3, 'UTC')"


def test_old_rows_go(database, masque):
    masque.json("analytics", "migrate")
    for age in (1, 100):
        database.ask(f"INSERT INTO telemetry_logs (timestamp, event) VALUES (now() - INTERVAL {age} DAY, 'age{age}')")
    database.ask("OPTIMIZE TABLE telemetry_logs FINAL")
    assert database.value("SELECT event FROM telemetry_logs") == "age1"


def test_money_is_exact(database, masque):
    masque.json("analytics", "migrate")
    amounts = ["0.000000000000000001", "12345678901234567890.123456789012345678", "0.1", "0.3"]
    for amount in amounts:
        database.ask(
            "INSERT INTO accounts (account_id, credits_posted, debits_posted) FORMAT JSONEachRow "
            + json.dumps({"account_id": str(uuid.uuid4()), "credits_posted": amount, "debits_posted": "0.000000000000000001"})
        )
    found = database.rows("SELECT credits_posted::String AS amount, balance::String AS balance FROM accounts ORDER BY credits_posted")
    from decimal import Decimal, localcontext
    with localcontext() as context:
        context.prec = 50
        expected = sorted(Decimal(amount) for amount in amounts)
        assert [Decimal(row["amount"]) for row in found] == expected
        assert [Decimal(row["balance"]) for row in found] == [amount - Decimal("1e-18") for amount in expected]


def test_a_wearing_becomes_rows(database, masque):
    masque.json("analytics", "migrate")
    wear(masque)
    assert len(masque.outbox()) == 1
    assert masque.json("analytics", "flush")["sessions"] == 1
    assert masque.outbox() == []
    (session,) = database.rows("SELECT * FROM masque_sessions")
    assert (session["masque"], session["end_reason"], session["ring"]) == ("Codesmith", "doffed", "player")
    events = database.rows("SELECT category, score_delta, confidence FROM reputation_events ORDER BY category")
    assert [event["category"] for event in events] == ["task_quality", "economic", "identity_hygiene"]
    assert (events[2]["score_delta"], events[2]["confidence"]) == (1, 1)
    names = {row["name"]: row["kind"] for row in database.rows("SELECT name, kind FROM identities FINAL")}
    assert names["tester"] == "operator"


def test_reputation(database, masque):
    """The weights, the window of 90 days, and confidence, computed by the view."""
    masque.json("analytics", "migrate")
    someone = str(uuid.uuid4())
    events = [("task_quality", 0.6, 1, 1), ("task_quality", 0.2, 1, 2), ("economic", 1, 1, 1), ("identity_hygiene", -0.2, 1, 3),
              ("task_quality", -1, 1, 91), ("economic", -1, 1, 200), ("economic", 0, 0, 1)]
    for category, delta, confidence, age in events:
        database.ask(
            "INSERT INTO reputation_events (event_id, identity_id, category, score_delta, confidence, occurred_at) "
            f"VALUES (generateUUIDv4(), '{someone}', '{category}', {delta}, {confidence}, now() - INTERVAL {age} DAY)"
        )
    database.ask("SYSTEM REFRESH VIEW reputation_scores_view")
    database.ask("SYSTEM WAIT VIEW reputation_scores_view")
    (score,) = database.rows("SELECT * FROM reputation_scores FINAL")
    assert score["identity_id"] == someone
    assert (score["task_quality"], score["economic"], score["identity_hygiene"]) == pytest.approx((70, 100, 40))
    assert score["score"] == pytest.approx(0.4 * 70 + 0.35 * 100 + 0.25 * 40)
    assert (int(score["events"]), score["confidence"]) == (5, pytest.approx(0.05))


def test_what_a_collector_sent_fills_the_same_tables(database, masque):
    """docs/collector/clickhouse.sql, twice, as people do; what a real Collector sends is in test_collector_live."""
    masque.json("analytics", "migrate")
    for statement in (ROOT / "docs" / "collector" / "clickhouse.sql").read_text().split(";\n") * 2:
        if statement.strip():
            database.ask(statement)
    database.ask(
        "INSERT INTO otel_logs (Timestamp, SeverityNumber, ServiceName, LogAttributes) VALUES (now64(9), 9, 'claude-code', "
        "map('event.name', 'claude_code.tool_result', 'session.id', 's', 'event.sequence', '4', 'tool_name', 'Bash'))")
    for table in ("sum", "gauge"):
        database.ask(
            f"INSERT INTO otel_metrics_{table} (ServiceName, MetricName, MetricUnit, Attributes, TimeUnix, Value, Flags) VALUES "
            f"('claude-code', '{table}', 'u', map('type', 'input'), now64(9), 2.5, 0), "
            f"('claude-code', '{table}', 'u', map(), now64(9), nan, 0), ('claude-code', '{table}', 'u', map(), now64(9), 0, 1)")
    assert database.rows("SELECT event, service, agent_session, sequence, attributes FROM telemetry_logs") == [
        {"event": "tool_result", "service": "claude-code", "agent_session": "s", "sequence": 4,
         "attributes": {"tool_name": "Bash"}}]
    assert database.rows("SELECT metric, value, attributes FROM telemetry_metrics ORDER BY metric") == [
        {"metric": metric, "value": 2.5, "attributes": {"type": "input"}} for metric in ("gauge", "sum")]
    assert database.value("SELECT count() FROM otel_logs") == "0", "there is no second copy"


def test_the_same_block_twice_counts_once(database, masque, tmp_path):
    """A sender that is killed between sending and writing down what it has sent."""
    masque.json("analytics", "migrate")
    wear(masque)
    (entry,) = masque.outbox()
    before = entry.read_bytes()
    masque.json("analytics", "flush")
    counts = {table: database.value(f"SELECT count() FROM {table}") for table in TABLES}
    for _ in range(3):
        entry.write_bytes(before)
        assert masque.json("analytics", "flush")["sessions"] == 1
    assert {table: database.value(f"SELECT count() FROM {table}") for table in TABLES} == counts


def test_server_away_for_a_while(server, database, masque):
    """While the server is dead everything waits; afterwards each row is there once."""
    masque.json("analytics", "migrate")
    wear(masque, 2)
    server.kill()
    try:
        wear(masque, 2)
        assert masque.run("analytics", "flush").returncode == 2
        status = masque.run("analytics", "status", "--json")
        assert status.returncode == 1
        shown = json.loads(status.stdout)
        assert (shown["reachable"], shown["sessions"]) == (False, 4) and shown["problem"]
    finally:
        server.start()
    wear(masque)
    assert masque.json("analytics", "flush")["sessions"] == 5
    for table in ("masque_sessions", "settlements"):
        assert database.value(f"SELECT count(), uniqExact(session_id) FROM {table}") == "5\t5"
    assert database.value("SELECT count() FROM reputation_events") == "15"
    assert masque.json("analytics", "status")["sessions"] == 0


def test_what_is_refused_is_set_aside(database, masque):
    masque.json("analytics", "migrate")
    wear(masque, 2)
    first, second = masque.outbox()
    entry = json.loads(first.read_text())
    entry["tables"][1]["rows"][0]["held"] = "much"
    first.write_text(json.dumps(entry))
    done = masque.run("analytics", "flush", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"version": 1, "sessions": 1, "rows": 0, "rejected": 1}
    assert masque.outbox() == []
    assert (masque.masques / "analytics" / "rejected" / first.name).exists()
    assert masque.json("analytics", "status")["rejected"] == 1


def test_wrong_database_says_what_to_do(database, masque):
    wear(masque)
    done = masque.run("analytics", "flush")
    assert done.returncode == 2 and "masque analytics migrate" in done.stderr
    assert len(masque.outbox()) == 1


def test_password(database, audience_program, tmp_path):
    program = required("masque", "MASQUE")
    good = Masque(program, tmp_path / "good", database.port, "masques", "s&cret")
    assert good.run("analytics", "migrate").returncode == 0
    bad = Masque(program, tmp_path / "bad", database.port, "masques", "wrong")
    done = bad.run("analytics", "migrate")
    assert done.returncode == 2 and "AUTHENTICATION_FAILED" in done.stderr


def test_nothing_is_configured(tmp_path, audience_program):
    """Without a server nothing piles up, and nobody is asked."""
    masque = Masque(required("masque", "MASQUE"), tmp_path, 1)
    (masque.masques / "config.yaml").unlink()
    wear(masque)
    assert not (masque.masques / "analytics").exists()
    assert masque.json("analytics", "status")["configured"] is False
    assert masque.run("analytics", "flush").returncode == 2


# MARK: Telemetry

SECRETS = ["SECRETPROMPT", "SECRETINPUT", "SECRETOUTPUT", "SECRETERROR", "secret@example.com", "/home/secret"]


def session_records(agent, start):
    """What an agent sends of a working session, private texts included."""
    common = {"session.id": agent, "user.email": SECRETS[4], "cwd": SECRETS[5]}

    def event(n, name, attributes, body=None):
        return otlp.log(
            {**common, "event.name": name, "event.sequence": n, **attributes}, body or f"claude_code.{name}",
            start + n * 1_000_000,
        )

    records = [event(0, "user_prompt", {"prompt_length": 12, "prompt": SECRETS[0]})]
    for n in range(1, 6):
        records.append(
            event(n, "tool_result", {"tool_name": "Bash", "success": "true", "duration_ms": n, "tool_input": SECRETS[1],
                                     "tool_parameters": json.dumps({"command": SECRETS[1]}), "output": SECRETS[2]})
        )
    for n in range(6, 9):
        records.append(
            event(n, "api_request", {"model": "claude-x", "cost_usd": 0.0123, "input_tokens": 100, "output_tokens": "50",
                                     "cache_read_tokens": 7, "cache_creation_tokens": 3, "duration_ms": 1500})
        )
    records.append(event(9, "api_error", {"error": SECRETS[3], "status_code": 529, "model": SECRETS[3] + " with blanks"}))
    records.append(event(10, SECRETS[0] + " as a name", {}))
    records.append(otlp.log({"session.id": agent}, SECRETS[2], start))
    records.append(otlp.log({"session.id": agent}, {"nested": [SECRETS[1]]}, start))
    return records


def dump(database):
    text = ""
    for (table,) in [line.split("\t") for line in database.ask("SHOW TABLES").splitlines()]:
        text += database.ask(f"SELECT * FROM {table} FORMAT JSONEachRow")
    return text


def test_telemetry_is_copied_once_and_nothing_private_is(database, masque, start):
    """From the SDK through the receiver, and through kills, into ClickHouse."""
    masque.json("analytics", "migrate")
    receiver = start(home=masque.masques)
    agent = str(uuid.uuid4())

    def work():
        time.sleep(1.1)
        records = session_records(agent, time.time_ns() - 50_000_000)
        assert receiver.post("logs", otlp.logs_request(records))[0] == 200
        metrics = {"resourceMetrics": [{"resource": {}, "scopeMetrics": [{"scope": {}, "metrics": [
            {"name": "claude_code.token.usage", "unit": "tokens", "description": SECRETS[0], "sum": {"dataPoints": [
                {"asInt": "7", "timeUnixNano": str(time.time_ns()), "attributes": [
                    {"key": "type", "value": {"stringValue": "input"}}, {"key": "x", "value": {"stringValue": SECRETS[1]}},
                    {"key": "session.id", "value": {"stringValue": agent}}]}]}}]}]}]}
        assert receiver.post("metrics", json.dumps(metrics), "application/json")[0] == 200
        time.sleep(1.1)

    wear(masque, agent=agent, between=work)
    masque.json("analytics", "flush")
    for _ in range(2):
        assert masque.json("analytics", "flush") == {"version": 1, "sessions": 0, "rows": 0, "rejected": 0}
    assert database.value("SELECT event, count() FROM telemetry_logs GROUP BY event ORDER BY event") == (
        "api_error\t1\napi_request\t3\ntool_result\t5\nuser_prompt\t1")
    (metric,) = database.rows("SELECT metric, value, attributes, agent_session FROM telemetry_metrics")
    assert metric == {"metric": "claude_code.token.usage", "value": 7, "attributes": {"type": "input"}, "agent_session": agent}
    requests = database.rows("SELECT * FROM api_requests ORDER BY requested_at")
    assert len(requests) == len({row["request_id"] for row in requests}) == 3
    assert requests[0]["model_cost"] == 0.0123 and requests[0]["payment_status"] == "free"
    assert [int(requests[0][key]) for key in ("input_tokens", "output_tokens", "cache_read_tokens", "duration_ms")] == [100, 50, 7, 1500]
    # Everything is in the files of this machine, and nothing private anywhere else.
    local = (receiver.folder / "logs.jsonl").read_text()
    copied = dump(database)
    for secret in SECRETS:
        assert secret in local
        assert secret not in copied
    for path in (masque.masques / "analytics").rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_text() for secret in SECRETS), path


def test_the_receiver_sends_by_itself(database, masque, start):
    masque.json("analytics", "migrate")
    receiver = start(home=masque.masques)
    agent = str(uuid.uuid4())
    assert receiver.post("logs", otlp.logs_request(session_records(agent, time.time_ns())))[0] == 200
    end = time.monotonic() + 30
    while time.monotonic() < end and database.value("SELECT count() FROM telemetry_logs") != "10":
        time.sleep(0.3)
    assert database.value("SELECT count() FROM telemetry_logs") == "10"


def test_killed_senders_double_nothing(database, masque, start):
    """`analytics flush` killed again and again: in the end every record is there once."""
    masque.json("analytics", "migrate")
    # Nobody else sends: the receiver here has no configuration with a server.
    configuration = (masque.masques / "config.yaml").read_text()
    (masque.masques / "config.yaml").unlink()
    receiver = start(home=masque.masques)
    total = 0
    for n in range(30):
        records = [otlp.log({"event.name": "tool_result", "event.sequence": n * 1000 + k, "tool_name": "x" * 100,
                             "padding": "y" * 1000}) for k in range(500)]
        assert receiver.post("logs", otlp.logs_request(records))[0] == 200
        total += len(records)
    receiver.stop()
    (masque.masques / "config.yaml").write_text(configuration)
    program = required("masque-audience", "MASQUE_AUDIENCE")
    for n in range(25):
        process = subprocess.Popen([program, "analytics", "flush"], env=masque.environment, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(0.02 + n * 0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
    masque.json("analytics", "flush")
    assert database.value("SELECT count(), uniqExact(sequence) FROM telemetry_logs") == f"{total}\t{total}"


def test_sockets(masque, start):
    """Without a server in the configuration the receiver has no socket but its own two."""
    (masque.masques / "config.yaml").unlink()
    receiver = start(home=masque.masques)
    agent = str(uuid.uuid4())
    for _ in range(3):
        assert receiver.post("logs", otlp.logs_request(session_records(agent, time.time_ns())))[0] == 200
    time.sleep(6)
    folder = pathlib.Path(f"/proc/{receiver.process.pid}/fd")
    if not folder.exists():
        pytest.skip("this system has no /proc/PID/fd")
    own = {link.readlink().name for link in folder.iterdir() if "socket:" in str(link.readlink())}
    rows = pathlib.Path(f"/proc/{receiver.process.pid}/net/tcp").read_text().splitlines()[1:]
    ports = {int(row.split()[1].split(":")[1], 16) for row in rows if f"socket:[{row.split()[9]}]" in own}
    assert ports == {receiver.port, receiver.health_port}


# MARK: TLS


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """An authority, and certificates that it has signed: {name: (certificate, key)}."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make certificates with")
    folder = tmp_path_factory.mktemp("authority")

    def run(*words):
        done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test")
    made = {"authority": (folder / "ca.pem", None)}
    for name, subject in (("localhost", "DNS:localhost"), ("address", "IP:127.0.0.1"), ("other", "DNS:other.example")):
        run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=server")
        (folder / "extension.txt").write_text(f"subjectAltName={subject}\n")
        run("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "extension.txt", "-out", f"{name}.pem")
        made[name] = (folder / f"{name}.pem", folder / f"{name}.key")
    return made


class Behind:
    """A proxy that speaks TLS before a server."""

    def __init__(self, port, certificate, highest=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        if highest:
            self.context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            self.context.maximum_version = highest
            self.context.set_ciphers("ALL:@SECLEVEL=0")
        self.names = []
        self.context.sni_callback = lambda _, name, __: self.names.append(name)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.target = port
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with self.context.wrap_socket(connection, server_side=True) as secure, \
                    socket.create_connection(("127.0.0.1", self.target)) as server:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += secure.recv(65536)
                length = int(re.search(rb"Content-Length: (\d+)", head)[1])
                rest = length - len(head.partition(b"\r\n\r\n")[2])
                server.sendall(head)
                while rest > 0:
                    piece = secure.recv(65536)
                    rest -= len(piece)
                    server.sendall(piece)
                while piece := server.recv(65536):
                    secure.sendall(piece)
                secure.unwrap()
        except OSError:
            pass

    def close(self):
        self.listener.close()


def behind(masque, proxy, host, authority=None):
    (masque.masques / "config.yaml").write_text(f"clickhouse:\n  url: https://{host}:{proxy.port}\n")
    if authority:
        masque.environment["SSL_CERT_FILE"] = str(authority)


@pytest.mark.parametrize("host, name", [("localhost", "localhost"), ("127.0.0.1", "address")])
def test_by_tls(database, masque, authority, host, name):
    proxy = Behind(database.port, authority[name])
    behind(masque, proxy, host, authority["authority"][0])
    masque.json("analytics", "migrate")
    wear(masque, 3)
    assert masque.json("analytics", "flush")["sessions"] == 3
    assert database.value("SELECT count() FROM masque_sessions") == "3"
    assert masque.json("analytics", "status")["reachable"] is True
    assert set(proxy.names) == ({"localhost"} if host == "localhost" else {None})
    proxy.close()


@pytest.mark.parametrize("host, name, trusted, words", [
    ("localhost", "localhost", False, "does not prove who it is"),
    ("localhost", "other", True, "does not prove who it is: hostname mismatch"),
    ("localhost", "address", True, "does not prove who it is: hostname mismatch"),
    ("127.0.0.1", "localhost", True, "does not prove who it is: IP address mismatch"),
])
def test_who_does_not_prove_to_be_the_server_is_told_nothing(database, masque, authority, host, name, trusted, words):
    masque.json("analytics", "migrate")
    wear(masque)
    proxy = Behind(database.port, authority[name])
    behind(masque, proxy, host, authority["authority"][0] if trusted else None)
    done = masque.run("analytics", "flush")
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert len(masque.outbox()) == 1
    assert database.value("SELECT count() FROM masque_sessions") == "0"
    proxy.close()


def test_old_tls_and_none_at_all_are_refused(database, masque, authority):
    wear(masque)
    proxy = Behind(database.port, authority["localhost"], ssl.TLSVersion.TLSv1_1)
    behind(masque, proxy, "localhost", authority["authority"][0])
    done = masque.run("analytics", "flush")
    assert done.returncode == 2 and "does not speak TLS with us" in done.stderr, done.stderr
    proxy.close()
    (masque.masques / "config.yaml").write_text(f"clickhouse:\n  url: https://localhost:{database.port}\n")
    done = masque.run("analytics", "flush")
    assert done.returncode == 2 and "does not speak TLS with us" in done.stderr, done.stderr

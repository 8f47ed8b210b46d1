"""What the receiver does to slow clients, to a full disk, and when it is stopped or killed: nothing acknowledged is lost."""

import json
import os
import pathlib
import signal
import socket
import stat
import subprocess
import threading
import time

import pytest

import otlp

HEAD = b"POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def one(identifier):
    return json.dumps(
        {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": identifier}}]}]}]}
    ).encode()


def identifiers(receiver):
    """The bodies of all records on the disk."""
    return [
        record["body"]["stringValue"]
        for line in receiver.lines("logs")
        for resource in line["resourceLogs"]
        for scope in resource["scopeLogs"]
        for record in scope["logRecords"]
    ]


def test_health(audience):
    assert audience.post("logs", one("x"), "application/json")[0] == 200
    status, health = audience.health()
    assert status == 200
    assert health["status"] == "Server available"
    assert health["pid"] == audience.process.pid
    assert (health["requests"], health["logRecords"], health["refused"]) == (1, 1, 0)


def test_files_are_private(audience):
    audience.post("logs", one("x"), "application/json")
    assert stat.S_IMODE(audience.folder.stat().st_mode) == 0o700
    for path in audience.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_listens_on_the_loopback_interface_alone(audience):
    listening = pathlib.Path(f"/proc/{audience.process.pid}/net/tcp")
    if not listening.exists():
        pytest.skip("this system has no /proc/PID/net/tcp")
    ports = {audience.port, audience.health_port}
    rows = [line.split()[1].split(":") for line in listening.read_text().splitlines()[1:]]
    addresses = {address for address, port in rows if int(port, 16) in ports}
    assert addresses == {"0100007F"}


def test_only_one_writes(audience, start):
    with pytest.raises(AssertionError, match="another receiver"):
        start(home=audience.home)
    assert audience.post("logs", one("x"), "application/json")[0] == 200


def test_port_in_use(audience, start, tmp_path):
    with pytest.raises(AssertionError, match=f"port {audience.port} is in use"):
        start("--port", str(audience.port), home=tmp_path / "other")


# MARK: Slow clients


@pytest.fixture
def impatient(start):
    return start("--head-timeout", "500", "--body-timeout", "1000", "--idle-timeout", "700")


def closed_after(connection):
    """(seconds until the other side closes, what it said before)"""
    begin = time.monotonic()
    said = b""
    while True:
        try:
            piece = connection.recv(4096)
        except ConnectionError:
            piece = b""
        if not piece:
            return time.monotonic() - begin, said
        said += piece


def test_who_says_nothing_is_hung_up_on(impatient):
    with impatient.connect() as connection:
        seconds, said = closed_after(connection)
    assert 0.3 < seconds < 5 and said == b""


def test_slow_head(impatient):
    with impatient.connect() as connection:
        begin = time.monotonic()
        try:
            for byte in HEAD + b"X: " + b"y" * 1000:
                connection.sendall(bytes([byte]))
                time.sleep(0.02)
        except ConnectionError:
            pass
        assert time.monotonic() - begin < 5


def test_slow_body(impatient):
    with impatient.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n")
        begin = time.monotonic()
        connection.settimeout(0.1)
        said = b""
        while time.monotonic() - begin < 10 and not said:
            try:
                connection.sendall(b" ")
                said = connection.recv(4096)
            except TimeoutError:
                pass
            except ConnectionError:
                break
    assert said.startswith(b"HTTP/1.1 408 "), said
    assert time.monotonic() - begin < 5


def test_idle_between_requests(impatient):
    body = one("x")
    with impatient.connect() as connection:
        for _ in range(3):
            connection.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            answer = connection.recv(4096)
            assert answer.startswith(b"HTTP/1.1 200 ")
            time.sleep(0.2)
        seconds, _ = closed_after(connection)
    assert seconds < 5


def test_slow_clients_are_in_nobodys_way(audience):
    slow = [audience.connect() for _ in range(300)]
    for connection in slow:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
    begin = time.monotonic()
    assert audience.post("logs", one("x"), "application/json")[0] == 200
    assert time.monotonic() - begin < 2
    assert audience.health()[0] == 200
    for connection in slow:
        connection.close()


def test_expectations(audience):
    body = one("x")
    with audience.connect() as connection:
        connection.sendall(HEAD + f"Expect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    with audience.connect() as connection:
        connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 404 ")


def test_requests_behind_each_other(audience):
    """Pipelined requests are answered in their order."""
    requests = b""
    for n in range(20):
        body = one(f"r{n}") if n % 3 else b"nothing"
        requests += HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    with audience.connect() as connection:
        connection.sendall(requests)
        answers = b""
        while answers.count(b"HTTP/1.1 ") < 20:
            answers += connection.recv(65536)
    statuses = [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200 if n % 3 else 400 for n in range(20)]
    assert identifiers(audience) == [f"r{n}" for n in range(20) if n % 3]


@pytest.mark.parametrize("junk", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"POST /v1/logs HTTP/9.9\r\n\r\n", b"\0" * 100,
                                  b"POST /v1/logs HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b"A" * 200_000])
def test_what_is_no_http(audience, junk):
    with audience.connect() as connection:
        try:
            connection.sendall(junk)
            connection.shutdown(socket.SHUT_WR)
            said = connection.recv(4096)
        except ConnectionError:
            said = b""
    assert not said or said.startswith(b"HTTP/1.1 4"), said
    assert audience.post("logs", one("x"), "application/json")[0] == 200


# MARK: The disk


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of 256 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", place], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", place])


def test_disk_full(tiny_disk, start, tmp_path):
    """503 with Retry-After, no half line, nothing acknowledged that is not there; and it goes on when there is room."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "telemetry").symlink_to(tiny_disk)
    receiver = start(home=home)
    text = "x" * 10_000
    acknowledged = []
    refused = 0
    for n in range(40):
        status, headers, _ = receiver.post("logs", one(f"{n} {text}"), "application/json")
        if status == 200:
            acknowledged.append(f"{n} {text}")
        else:
            assert status == 503 and int(headers["Retry-After"]) > 0
            refused += 1
    assert acknowledged and refused
    assert identifiers(receiver) == acknowledged
    status, health = receiver.health()
    assert status == 503 and "No space left" in health["problem"]
    subprocess.run(["mount", "-o", "remount,size=4m", tiny_disk], check=True)
    assert receiver.post("logs", one("room"), "application/json")[0] == 200
    assert identifiers(receiver) == [*acknowledged, "room"]
    assert receiver.health()[0] == 200


# MARK: The end


class Load:
    """Clients that send records with names of their own and remember which were acknowledged."""

    def __init__(self, receiver, clients=4):
        self.receiver = receiver
        self.acknowledged = []
        self.unknown = 0
        self.ends = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(f"{time.time_ns()}-{n}",)) for n in range(clients)]
        for thread in self.threads:
            thread.start()

    def run(self, name):
        count = 0
        while not self.ends.is_set():
            try:
                with self.receiver.connect() as connection:
                    while not self.ends.is_set():
                        identifier = f"{name}-{count}"
                        body = one(identifier)
                        count += 1
                        connection.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
                        answer = connection.recv(4096)
                        if answer.startswith(b"HTTP/1.1 200 "):
                            self.acknowledged.append(identifier)
                        else:
                            self.unknown += 1
                            break
            except OSError:
                self.unknown += 1
                if self.receiver.process.poll() is not None:
                    return
            if self.receiver.process.poll() is not None:
                return

    def finish(self):
        self.ends.set()
        for thread in self.threads:
            thread.join(30)


def test_killed_under_load(start):
    """Killed 50 times: every acknowledged record is there, and no torn line outlasts the next start."""
    receiver = start()
    acknowledged = []
    for round in range(50):
        load = Load(receiver)
        time.sleep(0.05 + round % 5 * 0.02)
        receiver.kill()
        load.finish()
        acknowledged += load.acknowledged
        receiver.start()
    assert len(acknowledged) > 50
    found = identifiers(receiver)
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_under_load(start, number):
    """Everything that was taken is answered and written, then the receiver ends with 0."""
    receiver = start()
    load = Load(receiver)
    time.sleep(0.3)
    receiver.process.send_signal(number)
    assert receiver.process.wait(15) == 0
    load.finish()
    assert load.acknowledged
    assert set(load.acknowledged) <= set(identifiers(receiver))
    assert not (receiver.folder / "audience.json").exists()


def test_torn_tail_is_mended(start):
    receiver = start()
    receiver.post("logs", one("whole"), "application/json")
    receiver.stop()
    path = receiver.folder / "logs.jsonl"
    whole = path.read_bytes()
    for torn in (whole[:-1], whole[:40], b"\0" * 5000, b"x\n", whole[:20] + b"\n" + whole[:20], b'{"a":"\0"}\n'):
        path.write_bytes(whole + torn)
        receiver.start()
        assert path.read_bytes() == whole
        receiver.stop()


def test_records_survive_a_client_that_leaves(audience):
    """Who does not wait for the answer has sent a request all the same, and nobody else notices."""
    body = one("left")
    for _ in range(50):
        with audience.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert audience.post("logs", one("stays"), "application/json")[0] == 200
    assert "stays" in identifiers(audience)


def test_memory_is_flat(audience):
    """The same load again and again does not add up."""

    def resident():
        for line in pathlib.Path(f"/proc/{audience.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])

    if not pathlib.Path("/proc/self/status").exists():
        pytest.skip("this system has no /proc")
    body = otlp.logs_request([otlp.log({"n": n, "text": "x" * 200}) for n in range(2000)])
    sizes = []
    for _ in range(4):
        for _ in range(50):
            assert audience.post("logs", body)[0] == 200
        sizes.append(resident())
    assert sizes[-1] < sizes[0] + 32_000, sizes
    assert sizes[-1] < 200_000, sizes

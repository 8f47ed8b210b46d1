"""Finds the receiver under test and starts it in a folder of its own."""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

import pytest

import clickhouse
from analytics import ClickHouse
from programs import ROOT, required  # noqa: F401 - the tests take them from here



@pytest.fixture(scope="session")
def audience_program():
    """Path of the receiver."""
    return required("masque-audience", "MASQUE_AUDIENCE")


class Audience:
    """A receiver, its folder, and the ports that it has found for itself."""

    def __init__(self, program, home, *arguments, environment=None):
        self.program = program
        self.home = pathlib.Path(home)
        self.folder = self.home / "telemetry"
        self.arguments = arguments
        self.environment = environment or {}
        self.process = None
        self.port = self.health_port = None
        self.home.mkdir(exist_ok=True)
        self.errors = self.home / "errors.txt"

    def start(self):
        state = self.folder / "audience.json"
        state.unlink(missing_ok=True)
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(
                [self.program, "serve", "--port", "0", "--health-port", "0", *self.arguments],
                env={**os.environ, "MASQUES_HOME": str(self.home), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
            )
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode}: {self.errors.read_text()}")
            try:
                found = json.loads(state.read_text())
            except (OSError, ValueError):
                time.sleep(0.01)
                continue
            self.port, self.health_port = found["port"], found["healthPort"]
            return self
        raise AssertionError("the receiver does not start")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        return self.process.returncode if self.process else None

    def kill(self):
        self.process.kill()
        self.process.wait(20)

    def url(self, signal_name):
        return f"http://127.0.0.1:{self.port}/v1/{signal_name}"

    def request(self, method, path, body=None, headers=None, chunked=False):
        """(status, headers, body) of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {}, encode_chunked=chunked)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def post(self, signal_name, body, content_type="application/x-protobuf", **headers):
        headers = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.request("POST", f"/v1/{signal_name}", body, {"Content-Type": content_type, **headers})

    def health(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.health_port, timeout=10)
        connection.request("GET", "/")
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def lines(self, signal_name):
        """Every line of a signal's files, parsed."""
        found = []
        for path in sorted(self.folder.glob(f"{signal_name}*.jsonl")):
            with open(path, "rb") as file:
                for line in file:
                    assert line.endswith(b"}\n"), f"{path} has a torn line"
                    found.append(json.loads(line))
        return found

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)


@pytest.fixture
def audience(audience_program, tmp_path):
    """A running receiver."""
    receiver = Audience(audience_program, tmp_path).start()
    yield receiver
    receiver.stop()


@pytest.fixture
def start(audience_program, tmp_path):
    """Starts receivers with arguments of their own; they are stopped at the end."""
    started = []

    def start(*arguments, home=None, **environment):
        receiver = Audience(audience_program, home or tmp_path, *arguments, environment=environment)
        started.append(receiver)
        return receiver.start()

    yield start
    for receiver in started:
        receiver.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    if clickhouse.library() is None:
        pytest.skip("no ClickHouse: the Python package chdb is not installed")
    folder = tmp_path_factory.mktemp("clickhouse")
    server = ClickHouse(folder).start()
    yield server
    server.kill()


@pytest.fixture
def database(server):
    """A server without our database, and nothing in it."""
    server.ask("DROP DATABASE IF EXISTS masques SYNC", "default")
    return server

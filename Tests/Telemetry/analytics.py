"""A ClickHouse server that can be killed, and `masque` with a home of its own that knows of it."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

import clickhouse

ROOT = pathlib.Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class ClickHouse:
    """The server, which can be killed and started again on the same data."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, clickhouse.__file__, str(self.folder), str(self.port)],
            stdin=subprocess.DEVNULL, stdout=open(self.folder / "log.txt", "ab"), stderr=subprocess.STDOUT,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ping", timeout=5) as answer:
                    if answer.read() == b"Ok.\n":
                        return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        pytest.skip(f"ClickHouse does not start here: {(self.folder / 'log.txt').read_text()[-500:]}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ask(self, query, database="masques"):
        url = f"http://127.0.0.1:{self.port}/?database={database}"
        try:
            with urllib.request.urlopen(url, query.encode(), timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from None

    def rows(self, query):
        return [json.loads(line) for line in self.ask(query + " FORMAT JSONEachRow").splitlines()]

    def value(self, query):
        return self.ask(query).strip()


class Masque:
    """`masque` with a home of its own and a server in its configuration."""

    def __init__(self, program, home, port, user="default", password=None):
        self.program, self.home = program, pathlib.Path(home)
        self.project = self.home / "project"
        (self.project / ".git").mkdir(parents=True)
        self.masques = self.home / "masques"
        self.masques.mkdir()
        configuration = f"clickhouse:\n  url: http://127.0.0.1:{port}\n"
        if password:
            configuration += f"  user: {user}\n  password_variable: CH_PASSWORD\n"
        (self.masques / "config.yaml").write_text(configuration)
        self.environment = {
            **os.environ, "MASQUES_HOME": str(self.masques), "HOME": str(self.home), "USER": "tester",
            "LOGNAME": "tester", "CH_PASSWORD": password or "",
        }

    def run(self, *arguments, input=None):
        return subprocess.run(
            [self.program, *arguments], cwd=self.project, env=self.environment, input=input, capture_output=True,
            text=True, timeout=120,
        )

    def json(self, *arguments):
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def wear(self, name="codesmith", agent=None):
        """One wearing of a masque, from beginning to end."""
        done = self.run("don", name, "--personas", str(ROOT / "personas"))
        assert done.returncode == 0, done.stderr
        if agent:
            bound = self.run("hook", "session-start", input=json.dumps({"session_id": agent, "source": "startup"}))
            assert bound.returncode == 0, bound.stderr
        yield
        done = self.run("doff", "--personas", str(ROOT / "personas"))
        assert done.returncode == 0, done.stderr

    def outbox(self):
        return sorted((self.masques / "analytics" / "outbox").glob("*.json"))


def wear(masque, count=1, agent=None, between=lambda: None):
    for _ in range(count):
        wearing = masque.wear(agent=agent)
        next(wearing)
        between()
        next(wearing, None)

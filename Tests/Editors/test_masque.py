"""masque as a process: what can't be seen from inside."""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest
from conftest import ROOT


@pytest.fixture
def folder(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "home").mkdir()
    shutil.copytree(ROOT / "personas", tmp_path / "personas")
    return tmp_path


@pytest.fixture
def start(masque, folder):
    processes = []

    def start(*arguments, **options):
        environment = {"HOME": str(folder / "home"), "PATH": os.environ["PATH"], **options.pop("env", {})}
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [masque, *arguments], cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def call(process, argument=""):
    output, error = process.communicate(argument, timeout=20)
    assert error == ""
    return [json.loads(line) for line in output.splitlines()], process.returncode


def test_a_call(start):
    (first, last), code = call(start("call", "inspect"), '{"masque": 1}')
    assert first["protocol"] == 1 and last["result"]["masque"]["index"] == 1 and code == 0
    (_, last), code = call(start("call", "inspect"), "")
    assert last["error"]["reason"] == "missing-argument" and code == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_call_that_waits_can_be_ended(start, number):
    process = start("call", "new")
    # It says who it is before it reads, and listens from then on.
    assert json.loads(process.stdout.readline())["protocol"] == 1
    time.sleep(0.05)
    process.send_signal(number)
    started = time.monotonic()
    assert process.wait(timeout=5) == 2 and time.monotonic() - started < 1
    assert json.loads(process.stdout.read())["error"]["reason"] == "cancelled"


def test_nobody_listens(start):
    process = start("call", "list")
    process.stdout.close()
    process.stdin.write("{}")
    process.stdin.close()
    assert process.wait(timeout=10) == 0 and process.stderr.read() == ""

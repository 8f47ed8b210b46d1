"""`masque audience`: the receiver as a program in the background."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request

import pytest

from analytics import free_port
from conftest import required
from Editors.wire import Server


class Stage:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.masques = folder / "masques"
        self.project = folder / "project"
        (self.project / ".git").mkdir(parents=True)
        self.masques.mkdir()
        self.port, self.health_port = free_port(), free_port()
        (self.masques / "config.yaml").write_text(
            f"telemetry:\n  port: {self.port}\n  health_port: {self.health_port}\n")
        self.environment = {key: value for key, value in os.environ.items() if key != "CLAUDE_CONFIG_DIR"} | {
            "MASQUES_HOME": str(self.masques), "HOME": str(folder)}

    def run(self, *arguments):
        return subprocess.run([self.program, "audience", *arguments], cwd=self.project, env=self.environment,
                              capture_output=True, text=True, timeout=60)

    def json(self, *arguments):
        done = self.run(*arguments, "--json")
        return json.loads(done.stdout) if done.stdout else done.stderr


@pytest.fixture
def stage(audience_program, tmp_path):
    program = required("masque", "MASQUE")
    if os.path.dirname(os.path.realpath(program)) != os.path.dirname(os.path.realpath(audience_program)):
        pytest.skip("masque and masque-audience are not in one folder")
    stage = Stage(program, tmp_path)
    yield stage
    stage.run("stop")


def test_from_beginning_to_end(stage):
    assert stage.run("status").returncode == 1
    assert stage.json("stop")["stopped"] is False
    assert not (stage.masques / "telemetry").exists(), "asking leaves something behind"
    first = stage.json("start")
    assert first["started"] is True and first["receiver"]["endpoint"] == f"http://127.0.0.1:{stage.port}"
    again = stage.json("start")
    assert again["started"] is False and again["receiver"] == first["receiver"]
    body = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [{
        "timeUnixNano": "1790000000000000000", "body": {"stringValue": "claude_code.tool_result"},
        "attributes": [{"key": "tool_name", "value": {"stringValue": "Bash"}},
                       {"key": "tool_input", "value": {"stringValue": "PRIVATE"}}]}]}]}]}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{stage.port}/v1/logs", body, {"Content-Type": "application/json"})
    assert urllib.request.urlopen(request, timeout=10).status == 200
    status = stage.json("status")
    assert status["figures"]["logRecords"] == 1
    assert {file["name"]: file["bytes"] > 0 for file in status["files"]} == {
        "logs.jsonl": True, "metrics.jsonl": False, "traces.jsonl": False}
    assert stage.json("logs")["lines"] == ["2026-09-21T14:13:20Z tool_result tool_name=Bash"]
    assert "listening on" in stage.run("logs", "--of", "receiver").stdout
    pid = first["receiver"]["pid"]
    # A session of its own, and no child of anybody who might wait for it.
    assert os.getsid(pid) == pid
    assert stage.json("stop")["stopped"] is True
    assert stage.run("status").returncode == 1
    # Whoever was killed is not taken for one that runs.
    killed = stage.json("start")["receiver"]["pid"]
    os.kill(killed, 9)
    time.sleep(0.2)
    assert stage.run("status").returncode == 1
    assert stage.json("start")["started"] is True


def post(stage, **attributes):
    """Tells the receiver of an event, some seconds after 2026-09-21T14:13:20Z."""
    listed = [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]
    record = {"timeUnixNano": "1790000005000000000", "body": {"stringValue": "claude_code.tool_result"}, "attributes": listed}
    body = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{stage.port}/v1/logs", body, {"Content-Type": "application/json"})
    assert urllib.request.urlopen(request, timeout=10).status == 200


def test_by_the_language_server(stage):
    """What an editor runs by workspace/executeCommand is what a shell runs."""
    lsp = required("masque-lsp", "MASQUE_LSP")
    if os.path.dirname(os.path.realpath(lsp)) != os.path.dirname(os.path.realpath(stage.program)):
        pytest.skip("masque and masque-lsp are not in one folder")
    environment = [f"{name}={value}" for name, value in stage.environment.items() if name in ("HOME", "MASQUES_HOME")]
    with Server(["/usr/bin/env", "-u", "CLAUDE_CONFIG_DIR", *environment, lsp], cwd=stage.project) as server:
        commands_of(server, stage)
        assert server.shut_down() == 0


def commands_of(server, stage):
    server.initialize(workspaceFolders=[{"uri": stage.project.as_uri(), "name": "project"}])

    def run(command, **arguments):
        return server.request(
            "workspace/executeCommand", {"command": f"masque.{command}", "arguments": [arguments]}, timeout=60)

    assert "receiver" not in run("audience.status")["result"]
    started = run("audience.start")["result"]
    assert started["started"] is True and started["receiver"]["endpoint"] == f"http://127.0.0.1:{stage.port}"
    assert stage.json("status")["receiver"] == started["receiver"]
    post(stage, tool_name="Bash", success="true")
    assert run("audience.status")["result"]["figures"]["logRecords"] == 1
    assert run("audience.logs")["result"]["lines"] == ["2026-09-21T14:13:25Z tool_result tool_name=Bash success=true"]
    window = {"from": "2026-09-21T14:13:20Z", "to": "2026-09-21T14:14:20Z"}
    score = run("performance", **window)
    if shutil.which("duckdb", path=os.environ.get("MASQUES_DUCKDB") or os.environ["PATH"]):
        assert score["result"]["stats"]["tools"] == 1 and score["result"]["dimensions"]["quality"] == 10
        # Nothing happened in the minute after it.
        later = run("performance", **{"from": "2026-09-21T14:14:21Z", "to": "2026-09-21T14:15:00Z"})
        assert later["result"]["composite"] is None and later["result"]["recommendation"] is None
    assert run("audience.config")["result"]["settings"]["env"]["OTEL_LOGS_EXPORTER"] == "otlp"
    written = run("audience.config", write=True, scope="local")["result"]
    assert json.loads((stage.project / ".claude" / "settings.local.json").read_text()) == written["settings"]
    assert run("audience.stop")["result"]["stopped"] is True
    assert run("audience.stop")["result"]["stopped"] is False
    assert "error" in run("audience.logs", of="nobody")


def test_many_at_once(stage):
    """Ten who start it at the same time have one receiver."""
    programs = [subprocess.Popen([stage.program, "audience", "start", "--json"], cwd=stage.project, env=stage.environment,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(10)]
    answers = [program.communicate(timeout=60) for program in programs]
    pids = {json.loads(output)["receiver"]["pid"] for output, _ in answers if output.startswith('{"version": 1, "receiver"')}
    assert len(pids) == 1, answers
    # Nobody of the others takes its place.
    assert stage.json("stop")["stopped"] is True
    end = time.monotonic() + 3
    while time.monotonic() < end:
        assert stage.run("status").returncode == 1, "another receiver has taken the place of the one that was stopped"
        time.sleep(0.05)


def test_a_port_that_is_taken(stage):
    with socket.socket() as other:
        other.bind(("127.0.0.1", stage.port))
        other.listen()
        done = stage.run("start")
    assert done.returncode == 2 and f"port {stage.port} is in use" in done.stderr


def test_settings_keep_every_other_byte(stage):
    folder = stage.folder / ".claude"
    folder.mkdir()
    text = '{\n\t"model" : "x",   "env": {"A": "b", "OTEL_LOGS_EXPORTER": "console"},\n\t"z": [1,2 ]\n}\n'
    (folder / "settings.json").write_text(text)
    shown = stage.json("config")
    assert (folder / "settings.json").read_text() == text and not shown["changed"]
    written = stage.json("config", "--write")
    assert written["changed"] and written["replaced"] == [{"name": "OTEL_LOGS_EXPORTER", "value": '"console"'}]
    after = (folder / "settings.json").read_text()
    assert after.startswith('{\n\t"model" : "x",   "env": {"A": "b", "OTEL_LOGS_EXPORTER": "otlp"')
    assert after.endswith('},\n\t"z": [1,2 ]\n}\n')
    assert json.loads(after)["env"] == {"A": "b", **written["settings"]["env"]}
    # What is done just before a masque comes off has to be here by then.
    assert written["settings"]["env"]["OTEL_LOGS_EXPORT_INTERVAL"] == "1000"
    assert stage.json("config", "--write")["changed"] is False
    (folder / "settings.json").write_text("{ no JSON")
    assert stage.run("config", "--write").returncode == 2
    assert (folder / "settings.json").read_text() == "{ no JSON"
    assert stage.run("config", "--write", "--scope", "local").returncode == 0
    assert json.loads((stage.project / ".claude" / "settings.local.json").read_text()) == written["settings"]


def test_a_configuration_with_a_mistake_is_refused(stage):
    (stage.masques / "config.yaml").write_text("telemetry:\n  prot: 1\n")
    done = stage.run("start")
    assert done.returncode == 2 and "prot" in done.stderr

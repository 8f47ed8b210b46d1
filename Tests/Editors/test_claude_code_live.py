"""What we bring for Claude Code, in the real Claude Code, whose model is a scripted one on loopback."""

import datetime
import json
import os
import pathlib
import re
import shutil
import socket
import sys
import time

import pytest
from claude_code import PLUGIN, ClaudeCode, found, results, texts, told
from conftest import ROOT
from scripted_model import USAGE, ScriptedModel, say, use
from test_claude_code import COMMANDS, lines, shlex

SERVER_PLUGIN = ROOT / "editors" / "claude-code-lsp"
BLOCK = '<masque-active name="Codesmith"'


@pytest.fixture
def claude(masque, tmp_path):
    program, reason = found()
    if program is None:
        pytest.skip(reason)
    with ScriptedModel() as model:
        yield ClaudeCode(program, masque, tmp_path, model)


def wait(condition, seconds=20):
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return value


def test_it_is_valid_and_can_be_installed(claude):
    for path in (ROOT, PLUGIN, SERVER_PLUGIN):
        done = claude.run("plugin", "validate", "--strict", str(path))
        assert done.returncode == 0 and "Validation passed" in done.stdout, done.stdout
    assert claude.run("plugin", "marketplace", "add", str(ROOT)).returncode == 0
    for name in ("masques", "masque-lsp"):
        done = claude.run("plugin", "install", f"{name}@masques")
        assert done.returncode == 0, done
    installed = json.loads(claude.run("plugin", "list", "--json").stdout)
    assert {(plugin["id"], plugin["enabled"]) for plugin in installed} == {
        ("masques@masques", True), ("masque-lsp@masques", True)}
    shown = claude.run("plugin", "details", "masques").stdout
    assert f"Skills ({len(COMMANDS)})  {', '.join(COMMANDS)}" in shown
    assert "Hooks (2)  SessionStart, SessionEnd" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name, claude):
    """Claude gets the text, and the lines in it may be run without anybody being asked."""
    wanted = [shlex.join(line) for line in lines(name)]
    if name == "audience":
        # Its own tests start the receiver.
        wanted = [line for line in wanted if line.split()[-1] not in ("start", "stop")]
    claude.model.plan(*([use("Bash", command=line)] for line in wanted))
    answer = claude.ask(f"/masques:{name} codesmith")
    assert answer["permission_denials"] == []
    last = claude.model.requests[-1]
    assert told(last, f"<command-name>/masques:{name}</command-name>") == 1
    given = results(last)
    assert len(given) == len(wanted)
    for line, result in zip(wanted, given):
        assert "Usage: masque" not in result and "requires approval" not in result, (line, result)
    if name == "don":
        assert all(result.startswith(BLOCK) for result in given)


def test_commands_allow_nothing_else(claude):
    claude.model.plan([use("Bash", command="masque doff; touch x")], [use("Bash", command="masque doff")])
    assert len(claude.ask("/masques:don codesmith")["permission_denials"]) == 2
    assert not (claude.project / "x").exists()


def test_claude_knows_who_it_is(claude):
    """From the start, after a resume and a compaction; and that it is over, though the conversation still says so."""
    block = claude.masque("preview", "codesmith").stdout.split("</masque-active>")[0] + "</masque-active>"
    claude.masque("don", "codesmith")
    claude.model.plan([use("Bash", command="masque id --json")])
    first = claude.ask("hello", "--allowedTools", "Bash(masque id:*)")
    session = first["session_id"]
    assert told(claude.model.requests[0], block) == 1
    assert json.loads(results(claude.model.requests[-1])[0])["active"]["agentSession"] == session
    # The end of a session is the end of the wearing.
    assert wait(lambda: claude.worn() is None)

    claude.model.plan()
    claude.ask("still here?", "--resume", session)
    said = [text for _, text in texts(claude.model.requests[-1])]
    assert told(claude.model.requests[-1], block) == 1
    [over] = [place for place, text in enumerate(said) if "no masque is worn here" in text]
    assert any(block in text for text in said[:over])

    # The same masque, put on anew, is told anew.
    claude.masque("don", "codesmith")
    claude.model.plan()
    claude.ask("and now?", "--resume", session)
    said = [text for _, text in texts(claude.model.requests[-1])]
    assert told(claude.model.requests[-1], block) == 2
    assert max(place for place, text in enumerate(said) if block in text) > said.index(
        next(text for text in said if "no masque is worn here" in text))

    claude.masque("don", "codesmith")
    claude.model.plan()
    claude.ask("/compact", "--resume", session)
    claude.masque("don", "codesmith")
    claude.model.plan()
    claude.ask("who are you?", "--resume", session)
    assert "This session is being continued" in json.dumps(claude.model.requests[-1])
    assert told(claude.model.requests[-1], block) >= 1
    assert wait(lambda: claude.worn() is None)


def test_a_session_that_has_never_worn_one_is_told_nothing(claude):
    claude.model.plan()
    session = claude.ask("hello")["session_id"]
    claude.model.plan()
    claude.ask("again", "--resume", session)
    assert told(claude.model.requests[-1], "SessionStart:") == 0


def test_a_folder_of_a_repository(claude):
    """Hooks and servers are told the folder in which Claude Code was started, what runs in a shell is not."""
    folder = claude.project / "packages" / "one"
    folder.mkdir(parents=True)
    claude.write("servers.json", {"mcpServers": {"masques": {"command": "masque", "args": ["mcp"]}}})
    claude.model.plan(
        [use("Bash", command="masque don codesmith")],
        [use("ToolSearch", query="select:mcp__masques__id", max_results=1)],
        [use("mcp__masques__id")],
    )
    answer = claude.ask(
        "hello", "--mcp-config", str(claude.configuration / "servers.json"),
        "--allowedTools", "Bash(masque *),mcp__masques", folder=folder)
    assert answer["permission_denials"] == []
    active = json.loads(results(claude.model.requests[-1])[-1])["active"]
    assert (active["name"], active["agentSession"]) == ("Codesmith", answer["session_id"])
    assert wait(lambda: claude.worn() is None)


def test_a_session_within_a_session(claude):
    claude.masque("don", "codesmith")
    line = shlex.join(["env", "ANTHROPIC_API_KEY=scripted", claude.program, "-p", "nested", "--plugin-dir", str(PLUGIN)])
    claude.model.plan([use("Bash", command=f"{line}; masque id --json")], [say("I am the inner one.")])
    answer = claude.ask("hello", "--allowedTools", "Bash")
    [inner] = [request for request in claude.model.requests if told(request, "nested") and not told(request, "hello")]
    assert told(inner, BLOCK) == 1
    said, active = results(claude.model.requests[-1])[0].split("\n", 1)
    assert said == "I am the inner one."
    assert json.loads(active)["active"]["agentSession"] == answer["session_id"]
    assert wait(lambda: claude.worn() is None)


def test_a_session_ends_before_its_masque_is_off(claude, masque):
    """All hooks of a session's end have 1.5 s, whatever they ask for."""
    claude.masque("don", "codesmith")
    slow = claude.programs / "masque"
    slow.unlink()
    slow.write_text(f'#!/bin/sh\n[ "$2" != session-end ] || sleep 3\nexec {shlex.quote(masque)} "$@"\n')
    slow.chmod(0o755)
    claude.model.plan()
    assert "cancelled" not in claude.ask("hello")["errors"]
    assert wait(lambda: claude.worn() is None)


def test_the_server_for_agents(claude):
    done = claude.run("mcp", "add", "masques", "--", "masque", "mcp")
    assert done.returncode == 0, done
    claude.model.plan(
        [use("ToolSearch", query="select:mcp__masques__don,mcp__masques__id", max_results=2)],
        [use("mcp__masques__don", masque="codesmith", intent="implement the parser")],
        [use("mcp__masques__id")],
    )
    answer = claude.ask("hello", "--allowedTools", "mcp__masques", plugin=None)
    assert answer["permission_denials"] == []
    for tool in ("list_masques", "inspect_masque", "preview_masque", "don", "doff", "id", "explain_intent", "score"):
        assert told(claude.model.requests[0], f"mcp__masques__{tool}"), tool
    offered = {tool["name"]: tool for tool in claude.model.requests[-1]["tools"]}
    assert offered["mcp__masques__don"]["input_schema"]["required"] == ["masque"]
    donned, told_by_id = map(json.loads, results(claude.model.requests[-1])[1:])
    assert donned["text"].startswith(BLOCK)
    assert told_by_id["active"]["intent"] == "implement the parser"
    # Without the hooks nobody takes it off.
    assert claude.worn()["name"] == "Codesmith"
    claude.model.plan()
    claude.ask("/mcp__masques__don-archivist", plugin=None)
    assert told(claude.model.requests[-1], '<masque-active name="Archivist"') == 1


def test_findings_after_an_edit(claude, lsp):
    (claude.programs / "masque-lsp").symlink_to(lsp)
    path, other = claude.project / "personas" / "codesmith.masque.yaml", claude.project / "other.yaml"
    other.write_text("ring: playr\nname: x\n")
    claude.model.plan(
        [use("Read", file_path=str(path)), use("Read", file_path=str(other))],
        [use("Edit", file_path=str(path), old_string="ring: player", new_string="ring: playr")],
        [use("Edit", file_path=str(other), old_string="name: x", new_string="name: y")],
        [use("Bash", command="sleep 2")],
        [use("ToolSearch", query="select:LSP", max_results=1)],
        [use("LSP", operation="documentSymbol", filePath=str(path), line=1, character=1)],
    )
    claude.ask("hello", "--permission-mode", "acceptEdits", "--allowedTools", "Bash(sleep *),LSP", plugin=SERVER_PLUGIN)
    [findings] = [text for _, text in texts(claude.model.requests[-1]) if "<new-diagnostics>" in text]
    assert re.search(r"codesmith\.masque\.yaml:\s+✘ \[Line 5:7\] .*did you mean `player`\? \[schema-enum\]", findings)
    assert "other.yaml" not in findings
    assert "name (Class) Codesmith - Line 2" in results(claude.model.requests[-1])[-1]


# Telemetry

# What the code reads of events, and the arm of OTLP's AnyValue in which Claude Code sends it.
SENT = {
    "user_prompt": {"prompt.id": "stringValue", "prompt_length": "stringValue"},
    "skill_activated": {"prompt.id": "stringValue", "skill.name": "stringValue"},
    "tool_decision": {
        "prompt.id": "stringValue", "tool_name": "stringValue", "decision": "stringValue", "source": "stringValue",
    },
    "tool_result": {
        "prompt.id": "stringValue", "tool_name": "stringValue", "tool_use_id": "stringValue", "success": "stringValue",
        "duration_ms": "stringValue",
    },
    "api_request": {
        "prompt.id": "stringValue", "model": "stringValue", "request_id": "stringValue", "cost_usd": "doubleValue",
        "cost_usd_micros": "intValue", "duration_ms": "intValue", "input_tokens": "intValue",
        "output_tokens": "intValue", "cache_read_tokens": "intValue", "cache_creation_tokens": "intValue",
    },
}


# The same of metrics.
MEASURED = {
    "claude_code.token.usage": {"model", "type"},
    "claude_code.cost.usage": {"model"},
    "claude_code.lines_of_code.count": {"type"},
    "claude_code.code_edit_tool.decision": {"decision", "language", "source", "tool_name"},
}


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for free in sockets:
        free.bind(("127.0.0.1", 0))
    ports = [free.getsockname()[1] for free in sockets]
    for free in sockets:
        free.close()
    return ports


def events(folder):
    """(name, attributes, record) of all events that the receiver has written, attributes as (arm, value)."""
    for line in (folder / "logs.jsonl").read_text().splitlines():
        for resource in json.loads(line)["resourceLogs"]:
            service = {one["key"]: one["value"] for one in resource["resource"]["attributes"]}["service.name"]
            assert service == {"stringValue": "claude-code"}
            for scope in resource["scopeLogs"]:
                for record in scope["logRecords"]:
                    attributes = {one["key"]: next(iter(one["value"].items())) for one in record["attributes"]}
                    yield attributes["event.name"][1], attributes, record


def points(folder):
    """(name, the attributes' keys) of all points of metrics that the receiver has written."""
    for line in (folder / "metrics.jsonl").read_text().splitlines():
        for resource in json.loads(line)["resourceMetrics"]:
            for scope in resource["scopeMetrics"]:
                for metric in scope["metrics"]:
                    for point in metric["sum"]["dataPoints"]:
                        yield metric["name"], {one["key"] for one in point["attributes"]}


@pytest.fixture
def measured(claude, masque):
    """Claude Code whose telemetry is received."""
    if not (pathlib.Path(masque).resolve().parent / "masque-audience").exists():
        pytest.skip("masque and masque-audience are not in one folder")
    duckdb = os.environ.get("MASQUES_DUCKDB") or shutil.which("duckdb") or shutil.which(
        "duckdb", path=pathlib.Path(sys.executable).parent)
    if not duckdb:
        pytest.skip("no `duckdb` command: pip install duckdb-cli")
    claude.environment["MASQUES_DUCKDB"] = duckdb
    port, health = free_ports(2)
    (claude.home / ".masques" / "config.yaml").write_text(
        "operator: {name: ada}\n"
        "rates: {hold: 1.00, per_session: 0.10, per_tool_call: 0.01, per_1k_tokens: 0.02}\n"
        f"telemetry:\n  port: {port}\n  health_port: {health}\n")
    assert claude.masque("ledger", "deposit", "10").returncode == 0
    started = claude.masque("audience", "start")
    assert started.returncode == 0, started.stderr
    assert claude.masque("audience", "config", "--write").returncode == 0
    yield claude
    claude.masque("audience", "stop")


def test_telemetry(measured):
    claude = measured
    persona = claude.project / "personas" / "codesmith.masque.yaml"
    claude.masque("don", "codesmith")
    claude.model.plan(
        [use("Bash", command="echo hello")],
        [use("Read", file_path=str(persona))],
        [use("Bash", command="exit 3")],
        [use("Edit", file_path=str(persona), old_string="ring: player", new_string="ring: guest")],
        [use("Bash", command="touch refused")],
    )
    answer = claude.ask("hello", "--allowedTools", "Bash(echo *),Bash(exit *),Edit")
    assert len(answer["permission_denials"]) == 1
    wait(lambda: claude.worn() is None)
    lines = ["masque don codesmith", "echo hello", "sleep 1.5", "masque doff"]
    claude.model.plan(*([use("Bash", command=line)] for line in lines))
    second = claude.ask("/masques:don codesmith", "--allowedTools", "Bash")

    seen = list(events(claude.home / ".masques" / "telemetry"))
    assert {session for _, attributes, _ in seen for session in [attributes["session.id"][1]]} == {
        answer["session_id"], second["session_id"]}
    for name, expected in SENT.items():
        some = [attributes for found_name, attributes, _ in seen if found_name == name]
        assert some, name
        for attributes in some:
            assert {key: attributes.get(key, (None,))[0] for key in expected} == expected, name
    for name, attributes, record in seen:
        assert record["body"] == {"stringValue": f"claude_code.{name}"}
        # Both are in milliseconds, and say the same instant but for a few of them.
        milliseconds, rest = divmod(int(record["timeUnixNano"]), 1_000_000)
        stamp = datetime.datetime.fromisoformat(attributes["event.timestamp"][1]).timestamp()
        assert rest == 0 and abs(stamp * 1000 - milliseconds) < 1000
        assert attributes["event.sequence"][0] == "intValue"
    # A process counts its events from 0.
    own = [(name, attributes) for name, attributes, _ in seen if attributes["session.id"][1] == answer["session_id"]]
    assert [int(attributes["event.sequence"][1]) for _, attributes in own] == list(range(len(own)))
    tools = [
        (attributes["tool_name"][1], attributes["success"][1]) for name, attributes in own if name == "tool_result"]
    # A tool that was not permitted has no result.
    assert tools == [("Bash", "true"), ("Read", "true"), ("Bash", "false"), ("Edit", "true")]
    requests = [attributes for name, attributes in own if name == "api_request"]
    assert len(requests) == 6
    assert sum(attributes["cost_usd"][1] for attributes in requests) == pytest.approx(answer["total_cost_usd"])
    assert requests[0]["cache_read_tokens"][1] == str(USAGE["cache_read_input_tokens"])
    [activated] = [attributes["skill.name"][1] for name, attributes, _ in seen if name == "skill_activated"]
    assert activated == "masques:don"
    # No words of anybody, but what the tools were given.
    assert "hello" not in json.dumps([attributes for name, attributes in own if name == "user_prompt"])
    assert "echo hello" in json.dumps([attributes for name, attributes in own if name == "tool_result"])

    metrics = list(points(claude.home / ".masques" / "telemetry"))
    for name, expected in MEASURED.items():
        some = [keys for found_name, keys in metrics if found_name == name]
        assert some and all(expected <= keys for keys in some), name
    source = (ROOT / "Sources" / "MasqueAnalytics" / "AllowList.swift").read_text()
    copied = set(re.findall(r'\("([\w.]+)", \.', source))
    assert set().union(*MEASURED.values(), *SENT.values()) - {"prompt.id", "tool_use_id", "request_id"} <= copied

    record, in_between = map(json.loads, (claude.home / ".masques" / "sessions.jsonl").read_text().splitlines())
    assert record["agentSession"] == answer["session_id"]
    # What was done more than a second before has come by the time a masque is taken off in the midst of a session.
    assert in_between["agentSession"] == second["session_id"] and in_between["usage"]["toolCalls"] >= 2
    # All of it has come before the hook that ends the session.
    assert record["usage"]["toolCalls"] == 4 and record["usage"]["requests"] == 6
    units = {line["unit"]: line["count"] for line in record["price"]["lines"]}
    assert units["tool call"] == 4 and units["1,000 tokens"] == 6 * sum(USAGE.values())
    score = json.loads(claude.masque("performance", "--session", record["session"], "--json").stdout)
    assert (score["stats"]["tools"], score["stats"]["tools_ok"], score["stats"]["prompts"]) == (4, 3, 1)
    assert score["dimensions"]["quality"] == 7.5
    logs = claude.masque("audience", "logs", "--lines", "100").stdout
    assert "tool_result session=" in logs and "tool_name=Read success=true" in logs


# In a terminal


def test_in_a_terminal(claude):
    """The status line, the words of waiting, /clear, and the end."""
    pytest.importorskip("pyte")
    claude.write("settings.json", {"statusLine": {
        "type": "command", "command": str(PLUGIN / "scripts" / "statusline.sh")}})
    claude.masque("don", "codesmith")
    with claude.terminal("--plugin-dir", str(PLUGIN), "--permission-mode", "default") as terminal:
        terminal.until("Codesmith v1.1.0 · player")
        first = claude.worn()["agentSession"]
        assert first
        claude.model.delay = 3
        terminal.type("hello")
        verbs = json.loads((claude.project / ".claude" / "settings.local.json").read_text())["spinnerVerbs"]["verbs"]
        wait(lambda: terminal.read(0.1) and any(verb in terminal.text for verb in verbs))
        terminal.until("Done.")
        claude.model.delay = 0
        claude.model.plan([use("Bash", command="masque don archivist")], [say("It is on.")])
        terminal.type("/masques:don archivist")
        terminal.until("It is on.", "Archivist v1.0.0 · player")
        terminal.type("/clear")
        wait(lambda: (terminal.read(0.1), claude.worn()["agentSession"] not in (None, first))[1])
        claude.model.plan([say("I am.")])
        terminal.type("who are you?")
        terminal.until("I am.")
        assert told(claude.model.requests[0], '<masque-active name="Archivist"') == 1
        assert told(claude.model.requests[0], BLOCK) == 0
        terminal.type("/exit")
        wait(lambda: (terminal.read(0.1), claude.worn() is None)[1])
        assert "Hook cancelled" not in terminal.text


def test_a_terminal_that_is_closed(claude):
    pytest.importorskip("pyte")
    claude.masque("don", "codesmith")
    with claude.terminal("--plugin-dir", str(PLUGIN), "--permission-mode", "default"):
        wait(lambda: claude.worn()["agentSession"])
    assert wait(lambda: claude.worn() is None)

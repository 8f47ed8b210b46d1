"""Conduct on the wire, down to what no client library would send. LSP 3.17, sections Base Protocol and Lifecycle."""

import json
import os
import pathlib
import random
import subprocess
import sys
import time

import pytest
import wire

URI = "file:///masques/personas/smith.masque.yaml"
NOT_INITIALIZED, INVALID_REQUEST, METHOD_NOT_FOUND, PARSE_ERROR = -32002, -32600, -32601, -32700
ENCODINGS = ["utf-8", "utf-16", "utf-32"]
SKILL_LEVELS = ["novice", "competent", "proficient", "expert", "master"]

CLEAN = """\
name: Smith
index: 1
version: "1.0.0"
ring: player
skills:
  - uri: skill://craft/iron
    level: expert
intent:
  allowed:
    - "implement *"
lens: |
  Work with care.
"""
BROKEN = CLEAN.replace("ring: player", "ring: playr")

# One to four bytes per scalar, one and two UTF-16 units, one and two scalars per visible character.
WIDE = "aé漢😀e\u0301🏳️\u200d🌈"


@pytest.fixture
def server(lsp):
    with wire.Server([lsp]) as server:
        yield server


@pytest.fixture
def ready(server):
    server.initialize()
    return server


def codes(params):
    return [diagnostic["code"] for diagnostic in params["diagnostics"]]


def error_code(response):
    assert "error" in response, response
    return response["error"]["code"]


# Life


def test_a_request_before_initialize(server):
    assert error_code(server.request("textDocument/hover", {})) == NOT_INITIALIZED
    assert error_code(server.request("shutdown")) == NOT_INITIALIZED
    assert "capabilities" in server.initialize()


def test_a_notification_before_initialize_is_dropped(server):
    server.open(URI, BROKEN)
    server.initialize()
    server.open(URI, CLEAN, version=7)
    assert server.diagnostics(URI)["version"] == 7


def test_a_second_initialize(ready):
    assert (
        error_code(ready.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}}))
        == INVALID_REQUEST
    )


def test_a_request_after_shutdown(ready):
    assert ready.request("shutdown")["result"] is None
    assert error_code(ready.request("textDocument/hover", {})) == INVALID_REQUEST
    ready.notify("exit")
    assert ready.wait() == 0


@pytest.mark.parametrize("initialized", [False, True])
def test_exit_without_shutdown(server, initialized):
    if initialized:
        server.initialize()
    server.notify("exit")
    assert server.wait() == 1


@pytest.mark.parametrize("initialized", [False, True])
def test_the_client_closes_the_pipe(server, initialized):
    if initialized:
        server.initialize()
    server.close_input()
    assert server.wait(5) == 1


def test_the_client_dies_while_its_pipe_stays_open(server):
    client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    server.initialize(processId=client.pid)
    assert server.wait(0.3) is None, "the server must live as long as its client"
    client.communicate(b"\n")
    assert server.wait(5) == 1


CLIENT = """
import sys, time
sys.path.insert(0, sys.argv[1])
import wire
server = wire.Server([sys.argv[2]])
server.initialize()
text = "name: x\\nlens: |\\n" + "  think\\n" * 200_000
uri = "file:///masques/smith.masque.yaml"
server.open(uri, text)
for version in range(2, 200):
    server.change(uri, version, {"range": wire.span(text, 6, 7), "text": "y"})
    server.post("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", ["its pipe goes with it", "its pipe stays open"])
def test_the_client_is_killed_while_the_server_works(lsp, how):
    """As the out-of-memory killer does it: without a word, in the middle of everything."""
    here = pathlib.Path(__file__).resolve().parent
    client = subprocess.Popen([sys.executable, "-c", CLIENT, here, lsp], stdout=subprocess.PIPE, text=True)
    server = int(client.stdout.readline())
    kept = []
    if how == "its pipe stays open":
        # Somebody else has the pipe, too.
        for descriptor in pathlib.Path(f"/proc/{client.pid}/fd").iterdir():
            if os.readlink(descriptor).startswith("pipe:") and int(descriptor.name) > 2:
                kept.append(os.open(descriptor, os.O_RDWR | os.O_NONBLOCK))
        assert kept
    assert pathlib.Path(f"/proc/{server}").exists()
    client.kill()
    client.wait()
    client.stdout.close()
    deadline = time.monotonic() + 5
    try:
        while running(server):
            assert time.monotonic() < deadline, "the server outlives its client"
            time.sleep(0.05)
    finally:
        for descriptor in kept:
            os.close(descriptor)


def running(process):
    """Whether a process is alive; one that nobody has collected is not."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_flag_that_clients_add(lsp):
    with wire.Server([lsp, "--stdio"]) as server:
        server.initialize()
        assert server.shut_down() == 0


# Messages


def test_an_unknown_method(ready):
    assert error_code(ready.request("masque/noSuchThing", {})) == METHOD_NOT_FOUND
    assert error_code(ready.request("$/noSuchRequest", {})) == METHOD_NOT_FOUND
    ready.notify("$/noSuchNotification", {})
    ready.notify("masque/noSuchNotification", {})
    ready.open(URI, BROKEN)
    assert "schema-enum" in codes(ready.diagnostics(URI))


@pytest.mark.parametrize("body", [b"{", b"nonsense", b'{"jsonrpc": "2.0", "id": 1, ', b"\xff\xfe"])
def test_broken_json(ready, body):
    ready.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    answer = ready.wait_for(lambda message: "error" in message)
    assert answer["error"]["code"] == PARSE_ERROR and answer["id"] is None
    ready.open(URI, BROKEN)
    assert "schema-enum" in codes(ready.diagnostics(URI))


def test_a_message_that_is_no_request(ready):
    for body in (b"[]", b"1", b"{}", b'{"jsonrpc":"2.0","id":9,"method":5}'):
        ready.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert ready.shut_down() == 0


def test_split_and_merged_frames(ready):
    opened = {"jsonrpc": "2.0", "method": "textDocument/didOpen"}
    opened["params"] = {"textDocument": {"uri": URI, "languageId": "yaml", "version": 1, "text": BROKEN}}
    for byte in wire.frame(opened):
        ready.write(bytes([byte]))
    assert "schema-enum" in codes(ready.diagnostics(URI, 1))
    change = {"jsonrpc": "2.0", "method": "textDocument/didChange"}
    merged = b""
    for version, text in ((2, CLEAN), (3, BROKEN), (4, CLEAN)):
        document = {"uri": URI, "version": version}
        merged += wire.frame({**change, "params": {"textDocument": document, "contentChanges": [{"text": text}]}})
    ready.write(merged)
    assert codes(ready.diagnostics(URI, 4)) == []


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: %d\r\n\r\n",
        b"content-length:%d\r\nX-Unknown: yes\r\n\r\n",
    ],
)
def test_headers(server, header):
    body = json.dumps(
        {
            "jsonrpc": "2.0",
            "id": 5,
            "method": "initialize",
            "params": {"processId": None, "rootUri": None, "capabilities": {}},
        }
    ).encode()
    server.write(header % len(body) + body)
    assert "capabilities" in server.response(5)["result"]


def test_string_ids_come_back_as_strings(ready):
    ready.send({"jsonrpc": "2.0", "id": "seven", "method": "shutdown"})
    assert ready.response("seven")["id"] == "seven"


# Text


@pytest.mark.parametrize("offered, chosen", [(None, "utf-16"), ([], "utf-16"), *(([e], e) for e in ENCODINGS)])
def test_the_position_encoding(server, offered, chosen):
    assert server.initialize(offered)["capabilities"].get("positionEncoding", "utf-16") == chosen


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "BOM"])
def test_a_range_behind_wide_characters(server, encoding, newline, mark):
    server.initialize([encoding])
    text = CLEAN.replace("skills:", f"# {WIDE}\nskills:")
    text = text.replace(
        "  - uri: skill://craft/iron\n    level: expert", f'  - {{"{WIDE}": 1, uri: "skill://a/b", level: grand}}'
    )
    text = mark + text.replace("\n", newline)
    server.open(URI, text)
    found = server.diagnostics(URI)["diagnostics"]
    [wrong] = [d for d in found if d["code"] == "schema-enum"]
    assert wrong["range"] == wire.span_of(text, "grand", encoding)
    # The same place by an edit in that encoding: the finding goes, and nothing else changes.
    server.change(URI, 2, {"range": wire.span_of(text, "grand", encoding), "text": "expert"})
    rest = server.diagnostics(URI, 2)["diagnostics"]
    assert [d["code"] for d in rest] == [d["code"] for d in found if d != wrong]


def random_change(random_source, text):
    """(change of the text from a to b, new text): typing, deleting, pasting, at any place but inside a CRLF."""

    def boundary(at):
        return at - 1 if text[at - 1 : at + 1] == "\r\n" else at

    a = boundary(random_source.randint(0, len(text)))
    b = boundary(min(len(text), a + random_source.choice([0, 0, 0, 1, 1, 3, 30])))
    pieces = [
        "x",
        " ",
        "\n",
        "\r\n",
        ": ",
        "- ",
        '"',
        "[",
        "😀",
        "漢",
        "e\u0301",
        "ring: playr\n",
        "  - level: no\n",
        "",
    ]
    inserted = random_source.choice(pieces)
    if text[a - 1 : a] == "\r" and inserted.startswith("\n"):
        inserted = ""
    return a, max(a, b), inserted


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_many_edits_are_as_good_as_reopening(server, encoding, newline):
    """After any edits the findings are those of the same text opened afresh: no drift, whatever the units."""
    server.initialize([encoding])
    source = random.Random(f"{encoding} {newline!r}")
    fresh = "file:///elsewhere/personas/smith.masque.yaml"
    start = BROKEN.replace("Work with care.", f"{WIDE} work\n  {WIDE}").replace("\n", newline)
    text, version = start, 1
    server.open(URI, text)
    server.diagnostics(URI, 1)
    for round_ in range(40):
        if round_ % 10 == 9:
            # A whole-document change between the incremental ones, which also keeps the text from decaying.
            text = start
            changes = [{"text": text}]
        else:
            changes = []
        for _ in range(source.randint(1, 4)):
            a, b, inserted = random_change(source, text)
            # Each change of a notification counts in the text that the ones before it have left.
            changes.append({"range": wire.span(text, a, b, encoding), "text": inserted})
            text = text[:a] + inserted + text[b:]
        version += 1
        server.change(URI, version, *changes)
        edited = server.diagnostics(URI, version)["diagnostics"]
        server.open(fresh, text, version)
        reopened = server.diagnostics(fresh, version)["diagnostics"]
        server.notify("textDocument/didClose", {"textDocument": {"uri": fresh}})
        for diagnostic in edited + reopened:
            diagnostic.pop("relatedInformation", None)
            diagnostic.pop("data", None)
        assert edited == reopened, f"round {round_}: {text!r}"


def test_positions_outside_the_text_are_clamped(ready):
    ready.open(URI, BROKEN)
    ready.diagnostics(URI, 1)
    end = {"line": 10_000, "character": 10_000}
    ready.change(URI, 2, {"range": {"start": end, "end": end}, "text": "context: more\n"})
    assert "schema-enum" in codes(ready.diagnostics(URI, 2))
    line_end = {"line": 3, "character": 4_000_000_000}
    ready.change(URI, 3, {"range": {"start": {"line": 3, "character": 6}, "end": line_end}, "text": "player"})
    assert codes(ready.diagnostics(URI, 3)) == []


# Findings


def test_versions_never_run_backwards(ready):
    """A burst of edits may be answered once, and the last word is about the last version."""
    ready.open(URI, BROKEN)
    for version in range(2, 200):
        at = wire.span_of(BROKEN, "Work with care.")["start"]
        ready.change(URI, version, {"range": {"start": at, "end": at}, "text": "x"})
    assert codes(ready.diagnostics(URI, 199)) == ["schema-enum"]
    seen = [m["params"]["version"] for m in ready.received if m.get("method") == "textDocument/publishDiagnostics"]
    assert seen == sorted(seen)


def test_closing_leaves_nothing_stale(ready):
    ready.open(URI, BROKEN)
    assert codes(ready.diagnostics(URI, 1)) == ["schema-enum"]
    ready.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert ready.diagnostics(URI)["diagnostics"] == []
    # The same version again, with other text: what was remembered of version 1 must not answer.
    ready.open(URI, CLEAN, 1)
    assert ready.diagnostics(URI, 1)["diagnostics"] == []
    ready.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    ready.diagnostics(URI)
    ready.open(URI, BROKEN, 1)
    assert codes(ready.diagnostics(URI, 1)) == ["schema-enum"]


def test_an_untitled_document(ready):
    ready.open("untitled:Untitled-1", BROKEN)
    assert "schema-enum" in codes(ready.diagnostics("untitled:Untitled-1"))


def test_a_request_for_a_document_that_is_not_open(ready):
    answer = ready.request(
        "textDocument/completion", {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}
    )
    assert "error" in answer or not answer["result"]
    assert ready.shut_down() == 0


# Completion


def complete(server, text, encoding="utf-16"):
    """The labels offered at `$0` in the text."""
    at = text.index("$0")
    text = text.replace("$0", "")
    server.open(URI, text)
    position = wire.position(text, at, encoding)
    result = server.request("textDocument/completion", {"textDocument": {"uri": URI}, "position": position})["result"]
    items = (result["items"] if isinstance(result, dict) else result) or []
    return sorted(items, key=lambda item: item.get("sortText", item["label"]))


def labels(items):
    return [item["label"] for item in items]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_completion_of_an_enumeration(server, encoding):
    server.initialize([encoding])
    text = CLEAN.replace("level: expert", "level: $0").replace("name: Smith", f"name: Smith # {WIDE}")
    items = complete(server, text, encoding)
    assert labels(items) == SKILL_LEVELS
    assert len({str(item.get("documentation")) for item in items}) == len(items)


def test_completion_of_keys(ready):
    """What is missing, in schema order, and not what is there already."""
    items = labels(complete(ready, CLEAN.replace('version: "1.0.0"\n', "$0\n")))
    assert items[0] == "version"
    assert {"context", "knowledge", "access"} <= set(items)
    assert not {"name", "ring", "lens", "skills"} & set(items)


def test_completion_while_another_section_is_broken(ready):
    text = CLEAN.replace("ring: player", "ring: $0").replace("allowed:\n", "allowed: [\n")
    assert labels(complete(ready, text)) == ["admin", "player", "guest", "outsider"]


def test_applying_a_completion_makes_the_finding_go(ready):
    text = CLEAN.replace("ring: player", "ring: $0")
    item = next(item for item in complete(ready, text) if item["label"] == "player")
    text = text.replace("$0", "")
    edit = item.get("textEdit")
    if edit is None:
        at = wire.span_of(text, "ring: ")["end"]
        edit = {"range": {"start": at, "end": at}, "newText": item.get("insertText", item["label"])}
    ready.change(URI, 2, {"range": edit.get("range") or edit["insert"], "text": edit["newText"]})
    assert codes(ready.diagnostics(URI, 2)) == []


# stdout belongs to the protocol


def test_nothing_but_messages_on_stdout(lsp, tmp_path):
    messages = [
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {"processId": os.getpid(), "rootUri": None, "capabilities": {}},
        },
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        {"jsonrpc": "2.0", "id": 2, "method": "shutdown"},
        {"jsonrpc": "2.0", "method": "exit"},
    ]
    done = subprocess.run([lsp], input=b"".join(map(wire.frame, messages)), capture_output=True, timeout=20)
    assert done.returncode == 0, done.stderr
    rest = done.stdout
    while rest:
        head, separator, tail = rest.partition(b"\r\n\r\n")
        assert separator and head.startswith(b"Content-Length: "), rest[:200]
        length = int(head.split(b": ")[1].split(b"\r\n")[0])
        assert tail[:1] == b"{", rest[:200]
        rest = tail[length:]

#!/usr/bin/env python3
"""masque-lsp from outside the process: raw JSON-RPC over unbuffered pipes, nothing shared with the server.

A latency runs from just before the last byte of the question is written to just after the last byte of the answer is
read; `driver` is the same with `cat` for a server, that is the cost of pipes and Python alone.
"""

import argparse
import json
import os
import re
import sys
import time

import corpus
from measure import WORK, machine, median, number, peer, percentile, program, say, table, version, wire

clock = time.perf_counter_ns
# An author's next keystroke is far away for a server: a pause lets it finish what it does after publishing.
PAUSE = 0.002


def resident(pid):
    """(now, peak) in MiB, of the process itself."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        fields = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status.read(), re.MULTILINE))
    return int(fields["VmRSS"]) / 1024, int(fields["VmHWM"]) / 1024


def capabilities():
    """What a present-day editor announces, as far as it bears on the work that a server does."""
    return {
        "general": {"positionEncodings": ["utf-8", "utf-16"]},
        "textDocument": {
            "publishDiagnostics": {"versionSupport": True, "relatedInformation": True, "codeDescriptionSupport": True},
            "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
            "hover": {"contentFormat": ["markdown"]},
        },
    }


def start(command, root=None, offered=None):
    """(server, milliseconds from spawn to the initialize reply, its result)."""
    server = wire.Server(command)
    params = {"processId": os.getpid(), "rootUri": None, "capabilities": offered or capabilities()}
    if root is not None:
        params["rootUri"] = root.as_uri()
        params["workspaceFolders"] = [{"uri": root.as_uri(), "name": root.name}]
    server.post("initialize", params)
    while True:
        body = server.body(30)
        at = clock()
        message = json.loads(body)
        if message.get("id") == 1 and "method" not in message:
            break
    if "result" not in message:
        sys.exit(f"initialize failed: {message}")
    server.notify("initialized", {})
    return server, (at - server.spawned_at) / 1e6, message["result"]


def stop(server):
    with server:
        server.shut_down()


def until(server, wanted, timeout=60):
    """(the time when the wanted message was complete, the message)."""
    while True:
        body = server.body(timeout)
        at = clock()
        message = json.loads(body)
        if "id" in message and "method" in message:
            server.send({"jsonrpc": "2.0", "id": message["id"], "result": None})
        elif wanted(message):
            return at, message


def published(uri, version_):
    def wanted(message):
        if message.get("method") != "textDocument/publishDiagnostics":
            return False
        params = message["params"]
        return params["uri"] == uri and params.get("version", version_) == version_

    return wanted


def answered(identifier):
    return lambda message: message.get("id") == identifier


# Start


def start_up(rounds, text, uri):
    """Ours and the quickest starters of the field, in turn."""
    ours = [program("masque-lsp")]
    contenders = {"`masque-lsp`": ours}
    for name, arguments in (("ruff", ["server"]), ("tombi", ["lsp"])):
        path = peer(name)
        if path:
            contenders[f"{version(path)} (`{name} {arguments[0]}`)"] = [path, *arguments]
    times = {name: [] for name in contenders}
    memory = {name: [] for name in contenders}
    findings, with_document = [], []
    for round_ in range(rounds + 2):
        for name in list(contenders)[:: 1 if round_ % 2 == 0 else -1]:
            server, ms, _ = start(contenders[name])
            if name == "`masque-lsp`":
                server.open(uri, text)
                at, _ = until(server, published(uri, 1))
                if round_ >= 2:
                    findings.append((at - server.spawned_at) / 1e6)
                    with_document.append(resident(server.pid)[0])
            if round_ >= 2:
                # The first two warm the page cache.
                times[name].append(ms)
                memory[name].append(resident(server.pid)[0])
            stop(server)
    base = times["`masque-lsp`"]
    rows = []
    for name, ms in times.items():
        ratio = median(own / other for own, other in zip(base, ms, strict=True))
        label = number(ratio) if ms is not base else "1"
        rows.append([name, number(median(ms)), number(percentile(ms, 99)), label, number(median(memory[name]))])
    head = ["Spawn → initialize reply", "median ms", "p99 ms", "`masque-lsp` takes ×", "resident MiB"]
    return (
        f"{rounds} starts each, interleaved; `masque-lsp` has a document of 100 lines open when its memory is read\n\n"
        + table(head, rows)
        + f"\n\nSpawn → first findings of a 100-line document: median {number(median(findings))} ms, "
        f"p99 {number(percentile(findings, 99))} ms."
    )


def driver(rounds):
    """The cost of the pipes and of this driver."""
    frame = wire.frame({"jsonrpc": "2.0", "method": "x", "params": {"text": "x" * 200}})
    times = []
    with wire.Server(["cat"]) as server:
        for _ in range(rounds):
            before = clock()
            server.write(frame)
            server.body()
            times.append((clock() - before) / 1e6)
            time.sleep(PAUSE)
    return times


def workspace(root, rounds):
    """First findings in a folder of 5,000 masques, and what the folder costs."""
    path = sorted((root / "personas").rglob("*.masque.yaml"))[0]
    text = path.read_text(encoding="utf-8")
    findings, memory = [], []
    for _ in range(rounds):
        server, _, _ = start([program("masque-lsp")], root)
        server.open(path.as_uri(), text)
        at, _ = until(server, published(path.as_uri(), 1))
        findings.append((at - server.spawned_at) / 1e6)
        # Whatever reads the folder in the background has had its time by then.
        time.sleep(1.5)
        memory.append(resident(server.pid)[0])
        stop(server)
    return (
        f"With a workspace of 5,000 masques: first findings of an opened one {number(median(findings))} ms after spawn "
        f"(median of {rounds}, at most {number(max(findings))}); {number(median(memory))} MiB resident 1.5 s later."
    )


# Edits


def places(text):
    """Where the edits go, as scalar offsets: in the middle of the document's own kind of content."""
    patterns = [m.end() for m in re.finditer(r'^    - "\w+ \w+', text, re.MULTILINE)]
    lens = text.index("\nlens:")
    lines = [m.start() + 12 for m in re.finditer(r"^  \w.{20,}$", text[lens:], re.MULTILINE)]
    return {
        "an intent pattern": patterns[len(patterns) // 2],
        "the lens": lens + lines[len(lines) // 2],
        "a top-level key": text.index("\nknowledge:") + len("\nknow"),
        "a nested key": text.index("vault_role") + 3,
    }


class Document:
    """An open document whose one character comes and goes."""

    def __init__(self, server, uri, text, encoding):
        self.server, self.uri, self.text, self.encoding = server, uri, text, encoding
        self.version = 1
        server.open(uri, text)
        until(server, published(uri, 1))

    def edit(self, offset, inserting):
        """The frame of the next edit: types one character, or removes it again."""
        self.version += 1
        at = wire.position(self.text, offset, self.encoding)
        after = {"line": at["line"], "character": at["character"] + 1}
        change = {"range": {"start": at, "end": at if inserting else after}, "text": "x" if inserting else ""}
        params = {"textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": [change]}
        return wire.frame({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params})


def keystrokes(document, offset, rounds):
    """didChange → publishDiagnostics of that version, in milliseconds."""
    times = []
    for round_ in range(rounds + 10):
        frame = document.edit(offset, round_ % 2 == 0)
        wanted = published(document.uri, document.version)
        time.sleep(PAUSE)
        before = clock()
        document.server.write(frame)
        at, _ = until(document.server, wanted)
        if round_ >= 10:
            times.append((at - before) / 1e6)
    return times


def completions(document, edited, asked, rounds):
    """Request → answer right behind a didChange, in milliseconds; and how many items there are."""
    server, times, count = document.server, [], 0
    position = wire.position(document.text, asked, document.encoding)
    for round_ in range(rounds + 10):
        change = document.edit(edited, round_ % 2 == 0)
        server.ids += 1
        identifier = server.ids
        params = {"textDocument": {"uri": document.uri}, "position": position}
        question = wire.frame(
            {"jsonrpc": "2.0", "id": identifier, "method": "textDocument/completion", "params": params}
        )
        time.sleep(PAUSE)
        server.write(change)
        before = clock()
        server.write(question)
        at, message = until(server, answered(identifier))
        if "error" in message:
            sys.exit(f"completion failed: {message}")
        result = message["result"] or []
        count = len(result["items"] if isinstance(result, dict) else result)
        if round_ >= 10:
            times.append((at - before) / 1e6)
    return times, count


def editing(folder, rounds):
    edits, asks, sizes = [], [], []
    for lines in corpus.LINES:
        say(f"  {lines:,} lines")
        path = folder / f"lines-{lines}.masque.yaml"
        # Faultless but for the ring, whose value is to be completed.
        text = path.read_text(encoding="utf-8")
        ring = text.index("ring: ") + len("ring: ")
        server, _, result = start([program("masque-lsp")])
        encoding = result["capabilities"].get("positionEncoding", "utf-16")
        document = Document(server, path.as_uri(), text, encoding)
        opened = resident(server.pid)[0]
        for name, offset in places(text).items():
            times = keystrokes(document, offset, rounds)
            row = [f"{lines:,} lines, {name}", median(times), percentile(times, 99), max(times)]
            edits.append([row[0], *map(number, row[1:])])
        lens = places(text)["the lens"]
        for name, at in (("a ring", ring), ("a key, start of a line", text.index("\nlens:") + 1)):
            times, count = completions(document, lens, at, rounds)
            row = [f"{lines:,} lines, {name}", count, median(times), percentile(times, 99), max(times)]
            asks.append([row[0], count, *map(number, row[2:])])
        now, peak = resident(server.pid)
        sizes.append(
            [f"{lines:,} lines, {len(text.encode()) / 1e3:,.0f} kB", number(opened), number(now), number(peak)]
        )
        stop(server)
    return edits, asks, sizes


# Answers


def capabilities_of_views():
    """What an editor adds that shows everything."""
    offered = capabilities()
    offered["textDocument"]["documentSymbol"] = {"hierarchicalDocumentSymbolSupport": True}
    types = "comment enumMember keyword macro namespace number operator parameter property regexp string type variable"
    offered["textDocument"]["semanticTokens"] = {
        "requests": {"full": {"delta": True}, "range": True},
        "tokenTypes": types.split(),
        "tokenModifiers": ["declaration", "documentation"],
        "formats": ["relative"],
    }
    offered["textDocument"]["inlayHint"] = {"resolveSupport": {"properties": ["tooltip"]}}
    return offered


def questions(document):
    """(name, method, what the parameters have beside the document) of each request that is measured."""
    text, encoding = document.text, document.encoding
    spots = places(text)
    lines = text.count("\n")
    at = {"position": wire.position(text, spots["an intent pattern"], encoding)}
    first = max(0, wire.position(text, spots["an intent pattern"], encoding)["line"] - 30)
    window = {"range": {"start": {"line": first, "character": 0}, "end": {"line": first + 60, "character": 0}}}
    whole = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": lines, "character": 0}}}
    style = {"options": {"tabSize": 2, "insertSpaces": True}}
    ring = {"position": wire.position(text, text.index("ring: ") + len("ring: "), encoding)}
    prefix = "textDocument/"
    return [
        ("completion of a ring", prefix + "completion", ring),
        ("hover over a pattern", prefix + "hover", at),
        ("documentSymbol", prefix + "documentSymbol", {}),
        ("foldingRange", prefix + "foldingRange", {}),
        ("selectionRange", prefix + "selectionRange", {"positions": [at["position"]]}),
        ("semanticTokens, full", prefix + "semanticTokens/full", {}),
        ("semanticTokens, delta", prefix + "semanticTokens/full/delta", {"previousResultId": None}),
        ("semanticTokens, 60 lines", prefix + "semanticTokens/range", window),
        ("inlayHint, 60 lines", prefix + "inlayHint", window),
        ("inlayHint, the whole document", prefix + "inlayHint", whole),
        ("codeLens", prefix + "codeLens", {}),
        ("codeAction", prefix + "codeAction", {"range": window["range"], "context": {"diagnostics": []}}),
        ("formatting", prefix + "formatting", style),
    ]


def answer_times(document, edited, method, extra, rounds):
    """Request → answer right behind a didChange, in milliseconds, and the answer's size in bytes.

    The next keystroke comes when the findings of the last one are there. None for what the server does not serve.
    """
    server, times, size, result = document.server, [], 0, None
    for round_ in range(rounds + 5):
        change = document.edit(edited, round_ % 2 == 0)
        server.ids += 1
        identifier = server.ids
        params = {"textDocument": {"uri": document.uri}, **extra}
        if "previousResultId" in extra:
            params["previousResultId"] = result
        question = wire.frame({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params})
        time.sleep(PAUSE)
        server.write(change)
        before = clock()
        server.write(question)
        waiting = [answered(identifier), published(document.uri, document.version)]
        while waiting:
            body = server.body(60)
            at = clock()
            message = json.loads(body)
            waiting = [wanted for wanted in waiting if not wanted(message)]
            if message.get("id") != identifier:
                continue
            if message.get("error", {}).get("code") == -32601:
                return None
            if "error" in message:
                sys.exit(f"{method} failed: {message}")
            size = len(body)
            if "previousResultId" in extra:
                result = message["result"]["resultId"]
            if round_ >= 5:
                times.append((at - before) / 1e6)
    return times, size


def answers(folder, rounds, wanted=""):
    rows = []
    for lines in corpus.LINES:
        say(f"  {lines:,} lines")
        path = folder / f"lines-{lines}.masque.yaml"
        text = path.read_text(encoding="utf-8")
        server, _, result = start([program("masque-lsp")], offered=capabilities_of_views())
        document = Document(server, path.as_uri(), text, result["capabilities"].get("positionEncoding", "utf-16"))
        for name, method, extra in questions(document):
            if wanted not in name:
                continue
            if "previousResultId" in extra:
                server.ids += 1
                identifier = server.ids
                params = {"textDocument": {"uri": document.uri}}
                server.send(
                    {"jsonrpc": "2.0", "id": identifier, "method": "textDocument/semanticTokens/full", "params": params}
                )
                _, message = until(server, answered(identifier))
                extra = {"previousResultId": message.get("result", {}).get("resultId", "")}
            measured = answer_times(document, places(text)["the lens"], method, extra, rounds)
            if measured is None:
                continue
            times, size = measured
            row = [f"{lines:,} lines, {name}", f"{size:,}"]
            rows.append([*row, *map(number, (median(times), percentile(times, 99), max(times)))])
        stop(server)
    return rows


def report(quick=False):
    rounds = 60 if quick else 400
    folder = corpus.write(WORK / "corpus-5000", 5_000)
    path = folder / "lines-100.masque.yaml"
    say("Start-up of the language servers")
    yield "### Start\n\n" + start_up(10 if quick else 60, path.read_text(encoding="utf-8"), path.as_uri())
    yield workspace(folder, 2 if quick else 7)
    say("Keystrokes")
    base = driver(rounds)
    edits, asks, sizes = editing(folder, rounds)
    head = ["median ms", "p99 ms", "max ms"]
    edits.insert(0, ["driver alone (`cat`)", *map(number, (median(base), percentile(base, 99), max(base)))])
    yield (
        "### A keystroke\n\n"
        f"didChange → publishDiagnostics of that version; {rounds} edits of one character each, typed and removed "
        "in turn\n\n" + table(["Edit in", *head], edits)
    )
    yield (
        "### Completion\n\n"
        "Request → answer straight after an edit of the lens that the server has not seen yet; "
        f"{rounds} requests each\n\n" + table(["Completing", "items", *head], asks)
    )
    say("Answers")
    rounds = 20 if quick else 200
    yield (
        "### Answers\n\n"
        "Request → answer straight after an edit of the lens that the server has not seen yet; the next edit waits for "
        f"the findings; {rounds} requests each\n\n"
        + table(["Request", "bytes", *head], answers(folder, rounds))
    )
    yield "### Memory\n\n" + table(["Document", "resident MiB, opened", "after all edits", "peak"], sizes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument("--answers", metavar="TEXT", help="only the requests whose name has this text; '' for all")
    options = parser.parse_args()
    if options.answers is not None:
        corpus_folder = corpus.write(WORK / "corpus-5000", 5_000)
        rows = answers(corpus_folder, 20 if options.quick else 200, options.answers)
        print(table(["Request", "bytes", "median ms", "p99 ms", "max ms"], rows))
        sys.exit()
    print(f"{machine()}\n")
    for part in report(options.quick):
        print(part + "\n", flush=True)

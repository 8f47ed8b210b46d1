"""An author's day: random edits of two documents, with requests and cancellations in between. What the server says in
the end, and all along, is what a server says that sees the text for the first time; and it does not grow.

`MASQUES_SOAK=100000` makes the day that long; by default it is a short one.
"""

import os
import pathlib
import random
import re
import time

import asking
import pytest
import wire
from conftest import ROOT

EDITS = int(os.environ.get("MASQUES_SOAK", "600"))
# How often the server is asked everything, and compared with one that has just been started.
EVERY = max(60, EDITS // 100)
MEBIBYTE = 1 << 20
# Beside what a document of one kind or another needs for a moment.
GROWTH = 6 * MEBIBYTE
CANCELLED, CONTENT_MODIFIED = -32800, -32801

PIECES = [
    " ", "  ", "\n", "\r\n", ":", ": ", "- ", "\"", "'", "[", "]", "{", "}", "*", "&a ", "*a", "#", "# c\n", "|", ">",
    "\t", "---\n", "name", "ring: player\n", "ring: guest", "index: 2", "lens: |\n  x\n", "skills:\n  - uri: ", "é", "漢",
    "😀", "e\u0301", "\ufeff", "\u2028", "intent:\n  allowed:\n    - \"a *\"\n", "# masque-lint: disable-file unknown-key\n",
    "<<<<<<< HEAD\n", "mcp://a/b", "x" * 100,
]  # fmt: skip
# Methods whose answer depends on this document's text alone, so that it can be checked whenever it comes.
OF_THE_TEXT = {
    "textDocument/hover",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
}


class Author:
    """A document, as its author sees it."""

    def __init__(self, uri, text, dice, encoding):
        self.uri = uri
        self.original = self.text = text
        self.version = 1
        self.dice = dice
        self.encoding = encoding
        self.undo = []

    def edit(self):
        """The changes of one notification; usually one."""
        self.version += 1
        return [self.change() for _ in range(self.dice.choice([1, 1, 1, 1, 2, 3]))]

    def change(self):
        dice = self.dice
        kind = dice.random()
        if not len(self.original) // 4 < len(self.text) < 2 * len(self.original) or kind < 0.01:
            self.text = self.original
            self.undo = []
            return {"text": self.text}
        if kind < 0.25 and self.undo:
            start, end, new = self.undo.pop()
        elif kind < 0.35:
            # Some lines, cut or moved to somewhere else.
            lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
            first = dice.randrange(len(lines))
            start, end = lines[first], lines[min(first + dice.randrange(4), len(lines) - 1)]
            new = dice.choice(["", self.text[start:end] * 2])
        else:
            start = dice.randrange(len(self.text) + 1)
            end = min(len(self.text), start + dice.choice([0, 0, 0, 1, 1, 2, 5, 40]))
            new = dice.choice(PIECES) if kind < 0.9 else ""
        # A client cannot name a place between CR and LF.
        if self.text[start - 1 : start + 1] == "\r\n":
            start -= 1
        if self.text[end - 1 : end + 1] == "\r\n":
            end += 1
        range_ = wire.span(self.text, start, end, self.encoding)
        self.undo = [*self.undo[-50:], (start, start + len(new), self.text[start:end])]
        self.text = self.text[:start] + new + self.text[end:]
        # What comes between two line breaks may make one of them, and the way back would lead between them.
        if "\r" in self.text:
            self.undo = []
        return {"range": range_, "text": new}


def resident(server):
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def start(lsp, encoding, pulls):
    server = wire.Server([lsp])
    document = {
        "hover": {"contentFormat": ["markdown"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "semanticTokens": {
            "requests": {"full": True, "range": True},
            "tokenTypes": ["property", "string", "keyword", "comment", "number", "operator", "enumMember", "type"],
            "tokenModifiers": [],
            "formats": ["relative"],
        },
        "inlayHint": {},
        "publishDiagnostics": {"versionSupport": True},
    }
    if pulls:
        document["diagnostic"] = {}
    capabilities = server.initialize([encoding], {"textDocument": document})["capabilities"]
    return server, capabilities


def answer(server, identifier):
    """The answer to a request; what was received is forgotten, or a long day would be all memory."""
    message = server.response(identifier, timeout=60)
    if len(server.received) > 10_000:
        del server.received[:5_000]
    return message


def published(server, documents):
    """What was last published about each document, once it is about its last version; None where nothing was."""
    last = {}
    for message in server.received:
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            last[params["uri"]] = (params.get("version"), params["diagnostics"])
    return {d.uri: last[d.uri][1] if last.get(d.uri, (None,))[0] == d.version else None for d in documents}


def everything(server, capabilities, documents, pulls, seed):
    """Every answer about every document, at places that are the same for the same seed."""
    dice = random.Random(seed)
    answers = {}
    for document in documents:
        for method in asking.methods(capabilities):
            if method == "textDocument/diagnostic" and not pulls:
                continue
            params = asking.params(method, document.uri, document.text, dice, document.encoding)
            message = answer(server, server.post(method, params))
            answers[document.uri, method] = asking.comparable(message.get("result", message.get("error")))
    if not pulls:
        answers["published"] = published(server, documents)
    return answers


def agree(server, capabilities, lsp, documents, encoding, pulls, seed):
    """Compares a server with a fresh one. What a library says comes later than the rest, so both are given time."""
    fresh, _ = start(lsp, encoding, pulls)
    with fresh:
        for document in documents:
            fresh.open(document.uri, document.text, document.version)
        deadline = time.monotonic() + 20
        while True:
            ours = everything(server, capabilities, documents, pulls, seed)
            theirs = everything(fresh, capabilities, documents, pulls, seed)
            if ours == theirs:
                return
            for key in ours:
                if ours[key] != theirs[key]:
                    assert time.monotonic() < deadline, (key, ours[key], theirs[key], [d.text for d in documents])
                    break
            for each in (server, fresh):
                try:
                    each.receive(0.05)
                except wire.Timeout:
                    pass


@pytest.mark.parametrize("encoding, pulls", [("utf-16", False), ("utf-8", True)])
def test_an_authors_day(lsp, encoding, pulls):
    seed = int(os.environ.get("MASQUES_SEED", "1"))
    dice = random.Random(seed)
    personas = [ROOT / "personas" / f"{name}.masque.yaml" for name in ("codesmith", "front-desk")]
    texts = [path.read_text(encoding="utf-8") for path in personas]
    uris = ["file:///no/such/folder/personas/codesmith.masque.yaml", "untitled:Untitled-1"]
    documents = [Author(uri, text, dice, encoding) for uri, text in zip(uris, texts)]
    sizes = []
    server, capabilities = start(lsp, encoding, pulls)
    second, _ = start(lsp, encoding, pulls)
    methods = asking.methods(capabilities)
    asked = []
    with server, second:
        for document in documents:
            server.open(document.uri, document.text)
        for number in range(1, EDITS + 1):
            document = dice.choice(documents)
            server.change(document.uri, document.version + 1, *document.edit())
            if dice.random() < 0.3:
                method = dice.choice(methods)
                params = asking.params(method, document.uri, document.text, dice, encoding)
                identifier = server.post(method, params)
                is_cancelled = dice.random() < 0.2
                if is_cancelled:
                    server.notify("$/cancelRequest", {"id": identifier})
                asked.append((identifier, method, params, document.text, is_cancelled))
            if dice.random() < 0.002:
                server.notify("textDocument/didClose", {"textDocument": {"uri": document.uri}})
                document.version = 0
                server.open(document.uri, document.text, document.version)
            if number % 20 == 0 or number == EDITS:
                for identifier, method, params, text, is_cancelled in asked:
                    message = answer(server, identifier)
                    if "error" in message:
                        # Only what was cancelled may say so, and a rename may be refused.
                        code = message["error"]["code"]
                        assert is_cancelled and code == CANCELLED or method.endswith("ename"), (message, method, params)
                    elif method in OF_THE_TEXT:
                        uri = params["textDocument"]["uri"]
                        second.open(uri, text)
                        expected = answer(second, second.post(method, params))
                        second.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
                        assert asking.comparable(message["result"]) == asking.comparable(expected["result"]), (
                            method,
                            params,
                            text,
                        )
                asked.clear()
            if number % EVERY == 0:
                agree(server, capabilities, lsp, documents, encoding, pulls, number)
                sizes.append(resident(server))
        assert server.shut_down() == 0
        assert second.shut_down() == 0
    # What was needed once may stay; from then on nothing is added.
    early = max(sizes[: max(1, len(sizes) // 4)])
    late = max(sizes[-max(1, len(sizes) // 4) :])
    assert late - early < GROWTH, [size // 1024 for size in sizes]

"""A language client down to the bytes: framing, requests and notifications over two unbuffered pipes.

The protocol tests need to send what a well-behaved client library refuses to send, and the benchmark needs a driver
that costs next to nothing, so both use this one. Standard library only.
"""

import json
import os
import select
import signal
import time


class Timeout(Exception):
    """The server did not answer in time."""


class Closed(Exception):
    """The server closed its output."""


class Server:
    """One server process, spawned without a shell and without the cost of `subprocess`."""

    def __init__(self, command, cwd=None, stderr=None):
        self.ids = 0
        self.buffer = bytearray()
        self.received = []
        self.returncode = None
        child_in, self.stdin = os.pipe()
        self.stdout, child_out = os.pipe()
        for ours in (self.stdin, self.stdout):
            os.set_inheritable(ours, False)
        stderr_fd = os.open(stderr or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        argv = [str(part) for part in command]
        if cwd is not None:
            argv = ["/usr/bin/env", "--chdir", str(cwd), *argv]
        actions = [
            (os.POSIX_SPAWN_DUP2, child_in, 0),
            (os.POSIX_SPAWN_DUP2, child_out, 1),
            (os.POSIX_SPAWN_DUP2, stderr_fd, 2),
        ]
        self.spawned_at = time.perf_counter_ns()
        self.pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=actions)
        for theirs in (child_in, child_out, stderr_fd):
            os.close(theirs)

    # Sending

    def write(self, data):
        view = memoryview(data)
        while view:
            view = view[os.write(self.stdin, view) :]

    def send(self, message):
        self.write(frame(message))

    def notify(self, method, params=None):
        self.send(_envelope({"method": method}, params))

    def post(self, method, params=None):
        """Sends a request and returns its id at once."""
        self.ids += 1
        self.send(_envelope({"id": self.ids, "method": method}, params))
        return self.ids

    def request(self, method, params=None, timeout=10):
        """Sends a request and returns the whole response message; see `response`."""
        return self.response(self.post(method, params), timeout)

    # Receiving

    def body(self, timeout=10):
        """The bytes of the next message's body."""
        deadline = time.monotonic() + timeout
        while True:
            end = self.buffer.find(b"\r\n\r\n")
            if end >= 0:
                length = None
                for line in bytes(self.buffer[:end]).split(b"\r\n"):
                    name, _, value = line.partition(b":")
                    if name.strip().lower() == b"content-length":
                        length = int(value)
                if length is None:
                    raise ValueError(f"a header without Content-Length: {bytes(self.buffer[:end])!r}")
                start = end + 4
                if len(self.buffer) >= start + length:
                    found = bytes(self.buffer[start : start + length])
                    del self.buffer[: start + length]
                    return found
            self._fill(deadline)

    def _fill(self, deadline):
        remaining = deadline - time.monotonic()
        if remaining <= 0 or not select.select([self.stdout], [], [], remaining)[0]:
            raise Timeout(f"nothing came; so far: {[summary(m) for m in self.received[-5:]]}")
        data = os.read(self.stdout, 1 << 20)
        if not data:
            raise Closed("the server closed its output")
        self.buffer += data

    def receive(self, timeout=10):
        """The next message; a request of the server's own is answered first, as a client must."""
        message = json.loads(self.body(timeout))
        self.received.append(message)
        if "method" in message and "id" in message:
            items = (message.get("params") or {}).get("items")
            result = [None] * len(items) if message["method"] == "workspace/configuration" and items else None
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})
        return message

    def wait_for(self, wanted, timeout=10):
        """The next message for which `wanted` holds. Messages before it stay in `received`."""
        deadline = time.monotonic() + timeout
        while True:
            message = self.receive(max(0.0, deadline - time.monotonic()))
            if wanted(message):
                return message

    def response(self, identifier, timeout=10):
        for message in self.received:
            if message.get("id") == identifier and "method" not in message:
                return message
        return self.wait_for(lambda m: m.get("id") == identifier and "method" not in m, timeout)

    def diagnostics(self, uri, version=None, timeout=10):
        """The next `publishDiagnostics` parameters for the document, at the version when one is given."""

        def wanted(message):
            if message.get("method") != "textDocument/publishDiagnostics":
                return False
            params = message["params"]
            return params["uri"] == uri and (version is None or params.get("version") == version)

        return self.wait_for(wanted, timeout)["params"]

    # Life

    def initialize(self, encodings=None, capabilities=None, **params):
        """The handshake; returns the server's `InitializeResult`."""
        capabilities = dict(capabilities or {})
        if encodings:
            capabilities.setdefault("general", {})["positionEncodings"] = encodings
        document = capabilities.setdefault("textDocument", {})
        document.setdefault("publishDiagnostics", {"versionSupport": True, "relatedInformation": True})
        document.setdefault(
            "completion",
            {"completionItem": {"snippetSupport": False, "documentationFormat": ["markdown", "plaintext"]}},
        )
        result = self.request(
            "initialize",
            {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities, **params},
        )
        self.notify("initialized", {})
        return result["result"]

    def open(self, uri, text, version=1):
        item = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri, version, *changes):
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)},
        )

    def wait(self, timeout=5):
        """The exit code (negative for a signal), or None when the process still runs after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while self.returncode is None:
            pid, status, self.usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                return None
            else:
                time.sleep(0.002)
        return self.returncode

    def close_input(self):
        if self.stdin is not None:
            os.close(self.stdin)
            self.stdin = None

    def shut_down(self):
        """A proper end; returns the exit code."""
        self.request("shutdown")
        self.notify("exit")
        return self.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close_input()
        if self.returncode is None and self.wait(0.2) is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        os.close(self.stdout)


def frame(message):
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _envelope(message, params):
    message = {"jsonrpc": "2.0", **message}
    if params is not None:
        message["params"] = params
    return message


def summary(message):
    return message.get("method") or f"response {message.get('id')}"


# Positions


def units(text, encoding):
    """How many code units of the encoding the text takes."""
    if encoding == "utf-8":
        return len(text.encode())
    if encoding == "utf-16":
        return len(text.encode("utf-16-le")) // 2
    return len(text)


def position(text, offset, encoding="utf-16"):
    """The LSP position of a scalar offset; lines end at LF, CRLF or CR."""
    line = start = index = 0
    while index < offset:
        if text[index] == "\r" and text[index + 1 : index + 2] == "\n":
            if index + 2 > offset:
                break
            index += 2
        elif text[index] in "\r\n":
            index += 1
        else:
            index += 1
            continue
        line, start = line + 1, index
    return {"line": line, "character": units(text[start:offset], encoding)}


def span(text, start, end, encoding="utf-16"):
    return {"start": position(text, start, encoding), "end": position(text, end, encoding)}


def span_of(text, piece, encoding="utf-16", after=""):
    """The range of the first `piece` behind the first `after`."""
    start = text.index(piece, text.index(after))
    return span(text, start, start + len(piece), encoding)

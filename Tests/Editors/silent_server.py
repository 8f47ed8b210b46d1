#!/usr/bin/env python3
"""A language server that is polite and useless.

It speaks the protocol, publishes an empty list for every version and completes nothing. The editor tests run against
it once, to show that they would notice.
"""

import json
import sys


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    sys.stdout.buffer.flush()


while True:
    length = 0
    while (line := sys.stdin.buffer.readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    if not line:
        sys.exit(1)
    message = json.loads(sys.stdin.buffer.read(length))
    method = message.get("method")
    if method == "exit":
        sys.exit(0)
    elif method == "initialize":
        capabilities = {"textDocumentSync": {"openClose": True, "change": 2}, "completionProvider": {}}
        send({"id": message["id"], "result": {"capabilities": capabilities}})
    elif method in ("textDocument/didOpen", "textDocument/didChange"):
        document = message["params"]["textDocument"]
        params = {"uri": document["uri"], "version": document["version"], "diagnostics": []}
        send({"method": "textDocument/publishDiagnostics", "params": params})
    elif "id" in message and method:
        send({"id": message["id"], "result": None})

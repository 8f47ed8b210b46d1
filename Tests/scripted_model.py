"""A scripted model: answers the Messages API on loopback with what a test has written down, streamed or whole.

It stands where Claude Code looks for its model, so that the real program can be watched without one.
"""

import contextlib
import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USAGE = {
    "input_tokens": 100,
    "output_tokens": 50,
    "cache_read_input_tokens": 800,
    "cache_creation_input_tokens": 100,
}


def say(text):
    """A piece of an answer: text."""
    return {"type": "text", "text": text}


def use(tool, **given):
    """A piece of an answer: the wish to use a tool."""
    return {"type": "tool_use", "name": tool, "input": given}


class ScriptedModel:
    """Gives one turn of `script` per request of the conversation, then the word "Done." for ever.

    A turn is a list of pieces, or a status of HTTP that stands for a failure. Requests which are not of the
    conversation, such as one for a title, carry no tools and are answered by "Done." as well.
    """

    def __init__(self, *script):
        self.requests = []
        self.others = []
        # How long an answer takes, in seconds.
        self.delay = 0
        self._script = list(script)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
                path = self.path.partition("?")[0]
                if path == "/v1/messages/count_tokens":
                    return self.whole(200, {"input_tokens": USAGE["input_tokens"]})
                if path != "/v1/messages":
                    return self.refuse("POST")
                turn = model._answer(body)
                time.sleep(model.delay)
                if isinstance(turn, int):
                    error = {"type": "invalid_request_error", "message": "The script says so."}
                    return self.whole(turn, {"type": "error", "error": error})
                message = model._message(body, turn)
                if not body.get("stream"):
                    return self.whole(200, message)
                return self.streamed(message)

            def do_GET(self):
                self.refuse("GET")

            def do_HEAD(self):
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def refuse(self, method):
                model.others.append(f"{method} {self.path}")
                error = {"type": "not_found_error", "message": "There is no such thing."}
                self.whole(404, {"type": "error", "error": error})

            def whole(self, status, body):
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("request-id", f"req_{next(model._numbers):04}")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def streamed(self, message):
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("request-id", f"req_{next(model._numbers):04}")
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                # Whoever asked may have gone.
                with contextlib.suppress(ConnectionError):
                    for event in events(message):
                        self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())

            def log_message(self, *words):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def plan(self, *script):
        """Sets what is answered from now on, and forgets what was asked."""
        with self._lock:
            self._script = list(script)
            self.requests.clear()

    def _answer(self, body):
        with self._lock:
            self.requests.append(body)
            is_conversation = bool(body.get("tools"))
            return self._script.pop(0) if is_conversation and self._script else [say("Done.")]

    def _message(self, body, turn):
        content = [
            {**piece, "id": f"toolu_{next(self._numbers):04}"} if piece["type"] == "tool_use" else piece for piece in turn
        ]
        wants_tools = any(piece["type"] == "tool_use" for piece in content)
        return {
            "id": f"msg_{next(self._numbers):04}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": "tool_use" if wants_tools else "end_turn",
            "stop_sequence": None,
            "usage": USAGE,
        }


def events(message):
    """The events by which a message is streamed."""
    start = {**message, "content": [], "stop_reason": None, "usage": {**message["usage"], "output_tokens": 1}}
    yield {"type": "message_start", "message": start}
    for index, piece in enumerate(message["content"]):
        if piece["type"] == "text":
            yield {"type": "content_block_start", "index": index, "content_block": {"type": "text", "text": ""}}
            delta = {"type": "text_delta", "text": piece["text"]}
        else:
            yield {"type": "content_block_start", "index": index, "content_block": {**piece, "input": {}}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(piece["input"])}
        yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None},
        "usage": {"output_tokens": message["usage"]["output_tokens"]},
    }
    yield {"type": "message_stop"}

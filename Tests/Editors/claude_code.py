"""Claude Code, the real program, in a folder of its own, with the scripted model for its model."""

import contextlib
import fcntl
import functools
import importlib.util
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import struct
import subprocess
import termios
import time

import pytest
from programs import ROOT

PLUGIN = ROOT / "editors" / "claude-code"


@functools.cache
def found():
    """(path, None) or (None, why not)."""
    named = os.environ.get("MASQUES_CLAUDE")
    if named:
        path = shutil.which(named)
        if path is None:
            raise pytest.UsageError(f"MASQUES_CLAUDE={named} is not a program")
        return path, None
    package = importlib.util.find_spec("claude_agent_sdk")
    path = package and pathlib.Path(package.origin).parent / "_bundled" / "claude"
    if path is None or not os.access(path, os.X_OK):
        return None, "no Claude Code: MASQUES_CLAUDE is not set and the package claude-agent-sdk brings none here"
    return str(path), None


class ClaudeCode:
    """A home, a project with masques, and the program between them. `model` is the scripted model."""

    def __init__(self, program, masque, folder, model):
        self.program = program
        self.model = model
        self.home = folder / "home"
        self.project = folder / "project"
        self.programs = folder / "bin"
        self.configuration = self.home / ".claude"
        for made in (self.configuration, self.home / ".masques", self.project / ".git", self.programs, folder / "tmp"):
            made.mkdir(parents=True)
        (self.project / "personas").mkdir()
        for name in ("codesmith", "archivist"):
            shutil.copy(ROOT / "personas" / f"{name}.masque.yaml", self.project / "personas")
        (self.programs / "masque").symlink_to(masque)
        # Nothing of whoever runs the tests, and no way out of this machine.
        self.environment = {
            "PATH": f"{self.programs}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(folder / "tmp"),
            "CLAUDE_CODE_TMPDIR": str(folder / "tmp"),
            "MASQUES_HOME": str(self.home / ".masques"),
            "CLAUDE_CONFIG_DIR": str(self.configuration),
            "ANTHROPIC_BASE_URL": model.url,
            "ANTHROPIC_API_KEY": "scripted",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_MAX_RETRIES": "0",
            "DISABLE_AUTOUPDATER": "1",
            "HTTP_PROXY": "http://127.0.0.1:9",
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1",
            "LC_ALL": "C.UTF-8",
        }
        # As it is when somebody has been here before.
        self.write(".claude.json", {
            "hasCompletedOnboarding": True,
            "theme": "dark",
            "customApiKeyResponses": {"approved": ["scripted"], "rejected": []},
            "projects": {str(self.project): {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}},
        })

    def write(self, name, value):
        (self.configuration / name).write_text(json.dumps(value))

    def run(self, *words, folder=None):
        return subprocess.run(
            [self.program, *words], cwd=folder or self.project, env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=120,
        )

    def ask(self, prompt, *words, plugin=PLUGIN, folder=None):
        """One session without a terminal. Gives its result; whatever the model was asked is in `model.requests`."""
        plugins = ["--plugin-dir", str(plugin)] if plugin else []
        done = self.run("-p", prompt, "--output-format", "json", *plugins, *words, folder=folder)
        assert done.returncode == 0, done
        result = json.loads(done.stdout)
        result["errors"] = done.stderr
        return result

    def masque(self, *words, folder=None, text=""):
        return subprocess.run(
            ["masque", *words], cwd=folder or self.project, env=self.environment, input=text, capture_output=True,
            text=True, timeout=60, executable=self.programs / "masque",
        )

    def worn(self):
        """What is worn: the object `active` of `masque id --json`, or None."""
        return json.loads(self.masque("id", "--json").stdout)["active"]

    @contextlib.contextmanager
    def terminal(self, *words):
        """A session in a terminal, which ends with the block."""
        screen = Terminal([self.program, *words], self.project, self.environment | {"TERM": "xterm-256color"})
        try:
            yield screen
        finally:
            screen.close()


def texts(request):
    """(role, text) of all that a request says; uses of tools and their results as JSON."""
    system = request.get("system") or []
    for piece in [{"text": system}] if isinstance(system, str) else system:
        yield "system", piece["text"]
    for message in request["messages"]:
        content = message["content"]
        for piece in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            yield message["role"], piece["text"] if piece["type"] == "text" else json.dumps(piece)


def results(request):
    """What the tools gave, as text, in order."""
    found = []
    for message in request["messages"]:
        if isinstance(message["content"], str):
            continue
        for piece in message["content"]:
            if piece["type"] == "tool_result":
                content = piece["content"]
                found.append(content if isinstance(content, str) else "".join(part.get("text", "") for part in content))
    return found


def told(request, text):
    """How often a request says a text."""
    return sum(said.count(text) for _, said in texts(request))


class Terminal:
    """A program in a terminal of 120 by 40, whose screen can be read."""

    def __init__(self, words, folder, environment):
        import pyte

        self.screen = pyte.Screen(120, 40)
        self.stream = pyte.ByteStream(self.screen)
        self.process, self.handle = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execve(words[0], [str(word) for word in words], environment)
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    @property
    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display if line.strip())

    def read(self, seconds):
        """Whether anything came."""
        if not select.select([self.handle], [], [], seconds)[0]:
            return False
        try:
            self.stream.feed(os.read(self.handle, 65536))
            return True
        except OSError:
            return False

    def until(self, *wanted, seconds=60):
        """Waits until the screen shows all of it at once."""
        end = time.monotonic() + seconds
        while not all(text in self.text for text in wanted):
            assert time.monotonic() < end, f"{wanted} is not to be seen:\n{self.text}"
            self.read(0.1)
        return self.text

    def type(self, text):
        """Types a line, key by key for who tells typing from pasting, and presses Enter."""
        os.write(self.handle, text.encode())
        self.until(text[-20:])
        os.write(self.handle, b"\r")

    def close(self):
        """Closes the terminal, at which the program ends; if not, it is ended."""
        os.close(self.handle)
        end = time.monotonic() + 20
        while os.waitpid(self.process, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:
                os.kill(self.process, signal.SIGKILL)
            time.sleep(0.05)


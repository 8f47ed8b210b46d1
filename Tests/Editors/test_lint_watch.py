"""`masque-lint --watch` as a person at a terminal sees it: a pseudo-terminal, real files, real signals."""

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

import pytest

SOUND = """\
name: Smith
index: 1
version: "1.0.0"
ring: player
intent:
  allowed: ["implement *"]
lens: Care.
"""
BROKEN = SOUND.replace("player", "playr")
CLEARED = "\x1b[H\x1b[2J\x1b[3J"


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, command, cwd):
        self.shown = ""
        self.returncode = None
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execve(command[0], [str(part) for part in command], {**os.environ, "TERM": "xterm"})
        self.modes = termios.tcgetattr(self.descriptor)

    def read(self, timeout):
        """Adds what comes to `shown`; false if nothing came or the program is gone."""
        if not select.select([self.descriptor], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.shown += data.decode()
        return bool(data)

    def wait_for(self, pattern, timeout=20):
        """What was shown up to a match and with it; what comes later is shown anew."""
        deadline = time.monotonic() + timeout
        while not (match := re.search(pattern, self.shown, re.DOTALL)):
            self.read(0.1)
            assert time.monotonic() < deadline, f"no {pattern!r} in {self.shown!r}"
        before, self.shown = self.shown[: match.end()], self.shown[match.end() :]
        return before

    def end(self, timeout=5):
        """The exit code, negative for a signal; what is shown until then is added to `shown`."""
        deadline = time.monotonic() + timeout
        while self.returncode is None:
            assert time.monotonic() < deadline, "it does not end"
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        while self.read(0):
            pass
        return self.returncode


@pytest.fixture
def folder(tmp_path):
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture
def watching(lint, folder):
    """Starts to watch the folder."""
    started = []

    def start(*arguments):
        terminal = Terminal([lint, "--watch", *arguments], folder)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        if terminal.returncode is None:
            os.kill(terminal.pid, signal.SIGKILL)
            os.waitpid(terminal.pid, 0)
        os.close(terminal.descriptor)


def test_edited_created_and_deleted_files_are_noticed(watching, folder):
    file = folder / "smith.masque.yaml"
    file.write_text(SOUND)
    terminal = watching()
    assert "error" not in terminal.wait_for("watching 1 file")

    file.write_text(BROKEN)
    shown = terminal.wait_for("watching 1 file")
    assert CLEARED in shown and "smith.masque.yaml changed" in shown and "schema-enum" in shown

    # As editors save: another file takes the place of the old one, of the same length and at once.
    beside = folder / "smith.masque.yaml.new"
    beside.write_text(BROKEN.replace("playr", "plays"))
    beside.replace(file)
    assert "`plays`" in terminal.wait_for("watching 1 file")

    (folder / "jones.masque.yaml").write_text(BROKEN.replace("Smith", "Jones").replace("index: 1", "index: 2"))
    shown = terminal.wait_for("watching 2 files")
    assert "jones.masque.yaml is new" in shown and shown.count("schema-enum") == 2

    file.unlink()
    shown = terminal.wait_for("watching 1 file")
    assert "smith.masque.yaml is gone" in shown and shown.count("schema-enum") == 1

    (folder / ".masque-lint.yaml").write_text("ignore: [schema-enum]\n")
    shown = terminal.wait_for("watching 1 file")
    assert ".masque-lint.yaml is new" in shown and "schema-enum" not in shown


def test_what_is_watched_is_the_library_and_the_settings_that_are_wrong(watching, folder):
    """A masque that nobody named, and a schema that could not be used, count too."""
    (folder / "smith.masque.yaml").write_text(SOUND)
    (folder / "jones.masque.yaml").write_text(SOUND.replace("Smith", "Jones").replace("index: 1", "index: 2"))
    terminal = watching("smith.masque.yaml")
    terminal.wait_for("watching 1 file")
    (folder / "jones.masque.yaml").write_text(SOUND)
    shown = terminal.wait_for("watching 1 file")
    assert "jones.masque.yaml changed" in shown and "duplicate-name" in shown

    (folder / "schema.yaml").write_text("type: objekt\n")
    (folder / ".masque-lint.yaml").write_text("schema: schema.yaml\n")
    assert "objekt" in terminal.wait_for("watching 1 file")
    (folder / "schema.yaml").write_text("type: object\n")
    assert "schema.yaml changed" in terminal.wait_for("watching 1 file")


@pytest.mark.parametrize("text, status", [(SOUND, 0), (BROKEN, 1)])
@pytest.mark.parametrize("how", ["Ctrl-C", "SIGINT", "SIGTERM", "SIGHUP"])
def test_it_ends_when_asked_to(watching, folder, how, text, status):
    """With the status of the last check, soon, and with the terminal as it was."""
    (folder / "smith.masque.yaml").write_text(text)
    terminal = watching()
    terminal.wait_for("Ctrl-C ends")
    start = time.monotonic()
    if how == "Ctrl-C":
        os.write(terminal.descriptor, b"\x03")
    else:
        os.kill(terminal.pid, getattr(signal, how))
    assert terminal.end() == status
    assert time.monotonic() - start < 2
    assert termios.tcgetattr(terminal.descriptor) == terminal.modes
    # The prompt that comes next begins a line.
    assert terminal.shown.endswith("\n")


def test_nothing_is_left_switched_on(watching, folder):
    """No other screen, no hidden cursor, no colour that goes on."""
    (folder / "smith.masque.yaml").write_text(BROKEN)
    terminal = watching()
    shown = terminal.wait_for("Ctrl-C ends")
    os.write(terminal.descriptor, b"\x03")
    terminal.end()
    shown += terminal.shown
    assert not re.search(r"\x1b\[\?|\x1b[^\[]", shown)
    colours = re.findall(r"\x1b\[([0-9;]*)m", shown)
    assert colours and colours[-1] == "0"


def test_without_a_terminal_nothing_is_cleared(lint, folder):
    file = folder / "smith.masque.yaml"
    file.write_text(BROKEN)
    output = folder / "output"
    with output.open("wb") as stdout:
        process = subprocess.Popen([lint, "--watch", "--format", "compact", "-q"], cwd=folder, stdout=stdout)
    try:
        wait(lambda: output.read_text().count("schema-enum") == 1)
        file.write_text(BROKEN.replace("playr", "plays"))
        wait(lambda: output.read_text().count("schema-enum") == 2)
    finally:
        process.terminate()
    assert process.wait(5) == 1
    assert "\x1b" not in output.read_text()


def test_a_signal_that_is_ignored_stays_ignored(lint, folder):
    """`nohup masque-lint --watch` outlives its terminal."""
    (folder / "smith.masque.yaml").write_text(SOUND)
    process = subprocess.Popen(
        [lint, "--watch"],
        cwd=folder,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    assert b"watching" in process.stderr.readline()
    process.send_signal(signal.SIGHUP)
    time.sleep(0.6)
    assert process.poll() is None
    process.terminate()
    assert process.wait(5) == 0


def wait(condition, timeout=20):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)

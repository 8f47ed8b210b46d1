"""A terminal with a program in it: what a person would see, and keys as a person presses them. tmux draws the screen."""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

import pytest


class Terminal:
    """Runs a command in a terminal of its own. Use it in a `with`: leaving ends the program."""

    def __init__(self, command, environment, folder, columns=140, lines=40):
        if shutil.which("tmux") is None:
            pytest.skip("no terminal to look at: tmux is not on PATH (Debian: tmux)")
        # A socket's path has room for some hundred bytes, and a test's folder has a long name.
        self.home = tempfile.TemporaryDirectory(prefix="terminal-")
        self.environment = {**environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        settings = f"{self.home.name}/tmux.conf"
        with open(settings, "w", encoding="utf-8") as file:
            # The screen stays when the program has ended.
            file.write('set -g default-terminal "tmux-256color"\nset -g remain-on-exit on\nset -g status off\n')
        self.tmux("-f", settings, "new-session", "-d", "-x", str(columns), "-y", str(lines), "-c", str(folder),
                  "exec " + shlex.join(map(str, command)))  # fmt: skip

    def tmux(self, *arguments):
        done = subprocess.run(
            ["tmux", "-S", f"{self.home.name}/socket", *arguments], env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, (arguments, done.stderr)
        return done.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        leaders = self.tmux("list-panes", "-a", "-F", "#{pane_pid}").split()
        self.tmux("kill-server")
        # An editor whose terminal is gone may not notice, and read nothing as fast as it can.
        for leader in map(int, leaders):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(leader, signal.SIGKILL)
        self.home.cleanup()

    def text(self):
        """The screen, without blanks at the ends of its lines."""
        return "\n".join(line.rstrip() for line in self.tmux("capture-pane", "-p").split("\n"))

    def coloured(self):
        """The screen with the sequences that colour it."""
        return self.tmux("capture-pane", "-p", "-e")

    def wait(self, condition, what, seconds=20):
        """Waits until the condition holds of the screen's text; returns the text."""
        end = time.monotonic() + seconds
        while not condition(text := self.text()):
            assert time.monotonic() < end, f"{what}: not seen in {seconds} s; the screen:\n{text}"
            time.sleep(0.05)
        return text

    def see(self, *words, seconds=20):
        """Waits until all of these words are on the screen; returns the screen's text."""
        return self.wait(lambda text: all(word in text for word in words), f"{words}", seconds)

    def settle(self, quiet=0.3, seconds=5):
        """Waits until the screen has been the same for a while; returns its text."""
        end = time.monotonic() + seconds
        text, since = self.text(), time.monotonic()
        while time.monotonic() < min(end, since + quiet):
            time.sleep(0.05)
            if (now := self.text()) != text:
                text, since = now, time.monotonic()
        return text

    def press(self, *keys):
        """Presses keys by tmux's names (`Enter`, `Escape`, `C-x`), or types text that is no such name.

        A moment lies between them: an Escape is not the beginning of a key.
        """
        for key in keys:
            self.tmux("send-keys", "--", key)
            time.sleep(0.1)

"""Finds the programs under test, for every folder of tests."""

import functools
import os
import pathlib
import shutil
import signal
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]

# What an agent that runs the tests says of itself is nothing to them.
for variable in [name for name in os.environ if name.startswith("CLAUDE")]:
    del os.environ[variable]

# What is ignored here would be ignored by the programs as well: by nohup, or in the background of a script.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, handler)


@functools.cache
def program(name, variable):
    """(path, None) or (None, why not). The environment names a program; else it is the one just built."""
    named = os.environ.get(variable)
    if named:
        path = shutil.which(named)
        # Named on purpose, so its absence is a mistake and not a reason to skip.
        if path is None:
            raise pytest.UsageError(f"{variable}={named} is not a program")
        return path, None
    if shutil.which("swift") is None:
        return None, f"no {name}: {variable} is not set and there is no swift on PATH"
    for configuration in ("debug", "release"):
        shown = subprocess.run(
            ["swift", "build", "-c", configuration, "--show-bin-path"], cwd=ROOT, capture_output=True, text=True
        )
        path = pathlib.Path(shown.stdout.strip() or "/nonexistent") / name
        if os.access(path, os.X_OK):
            return str(path), None
    return None, f"no {name}: {variable} is not set and it is not built (swift build)"


def required(name, variable):
    """Path of a program; without it, the test is skipped and says so."""
    path, reason = program(name, variable)
    if path is None:
        pytest.skip(reason)
    return path


# What an editor is called, the variable that names another one, and Debian's package.
EDITORS = {
    "nvim": ("MASQUES_NEOVIM", "neovim"),
    "emacs": ("MASQUES_EMACS", "emacs-nox"),
    "hx": ("MASQUES_HELIX", "hx"),
    "kak": ("MASQUES_KAKOUNE", "kakoune"),
    "kak-lsp": ("MASQUES_KAKOUNE_LSP", "none"),
}


def editor(name):
    """Path of an editor: the one that the environment names, else the one on PATH. Without one, the test is skipped."""
    variable, package = EDITORS[name]
    named = os.environ.get(variable)
    path = shutil.which(named or name)
    if path is None and named:
        raise pytest.UsageError(f"{variable}={named} is not a program")
    if path is None:
        pytest.skip(f"no {name}: {variable} is not set and it is not on PATH (Debian: {package})")
    return path

"""Finds the programs under test and makes the broken persona that the editors are shown."""

import functools
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent


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
    path, reason = program(name, variable)
    if path is None:
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def lsp():
    """Path of the language server."""
    return required("masque-lsp", "MASQUE_LSP")


@pytest.fixture(scope="session")
def lint():
    """Path of the linter."""
    return required("masque-lint", "MASQUE_LINT")


@pytest.fixture(scope="session")
def masque():
    """Path of the program that puts masques on."""
    return required("masque", "MASQUE")


@pytest.fixture(scope="session")
def silent_server():
    """A server that finds nothing and offers nothing: what every editor check must reject."""
    return str(HERE / "silent_server.py")


class Broken:
    """A persona with three faults, and where each of them is."""

    def __init__(self, good):
        def once(pattern, replacement, text):
            changed, count = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
            assert count == 1, f"the persona has no line {pattern}"
            return changed

        text = once(r"^ring: *\w+", "ring: playr", good)
        text = once(r"^version:.*\n", "", text)
        text = once(r"^ring:", "flavour: oak\nring:", text)
        self.good = good
        self.text = text
        self.version_line = re.search(r"^version:.*$", good, re.MULTILINE).group()
        lines = text.split("\n")
        self.ring_line = lines.index("ring: playr")
        self.unknown_line = lines.index("flavour: oak")
        # (line, column, line, column) from 0; every character before them is ASCII, so the encoding does not matter.
        self.ring_range = (self.ring_line, 6, self.ring_line, 11)
        self.unknown_range = (self.unknown_line, 0, self.unknown_line, 7)


@pytest.fixture
def broken(tmp_path):
    """The broken persona, written to a folder of its own as `broken.path`."""
    good = (ROOT / "personas" / "codesmith.masque.yaml").read_text(encoding="utf-8")
    document = Broken(good)
    document.path = tmp_path / "personas" / "codesmith.masque.yaml"
    document.path.parent.mkdir()
    # A repository of its own: whatever masques lie further up belong to somebody else.
    (tmp_path / ".git").mkdir()
    document.path.write_text(document.text, encoding="utf-8")
    return document


@pytest.fixture(scope="session")
def driver():
    """Path of the program that puts a ledger under load."""
    return required("ledger-driver", "LEDGER_DRIVER")

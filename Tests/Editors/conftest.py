"""Finds the programs under test and makes the broken persona that the editors are shown."""

import pathlib
import re

import pytest
from programs import ROOT, editor, program, required  # noqa: F401 - the tests take them from here

HERE = pathlib.Path(__file__).resolve().parent


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

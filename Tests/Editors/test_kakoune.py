"""A broken persona in Kakoune with kakoune-lsp, set up as the page says, in a terminal."""

import os
import pathlib
import re
import tempfile

import pytest
from conftest import ROOT, editor, required
from terminal import Terminal

FOLDER = ROOT / "editors" / "kakoune"
INSTALLED = "~/.local/share/masques/editors/kakoune"


@pytest.fixture
def kakoune(lsp, tmp_path):
    """Opens a file in Kakoune, in a home of its own."""
    program, client = editor("kak"), editor("kak-lsp")
    [commands] = re.findall(r"^```kak\n(.*?)^```", (FOLDER / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    assert "%sh{kak-lsp}" in commands and INSTALLED in commands
    commands = commands.replace("%sh{kak-lsp}", f"%sh{{{client}}}").replace(INSTALLED, str(FOLDER))
    settings = tmp_path / "config" / "kak" / "kakrc"
    settings.parent.mkdir(parents=True)
    settings.write_text(commands + "lsp-inlay-diagnostics-enable global\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MASQUES_", "XDG_", "CLAUDE_"))}
    # A socket's path has room for some hundred bytes.
    with tempfile.TemporaryDirectory(prefix="kak-") as run:
        environment = {
            **kept,
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_RUNTIME_DIR": run,
            "PATH": os.pathsep.join([str(pathlib.Path(lsp).parent), kept["PATH"]]),
        }
        yield lambda path: Terminal([program, path], environment, pathlib.Path(path).parent)


def test_a_broken_persona(kakoune, broken):
    with kakoune(broken.path) as terminal:
        terminal.see("*ring: playr", "`playr` is no ring", "flavour: oak", "`flavour` is no key")

        terminal.press(f"{broken.ring_line + 1}g", ":lsp-hover", "Enter")
        terminal.see("How much trust")

        # The cursor is always a selection here; a fix, from the menu.
        terminal.press("Escape", "g", "l", ":lsp-code-actions", "Enter")
        terminal.see("Change it to `player`", "Hide `schema-enum` on this line")
        assert "Expect " not in terminal.text()
        terminal.press("Change it", "Enter")
        terminal.see(" ring: player")
        terminal.press(":w", "Enter")
        terminal.wait(lambda _: "\nring: player\n" in broken.path.read_text(encoding="utf-8"), "a saved file")

        # Completion after two letters.
        terminal.press("G", "h", "c", "ring: pl")
        terminal.see("EnumMember")
        terminal.press("C-n")
        terminal.see("ring: player")
        # kakoune-lsp ends with the session.
        terminal.press("Escape", ":quit!", "Enter")
        terminal.settle()


def test_commands(kakoune, broken):
    required("masque", "MASQUE")
    broken.path.write_text(broken.good, encoding="utf-8")
    with kakoune(broken.path) as terminal:
        terminal.see(">name: Codesmith")
        terminal.press(":lsp-execute-command masque.don '[]'", "Enter")
        terminal.see("You wear Codesmith 1.1.0 (player)")
        terminal.press(":lsp-execute-command masque.doff '[]'", "Enter")
        terminal.see("Codesmith is off after")
        terminal.press(":quit!", "Enter")
        terminal.settle()

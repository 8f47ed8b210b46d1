"""A broken persona in Helix, set up as its page says, in a terminal: what an author sees there, and what is saved."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest
import session
from conftest import ROOT, editor, required
from terminal import Terminal

FOLDER = ROOT / "editors" / "helix"


class Helix:
    """Helix in a home of its own, where the page's commands were run."""

    def __init__(self, program, server, home):
        self.program, self.home = program, home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MASQUES_", "XDG_", "CLAUDE_"))}
        path = os.pathsep.join([str(pathlib.Path(server).parent), os.environ["PATH"]])
        self.environment = {**kept, "HOME": str(home), "PATH": path, "COLORTERM": "truecolor"}

    def set_up(self):
        [commands] = re.findall(r"^```sh\n(.*?)^```", (FOLDER / "README.md").read_text(encoding="utf-8"), re.M | re.S)
        subprocess.run(["sh", "-eu", "-c", commands], cwd=FOLDER, env=self.environment, check=True)
        # What is typed here is typed whole, both quotes of a pair.
        settings = self.home / ".config" / "helix" / "config.toml"
        settings.write_text("[editor]\nauto-pairs = false\n", encoding="utf-8")

    def health(self):
        done = subprocess.run(
            [self.program, "--health", "masque"], env=self.environment, capture_output=True, text=True, check=True
        )
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)

    def open(self, path):
        return Terminal([self.program, path], self.environment, pathlib.Path(path).parent)


@pytest.fixture
def helix(lsp, tmp_path):
    program = editor("hx")
    # Where the server is called as the page has it, `masque-lsp`.
    started = Helix(program, lsp, tmp_path)
    started.set_up()
    return started


def listed(text, words):
    """Whether these words stand below one another."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        column = line.find(words[0])
        below = lines[number : number + len(words)]
        if column >= 0 and len(below) == len(words) and all(
            one[column:].startswith(word) for one, word in zip(below, words, strict=True)
        ):  # fmt: skip
            return True
    return False


def findings(text):
    """How many there are, by the line that sums up a document: one number for each severity."""
    marks = re.findall(r"● (\d+)", text)
    return sum(map(int, marks))


def test_health(helix, lsp):
    """What the page promises: the server and the queries are found. A parser comes with Helix, but not with Debian's."""
    said = helix.health()
    assert f"✓ masque-lsp: {lsp}" in said, said
    for kind in ("Highlight", "Textobject", "Indent"):
        assert f"{kind} queries: ✓" in said, said


def test_a_broken_persona(helix, broken):
    ring = f"{broken.ring_line + 1}gg"
    with helix.open(broken.path) as terminal:
        def wait_for(count):
            terminal.wait(lambda text: findings(text) == count, f"{count} findings")

        # The list of them shows codes and what is wrong.
        wait_for(3)
        terminal.press("Space", "d")
        terminal.see("unknown-key", "`flavour` is no key", "schema-enum", "`playr` is no ring", "schema-required")
        terminal.press("Escape")

        # Hover over the key.
        terminal.press(ring, "Space", "k")
        terminal.see("How much trust", *(f"{ring}: " for ring in session.RINGS))
        terminal.press("Escape")

        # The cursor is always a selection here: it offers no phrases.
        terminal.press("Space", "a")
        terminal.see("Fix everything that is safe to fix")
        assert "Expect " not in terminal.text()
        terminal.press("Escape")

        # A quick fix, applied, and saved to the file.
        terminal.press("g", "l", "Space", "a")
        terminal.see("Change it to `player`", "Hide `schema-enum` on this line", "Explain `schema-enum`")
        terminal.press("Enter")
        wait_for(2)
        terminal.press(":w", "Enter")
        terminal.wait(lambda _: "\nring: player\n" in broken.path.read_text(encoding="utf-8"), "a saved file")

        # Completion of a value, in the order of the schema, as it is typed.
        terminal.press(ring, "x", "c", "ring:", "Space")
        terminal.wait(lambda text: listed(text, session.RINGS), "the rings, one below the other")
        terminal.press("C-n", "C-n")
        terminal.see("ring: player", "A contributor with something at stake")
        terminal.press("Escape", ":w", "Enter")
        wait_for(2)

        # The last finding goes with the text.
        terminal.press(f"{broken.unknown_line + 1}gg", "x", "c", broken.version_line, "Escape")
        # Helix 25.01 sometimes goes on showing findings of a key before the last one, until the next change.
        terminal.press("u", "U")
        wait_for(0)

        # Formatting.
        terminal.press(ring, "x", "c", "ring:    player", "Escape", ":format", "Enter")
        terminal.wait(lambda text: "ring: player" in text, "a formatted line")
        terminal.press(":w", "Enter")

        def is_saved(_):
            text = broken.path.read_text(encoding="utf-8")
            return broken.version_line in text and text.count("\nring: player\n") == 1

        terminal.wait(is_saved, "what was written is in the file")


@pytest.mark.parametrize("name", ["personas/codesmith.eval.yaml", ".masque-lint.yaml", ".masques/config.yaml"])
def test_what_is_around_masques_is_checked(helix, tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("flavour: oak\n" + ("intents: []\n" if name.endswith(".eval.yaml") else ""), encoding="utf-8")
    with helix.open(path) as terminal:
        terminal.see("flavour: oak", "●")
        terminal.press("Space", "d")
        terminal.see("unknown-key")


def test_other_yaml_is_left_alone(helix, tmp_path):
    path = tmp_path / "values.yaml"
    path.write_text("name: Smith\nring: playr\n", encoding="utf-8")
    with helix.open(path) as terminal:
        terminal.see("ring: playr")
        terminal.press("Space", "k")
        terminal.see("No configured language server supports hover")


def test_commands(helix, broken):
    """From Helix's list of all commands, which gives them no argument: what comes of it is said in the last line."""
    masque = required("masque", "MASQUE")
    broken.path.write_text(broken.good, encoding="utf-8")
    programs = pathlib.Path(helix.environment["PATH"].split(os.pathsep)[0])
    if shutil.which("masque", path=programs) is None:
        helix.environment["PATH"] += os.pathsep + str(pathlib.Path(masque).parent)
    with helix.open(broken.path) as terminal:
        terminal.see("name: Codesmith")
        terminal.press(":lsp-workspace-command", "Enter")
        terminal.see("masque.don", "masque.doff", "masque.preview")
        terminal.press("masque.don", "Enter")
        terminal.see("You wear Codesmith 1.1.0 (player)")
        terminal.press(":lsp-workspace-command masque.id", "Enter")
        terminal.see("You wear Codesmith 1.1.0 (player)")
        terminal.press(":lsp-workspace-command masque.doff", "Enter")
        terminal.see("Codesmith is off after")
        # What can't be done is said, too.
        terminal.press("o", "x", "Escape", ":lsp-workspace-command masque.don", "Enter")
        terminal.see("save first")
        terminal.press("u", ":sh masque preview codesmith", "Enter")
        terminal.see('<masque-active name="Codesmith"')

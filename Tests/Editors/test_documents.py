"""Every page: its links lead somewhere, its generated parts are fresh, its commands run in a test or say why not."""

import os
import re
import shutil
import subprocess
from xml.etree import ElementTree

import pictures
import pytest
import test_docs
from conftest import ROOT, required

# The rules' pages are made from the rules, whose examples are tests in Swift.
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "editors").glob("*/README.md"),
    ]
)
COMMANDS = re.compile(
    r"^(?: *<!-- (?:not run: (?P<reason>.+?)|file: (?P<file>\S+)) -->\n+)? *```(?:sh|bash|shell|console|vim)\n(?P<body>.*?)^ *```",
    re.MULTILINE | re.DOTALL,
)
# Where commands are run that test_docs.py does not run.
ELSEWHERE = {
    "README.md": "test_readme.py",
    "editors/helix/README.md": "test_helix_is_set_up_as_its_page_says, below",
}


def name(path):
    return str(path.relative_to(ROOT))


def commands(path):
    """(command, whether it is run, why not) of each line of a shell on a page."""
    is_run = path.stem in test_docs.PAGES and path.parent.name == "docs" or name(path) in ELSEWHERE
    for block in COMMANDS.finditer(path.read_text(encoding="utf-8")):
        lines = [line.strip() for line in block["body"].splitlines()]
        shown = [line[2:] for line in lines if line.startswith("$ ")]
        for line in shown or [line for line in lines if line and not line.startswith("#")]:
            yield line, is_run and not block["reason"], block["reason"]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_command_runs_or_says_why_not(path):
    for line, is_run, reason in commands(path):
        assert is_run or reason, f"{name(path)}: nothing runs `{line}`, and no <!-- not run: … --> says why"


def test_most_commands_run(record_property):
    """The count, which is to grow on one side only."""
    every = [(name(path), *command) for path in PAGES for command in commands(path)]
    run = [entry for entry in every if entry[2]]
    excused = [entry for entry in every if not entry[2]]
    record_property("commands run", len(run))
    record_property("commands with a reason", len(excused))
    print(f"{len(run)} commands run, {len(excused)} say why not")
    assert len(run) >= 40 and len(excused) <= len(run) / 2, excused


def anchors(path):
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_lead_somewhere(path):
    text = re.sub(r"^ *```.*?^ *```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    for target in targets:
        file, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", file):
            continue
        linked = path.parent / file if file else path
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), target


def test_generated_files_are_fresh():
    done = subprocess.run([required("masque-dev", "MASQUE_DEV"), "generate", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_pictures_show_what_the_programs_say(lint, lsp, monkeypatch):
    """RECORD=1 draws them anew."""
    monkeypatch.setenv("MASQUE_LINT", lint)
    monkeypatch.setenv("MASQUE_LSP", lsp)
    for file, text in pictures.draw().items():
        ElementTree.fromstring(text)
        path = ROOT / "docs" / "images" / file
        if os.environ.get("RECORD"):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text, f"{path} is stale, RECORD=1 draws it anew"
    ElementTree.parse(ROOT / "docs" / "images" / "banner.svg")


def test_helix_is_set_up_as_its_page_says(tmp_path):
    folder = ROOT / "editors" / "helix"
    [block] = COMMANDS.findall((folder / "README.md").read_text())
    copy = shutil.copytree(folder, tmp_path / "helix")
    done = subprocess.run(
        ["bash", "-euc", block[-1]], cwd=copy, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".config/helix/languages.toml").read_bytes() == (folder / "languages.toml").read_bytes()
    queries = folder / "runtime" / "queries" / "masque"
    assert sorted(p.name for p in (tmp_path / ".config/helix/runtime/queries/masque").iterdir()) == sorted(
        p.name for p in queries.iterdir()
    )

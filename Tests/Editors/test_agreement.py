"""The linter, what the server pushes and what it answers when it is asked are the same, for every masque that lies in
this repository."""

import json
import pathlib
import subprocess

import pytest
import ruamel.yaml
import wire
from conftest import ROOT

SEVERITIES = ["error", "warning", "information", "hint"]
FOLDERS = ["personas", "Tests/Fixtures/findings/ok", "Tests/Fixtures/findings/err"]


def masques(folder):
    return [path for path in sorted(folder.rglob("*.masque.y*ml")) if path.is_file()]


def key(diagnostic):
    return tuple(json.dumps(diagnostic.get(name), sort_keys=True) for name in ("range", "code", "severity", "message"))


def linted(lint, folder):
    """The linter's findings as diagnostics, by file; the server counts from 0, here in scalars, too."""
    # As both show paths: seen from the repository's root.
    root = ROOT if folder.is_relative_to(ROOT) else folder
    command = [lint, "--json", folder.relative_to(root)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode in (0, 1), done.stderr
    result = {}
    for finding in json.loads(done.stdout)["findings"]:
        range_ = {
            end: {"line": finding["range"][end]["line"] - 1, "character": finding["range"][end]["column"] - 1}
            for end in ("start", "end")
        }
        severity = SEVERITIES.index(finding["severity"]) + 1
        result.setdefault(str(root / finding["file"]), []).append(key({**finding, "range": range_, "severity": severity}))
    return result


def is_text(path):
    """Whether an editor can open a file as it is."""
    try:
        pathlib.Path(path).read_bytes().decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


def settled(server, read, expected):
    """What there is to say, once the library has been read; sooner if it is what is expected."""
    while True:
        found = read()
        if sorted(found) == sorted(expected):
            return found
        try:
            server.receive(2)
        except wire.Timeout:
            return read()


def agree(lint, lsp, folder):
    """Checks all masques of a folder, one after the other, in a server that pushes and in one that is asked."""
    expected = linted(lint, folder)
    files = masques(folder)
    assert files
    with wire.Server([lsp]) as pushing, wire.Server([lsp]) as asked:
        pushing.initialize(["utf-32"])
        refreshes = {"diagnostics": {"refreshSupport": True}}
        asked.initialize(["utf-32"], {"textDocument": {"diagnostic": {}}, "workspace": refreshes})
        for path in files:
            uri = path.as_uri()
            if not is_text(path):
                continue
            # Editors keep a byte-order mark to themselves, and the linter does not count it.
            text = path.read_bytes().decode("utf-8-sig")
            for server in (pushing, asked):
                server.open(uri, text)

            def pushed():
                last = [
                    message["params"]["diagnostics"]
                    for message in pushing.received
                    if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri
                ]
                return [key(diagnostic) for diagnostic in last[-1]] if last else [("nothing was published",)]

            def pulled():
                answer = asked.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
                return [key(diagnostic) for diagnostic in answer["result"]["items"]]

            pushing.diagnostics(uri)
            wanted = expected.pop(str(path), [])
            assert sorted(settled(pushing, pushed, wanted)) == sorted(wanted), path
            assert sorted(settled(asked, pulled, wanted)) == sorted(wanted), path
            for server in (pushing, asked):
                server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    # What is left is about files that no editor opens, or about no masque.
    assert all(name.endswith("manifest.yaml") or not is_text(name) for name in expected), expected.keys()


@pytest.mark.parametrize("folder", FOLDERS)
def test_linter_push_and_pull_agree(lint, lsp, folder):
    agree(lint, lsp, ROOT / folder)


def test_they_agree_on_every_case_of_the_schema(lint, lsp, tmp_path):
    cases = ruamel.yaml.YAML(typ="safe", pure=True).load((ROOT / "Tests/Fixtures/schema-cases.yaml").read_text("utf-8"))
    assert len(cases) > 20
    for number, case in enumerate(cases):
        # A folder of its own for each: they share names and indices.
        path = tmp_path / f"{number:03}" / "case.masque.yaml"
        path.parent.mkdir()
        path.write_text(case["document"], encoding="utf-8")
    agree(lint, lsp, tmp_path)


def test_they_agree_on_text_that_is_cut_off(lint, lsp, tmp_path):
    text = (ROOT / "personas" / "codesmith.masque.yaml").read_text(encoding="utf-8")
    for number in range(0, len(text), max(1, len(text) // 40)):
        path = tmp_path / f"{number:05}" / "codesmith.masque.yaml"
        path.parent.mkdir()
        path.write_text(text[:number], encoding="utf-8")
    agree(lint, lsp, tmp_path)

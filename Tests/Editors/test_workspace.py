"""A whole folder in the server and in the linter: the same findings, whichever way they are asked for."""

import json
import shutil
import subprocess
import time

import pytest
import wire
from conftest import ROOT

FIXTURES = ROOT / "Tests" / "Fixtures" / "findings"
CONFIGURATIONS = {
    "none": None,
    "ignoring": "ignore: [schema-required, yaml-tab-indent]\n",
    "selecting": "select: [schema, duplicate-name, manifest-stale]\nseverity:\n  schema: hint\n  schema-enum: warning\n",
    "excluding": "exclude: [broken/a*, '!broken/ambiguous*']\nper-file-ignores:\n  shipped/: [duplicate-index]\n",
    "enabling": "enable: [knowledge-unknown-server]\nseverity: {duplicate-index: information}\n",
    "extending": "schema: own.schema.yaml\n",
}
SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}
OWN_SCHEMA = "required: [name, motto]\nproperties:\n  ring: {enum: [player, guest]}\n"


@pytest.fixture(params=CONFIGURATIONS)
def project(request, tmp_path):
    """Every fixture in one library, the personas with an outdated manifest in another, and a configuration."""
    root = tmp_path / "project with a space"
    (root / ".git").mkdir(parents=True)
    shutil.copytree(FIXTURES / "err", root / "broken" / "personas", ignore=shutil.ignore_patterns("*.out"))
    shutil.copytree(FIXTURES / "ok", root / "fine")
    shutil.copytree(ROOT / "personas", root / "shipped")
    first = sorted((root / "shipped").glob("*.masque.yaml"))[0]
    first.write_text(first.read_text(encoding="utf-8").replace("version: ", "version: 9.", 1), encoding="utf-8")
    (root / "own.schema.yaml").write_text(OWN_SCHEMA, encoding="utf-8")
    if CONFIGURATIONS[request.param] is not None:
        (root / ".masque-lint.yaml").write_text(CONFIGURATIONS[request.param], encoding="utf-8")
    return root


def linted(lint, root):
    """What the linter says, by file."""
    done = subprocess.run([lint, "--format", "json", "."], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    result = {}
    for f in json.loads(done.stdout)["findings"]:
        start, end = f["range"]["start"], f["range"]["end"]
        place = (start["line"] - 1, start["column"] - 1, end["line"] - 1, end["column"] - 1)
        related = sorted(r["message"] for r in f["related"])
        result.setdefault(f["file"], []).append((*place, f["code"], f["severity"], f["message"], related))
    return {name: sorted(found) for name, found in result.items()}


def shown(items):
    """Diagnostics in the same form."""
    result = []
    for d in items:
        start, end = d["range"]["start"], d["range"]["end"]
        place = (start["line"], start["character"], end["line"], end["character"])
        related = sorted(r["message"] for r in d.get("relatedInformation", []))
        result.append((*place, d["code"], SEVERITIES[d["severity"]], d["message"], related))
    return sorted(result)


def connect(lsp, root, cwd, **more):
    """A server whose own folder is somewhere else, as editors start it."""
    server = wire.Server([lsp], cwd=cwd)
    capabilities = {"textDocument": {"diagnostic": {}}} if more.get("pulls") else {}
    server.initialize(
        ["utf-32"], capabilities, workspaceFolders=[{"uri": root.as_uri(), "name": "project"}]
    )
    return server


def texts(root):
    """The files as an editor opens them: without a byte-order mark. JSON carries no invalid UTF-8."""
    for path in sorted([*root.rglob("*.masque.y*ml"), *root.rglob("manifest.yaml")]):
        try:
            yield path, path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            continue


def reports(server, previous=()):
    ids = [{"uri": uri, "value": value} for uri, value in previous]
    return server.request("workspace/diagnostic", {"previousResultIds": ids}, timeout=30)["result"]["items"]


def test_a_folder_that_nobody_has_opened(lsp, lint, project, tmp_path):
    expected = linted(lint, project)
    assert expected, "the fixtures have findings"
    with connect(lsp, project, tmp_path, pulls=True) as server:
        items = reports(server)
        assert all(item["kind"] == "full" and item["version"] is None for item in items)
        names = {(project / name).as_uri(): name for name in expected}
        got = {names.get(item["uri"], item["uri"]): shown(item["items"]) for item in items}
        assert {name: found for name, found in got.items() if found} == expected
        again = reports(server, [(item["uri"], item["resultId"]) for item in items])
        assert [item["kind"] for item in again] == ["unchanged"] * len(items)
        assert server.shut_down() == 0


def test_every_file_opened_and_asked_for(lsp, lint, project, tmp_path):
    expected = linted(lint, project)
    with connect(lsp, project, tmp_path, pulls=True) as server:
        opened = list(texts(project))
        for path, text in opened:
            server.open(path.as_uri(), text)
        # What libraries say comes when they have been compared: the reports of the workspace wait for that.
        reports(server)
        for path, _ in opened:
            params = {"textDocument": {"uri": path.as_uri()}}
            got = server.request("textDocument/diagnostic", params)["result"]["items"]
            assert shown(got) == expected.get(str(path.relative_to(project)), []), path
        assert server.shut_down() == 0


def test_every_file_opened_and_told_of(lsp, lint, project, tmp_path):
    expected = linted(lint, project)
    with connect(lsp, project, tmp_path) as server:
        opened = {path.as_uri(): str(path.relative_to(project)) for path, _ in texts(project)}
        for path, text in texts(project):
            server.open(path.as_uri(), text)
        last = {}
        deadline = time.monotonic() + 20
        wanted = {uri: expected.get(name, []) for uri, name in opened.items()}
        while last != wanted and time.monotonic() < deadline:
            try:
                message = server.receive(1)
            except wire.Timeout:
                break
            if message.get("method") == "textDocument/publishDiagnostics":
                last[message["params"]["uri"]] = shown(message["params"]["diagnostics"])
        assert last == wanted
        assert server.shut_down() == 0


def test_closing_leaves_nothing(lsp, project, tmp_path):
    with connect(lsp, project, tmp_path) as server:
        path, text = next(texts(project))
        server.open(path.as_uri(), text)
        server.diagnostics(path.as_uri(), 1)
        server.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
        assert server.shut_down() == 0
        told = [m["params"] for m in server.received if m.get("method") == "textDocument/publishDiagnostics"]
        assert told[-1] == {"uri": path.as_uri(), "diagnostics": []}
        # A client that is told, and does not ask, is told of what it has open alone.
        assert {params["uri"] for params in told} == {path.as_uri()}

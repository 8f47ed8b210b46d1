"""A broken persona in the VS Code extension, run by node under a stub of the editor's API with the real server; and its
manifest, held to what the server does."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

import editor_settings
import pytest
import session
import wire
from conftest import HERE, ROOT

EXTENSION = ROOT / "editors" / "vscode"
MANIFEST = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
CONTRIBUTES = MANIFEST["contributes"]
SETTINGS = CONTRIBUTES["configuration"]["properties"]
# The extension's own; all others go to the server.
OWN_COMMANDS = {"masque.choose", "masque.restartServer", "masque.showOutput"}
OWN_SETTINGS = {"masque.server.path", "masque.server.arguments", "masque.statusBar.enable"}


def node():
    program = shutil.which("node")
    if program is None:
        pytest.skip("no node: node is not on PATH (Debian: nodejs)")
    return program


@pytest.fixture
def wrapped(tmp_path):
    """Wraps a server so that it leaves its process's id where the session finds it."""

    def wrap(server):
        path = tmp_path / "server"
        path.write_text(f'#!/bin/sh\necho $$ > "{tmp_path}/pid"\nexec "{server}" "$@"\n')
        path.chmod(0o755)
        return str(path)

    return wrap


def observe(server, document, folder, patience, **more):
    return session.run(
        [node(), str(HERE / "vscode_session.js")], document, server, folder, patience, SESSION_PLUGIN=EXTENSION, **more
    )


def check_hover(report, _):
    assert (report.get("hover") or "").startswith("**Ring**"), report.get("hover")


def check_symbols(report, document):
    lines = document.text.split("\n")
    for word in ("name", "intent", "ring", "lens"):
        found = [item for item in report["symbols"] if item["text"] == word]
        assert found and lines[found[0]["line"]].startswith(f"{word}:"), (word, report["symbols"])
    assert any(item["children"] for item in report["symbols"])


def check_quick_fix(report, _):
    assert "player" in (report.get("quick_fix") or "")
    assert report["quick_fixed_line"] == "ring: player"
    assert len(report["quick_fixed"]) == 2


def check_features(report, _):
    features = report["features"]
    assert features["references"] >= 1 and features["highlights"] >= 1
    assert features["folds"] >= 5 and features["selections"] == 1 and features["links"] is True
    assert features["hints"] and features["hint_tooltip"]
    assert features["workspace_symbols"] >= 1
    assert features["tokens"] > 100 and features["tokens"] % 5 == 0 and features["range_tokens"] % 5 == 0
    assert features["token_edits"] == 1
    assert features["renamed"] and set(features["renamed"]) == {"Tinker"} and features["placeholder"]
    assert features["refusal"] and features["on_type"] is True


def check_lenses(report, _):
    assert {lens["command"] for lens in report["lenses"]} >= {"masque.preview", "masque.intent.explain"}
    assert all(lens["title"] for lens in report["lenses"])


def check_commands(report, document):
    kinds = [kind for kind, _ in report["explained"]]
    assert kinds == ["input", "information"], report["explained"]
    assert "deploy the web site" in report["explained"][1][1]
    assert report["verdict"]["verdict"] in ("allowed", "denied", "unlisted")
    assert report["preview"]["uri"].startswith("masque:/") and report["preview"]["text"].startswith("<masque-active ")
    assert report["listed"].endswith("codesmith.masque.yaml")
    # Nothing was chosen, so nothing is complained of.
    assert report["dismissed"] == ["input"]


def check_wearing(report):
    """Put on from the palette, shown in the status bar, taken off from there."""
    wearing = report["wearing"]
    assert wearing["before"].endswith("No masque") and wearing["after"].endswith("No masque"), wearing
    assert (wearing["result"]["name"], wearing["result"]["intent"]) == ("Codesmith", "implement the parser")
    assert wearing["block"].startswith('<masque-active name="Codesmith"')
    assert wearing["during"]["isShown"] and "For: implement the parser" in wearing["during"]["tooltip"]
    assert any("You wear Codesmith" in said for said in wearing["said"]), wearing
    assert any("Codesmith is off" in said for said in wearing["said"]), wearing


def check_settings(report, _):
    assert report["before_setting"] == 1 and report["after_setting"] == 0
    assert report["complaints"] == []


CHECKS = {
    **session.CHECKS,
    "hover over `ring`": check_hover,
    "the outline": check_symbols,
    "a quick fix clears its finding": check_quick_fix,
    "the other features": check_features,
    "lenses": check_lenses,
    "commands": check_commands,
    "settings": check_settings,
}


def test_a_broken_persona(lsp, broken, tmp_path, wrapped, subtests):
    report = observe(wrapped(lsp), broken, tmp_path, 10_000, SESSION_KILL=tmp_path / "pid")
    for name, check in CHECKS.items():
        with subtests.test(name):
            check(report, broken)
    with subtests.test("wearing"):
        if not report["context"].get("masque.offers.don"):
            pytest.skip("this masque-lsp does not put masques on")
        check_wearing(report)
    with subtests.test("the language"):
        assert report["language"] == "masque"
    with subtests.test("findings lead to their pages"):
        assert all(finding["page"].endswith(f"{finding['code']}.md") for finding in report["broken"])
    with subtests.test("what the palette offers is what the server announces"):
        offered = {name for name, is_offered in report["context"].items() if is_offered}
        names = announced(lsp, tmp_path)
        assert set(names) <= set(report["registered"])
        declared = {entry["command"] for entry in CONTRIBUTES["commands"]}
        assert offered == {name.replace("masque.", "masque.offers.", 1) for name in names if name in declared}
    with subtests.test("a crash"):
        assert report["after_crash"] == ["schema-enum"]
        assert "masque-lsp ended with SIGKILL" in report["log"]
    with subtests.test("nothing went wrong on the way"):
        assert not re.search(r"Error|workspace/|textDocument/", report["log"]), report["log"]
    with subtests.test("nothing is left over"):
        assert report["left_over"] == {"providers": [], "commands": []}


def test_the_checks_notice_a_server_that_says_nothing(silent_server, broken, tmp_path):
    report = observe(silent_server, broken, tmp_path, 300)
    for check in CHECKS.values():
        with pytest.raises((AssertionError, KeyError, TypeError)):
            check(report, broken)


def test_every_script_parses():
    scripts = sorted(EXTENSION.rglob("*.js"))
    assert len(scripts) >= 5
    for script in scripts:
        done = subprocess.run([node(), "--check", script], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


# The manifest


def announced(lsp, folder):
    with wire.Server([lsp], cwd=folder) as server:
        capabilities = {"textDocument": {"codeLens": {}}, "window": {"showDocument": {"support": True}}}
        return server.initialize(capabilities=capabilities)["capabilities"]["executeCommandProvider"]["commands"]


def test_commands_are_those_of_the_contracts():
    schema = json.loads((ROOT / "schemas" / "masque.commands.schema.json").read_text(encoding="utf-8"))
    contracts = {f"masque.{name.removesuffix('.arguments')}" for name in schema["$defs"] if name.endswith(".arguments")}
    declared = {entry["command"] for entry in CONTRIBUTES["commands"]}
    assert declared - OWN_COMMANDS <= contracts
    handled = set(re.findall(r"^    '(masque\.[\w.]+)': \{$", (EXTENSION / "src" / "commands.js").read_text(), re.M))
    assert handled == declared - OWN_COMMANDS
    palette = {entry["command"]: entry["when"] for entry in CONTRIBUTES["menus"]["commandPalette"]}
    for name in handled:
        assert palette[name] == name.replace("masque.", "masque.offers.", 1)
    for entries in CONTRIBUTES["menus"].values():
        assert {entry["command"] for entry in entries} <= declared


def test_settings_are_those_of_the_server():
    """RECORD=1 writes them into the manifest."""
    expected = {name: SETTINGS[name] for name in SETTINGS if name in OWN_SETTINGS} | editor_settings.vscode()
    programs = [name for name, *_, summary in editor_settings.rows() if editor_settings.names_a_program(summary)]
    restricted = ["masque.server.path", "masque.server.arguments", *programs]
    if os.environ.get("RECORD"):
        manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
        manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = restricted
        manifest["contributes"]["configuration"]["properties"] = expected
        (EXTENSION / "package.json").write_text(editor_settings.written(manifest) + "\n", encoding="utf-8")
        return
    assert len(expected) >= 10 and set(SETTINGS) >= OWN_SETTINGS
    assert MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] == restricted
    assert SETTINGS == expected, "editors/vscode/package.json is stale, RECORD=1 writes it anew"


def test_settings_of_the_extension_do_not_reach_the_server():
    source = (EXTENSION / "src" / "server.js").read_text(encoding="utf-8")
    own = json.loads(re.search(r"const ownSettings = (\[.*?\]);", source)[1].replace("'", '"'))
    assert {name.split(".")[1] for name in OWN_SETTINGS} == set(own)


def test_the_language():
    [language] = CONTRIBUTES["languages"]
    assert language["id"] == "masque"
    # Other patterns than these would take files from the YAML extension.
    assert language["filenamePatterns"] == ["*.masque.yaml", "*.masque.yml"]
    assert "extensions" not in language
    json.loads((EXTENSION / language["configuration"]).read_text(encoding="utf-8"))
    [grammar] = CONTRIBUTES["grammars"]
    assert grammar["language"] == language["id"]
    assert json.loads((EXTENSION / grammar["path"]).read_text())["scopeName"] == grammar["scopeName"]
    assert CONTRIBUTES["configurationDefaults"].keys() == {f"[{language['id']}]"}
    formatter = CONTRIBUTES["configurationDefaults"]["[masque]"]["editor.defaultFormatter"]
    assert formatter == f"{MANIFEST['publisher']}.{MANIFEST['name']}"


def test_the_manifest_has_what_a_marketplace_wants():
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert MANIFEST["version"] == version
    assert (EXTENSION / MANIFEST["main"]).exists()
    assert not MANIFEST.get("dependencies") and not MANIFEST.get("scripts")
    for key in ("displayName", "description", "publisher", "license", "repository", "engines", "categories"):
        assert MANIFEST[key], key


def test_the_package(tmp_path):
    """Packed twice, the same bytes; in it, everything that the manifest and the scripts ask for."""
    paths = []
    for folder in ("one", "two"):
        done = subprocess.run(
            [sys.executable, ROOT / ".ci" / "vsix.py", tmp_path / folder], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        paths.append(pathlib.Path(done.stdout.strip()))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as archive:
        names = set(archive.namelist())
        identity = ElementTree.fromstring(archive.read("extension.vsixmanifest")).find(".//{*}Identity").attrib
        ElementTree.fromstring(archive.read("[Content_Types].xml"))
        scripts = {name: archive.read(name).decode() for name in names if name.endswith(".js")}
    assert (identity["Publisher"], identity["Id"], identity["Version"]) == (
        MANIFEST["publisher"],
        MANIFEST["name"],
        MANIFEST["version"],
    )
    [language], [grammar] = CONTRIBUTES["languages"], CONTRIBUTES["grammars"]
    for asked in (MANIFEST["main"], language["configuration"], grammar["path"], "README.md", "LICENSE.txt"):
        assert f"extension/{asked.removeprefix('./')}" in names, asked
    for name, text in scripts.items():
        for module in re.findall(r"require\('\./(\w+)'\)", text):
            assert f"extension/src/{module}.js" in names, (name, module)


FRAMES = """
const { Connection, FrameReader } = require(process.argv[1]);
const { PassThrough } = require('stream');
const frame = (value) => {
  const body = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from(`Content-Type: x\\r\\ncontent-length: ${body.length}\\r\\n\\r\\n`), body]);
};
const values = [{ a: 'é🎭\\r\\n\\r\\n' }, {}, { b: 'x'.repeat(5000) }, { c: [1, 2] }];
const bytes = Buffer.concat(values.map(frame));
const problems = [];
const same = (seen, what) => JSON.stringify(seen) === JSON.stringify(values) || problems.push(what);
for (const size of [1, 2, 3, 7, 64, 4096, bytes.length]) {
  const seen = [];
  const reader = new FrameReader((body) => seen.push(JSON.parse(body)), (error) => problems.push(error.message));
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  same(seen, `in pieces of ${size}`);
}
let failure;
new FrameReader(() => problems.push('a body'), (error) => (failure = error.message)).push(Buffer.from('Length: 3\\r\\n\\r\\n'));
if (!failure) problems.push('a header without a length passed');

const [input, output] = [new PassThrough(), new PassThrough()];
const written = [];
output.on('data', (data) => written.push(...data.toString().split(/Content-Length: \\d+\\r\\n\\r\\n/).filter(Boolean)));
const log = [];
const connection = new Connection(input, output, (line) => log.push(line));
connection.onRequest('good', async ({ n }) => n + 1);
connection.onRequest('bad', () => { throw new Error('no'); });
connection.onNotification('note', () => { throw new Error('ignored'); });
const cancellation = [];
const token = { onCancellationRequested: (f) => (cancellation.push(f), { dispose: () => cancellation.pop() }) };
(async () => {
  const answer = connection.request('ask', {}, token);
  const refused = connection.request('ask', {}).catch((error) => error.code);
  cancellation[0]();
  for (const message of [
    { jsonrpc: '2.0', id: 1, result: 42 },
    { jsonrpc: '2.0', id: 2, error: { code: -32800, message: 'x' } },
    { jsonrpc: '2.0', id: 99, result: 'for nobody' },
    { jsonrpc: '2.0', method: 'note' },
    { jsonrpc: '2.0', id: 's1', method: 'good', params: { n: 1 } },
    { jsonrpc: '2.0', id: 's2', method: 'bad' },
    { jsonrpc: '2.0', id: 's3', method: 'unknown' },
  ]) input.write(frame(message));
  if ((await answer) !== 42 || (await refused) !== -32800) problems.push('answers');
  if (cancellation.length) problems.push('a subscription is left');
  await new Promise((resolve) => setTimeout(resolve, 20));
  const sent = written.map((text) => JSON.parse(text));
  const by = (id) => sent.find((message) => message.id === id && !message.method);
  if (by('s1')?.result !== 2) problems.push('good');
  if (by('s2')?.error?.code !== -32603 || by('s3')?.error?.code !== -32601) problems.push('bad');
  if (!sent.some(({ method, params }) => method === '$/cancelRequest' && params.id === 1)) problems.push('cancel');
  const waiting = connection.request('never', {}).catch((error) => error.message);
  connection.close();
  if (!(await waiting)) problems.push('waiting for ever');
  if (!(await connection.request('late', {}).catch(() => true))) problems.push('late');
  console.log(JSON.stringify(problems));
})();
"""


def test_the_wire():
    """Frames in pieces of any size; answers, refusals, cancellation, the end."""
    script = ["-e", FRAMES, str(EXTENSION / "src" / "connection.js")]
    done = subprocess.run([node(), *script], capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr

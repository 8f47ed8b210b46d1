"""masque-lint as a hook or a build sees it, and its agreement with the server and with other validators."""

import json
import pathlib
import subprocess
import sys

import jsonschema
import pytest
import ruamel.yaml
import wire
from conftest import ROOT

sys.path.insert(0, str(ROOT / "Tests" / "Benchmarks"))
import corpus  # noqa: E402

CLEAN, FINDINGS, USAGE = 0, 1, 2
PERSONAS = ROOT / "personas"
SCHEMA = ROOT / "schemas" / "masque.schema.yaml"
SEVERITIES = ["error", "warning", "information", "hint"]


def run(lint, *arguments, cwd=None, text=None):
    return subprocess.run(
        [lint, *map(str, arguments)], cwd=cwd, input=text, capture_output=True, text=True, encoding="utf-8", timeout=60
    )


def findings(lint, *arguments, **options):
    done = run(lint, "--format", "json", *arguments, **options)
    assert done.returncode in (CLEAN, FINDINGS), done.stderr
    return json.loads(done.stdout)["findings"]


def masques(faults=corpus.FAULTS):
    """(name, text): one generated masque per fault, and faultless ones."""
    for number, fault in enumerate([None, None, *faults]):
        text = "\n".join(corpus.masque(f"agreement {number}", f"Tester {number}", number + 1)) + "\n"
        yield f"{number}-{fault or 'faultless'}", corpus.FAULTS[fault](text) if fault else text


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A folder `personas` of generated masques."""
    folder = tmp_path_factory.mktemp("library") / "personas"
    folder.mkdir()
    for name, text in masques():
        (folder / f"{name}.masque.yaml").write_text(text, encoding="utf-8")
    return folder


# Exit codes


def test_the_personas_are_clean(lint):
    done = run(lint, "personas/", cwd=ROOT)
    assert (done.returncode, done.stderr) == (CLEAN, ""), done.stdout


def test_findings(lint, broken):
    done = run(lint, broken.path)
    assert done.returncode == FINDINGS
    for code in ("schema-enum", "schema-required", "unknown-key"):
        assert code in done.stdout, done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["--no-such-option"], ["--format", "morse"], ["--jobs", "none"], ["--fail-on", "never"], ["no/such/file"]],
)
def test_wrong_usage(lint, arguments, tmp_path):
    done = run(lint, *arguments, cwd=tmp_path)
    assert done.returncode == USAGE
    assert done.stderr.strip() and not done.stdout.strip()


def test_an_unreadable_file_does_not_hide_the_others(lint, broken):
    (broken.path.parent / "dangling.masque.yaml").symlink_to("nowhere")
    done = run(lint, broken.path.parent)
    assert done.returncode == USAGE
    assert "dangling.masque.yaml" in done.stderr + done.stdout
    assert "schema-enum" in done.stdout


@pytest.mark.parametrize("level, status", [("error", CLEAN), ("warning", FINDINGS), ("hint", FINDINGS)])
def test_fail_on(lint, broken, level, status):
    broken.path.write_text(broken.good.replace("ring:", "flavour: oak\nring:", 1), encoding="utf-8")
    [finding] = findings(lint, broken.path)
    assert (finding["code"], finding["severity"]) == ("unknown-key", "warning")
    assert run(lint, "--fail-on", level, broken.path).returncode == status


def test_standard_input(lint, broken, tmp_path):
    done = run(lint, "--format", "json", "--stdin-filename", "codesmith.masque.yaml", "-", text=broken.text, cwd=tmp_path)
    assert done.returncode == FINDINGS
    found = json.loads(done.stdout)["findings"]
    assert {f["code"] for f in found} == {"schema-enum", "schema-required", "unknown-key"}
    assert {pathlib.PurePath(f["file"]).name for f in found} == {"codesmith.masque.yaml"}


# JSON


def test_places_count_from_one_in_scalars_and_bytes(lint, broken):
    text = broken.good.replace("ring: player", "ring: playr").replace("name:", "# 😀 café e\u0301\nname:", 1)
    broken.path.write_text(text, encoding="utf-8")
    [finding] = findings(lint, broken.path)
    start = text.index("playr")
    line = text[:start].count("\n")
    offset = len(text[:start].encode())
    assert finding["code"] == "schema-enum" and finding["severity"] == "error"
    assert finding["range"]["start"] == {"line": line + 1, "column": 7, "offset": offset}
    assert finding["range"]["end"] == {"line": line + 1, "column": 12, "offset": offset + 5}
    assert isinstance(finding["related"], list) and isinstance(finding["fixes"], list)


def test_every_planted_fault_is_found_and_nothing_else(lint, library):
    found = {}
    # The files are named after their faults, not after their masques.
    for finding in findings(lint, "--ignore", "file-name-mismatch", library):
        assert finding["severity"] in SEVERITIES and finding["message"].strip()
        found.setdefault(pathlib.PurePath(finding["file"]).name, set()).add(finding["code"])
    for path in sorted(library.iterdir()):
        fault = path.name.removesuffix(".masque.yaml").split("-", 1)[1]
        if fault == "faultless":
            assert path.name not in found
        else:
            assert fault in found.get(path.name, ()), (fault, found.get(path.name))


def test_jobs_change_nothing(lint, library):
    one, two, many = (run(lint, "--format", "json", "--jobs", jobs, library) for jobs in ("1", "2", "16"))
    assert one.stdout == two.stdout == many.stdout
    assert one.returncode == two.returncode == many.returncode == FINDINGS


# Fixes


def test_diff_shows_and_fix_writes(lint, broken):
    broken.path.write_text(broken.text, encoding="utf-8")
    broken.path.chmod(0o640)
    shown = run(lint, "--diff", broken.path)
    assert broken.path.read_text(encoding="utf-8") == broken.text, "--diff must not write"
    assert "-ring: playr" in shown.stdout.replace("- ring", "-ring") and "+ring: player" in shown.stdout
    run(lint, "--fix", broken.path)
    fixed = broken.path.read_text(encoding="utf-8")
    assert "ring: player\n" in fixed
    assert broken.path.stat().st_mode & 0o777 == 0o640
    # Every line but the repaired ones is as it was.
    untouched = [line for line in broken.text.split("\n") if line not in ("ring: playr", "flavour: oak")]
    rest = iter(fixed.split("\n"))
    assert all(line in rest for line in untouched)
    run(lint, "--fix", broken.path)
    assert broken.path.read_text(encoding="utf-8") == fixed, "a second --fix finds nothing to do"


# Agreement


def test_the_server_finds_what_the_linter_finds(lint, lsp, library):
    """The same codes, severities, messages and places; the server counts from 0, here in scalars too."""

    def key(finding):
        return tuple(finding[name] for name in ("range", "code", "severity", "message"))

    with wire.Server([lsp]) as server:
        server.initialize(["utf-32"])
        for path in sorted(library.iterdir()):
            linted = []
            for finding in findings(lint, path):
                ends = [
                    (finding["range"][end]["line"] - 1, finding["range"][end]["column"] - 1) for end in ("start", "end")
                ]
                linted.append({**finding, "range": tuple(ends), "severity": SEVERITIES.index(finding["severity"]) + 1})
            server.open(path.as_uri(), path.read_text(encoding="utf-8"))
            published = []
            for diagnostic in server.diagnostics(path.as_uri(), 1)["diagnostics"]:
                ends = [
                    (diagnostic["range"][end]["line"], diagnostic["range"][end]["character"])
                    for end in ("start", "end")
                ]
                published.append({**diagnostic, "range": tuple(ends)})
            assert sorted(map(key, published)) == sorted(map(key, linted)), path.name


def schema():
    return ruamel.yaml.YAML(typ="safe", pure=True).load(SCHEMA.read_text(encoding="utf-8"))


def test_the_schema_is_a_json_schema():
    document = schema()
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(document)


def test_another_validator_accepts_the_personas():
    files = sorted(PERSONAS.glob("*.masque.yaml"))
    command = [pathlib.Path(sys.executable).parent / "check-jsonschema", "--schemafile", SCHEMA, *files]
    done = subprocess.run(command, capture_output=True, text=True)
    assert files and done.returncode == 0, done.stdout + done.stderr


# Each spoils a masque for the schema, or only seems to; no expectation is written down, the other validator has it.
CHANGES = [
    ("name: Smith", 'name: ""'),
    ("name: Smith", "name: 7"),
    ("name: Smith", "name:"),
    ("index: 1", "index: 1.0"),
    ("index: 1", "index: 1.5"),
    ("index: 1", "index: -1"),
    ("index: 1", 'index: "1"'),
    ('version: "1.0.0"', "version: 1.0"),
    ('version: "1.0.0"', 'version: "1.0.0-rc.1+build.5"'),
    ('version: "1.0.0"', 'version: "01.0.0"'),
    ('version: "1.0.0"', 'version: "1.0.0-"'),
    ("ring: player", "ring: Player"),
    ("ring: player", "ring: [player]"),
    ("intent:\n  allowed:\n    - x", "intent: {}"),
    ("intent:\n  allowed:\n    - x", "intent: []"),
    ("intent:\n  allowed:\n    - x", "intent:\n  allowed: [1]"),
    ("intent:\n  allowed:\n    - x", "intent:\n  denied: x"),
    ("lens: Care.", 'lens: "  "'),
    ("lens: Care.", "lens: true"),
    ("lens: Care.", "lens: Care.\nattributes: {a: [1, {b: null}]}"),
    ("lens: Care.", "lens: Care.\nattributes: []"),
    ("lens: Care.", "lens: Care.\nspinnerVerbs: {mode: append, verbs: []}"),
    ("lens: Care.", "lens: Care.\nspinnerVerbs: {verbs: ['a:b']}"),
    ("lens: Care.", "lens: Care.\nskills: [{uri: 'skill://a/b'}]"),
    ("lens: Care.", "lens: Care.\nskills: [{uri: 'skill:/a/b', level: novice}]"),
    ("lens: Care.", "lens: Care.\nskills: [{uri: 'skill://a/b', level: novice}]"),
    ("lens: Care.", "lens: Care.\ncontext: 5"),
    ("lens: Care.", "lens: Care.\nknowledge: ['mcp://a']"),
    ("lens: Care.", "lens: Care.\nknowledge: ['http://a/b']"),
    ("lens: Care.", "lens: Care.\naccess: {ttl: PT1H30M}"),
    ("lens: Care.", "lens: Care.\naccess: {ttl: 1h}"),
    ("lens: Care.", "lens: Care.\naccess: {ttl: PT}"),
    ("lens: Care.", "lens: Care.\naccess: {ttl: P2W}"),
    ("lens: Care.", "lens: Care.\naccess: {ttl: PT0.5S}"),
    ("lens: Care.", "lens: Care.\naccess: {credentials: [{source: vault}]}"),
    ("lens: Care.", "lens: Care.\nmcp: {servers: [{name: a, type: stdio}]}"),
    ("lens: Care.", "lens: Care.\nmcp: {servers: [{name: a, type: http, url: 'https://a.example'}]}"),
    ("lens: Care.", "lens: Care.\nmcp: {servers: [{name: a, type: http}]}"),
    ("lens: Care.", "lens: Care.\nmcp: {servers: [{name: a, type: stdio, command: b, env: {C: 1}}]}"),
    ("lens: Care.", "lens: Care.\nperformance: {score: null, history: []}"),
    ("lens: Care.", "lens: Care.\nperformance: {score: x}"),
    ("lens: Care.", "lens: Care.\nperformance: {history: [{date: '2026-01-15T10:30:00Z', score: '+'}]}"),
    ("lens: Care.", "lens: Care.\nperformance: {history: [{date: '2026-01-15T10:30:00Z'}]}"),
]
BASE = 'name: Smith\nindex: 1\nversion: "1.0.0"\nring: player\nintent:\n  allowed:\n    - x\nlens: Care.\n'


def test_the_verdict_is_that_of_another_validator(lint, tmp_path):
    """An error of ours exactly where the schema, read by another implementation, refuses the document."""
    validator = jsonschema.Draft202012Validator(schema())
    yaml = ruamel.yaml.YAML(typ="safe", pure=True)
    expected = {}
    for number, (old, new) in enumerate(CHANGES):
        text = BASE.replace(old, new)
        assert text != BASE
        # A folder of its own for each: these have one name and one index.
        path = tmp_path / f"{number}" / "smith.masque.yaml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        expected[new] = not validator.is_valid(yaml.load(text))
        refused = [f for f in findings(lint, path) if f["severity"] == "error"]
        assert bool(refused) == expected[new], (new, refused)
    assert len(set(expected.values())) == 2

"""The linter's reports in the readers of other people, and its verdict beside that of another validator."""

import copy
import json
import os
import pathlib
import random
import subprocess
import sys
import xml.etree.ElementTree

import jsonschema
import junitparser
import pytest
import ruamel.yaml
from conftest import ROOT

sys.path.insert(0, str(ROOT / "Tests" / "Benchmarks"))
import corpus  # noqa: E402

SCHEMAS = ROOT / "schemas"
SUITES = os.environ.get("MASQUES_SUITES")


def run(lint, *arguments, cwd=None):
    done = subprocess.run([lint, *map(str, arguments)], cwd=cwd, capture_output=True, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Masques with one of each fault, names that every format has to escape, and a faultless one."""
    root = tmp_path_factory.mktemp("output")
    folder = root / "personas" / 'a & <b> "c" %, :é'
    folder.mkdir(parents=True)
    for number, fault in enumerate([None, *corpus.FAULTS]):
        text = "\n".join(corpus.masque(f"output {number}", f"Tester {number}", number + 1)) + "\n"
        text = corpus.FAULTS[fault](text) if fault else text
        (folder / f"tester-{number}.masque.yaml").write_text(text, encoding="utf-8")
    # Two that share an index, so that findings have places in other files.
    text = "\n".join(corpus.masque("output 0", "Twin", 1)) + "\n"
    (folder / "twin.masque.yaml").write_text(text, encoding="utf-8")
    return root


def test_json_is_what_its_schema_says(lint, library):
    schema = json.loads((SCHEMAS / "masque-lint.output.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    output = json.loads(run(lint, "--json", cwd=library))
    jsonschema.Draft202012Validator(schema).validate(output)
    assert any(finding["related"] for finding in output["findings"])
    assert any(finding["fixes"] for finding in output["findings"])
    assert len(output["findings"]) == output["summary"]["findings"]
    # The schema is not so wide that anything passes.
    del output["findings"][0]["range"]["start"]["column"]
    assert not jsonschema.Draft202012Validator(schema).is_valid(output)


def test_our_own_validator_agrees(lint, library, tmp_path):
    (tmp_path / "output.json").write_bytes(run(lint, "--json", cwd=library))
    run(lint, "validate", "--schema", SCHEMAS / "masque-lint.output.schema.json", tmp_path / "output.json")


@pytest.mark.skipif(not SUITES, reason="MASQUES_SUITES is not set, so there is no SARIF schema")
def test_sarif_is_what_the_standard_says(lint, library):
    schema = json.loads((pathlib.Path(SUITES) / "sarif" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    for arguments in ([], ["--select", "yaml-encoding"]):
        log = json.loads(run(lint, "--format", "sarif", *arguments, cwd=library))
        jsonschema.Draft7Validator(schema).validate(log)
    log = json.loads(run(lint, "--format", "sarif", cwd=library))
    [run_] = log["runs"]
    assert {len(result["locations"]) for result in run_["results"]} == {1}
    rules = run_["tool"]["driver"]["rules"]
    for result in run_["results"]:
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith(("/", "file:"))
        assert place["region"]["startColumn"] >= 1 and place["region"]["endColumn"] >= 1
    prints = [result["partialFingerprints"]["masqueLint/v1"] for result in run_["results"]]
    assert len(set(prints)) == len(prints)


def test_junit_is_read(lint, library, tmp_path):
    path = tmp_path / "junit.xml"
    path.write_bytes(run(lint, "--format", "junit", cwd=library))
    xml.etree.ElementTree.parse(path)
    [suite] = junitparser.JUnitXml.fromfile(str(path))
    names = {case.name for case in suite}
    assert names == {str(file.relative_to(library)) for file in library.rglob("*.masque.yaml")}
    failed = [case for case in suite if case.result]
    assert suite.tests == len(names) and suite.failures == len(failed) and 0 < len(failed) < len(names)


def test_every_format_says_the_same(lint, library):
    """The same findings in the same order."""
    findings = json.loads(run(lint, "--json", cwd=library))["findings"]
    places = [(f["file"], f["range"]["start"]["line"], f["range"]["start"]["column"], f["code"]) for f in findings]
    gitlab = [
        (f["location"]["path"], *f["location"]["positions"]["begin"].values(), f["check_name"])
        for f in json.loads(run(lint, "--format", "gitlab", cwd=library))
    ]
    assert gitlab == places
    compact = run(lint, "--format", "compact", cwd=library).decode().splitlines()
    assert [line.split(": ", 1)[0] for line in compact] == [":".join(map(str, place[:3])) for place in places]
    github = run(lint, "--format", "github", cwd=library).decode().splitlines()
    assert [line.rsplit("(", 1)[1].split(")")[0] if "(" in line else "" for line in (l.split("::")[1] for l in github)] == [
        place[3] for place in places
    ]


def test_the_configuration_schema_is_a_json_schema_and_agrees(lint, tmp_path):
    yaml = ruamel.yaml.YAML(typ="safe", pure=True)
    schema = yaml.load((SCHEMAS / "masque-lint.config.schema.yaml").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    (tmp_path / "x.masque.yaml").write_text("name: x\n", encoding="utf-8")
    texts = ["{}", "select: [yaml]", "ignor: [a]", "fail-on: hint", "fail-on: no", "severity: {yaml-syntax: error}"]
    texts += ["exclude: a", "exclude: [' ']", "per-file-ignores: {a: [yaml]}", "per-file-ignores: {a: yaml}", "schema: ''"]
    texts += ["[]", "select: [1]", "severity: {yaml: {}}", "enable: [knowledge-unknown-server]"]
    verdicts = []
    for text in texts:
        (tmp_path / ".masque-lint.yaml").write_text(text, encoding="utf-8")
        done = subprocess.run([lint, tmp_path], capture_output=True)
        assert (done.returncode == 2) == (not validator.is_valid(yaml.load(text))), (text, done.stderr)
        verdicts.append(done.returncode == 2)
    assert len(set(verdicts)) == 2


# Agreement

# What we find though the schema has nothing against it: it is about more than one value, or the two read YAML
# differently on purpose.
BEYOND_THE_SCHEMA = {"mcp-duplicate-server", "schema-format"}
ATOMS = [None, True, 0, 1, -1, 1.5, "", " ", "x", "player", "1.0.0", "skill://a/b", [], {}, ["x"], [1], {"a": 1}]


def places(value, path=()):
    """The path of every value in a document."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def mutated(document, dice):
    """A copy with one change."""
    document = copy.deepcopy(document)
    path = dice.choice([path for path in places(document) if path])
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    key = path[-1]
    match dice.randrange(4):
        case 0:
            del parent[key]
        case 1 if isinstance(parent, list):
            parent.append(copy.deepcopy(dice.choice([*ATOMS, parent[key]])))
        case 2 if isinstance(parent, dict) and isinstance(key, str):
            parent[dice.choice([key[:-1], key + "s", key.upper(), "x"]) or "x"] = parent.pop(key)
        case _:
            parent[key] = copy.deepcopy(dice.choice(ATOMS))
    return document


def has_blank_pattern(document):
    """A pattern of spaces is one to the schema, and none to us."""
    intent = document.get("intent")
    lists = intent.values() if isinstance(intent, dict) else []
    return any(item and not item.strip() for each in lists if isinstance(each, list) for item in each if isinstance(item, str))


def test_the_verdict_on_a_generated_corpus_is_that_of_another_validator(lint, tmp_path):
    yaml = ruamel.yaml.YAML(typ="safe", pure=True)
    schema = yaml.load((SCHEMAS / "masque.schema.yaml").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    dice = random.Random(20261121)
    bases = [yaml.load("\n".join(corpus.masque(f"differs {n}", f"Tester {n}", n + 1)) + "\n") for n in range(8)]
    bases += [yaml.load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "personas").glob("*.masque.yaml"))]
    writer = ruamel.yaml.YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    expected = {}
    for number in range(600):
        document = dice.choice(bases)
        for _ in range(dice.choice([0, 1, 1, 1, 2])):
            document = mutated(document, dice)
        if has_blank_pattern(document):
            continue
        # A folder of its own for each: they share names and indices.
        path = tmp_path / f"{number:03}" / "tester.masque.yaml"
        path.parent.mkdir()
        with path.open("w", encoding="utf-8") as file:
            writer.dump(document, file)
        expected[str(path)] = not validator.is_valid(yaml.load(path.read_text(encoding="utf-8")))
    output = json.loads(run(lint, "--json", tmp_path))
    errors = [f for f in output["findings"] if f["severity"] == "error"]
    # Intents are about what their patterns mean together; an empty pattern is the schema's affair, too.
    beyond = {code for code in {f["code"] for f in errors} if code.startswith("intent-")} - {"intent-pattern-syntax"}
    refused = {f["file"] for f in errors if f["code"] not in BEYOND_THE_SCHEMA | beyond}
    differing = {path for path, is_bad in expected.items() if is_bad != (path in refused)}
    texts = [
        (expected[path], [f["message"] for f in output["findings"] if f["file"] == path]) for path in sorted(differing)[:5]
    ]
    assert not differing, (len(differing), sorted(differing)[:5], texts)
    assert 100 < sum(expected.values()) < 560

"""The entry for SchemaStore's catalogue: it has the catalogue's form, names the right files, and leads to a schema that
validators other than ours understand and agree with."""

import fnmatch
import json
import pathlib
import re
import shutil
import subprocess

import jsonschema
import pytest
import ruamel.yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENTRY = json.loads((ROOT / "schemas" / "schemastore.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((ROOT / "schemas" / "masque.schema.json").read_text(encoding="utf-8"))
MASQUES = sorted((ROOT / "personas").glob("*.masque.yaml"))


def yaml(path):
    return ruamel.yaml.YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def matched(path):
    return any(fnmatch.fnmatchcase(path.name, pattern) for pattern in ENTRY["fileMatch"])


def test_the_entry_has_the_form_of_the_catalogue():
    assert list(ENTRY) == ["name", "description", "fileMatch", "url"]
    for key in ("name", "description"):
        assert ENTRY[key] and not re.search(r"[,. \t-]$", ENTRY[key]), "the catalogue takes no such ending"
        assert "schema" not in ENTRY[key].lower(), "that word goes without saying there"
    assert len(set(ENTRY["fileMatch"])) == len(ENTRY["fileMatch"])
    # A YAML server passes over patterns without the ending of a YAML file.
    assert all(re.search(r"\.ya?ml$", pattern) for pattern in ENTRY["fileMatch"])


def test_the_url_leads_to_the_schema():
    found = re.fullmatch(r"https://raw\.githubusercontent\.com/ChrisDBaldwin/masques/main/(.+)", ENTRY["url"])
    assert ROOT / found[1] == ROOT / "schemas" / "masque.schema.json" and (ROOT / found[1]).exists()


def test_it_names_masques_and_nothing_else():
    assert MASQUES and all(matched(path) for path in MASQUES)
    others = [path for path in (ROOT / "personas").iterdir() if path not in MASQUES]
    others += [*(ROOT / "schemas").iterdir(), *(ROOT / ".github").rglob("*.yml")]
    assert not [path for path in others if matched(path)]


def test_the_schema_is_one():
    """By a validator of others', with every keyword in the place that the draft gives it."""
    validator = jsonschema.validators.validator_for(SCHEMA)
    assert validator is jsonschema.Draft202012Validator
    validator.check_schema(SCHEMA)
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(SCHEMA)):
        assert reference.startswith("#"), "who downloads one file has one file"


@pytest.mark.parametrize("path", MASQUES, ids=lambda path: path.name)
def test_it_takes_every_masque(path):
    jsonschema.Draft202012Validator(SCHEMA).validate(yaml(path))


@pytest.mark.parametrize(
    "change", [{"ring": "playr"}, {"index": -1}, {"version": "one"}, {"intent": []}, {"lens": None}], ids=str
)
def test_it_refuses_what_is_no_masque(change):
    masque = yaml(MASQUES[0]) | change
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(masque)


def test_its_patterns_are_those_of_ecmascript():
    """An editor's validator compiles them with the flag u."""
    if shutil.which("node") is None:
        pytest.skip("no node")
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(SCHEMA))
    assert patterns
    script = f"for (const p of [{','.join(patterns)}]) new RegExp(p, 'u')"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

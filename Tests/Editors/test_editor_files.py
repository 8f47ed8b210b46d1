"""The files in editors/ that only their editors can run: each is parsed, loaded where its program is here, and held to
what the server is and does."""

import fnmatch
import json
import os
import re
import subprocess
import tomllib

import editor_settings
import jsonschema
import pytest
import ruamel.yaml
from conftest import ROOT, editor

EDITORS = ROOT / "editors"
NAMES = {
    "a.masque.yaml": True,
    "a.masque.yml": True,
    "a.eval.yaml": True,
    ".masque-lint.yaml": True,
    "values.yaml": False,
    "masque.yaml": False,
}
SETTINGS = {name for name, *_ in editor_settings.rows()}
VERSION = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]


def read(path):
    return (EDITORS / path).read_text(encoding="utf-8")


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


@pytest.mark.parametrize("folder", sorted(path.name for path in EDITORS.iterdir() if path.is_dir()))
def test_every_editor_has_a_page_of_one_screen(folder):
    text = read(f"{folder}/README.md")
    assert text.startswith("# Masques in ")
    assert len(text.splitlines()) <= 65
    for target in re.findall(r"\]\((?!https:)([^)\s#]+)", text):
        assert (EDITORS / folder / target).exists(), target
    assert f"editors/{folder}" in (ROOT / "docs" / "editors.md").read_text()


@pytest.mark.parametrize("path", [str(p.relative_to(EDITORS)) for p in sorted(EDITORS.rglob("*.json"))])
def test_json(path):
    json.loads(read(path))


@pytest.mark.parametrize("path", [str(p.relative_to(EDITORS)) for p in sorted(EDITORS.rglob("*.toml"))])
def test_toml(path):
    tomllib.loads(read(path))


@pytest.mark.parametrize("path", [str(p.relative_to(EDITORS)) for p in sorted(EDITORS.rglob("*.lua"))])
def test_lua(path):
    # `loadfile` compiles and does not run.
    check = (
        f"lua local _, problem = loadfile([[{EDITORS / path}]]); if problem then print(problem); vim.cmd('cquit') end"
    )
    done = subprocess.run(
        [editor("nvim"), "--headless", "-u", "NONE", "-c", check, "-c", "quit"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


SNIPPETS = [
    pytest.param(kind, body, id=f"{path.parent.name}-{kind}-{number}")
    for path in sorted([*EDITORS.glob("*/README.md"), ROOT / "docs" / "editor-settings.md"])
    for number, (kind, body) in enumerate(
        re.findall(r"^ *```(lua|elisp|json|toml)\n(.*?)^ *```", path.read_text(), re.M | re.S)
    )
]


@pytest.mark.parametrize("kind, body", SNIPPETS)
def test_what_the_pages_have_people_copy(kind, body, tmp_path):
    file = tmp_path / f"snippet.{kind}"
    file.write_text(body)
    if kind == "json":
        json.loads(body)
    elif kind == "toml":
        tomllib.loads(body)
    elif kind == "lua":
        check = f"lua local _, problem = loadfile([[{file}]]); if problem then print(problem); vim.cmd('cquit') end"
        command = [editor("nvim"), "--headless", "-u", "NONE", "-c", check, "-c", "quit"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    else:
        check = f"""(with-temp-buffer (insert-file-contents "{file}")
          (condition-case nil (while t (read (current-buffer))) (end-of-file (skip-chars-backward " \t\n")))
          (kill-emacs (if (zerop (car (syntax-ppss (point-max)))) 0 1)))"""
        done = subprocess.run([editor("emacs"), "-Q", "--batch", "--eval", check], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_helix():
    configuration = tomllib.loads(read("helix/languages.toml"))
    assert configuration["language-server"] == {"masque-lsp": {"command": "masque-lsp"}}
    [language] = configuration["language"]
    assert language["language-servers"] == ["masque-lsp"]
    assert (language["name"], language["grammar"]) == ("masque", "yaml")
    globs = [entry["glob"] for entry in language["file-types"]]
    assert {name: matches(name, globs) for name in NAMES} == NAMES
    queries = EDITORS / "helix" / "runtime" / "queries" / language["name"]
    for query in ("highlights", "indents", "injections"):
        assert (queries / f"{query}.scm").read_text().strip() == f"; inherits: {language['grammar']}"


def test_zed():
    manifest = tomllib.loads(read("zed/extension.toml"))
    language = tomllib.loads(read("zed/languages/masque/config.toml"))
    [(identifier, server)] = manifest["language_servers"].items()
    assert server["languages"] == [language["name"]]
    assert server["language_ids"] == {language["name"]: "masque"}
    assert language["grammar"] in manifest["grammars"]
    assert manifest["version"] == VERSION == tomllib.loads(read("zed/Cargo.toml"))["package"]["version"]
    suffixes = language["path_suffixes"]
    # A suffix is a whole name, or stands behind a dot; so a file called `masque.yaml` is taken, too.
    taken = {name: any(name == each or name.endswith(f".{each}") for each in suffixes) for name in NAMES}
    assert taken == {**NAMES, "masque.yaml": True}
    settings = json.loads(read("zed/settings.json"))
    assert list(settings["lsp"]) == [identifier] and list(settings["languages"]) == [language["name"]]
    assert f'which("{identifier}")' in read("zed/src/lib.rs")
    for query in EDITORS.glob("zed/languages/masque/*.scm"):
        text = re.sub(r'"(?:\\.|[^"])*"', "", query.read_text())
        assert text.count("(") == text.count(")") and text.count("[") == text.count("]"), query


def test_sublime():
    [(name, client)] = json.loads(read("sublime/LanguageServers.sublime-settings")).items()
    assert name == "masque-lsp" and client["enabled"] is True
    text = read("sublime/Masque.sublime-syntax")
    assert text.startswith("%YAML 1.2\n---\n")
    syntax = ruamel.yaml.YAML(typ="safe", pure=True).load(text)
    assert client["selector"] == syntax["scope"] and client["command"] == ["masque-lsp"]
    assert set(client["settings"]) <= SETTINGS
    assert "source.yaml - source.yaml.masque" in read("sublime/README.md")


def test_jetbrains():
    template = json.loads(read("jetbrains/masque/template.json"))
    assert template["programArgs"]["default"] == "masque-lsp"
    # The settings have dotted names.
    assert template["expandConfiguration"] is True
    [mapping] = template["fileTypeMappings"]
    assert mapping["languageId"] == "masque"
    assert {name: matches(name, mapping["fileType"]["patterns"]) for name in NAMES} == NAMES
    files = dict(zip(("settings.schema.json", "settings.json"), editor_settings.jetbrains(), strict=True))
    for file, expected in files.items():
        path = EDITORS / "jetbrains" / "masque" / file
        if os.environ.get("RECORD"):
            path.write_text(editor_settings.written(expected) + "\n", encoding="utf-8")
        assert json.loads(path.read_text()) == expected, f"{path} is stale, RECORD=1 writes it anew"
    schema, settings = files.values()
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(settings, schema)


def test_emacs_version():
    assert f";; Version: {VERSION}\n" in read("emacs/masque.el")


def test_kak_lsp():
    [(name, server)] = tomllib.loads(read("kakoune/kak-lsp.toml"))["language_server"].items()
    assert (name, server["command"], server["filetypes"]) == ("masque-lsp", "masque-lsp", ["yaml"])


@pytest.mark.parametrize("name", NAMES)
def test_kakoune(name, tmp_path):
    """What Kakoune itself makes of the script, with the options that kakoune-lsp declares."""
    (tmp_path / name).write_text("name: x\n")
    commands = f"""
        declare-option str lsp_servers
        declare-option str lsp_language_id
        source {EDITORS / "kakoune" / "masque.kak"}
        edit {tmp_path / name}
        echo -to-file {tmp_path}/report -- "%opt{{filetype}}
%opt{{lsp_language_id}}
%opt{{lsp_servers}}"
        quit!
    """
    (tmp_path / "commands").write_text(commands)
    done = subprocess.run(
        [editor("kak"), "-n", "-ui", "dummy", "-e", f"source {tmp_path}/commands"],
        env={"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (tmp_path / "report").exists(), done.stderr + done.stdout
    kind, language, servers = (tmp_path / "report").read_text().split("\n", 2)
    if NAMES[name]:
        assert (kind, language) == ("yaml", "masque")
        [(server, options)] = tomllib.loads(servers).items()
        assert server == "masque-lsp" and options["settings_section"] == "masque" and options["root_globs"]
    else:
        assert (kind, language, servers) == ("", "", "")

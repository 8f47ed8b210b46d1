"""The plugin for Claude Code: its manifests by their published rules, its commands by the parser of the real `masque`,
its hooks and its status line by running them as Claude Code does."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import time

import jsonschema
import pytest
import ruamel.yaml
from conftest import ROOT

PLUGIN = ROOT / "editors" / "claude-code"
COMMANDS = ["audience", "doff", "don", "id", "inspect", "list", "performance", "sync-manifest"]
VERSION = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]

NAME = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
PERSON = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "email": {"type": "string"}, "url": {"type": "string"}},
    "additionalProperties": False,
}
SERVERS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["command", "extensionToLanguage"],
        "additionalProperties": False,
        "properties": {
            "command": {"const": "masque-lsp"},
            # What Claude Code looks up is the last part of a name.
            "extensionToLanguage": {"type": "object", "propertyNames": {"pattern": r"^\.[a-z]+$"}, "minProperties": 1},
        },
    },
}
ABOUT = {
    "name": NAME,
    "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
    "description": {"type": "string"},
    "author": PERSON,
    "homepage": {"type": "string", "format": "uri"},
    "repository": {"type": "string", "format": "uri"},
    "license": {"type": "string"},
    "keywords": {"type": "array", "items": {"type": "string"}},
}
MANIFEST = {
    "type": "object",
    "required": ["name"],
    "properties": {**ABOUT, "lspServers": SERVERS},
    "additionalProperties": False,
}
MARKETPLACE = {
    "type": "object",
    "required": ["name", "owner", "plugins"],
    "additionalProperties": False,
    "properties": {
        "name": NAME,
        "owner": PERSON,
        "metadata": {"type": "object"},
        "plugins": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "source"],
                "additionalProperties": False,
                "properties": {
                    **ABOUT,
                    # Inside the repository, seen from its root.
                    "source": {"type": "string", "pattern": r"^\./(?!.*\.\.)"},
                    "category": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}
HOOKS = {
    "type": "object",
    "required": ["hooks"],
    "additionalProperties": False,
    "properties": {
        "description": {"type": "string"},
        "hooks": {
            "type": "object",
            "propertyNames": {"enum": ["SessionStart", "SessionEnd"]},
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["hooks"],
                    "additionalProperties": False,
                    "properties": {
                        "matcher": {"type": "string"},
                        "hooks": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["type", "command"],
                                "additionalProperties": False,
                                "properties": {
                                    "type": {"const": "command"},
                                    "command": {"type": "string"},
                                    "timeout": {"type": "number"},
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def read(path):
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path, schema",
    [
        ("editors/claude-code/.claude-plugin/plugin.json", MANIFEST),
        ("editors/claude-code-lsp/.claude-plugin/plugin.json", MANIFEST),
        (".claude-plugin/marketplace.json", MARKETPLACE),
        ("editors/claude-code/hooks/hooks.json", HOOKS),
    ],
)
def test_manifests(path, schema):
    jsonschema.validate(read(path), schema, format_checker=jsonschema.FormatChecker())


def test_the_marketplace_leads_to_the_plugins():
    marketplace = read(".claude-plugin/marketplace.json")
    for entry in marketplace["plugins"]:
        plugin = read(f"{entry['source']}/.claude-plugin/plugin.json")
        for key in ("name", "version", "description", "license", "keywords"):
            assert entry[key] == plugin[key], key
        assert plugin["version"] == VERSION == marketplace["metadata"]["version"]
        install = f"claude plugin install {plugin['name']}@{marketplace['name']}"
        assert install in (ROOT / entry["source"] / "README.md").read_text()
    # What is installed is a copy of this folder alone.
    for script in PLUGIN.rglob("*.sh"):
        assert ".." not in script.read_text(), script


def test_commands_are_called_by_their_full_names():
    """Claude Code knows no `/don`; it completes it while somebody types."""
    for page in (ROOT / "README.md", PLUGIN / "README.md", *(ROOT / "docs").glob("*.md")):
        named = re.findall(r"`/(masques:)?([a-z-]+)", page.read_text())
        short = [name for prefix, name in named if not prefix and name in COMMANDS]
        # Once, where it is told how it is completed.
        assert short == (["don"] if page.parent == PLUGIN else []), page


def front_matter(name):
    head, body = re.fullmatch(r"---\n(.*?)---\n(.*)", (PLUGIN / "commands" / f"{name}.md").read_text(), re.S).groups()
    return ruamel.yaml.YAML(typ="safe", pure=True).load(head), body


def lines(name):
    """The shell lines that a command has Claude run, with something real in the place of what the user says."""
    _, body = front_matter(name)
    words = {"<masque>": "codesmith", "<intent>": "implement it's parser; rm -rf $HOME"}
    for block in re.findall(r"```sh\n(.*?)```", body, re.S):
        for line in block.splitlines():
            yield [words.get(word, word) for word in shlex.split(line)]


def test_the_commands():
    assert sorted(path.stem for path in (PLUGIN / "commands").iterdir()) == COMMANDS
    for name in COMMANDS:
        head, body = front_matter(name)
        assert set(head) <= {"description", "argument-hint", "allowed-tools"}, name
        assert head["description"]
        # Who can say something behind the command is heard, and who can't is not asked.
        assert ("argument-hint" in head) == ("$ARGUMENTS" in body), name
        # Nothing that the user typed is run by a shell before Claude has seen it.
        assert "!`" not in body and "```!" not in body, name
        allowed = re.findall(r"Bash\(([^:)]+):\*\)", head["allowed-tools"])
        assert [*lines(name)], name
        for line in lines(name):
            assert any(line[: len(rule.split())] == rule.split() for rule in allowed), line


@pytest.fixture
def project(tmp_path, masque):
    """A project with personas, and the environment in which Claude Code runs programs there."""
    folder = tmp_path / "a project"
    shutil.copytree(ROOT / "personas", folder / "personas")
    (folder / ".git").mkdir()
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "masque").symlink_to(masque)
    plugin = tmp_path / "cache of plugins" / "masques"
    shutil.copytree(PLUGIN, plugin)
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "MASQUES_HOME": str(tmp_path / "masques"),
        "CLAUDE_PLUGIN_ROOT": str(plugin),
        "CLAUDE_PROJECT_DIR": str(folder),
        "LC_ALL": "C.UTF-8",
    }
    return folder, environment


def run(words, project, text="", **more):
    folder, environment = project
    return subprocess.run(
        words, cwd=folder, env={**environment, **more}, input=text, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_masque_understands_what_a_command_runs(name, project, masque, subtests):
    """Whatever comes of it here, it is no wrong usage."""
    assert "Usage: masque" in run(["masque", "don", "--no-such-option"], project).stderr
    for line in lines(name):
        with subtests.test(shlex.join(line)):
            if line[1] not in known(masque):
                assert name in ("audience", "performance"), f"masque has no {line[1]}"
                pytest.skip(f"this masque has no {line[1]} yet")
            if name == "audience":
                # The receiver is not started here, its own tests do that; but it could be.
                done = run([*line, "--help"], project)
                assert f"USAGE: {shlex.join(line)}" in done.stdout, done
                continue
            done = run(line, project)
            assert done.returncode in (0, 1, 2) and "Usage: masque" not in done.stderr, done.stderr


def known(masque):
    text = subprocess.run([masque, "--help"], capture_output=True, text=True).stdout
    return re.findall(r"^  ([a-z-]+)[, ]", text.split("SUBCOMMANDS:", 1)[1], re.MULTILINE)


# Hooks


def hook(event, project, **members):
    """Runs the hooks of an event as Claude Code does: by a shell, with the event on standard input."""
    folder, _ = project
    event_input = {"session_id": "0d9c", "cwd": str(folder), "hook_event_name": event, **members}
    results = []
    for group in read("editors/claude-code/hooks/hooks.json")["hooks"][event]:
        reason = members.get("source") or members.get("reason")
        if "matcher" in group and not re.fullmatch(group["matcher"], reason):
            continue
        for entry in group["hooks"]:
            results.append(run(["/bin/sh", "-c", entry["command"]], project, json.dumps(event_input)))
    return results


def worn(project):
    done = run(["masque", "id", "--json"], project)
    return (json.loads(done.stdout)["active"] or {}).get("name")


def test_hooks(project):
    [start] = hook("SessionStart", project, source="startup")
    assert (start.returncode, start.stdout) == (0, ""), start.stderr
    assert run(["masque", "don", "codesmith"], project).returncode == 0
    for source in ("resume", "compact", "clear"):
        [start] = hook("SessionStart", project, source=source)
        assert start.returncode == 0 and '<masque-active name="Codesmith"' in start.stdout, start.stderr
        # Claude Code keeps what is longer in a file and shows the beginning.
        assert len(start.stdout) < 10_000
    assert hook("SessionEnd", project, reason="clear") == []
    assert worn(project) == "Codesmith"
    [end] = hook("SessionEnd", project, reason="prompt_input_exit")
    assert end.returncode == 0, end.stderr
    assert worn(project) is None
    [end] = hook("SessionEnd", project, reason="other")
    assert end.returncode == 0, end.stderr


def test_a_conversation_that_outlives_its_masque(project, tmp_path):
    """It has the block still when it is resumed, and nobody has told it that the masque came off."""
    transcript = tmp_path / "transcript.jsonl"
    told = {"source": "resume", "transcript_path": str(transcript)}
    transcript.write_text('{"content": "what is <masque-active …>?"}\n')
    [start] = hook("SessionStart", project, **told)
    assert (start.returncode, start.stdout) == (0, "")
    transcript.write_text('{"content": "<masque-active name=\\"Codesmith\\" version=\\"1.1.0\\">"}\n')
    [start] = hook("SessionStart", project, **told)
    assert start.returncode == 0 and "no masque is worn here" in start.stdout
    assert run(["masque", "don", "codesmith"], project).returncode == 0
    [start] = hook("SessionStart", project, **told)
    assert "no masque is worn here" not in start.stdout and "<masque-active" in start.stdout


@pytest.mark.parametrize("setsid", [True, False])
def test_the_end_of_a_session_is_not_waited_for(setsid, project, masque):
    """Claude Code gives it 1.5 s; the masque comes off later, all the same."""
    folder, environment = project
    assert run(["masque", "don", "codesmith"], project).returncode == 0
    [start] = hook("SessionStart", project, source="startup")
    program = pathlib.Path(shutil.which("masque", path=environment["PATH"]))
    program.unlink()
    program.write_text(f'#!/bin/sh\n[ "$2" != session-end ] || sleep 2.5\nexec {shlex.quote(masque)} "$@"\n')
    program.chmod(0o755)
    if not setsid:
        # As on macOS.
        for name in ("sh", "cat", "dirname", "grep", "sed", "date", "mktemp", "sleep", "rm", "nohup"):
            (program.parent / name).symlink_to(shutil.which(name))
        environment["PATH"] = str(program.parent)
    begun = time.monotonic()
    [end] = hook("SessionEnd", project, reason="prompt_input_exit")
    assert (end.returncode, end.stdout, end.stderr) == (0, "", "")
    assert time.monotonic() - begun < 2.2
    assert worn(project) == "Codesmith"
    while worn(project):
        assert time.monotonic() - begun < 20
        time.sleep(0.1)


def test_the_end_of_a_session_that_fails_is_heard_of(project):
    script = f"{project[1]['CLAUDE_PLUGIN_ROOT']}/scripts/hook.sh"
    done = run(["/bin/sh", script, "session-end"], project, "no JSON")
    assert done.returncode == 1 and "JSON" in done.stderr


def test_hooks_without_masque(project):
    """It is said once a session, and stops nothing."""
    folder, environment = project
    bare = (folder, {**environment, "PATH": "/usr/bin:/bin"})
    if shutil.which("masque", path="/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin"):
        pytest.skip("masque is installed for the whole system")
    [start] = hook("SessionStart", bare, source="startup")
    assert start.returncode == 0 and "not installed" in json.loads(start.stdout)["systemMessage"]
    [end] = hook("SessionEnd", bare, reason="other")
    assert (end.returncode, end.stdout, end.stderr) == (0, "", "")


def test_a_hook_that_fails_stops_nothing(project):
    """2 would be taken for a refusal."""
    done = run(["/bin/sh", f"{project[1]['CLAUDE_PLUGIN_ROOT']}/scripts/hook.sh", "session-start"], project, "no JSON")
    assert done.returncode == 1 and done.stderr


def test_the_status_line(project):
    folder, environment = project
    data = json.dumps({"session_id": "0d9c", "workspace": {"current_dir": "/", "project_dir": str(folder)}})

    def line():
        done = run([f"{environment['CLAUDE_PLUGIN_ROOT']}/scripts/statusline.sh"], project, data)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert line() == ""
    run(["masque", "don", "codesmith"], project)
    assert re.fullmatch(r"Codesmith v[\d.]+ · player\n", line())
    run(["masque", "doff"], project)
    assert line() == ""


def test_scripts_are_programs():
    for script in ("hook.sh", "statusline.sh"):
        assert os.access(PLUGIN / "scripts" / script, os.X_OK)
    for script in (PLUGIN / "scripts").iterdir():
        done = subprocess.run(["/bin/sh", "-n", script], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

"""The pages under docs/ say what the programs do: every block of code is a file that is written, or a command that is
run and whose output is compared. `RECORD=1` writes the output into the page instead, where it has no `...`."""

import doctest
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

import pytest
import ruamel.yaml
from conftest import ROOT, required

# The pages, and what there is before their first command.
PAGES = {
    "getting-started": None,
    "configuration": None,
    "runtime-configuration": None,
    "calling": None,
    "suppressions": None,
    "formatting": None,
    "output": None,
    "ci": None,
    "evaluations": "library",
    "ledger": "prices",
    "otel-setup": "ports",
    "performance-scoring": "wearing",
}
BLOCK = re.compile(
    r"^(?:<!-- (?:file: (?P<file>\S+)(?: from (?P<source>\S+))?|not run: (?P<reason>.+?)) -->\n+)?"
    r"(?:```(?P<kind>\w+)\n(?P<body>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)


def page(name):
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


def blocks(name):
    """(file or None, what it is copied from or None, kind, body) of each block of code."""
    for match in BLOCK.finditer(page(name)):
        if (match["file"] or match["kind"]) and not match["reason"]:
            yield match["file"], match["source"], match["kind"], match["body"]


def write(folder, file, source, body):
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((ROOT / source).read_text(encoding="utf-8") if source else body, encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture
def environment(lint, masque, tmp_path_factory):
    """Our programs under their own names, and the tools of the Python environment."""
    programs = tmp_path_factory.mktemp("bin")
    (programs / "masque-lint").symlink_to(lint)
    (programs / "masque").symlink_to(masque)
    (programs / "masque-audience").symlink_to(required("masque-audience", "MASQUE_AUDIENCE"))
    path = os.pathsep.join([str(programs), str(pathlib.Path(sys.executable).parent), "/usr/bin", "/bin"])
    home = tmp_path_factory.mktemp("home")
    return {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": str(home), "MASQUES_HOME": str(home / "masques")}


def run(command, folder, environment):
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    return done.returncode, done.stdout


# What there is before a page's first command.


def library(folder, environment):
    """Two masques without evaluations: those are the page's."""
    (folder / "personas").mkdir()
    for name in ("codesmith", "reviewer"):
        shutil.copy(ROOT / "personas" / f"{name}.masque.yaml", folder / "personas")


def configure(environment, text):
    home = pathlib.Path(environment["MASQUES_HOME"])
    home.mkdir(exist_ok=True)
    (home / "config.yaml").write_text(text, encoding="utf-8")
    return home


def prices(folder, environment):
    """A library whose owner is paid, and an operator without money."""
    library(folder, environment)
    configure(
        environment,
        "operator: {name: ada}\n"
        f"libraries: [{{path: {json.dumps(str(folder / 'personas'))}, owner: grace}}]\n"
        "rates: {hold: 0.50, per_session: 0.10}\n",
    )


def ports(folder, environment):
    """Two ports that nobody has: the usual ones may be taken by a receiver of the reader's."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        numbers = first.getsockname()[1], second.getsockname()[1]
    configure(environment, "telemetry: {port: %d, health_port: %d}\n" % numbers)


def wearing(folder, environment):
    """A masque that was worn for a moment, and what an agent said meanwhile."""
    if shutil.which("duckdb", path=environment["PATH"]) is None:
        pytest.skip("no duckdb command: pip install duckdb-cli (Tests/requirements.txt)")
    library(folder, environment)
    assert run("masque don codesmith", folder, environment)[0] == 0
    telemetry = pathlib.Path(environment["MASQUES_HOME"]) / "telemetry"
    telemetry.mkdir(mode=0o700, exist_ok=True)
    moment = time.time_ns()
    records = []
    for number in range(20):
        kind = ["user_prompt", "tool_result", "tool_result", "api_request"][number % 4]
        attributes = {"event.name": kind, "event.sequence": number}
        if kind == "tool_result":
            attributes |= {"tool_name": "Bash", "success": "false" if number == 1 else "true", "duration_ms": "40"}
        elif kind == "api_request":
            attributes |= {"model": "a-model", "input_tokens": "100", "cache_read_tokens": "900", "cost_usd": "0.01"}
        values = [
            {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
            for key, value in attributes.items()
        ]
        records.append({"timeUnixNano": str(moment + number), "attributes": values})
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "claude-code"}}]}
    request = {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": records}]}]}
    (telemetry / "logs.jsonl").write_text(json.dumps(request) + "\n", encoding="utf-8")
    # A wearing begins and ends with a second.
    time.sleep(1.1)
    assert run("masque doff", folder, environment)[0] == 0


@pytest.mark.parametrize("name", PAGES)
def test_what_is_shown_is_what_happens(name, folder, environment):
    """`...` in what is shown stands for anything."""
    if PAGES[name]:
        globals()[PAGES[name]](folder, environment)
    try:
        follow(name, folder, environment)
    finally:
        if name == "otel-setup":
            run("masque audience stop", folder, environment)


def follow(name, folder, environment):
    checker = doctest.OutputChecker()
    count = position = 0
    for file, source, kind, body in blocks(name):
        if file:
            write(folder, file, source, body)
        if kind != "console":
            continue
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
            _, output = run(command, folder, environment)
            count += 1
            position = page(name).index(f"$ {command}\n{shown}", position)
            if checker.check_output(shown, output, doctest.ELLIPSIS):
                continue
            if os.environ.get("RECORD") and "..." not in shown:
                record(name, position + len(f"$ {command}\n"), shown, output)
                continue
            pytest.fail(f"docs/{name}.md is stale, RECORD=1 writes it anew:\n$ {command}\n{output}")
    assert count or name == "ci"


def record(name, position, old, new):
    text = page(name)
    assert text.startswith(old, position), old
    (ROOT / "docs" / f"{name}.md").write_text(text[:position] + new + text[position + len(old) :], encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_no_block_is_left_out(name):
    """A block that is neither a file nor a command would not be held to anything. Keys are held to their schema below."""
    text = page(name)
    keys = re.search(r"<!-- Written from.*?<!-- As far as that. -->", text, re.DOTALL)
    loose = [body for file, _, kind, body in blocks(name) if kind not in (None, "console", "mermaid") and not file]
    generated = re.findall(r"^```yaml\n(.*?)^```$", keys[0], re.MULTILINE | re.DOTALL) if keys else []
    assert loose == generated


def test_every_page_can_be_reached_from_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "docs").glob("*.md")):
        assert f"(docs/{path.name})" in readme, path.name


def test_every_format_has_an_example():
    help_ = re.search(r"enum OutputFormat.*?\n}", source("Sources/MasqueLintCLI/LintOptions.swift"), re.DOTALL)[0]
    formats = re.findall(r"^  case (\w+)$", help_, re.MULTILINE)
    assert len(formats) >= 7
    for format_ in formats:
        assert re.search(rf"^## {format_}$", page("output"), re.MULTILINE), format_
    assert set(formats) - {"text"} <= set(re.findall(r"^\$ masque-lint --(?:format )?(\w+)", page("output"), re.MULTILINE))


def source(path):
    return (ROOT / path).read_text(encoding="utf-8")


# Configuration


def examples():
    for name, schema in [("configuration", "masque-lint.config"), ("runtime-configuration", "masque.config")]:
        schema = ruamel.yaml.YAML(typ="safe", pure=True).load(source(f"schemas/{schema}.schema.yaml"))
        for key in schema["properties"]:
            section = re.search(rf"^### {key}$(.*?)(?=^##|^<!--)", page(name), re.MULTILINE | re.DOTALL)
            yield name, key, section and re.search(r"```yaml\n(.*?)```", section[1], re.DOTALL)


@pytest.mark.parametrize("page_, key, example", [*examples()], ids=[key for _, key, _ in examples()])
def test_the_example_of_every_key_can_be_used(page_, key, example, lint, folder):
    assert example, f"{key} has no example"
    assert list(ruamel.yaml.YAML(typ="safe", pure=True).load(example[1])) == [key]
    (folder / "schemas").mkdir()
    shutil.copy(ROOT / "schemas" / "masque.schema.yaml", folder / "schemas" / "our-masque.schema.yaml")
    file = ".masque-lint.yaml" if page_ == "configuration" else "config.yaml"
    (folder / file).write_text(example[1], encoding="utf-8")
    shutil.copy(ROOT / "personas" / "codesmith.masque.yaml", folder)
    environment = {**os.environ, "MASQUES_HOME": str(folder)}
    done = subprocess.run([lint, folder], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# Services


@pytest.mark.parametrize(
    "file, schema",
    [
        (".github/workflows/action.yaml", "github-workflows"),
        (".github/workflows/masques.yaml", "github-workflows"),
        (".github/workflows/code-scanning.yaml", "github-workflows"),
        (".gitlab-ci.yml", "gitlab-ci"),
    ],
)
def test_what_services_are_told_is_what_they_understand(file, schema, folder):
    [(_, _, _, body)] = [block for block in blocks("ci") if block[0] == file]
    write(folder, file, None, body)
    command = [pathlib.Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", file]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pre_commit_takes_the_configuration(folder):
    program = pathlib.Path(sys.executable).parent / "pre-commit"
    if not program.exists():
        pytest.skip("no pre-commit in the Python environment (Tests/requirements.txt)")
    yaml = ruamel.yaml.YAML(typ="safe", pure=True)
    hooks = {hook["id"] for hook in yaml.load(source(".pre-commit-hooks.yaml"))}
    [(file, _, _, body)] = [block for block in blocks("ci") if block[0] == ".pre-commit-config.yaml"]
    write(folder, file, None, body)
    done = subprocess.run([program, "validate-config", file], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    for repository in yaml.load(body)["repos"]:
        assert {hook["id"] for hook in repository["hooks"]} <= hooks
        version = re.search(r'^version = "(.+)"$', source("pyproject.toml"), re.MULTILINE)[1]
        assert repository["rev"] == f"v{version}"
    table = page("ci").split("| Hook | Program |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(masque-lint[\w-]*)`", table)) == hooks | {"masque-lint"}


def steps():
    """Every command of ours that the page gives to a service or a shell."""
    for file, _, kind, body in blocks("ci"):
        if kind == "sh" and file != "widening.sh":
            yield from body.splitlines()
        elif kind == "yaml":
            yield from re.findall(r"^ *- (?:run: )?(masque-lint .*)$", body, re.MULTILINE)


def test_a_wider_intent_is_found(folder, environment):
    [(_, _, _, script)] = [block for block in blocks("ci") if block[0] == "widening.sh"]
    shutil.copytree(ROOT / "personas", folder / "personas")
    who = "-c user.name=a -c user.email=a@b -c commit.gpgsign=false"
    before = f"git init -q && git add . && git {who} commit -qm x && git update-ref refs/remotes/origin/main HEAD"
    code, output = run(before, folder, environment)
    assert code == 0, output
    code, output = run(script, folder, environment)
    assert code == 0, output
    masque = folder / "personas" / "codesmith.masque.yaml"
    masque.write_text(masque.read_text().replace("  allowed:\n", '  allowed:\n    - "sing *"\n'))
    code, output = run(script, folder, environment)
    assert code == 1 and "sing" in output, output


@pytest.mark.parametrize("status", [0, 1])
@pytest.mark.parametrize("command", [*steps()])
def test_every_command_does_its_work(command, status, folder, environment):
    """On a clean library, and on one with a mistake."""
    shutil.copytree(ROOT / "personas", folder / "personas")
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    baseline = "masque-lint --baseline masques.baseline.json --write-baseline"
    assert run(baseline, folder, environment)[0] == 0
    if status:
        masque = folder / "personas" / "codesmith.masque.yaml"
        masque.write_text(masque.read_text().replace("ring: player", "ring: playr"))
    code, output = run(command, folder, environment)
    assert code == status, output

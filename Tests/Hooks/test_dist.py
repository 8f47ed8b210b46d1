"""What is distributed: the tarball, the Debian package and their checksums; the GitHub Action with a release of its own;
the problem matcher and the container's recipe."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

import pytest
from conftest import ROOT

CI = ROOT / ".ci"
VERSION = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
BROKEN = 'name: A\nindex: 1\nversion: "1.0"\nring: plaer\nintent: {}\nlens: x\nflavour: oak\n'


def stage(folder, program):
    """What `make install` lays out, with one program."""
    for path, source in {
        "usr/bin/masque-lint": program,
        "usr/share/masques/schemas/masque.schema.yaml": ROOT / "schemas" / "masque.schema.yaml",
        "usr/share/masques/editors/claude-code/scripts/hook.sh": ROOT
        / "editors"
        / "claude-code"
        / "scripts"
        / "hook.sh",
    }.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    return folder


def pack(root, folder, **environment):
    return subprocess.run(
        [sys.executable, CI / "dist.py", root, folder, "--level", "1"],
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def release(static_lint, tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    done = pack(stage(tmp_path_factory.mktemp("root"), static_lint), folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_tarball(release, static_lint):
    [path] = release.glob("*.tar.gz")
    assert re.fullmatch(rf"masques-{re.escape(VERSION)}-linux-(x86_64|aarch64)\.tar\.gz", path.name)
    with tarfile.open(path) as archive:
        members = {member.name: member for member in archive}
        stem = path.name.removesuffix(".tar.gz")
        assert {name.split("/")[0] for name in members} == {stem}
        program = members[f"{stem}/bin/masque-lint"]
        assert program.mode == 0o755 and archive.extractfile(program).read() == static_lint.read_bytes()
        assert members[f"{stem}/share/masques/schemas/masque.schema.yaml"].mode == 0o644
        assert f"{stem}/share/doc/masques/LICENSE" in members
        assert {(member.uname, member.uid, member.mtime) for member in members.values()} == {("root", 0, 1700000000)}


def test_checksums(release):
    lines = (release / "SHA256SUMS").read_text().splitlines()
    assert len(lines) == len([*release.iterdir()]) - 1
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == digest


def test_the_same_sources_give_the_same_bytes(release, static_lint, tmp_path):
    """Laid out in another place, at another time, by another umask."""
    old = os.umask(0o077)
    try:
        root = stage(tmp_path / "elsewhere", static_lint)
    finally:
        os.umask(old)
    done = pack(root, tmp_path / "dist", TZ="Asia/Tokyo", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (release / "SHA256SUMS").read_text()


def test_the_debian_package(release, tmp_path):
    if shutil.which("dpkg-deb") is None:
        pytest.skip("no dpkg-deb")
    [path] = release.glob("*.deb")
    control = subprocess.run(["dpkg-deb", "--field", path], capture_output=True, text=True, check=True).stdout
    assert f"Version: {VERSION}\n" in control and "Package: masques\n" in control
    # A static program depends on nothing.
    assert "Depends" not in control
    subprocess.run(["dpkg-deb", "--extract", path, tmp_path], check=True)
    said = subprocess.run([tmp_path / "usr/bin/masque-lint", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.split()[-1] == VERSION
    listing = subprocess.run(["dpkg-deb", "--contents", path], capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in listing.splitlines()} == {"root/root"}
    for name in ("copyright", "changelog.gz"):
        assert (tmp_path / "usr/share/doc/masques" / name).exists()


def in_chroot(root, *command):
    # A static Swift program looks into /proc at its start, and every system has one.
    mounted = 'mount -t proc proc "$1/proc" && exec chroot "$@"'
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", mounted, "sh", root, *command], capture_output=True, text=True, timeout=120
    )


@pytest.fixture
def chroot():
    """MASQUES_CHROOT=DIR: a fresh system, as `debootstrap --variant=minbase bookworm DIR` makes it; root alone can."""
    root = os.environ.get("MASQUES_CHROOT")
    if not root:
        pytest.skip("MASQUES_CHROOT is not set: no system to install into")
    yield root
    in_chroot(root, "dpkg", "-r", "masques")


def test_on_a_machine_without_anything(release, chroot):
    [path] = release.glob("*.deb")
    shutil.copy(path, pathlib.Path(chroot) / "tmp" / "masques.deb")
    (pathlib.Path(chroot) / "tmp" / "a.masque.yaml").write_text(BROKEN)
    assert in_chroot(chroot, "dpkg", "-i", "/tmp/masques.deb").returncode == 0
    found = in_chroot(chroot, "masque-lint", "/tmp/a.masque.yaml")
    assert found.returncode == 1 and "error[schema-enum]" in found.stdout, found
    assert in_chroot(chroot, "dpkg", "-r", "masques").returncode == 0
    assert in_chroot(chroot, "masque-lint").returncode == 127


EVERYTHING = """
set -eu
for program in masque masque-lint masque-lsp masque-audience; do $program --version; done
for library in yaml jansson sqlite3 swiftCore; do
  if ldconfig -p | grep -q "lib$library[.]so"; then echo "there is a lib$library here"; fi
done
rm -rf /tmp/home /tmp/project
mkdir -p /tmp/project/.git /tmp/home
chmod 700 /tmp/home
export MASQUES_HOME=/tmp/home
printf 'telemetry: {port: 24318, health_port: 23133}\nrates: {hold: 1.00, per_session: 0.10}\n' >/tmp/home/config.yaml
cd /tmp/project
cp -R /usr/share/masques/personas .
masque-lint personas && echo "nothing found"
masque ledger deposit 5
masque don codesmith >block
masque id
masque doff
masque ledger balance --all
masque audience start
masque audience status
masque audience stop
message='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}'
printf 'Content-Length: %d\r\n\r\n%s' ${#message} "$message" | masque-lsp | head -c 300 || true
"""


def test_everything_on_a_machine_without_anything(chroot):
    """What `make dist` made: no Swift, no libyaml, no jansson, no SQLite there."""
    packages = sorted((ROOT / "dist").glob("masques_*.deb"))
    if not packages:
        pytest.skip("nothing in dist/: make dist")
    shutil.copy(packages[-1], pathlib.Path(chroot) / "tmp" / "masques.deb")
    installed = in_chroot(chroot, "dpkg", "-i", "/tmp/masques.deb")
    assert installed.returncode == 0, installed
    done = in_chroot(chroot, "sh", "-c", EVERYTHING)
    assert done.returncode == 0, done
    for words in [*[f"{name} {VERSION}" for name in ("masque", "masque-lint", "masque-lsp", "masque-audience")]]:
        assert words in done.stdout, done
    for words in ("nothing found", "Codesmith", "operator:operator", "4.90", "the audience", '"capabilities"'):
        assert words in done.stdout, done
    assert "there is a lib" not in done.stdout, done


def test_a_program_that_needs_more_is_refused(lint, tmp_path):
    """The debug build needs libraries of the toolchain, which other machines do not have."""
    listed = subprocess.run(["ldd", lint], capture_output=True, text=True).stdout
    if "libswiftCore" not in listed:
        pytest.skip("this masque-lint is static")
    done = pack(stage(tmp_path / "root", lint), tmp_path / "dist")
    assert done.returncode == 1 and "masque-lint needs" in done.stderr and "libswiftCore" in done.stderr
    assert not (tmp_path / "dist").exists()


def test_what_is_no_program_is_refused(tmp_path):
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    done = pack(stage(tmp_path / "root", script), tmp_path / "dist")
    assert done.returncode == 1 and "no program" in done.stderr


# The action


@pytest.fixture
def runner(release, tmp_path):
    """What GitHub gives a step, with the release in the place of GitHub's."""
    (tmp_path / "temporary").mkdir()
    (tmp_path / "path").write_text("")
    project = tmp_path / "a project"
    (project / "personas").mkdir(parents=True)
    return project, {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "RUNNER_TEMP": str(tmp_path / "temporary"),
        "GITHUB_PATH": str(tmp_path / "path"),
        "MASQUE_RELEASES": release.as_uri(),
        "REF": f"v{VERSION}",
    }


def step(name, runner, **more):
    project, environment = runner
    return subprocess.run(
        ["bash", CI / name], cwd=project, env={**environment, **more}, capture_output=True, text=True, timeout=60
    )


def test_the_action(runner):
    project, environment = runner
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    installed = step("action-install", runner)
    assert installed.returncode == 0 and VERSION in installed.stdout, installed.stderr
    folder = pathlib.Path(environment["GITHUB_PATH"]).read_text().strip()
    path = f"{folder}:{environment['PATH']}"
    (project / "personas" / "a.masque.yaml").write_text(BROKEN)
    done = step("action-lint", runner, PATH=path, PATHS="personas")
    assert done.returncode == 1 and "::error file=personas/a.masque.yaml,line=4," in done.stdout, done
    # Options, and words that a shell would do something with.
    done = step("action-lint", runner, PATH=path, PATHS=".", ARGUMENTS="--select unknown-key")
    assert "schema-enum" not in done.stdout and "unknown-key" in done.stdout
    done = step("action-lint", runner, PATH=path, PATHS="$(touch", ARGUMENTS="--select schema")
    assert done.returncode == 2 and not (project / "touch").exists()
    (project / "personas" / "a.masque.yaml").unlink()
    assert step("action-lint", runner, PATH=path, PATHS="").returncode == 0


def test_the_action_takes_nothing_that_was_changed(runner, release, tmp_path):
    copy = shutil.copytree(release, tmp_path / "changed")
    [path] = copy.glob("*.tar.gz")
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    done = step("action-install", runner, MASQUE_RELEASES=copy.as_uri())
    assert done.returncode != 0
    assert pathlib.Path(runner[1]["GITHUB_PATH"]).read_text() == ""


def test_the_action_wants_a_release(runner):
    done = step("action-install", runner, REF="main")
    assert done.returncode == 1 and "::error::" in done.stdout


def test_the_action_is_what_github_understands():
    command = [pathlib.Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", "vendor.github-actions"]
    done = subprocess.run([*command, ROOT / "action.yml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    for script in re.findall(r"\$GITHUB_ACTION_PATH/([\w./-]+)", (ROOT / "action.yml").read_text()):
        assert (ROOT / script).exists(), script


@pytest.mark.parametrize("file", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.name)
def test_our_workflows_are_what_github_understands(file):
    command = [pathlib.Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# Others


@pytest.mark.parametrize("form", ["text", "compact"])
def test_the_problem_matcher(form, lint, tmp_path):
    """It reads what masque-lint writes; the VS Code extension has the same one."""
    [matcher] = json.loads((CI / "problem-matcher.json").read_text())["problemMatcher"]
    [pattern] = matcher["pattern"]
    contributed = json.loads((ROOT / "editors/vscode/package.json").read_text())["contributes"]["problemPatterns"]
    assert contributed == [{"name": "masque-lint", **pattern}]
    (tmp_path / "a.masque.yaml").write_text(BROKEN)
    output = subprocess.run([lint, "--format", form, tmp_path], cwd=tmp_path, capture_output=True, text=True).stdout
    expression = re.compile(pattern["regexp"])
    found = [match for line in output.splitlines() if (match := expression.match(line))]
    report = subprocess.run([lint, "--json", tmp_path], cwd=tmp_path, capture_output=True, text=True).stdout
    expected = json.loads(report)["findings"] if report.startswith("{") else json.loads(report)
    assert {(match[pattern["code"]], int(match[pattern["line"]]), match[pattern["severity"]]) for match in found} >= {
        # VS Code knows `info`, and takes `information` for an error.
        (finding["code"], finding["range"]["start"]["line"], finding["severity"].removesuffix("rmation"))
        for finding in expected
        if isinstance(finding, dict)
    }
    assert all(match[pattern["file"]].endswith("a.masque.yaml") and match[pattern["message"]] for match in found)


def test_the_container_recipe():
    """Its stages exist, and it installs what the build wants."""
    text = (CI / "Containerfile").read_text()
    stages = re.findall(r"^FROM \S+ AS (\w+)$", text, re.MULTILINE)
    assert stages == ["build", "lint", "masques"]
    assert set(re.findall(r"COPY --from=(\w+)", text)) <= set(stages)
    required = re.search(r"packages required (.*)", (ROOT / "Makefile").read_text())[1].split()
    assert set(required) <= set(re.findall(r"[\w-]+", text)), required
    for target in re.findall(r"--target (\w+)", text):
        assert target in stages

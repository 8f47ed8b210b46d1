"""The hooks as pre-commit runs them, and the wheel that its python hooks install."""

import json
import os
import pathlib
import subprocess
import sys
import zipfile

import pytest
from conftest import ROOT

GOOD = (ROOT / "personas" / "codesmith.masque.yaml").read_text(encoding="utf-8")
NAME = "personas/codesmith.masque.yaml"
# One fault that --fix mends, and one that it does not.
MISSPELT = GOOD.replace("ring: player", "ring: playr", 1)
BROKEN = GOOD.replace("ring: player", "ring: nowhere", 1)
assert GOOD not in (MISSPELT, BROKEN)


def try_repo(pre_commit, hooks, hook, project, *options, **environment):
    return subprocess.run(
        [pre_commit, "try-repo", hooks.folder, hook, "--all-files", "--verbose", *options],
        cwd=project.folder,
        env={**project.environment, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def text(done):
    return done.stdout + done.stderr


def test_a_bad_masque_blocks_the_commit(pre_commit, hooks, project):
    revision = hooks("rev-parse", "HEAD").stdout.strip()
    configuration = {"repos": [{"repo": str(hooks.folder), "rev": revision, "hooks": [{"id": "masque-lint-system"}]}]}
    project.write({".pre-commit-config.yaml": json.dumps(configuration)})
    project.commit("Configuration")
    subprocess.run([pre_commit, "install"], cwd=project.folder, env=project.environment, check=True, capture_output=True)

    project.write({NAME: BROKEN, "other.yaml": "a: [", "notes/x.masque.txt": "no"})
    done = project.commit(check=False)
    assert done.returncode != 0
    assert f"{NAME}:" in text(done) and "schema-enum" in text(done) and "nowhere" in text(done)
    assert project("status", "--porcelain").stdout, "nothing was committed"

    project.write({NAME: GOOD})
    assert project.commit(check=False).returncode == 0
    assert not project("status", "--porcelain").stdout


def test_the_fix_hook_mends_and_asks_to_look(pre_commit, hooks, project):
    project.write({NAME: MISSPELT})
    first = try_repo(pre_commit, hooks, "masque-lint-fix-system", project)
    assert first.returncode == 1 and "files were modified by this hook" in text(first)
    assert (project.folder / NAME).read_text(encoding="utf-8") == GOOD
    project("add", "--all")
    second = try_repo(pre_commit, hooks, "masque-lint-fix-system", project)
    assert second.returncode == 0, text(second)


def test_the_fix_hook_does_not_hide_what_it_cannot_mend(pre_commit, hooks, project):
    project.write({NAME: BROKEN})
    done = try_repo(pre_commit, hooks, "masque-lint-fix-system", project)
    assert done.returncode == 1 and "schema-enum" in text(done)
    assert (project.folder / NAME).read_text(encoding="utf-8") == BROKEN


def test_only_masques_are_handed_over_and_exclusions_hold(pre_commit, hooks, project):
    project.write(
        {
            NAME: GOOD,
            "vendor/x.masque.yaml": BROKEN,
            "plain.yaml": "a: [",
            ".masque-lint.yaml": "exclude: [vendor/]\n",
        }
    )
    done = try_repo(pre_commit, hooks, "masque-lint-system", project)
    assert done.returncode == 0, text(done)


def test_batches_find_what_one_run_finds(lint, project):
    """However a caller splits the names, findings across a library included."""
    files = {}
    for number in range(12):
        text_ = GOOD.replace("index: ", f"index: {number % 5}", 1).replace("name: ", f"name: N{number} ", 1)
        files[f"personas/{number:02}.masque.yaml"] = text_ if number % 4 else text_.replace("ring: player", "ring: x", 1)
    project.write(files)

    def run(names):
        done = subprocess.run(
            [lint, "--format", "compact", "--quiet", *names], cwd=project.folder, capture_output=True, text=True
        )
        assert done.returncode in (0, 1), text(done)
        return done.stdout.splitlines()

    names = sorted(files)
    whole = run(names)
    assert len(whole) >= 3
    for size in (1, 2, 5):
        parts = [line for start in range(0, len(names), size) for line in run(names[start : start + size])]
        assert parts == whole, size


# The wheel


@pytest.fixture
def wheel(static_lint, tmp_path):
    """A folder with the wheel that carries the program."""
    folder = tmp_path / "wheelhouse"
    command = [sys.executable, ROOT / ".ci" / "wheel.py", static_lint, folder, "--static"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    path = pathlib.Path(done.stdout.strip())
    assert path.parent == folder and path.suffix == ".whl"
    again = path.read_bytes()
    subprocess.run(command, capture_output=True, check=True)
    assert path.read_bytes() == again, "the same program gives the same wheel"
    return path


def test_the_wheel_holds_the_program_alone(wheel, static_lint):
    with zipfile.ZipFile(wheel) as archive:
        programs = [name for name in archive.namelist() if ".dist-info/" not in name]
        [program] = programs
        assert program.endswith(".data/scripts/masque-lint")
        assert archive.read(program) == static_lint.read_bytes()
        assert archive.getinfo(program).external_attr >> 16 & 0o111


def test_the_wheel_of_the_hooks_version_is_that_of_the_program(lint):
    shown = subprocess.run([lint, "--version"], capture_output=True, text=True).stdout
    version = shown.split()[-1]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{version}"' in project and f'"masque-lint=={version}"' in project


def test_the_python_hook_needs_no_swift(pre_commit, hooks, project, wheel):
    """From the wheel alone: no index, nothing of Swift and no other masque-lint on PATH."""
    path = os.pathsep.join([str(pathlib.Path(sys.executable).parent), "/usr/bin", "/bin"])
    for program in ("swift", "masque-lint"):
        for folder in path.split(os.pathsep):
            assert not (pathlib.Path(folder) / program).exists(), f"{program} is in {folder}"
    environment = {"PATH": path, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent)}
    project.write({NAME: BROKEN})
    done = try_repo(pre_commit, hooks, "masque-lint", project, **environment)
    assert done.returncode == 1 and "schema-enum" in text(done), text(done)
    project.write({NAME: MISSPELT})
    done = try_repo(pre_commit, hooks, "masque-lint-fix", project, **environment)
    assert "files were modified by this hook" in text(done), text(done)
    assert (project.folder / NAME).read_text(encoding="utf-8") == GOOD


def test_hooks_are_described_as_pre_commit_wants_them(pre_commit):
    done = subprocess.run([pre_commit, "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], capture_output=True)
    assert done.returncode == 0, done.stdout

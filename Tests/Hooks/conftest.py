"""Finds the linter under test and makes the repositories that pre-commit works with."""

import os
import pathlib
import shutil
import struct
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What a repository of hooks needs of this project; the rest would only be copied for each test.
HOOK_FILES = [".pre-commit-hooks.yaml", "pyproject.toml", ".ci/wheel.py"]


def bin_path(configuration, *options):
    if shutil.which("swift") is None:
        return None
    shown = subprocess.run(
        ["swift", "build", "-c", configuration, *options, "--show-bin-path"], cwd=ROOT, capture_output=True, text=True
    )
    return pathlib.Path(shown.stdout.strip() or "/nonexistent") / "masque-lint"


@pytest.fixture(scope="session")
def lint():
    """Path of masque-lint, called so."""
    named = os.environ.get("MASQUE_LINT")
    candidates = [pathlib.Path(shutil.which(named) or named)] if named else [bin_path("debug"), bin_path("release")]
    for path in candidates:
        if path and path.name == "masque-lint" and os.access(path, os.X_OK):
            return path
    pytest.skip("no masque-lint: MASQUE_LINT is not set and it is not built (swift build)")


def is_static(path):
    """Whether a program (ELF, 64 bits, little-endian) asks for no interpreter."""
    data = path.read_bytes()
    if data[:6] != b"\x7fELF\x02\x01":
        return False
    offset, (size, count) = struct.unpack_from("<Q", data, 32)[0], struct.unpack_from("<HH", data, 54)
    return all(struct.unpack_from("<I", data, offset + size * number)[0] != 3 for number in range(count))


@pytest.fixture(scope="session")
def static_lint(tmp_path_factory):
    """A masque-lint that is one static file, stripped, as `make wheel` packs it."""
    # Named by who has just built it; one that happens to be there may be older than the sources.
    named = os.environ.get("MASQUE_LINT_RELEASE")
    path = pathlib.Path(named) if named else bin_path("release")
    if not path or not os.access(path, os.X_OK):
        if named:
            raise pytest.UsageError(f"MASQUE_LINT_RELEASE={named} is not a program")
        pytest.skip("no release build of masque-lint (make release)")
    if not is_static(path):
        pytest.skip("the release build of masque-lint is not static")
    newest = max(file.stat().st_mtime for file in (ROOT / "Sources").rglob("*.swift"))
    if not named and path.stat().st_mtime < newest:
        pytest.skip("the release build of masque-lint is older than the sources (make release)")
    copy = tmp_path_factory.mktemp("static") / "masque-lint"
    shutil.copy(path, copy)
    if shutil.which("strip"):
        subprocess.run(["strip", copy], check=True)
    return copy


class Git:
    """A repository in a folder of its own, whose commands see nobody's configuration."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = environment
        folder.mkdir(parents=True, exist_ok=True)
        self("init", "--quiet", "--initial-branch=main")

    def __call__(self, *arguments, check=True):
        return subprocess.run(
            ["git", *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=check,
        )

    def write(self, files):
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self("add", "--all")

    def commit(self, message="change", check=True):
        return self("commit", "--quiet", "--message", message, check=check)


@pytest.fixture(scope="session")
def pre_commit():
    path = pathlib.Path(sys.executable).parent / "pre-commit"
    if not path.exists():
        pytest.skip("no pre-commit in the Python environment (Tests/requirements.txt)")
    if shutil.which("git") is None:
        pytest.skip("no git on PATH")
    return path


@pytest.fixture
def environment(tmp_path, lint):
    """An environment with masque-lint on PATH and no trace of the user."""
    home = tmp_path / "home"
    home.mkdir()
    author = {"NAME": "Tester", "EMAIL": "tester@example.org"}
    return {
        "PATH": os.pathsep.join([str(lint.parent), str(pathlib.Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
        **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in author.items()},
    }


@pytest.fixture
def hooks(tmp_path, environment):
    """A repository with the project's hooks, as pre-commit clones it."""
    git = Git(tmp_path / "hooks", environment)
    git.write({name: (ROOT / name).read_text(encoding="utf-8") for name in HOOK_FILES})
    git.commit("Hooks")
    return git


@pytest.fixture
def project(tmp_path, environment):
    """A repository of somebody who keeps masques."""
    return Git(tmp_path / "project", environment)

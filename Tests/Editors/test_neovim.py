"""A broken persona in Neovim, through Neovim's own language client and the plugin in editors/neovim."""

import shutil

import pytest
import session
from conftest import HERE, ROOT


def observe(server, document, folder, patience):
    if shutil.which("nvim") is None:
        pytest.skip("no Neovim: nvim is not on PATH (Debian: neovim)")
    command = ["nvim", "--headless", "-i", "NONE", "-u", str(HERE / "neovim_session.lua"), str(document.path)]
    return session.run(
        command,
        document,
        server,
        folder,
        patience,
        SESSION_PLUGIN=ROOT / "editors" / "neovim",
        NVIM_LOG_FILE=folder / "nvim.log",
    )


@pytest.fixture
def report(lsp, broken, tmp_path):
    return observe(lsp, broken, tmp_path, 10_000)


def test_a_broken_persona(report, broken, subtests):
    for name, check in session.CHECKS.items():
        with subtests.test(name):
            if name.startswith("completion"):
                ordered = sorted(report["completions"], key=lambda item: item["sort"])
                report = {**report, "completions": ordered}
            check(report, broken)


def test_the_checks_notice_a_server_that_says_nothing(silent_server, broken, tmp_path):
    report = observe(silent_server, broken, tmp_path, 300)
    for check in session.CHECKS.values():
        with pytest.raises(AssertionError):
            check(report, broken)

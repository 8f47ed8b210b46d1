"""A broken persona in Emacs: eglot, flymake and completion-at-point."""

import shutil
import subprocess

import pytest
import session
from conftest import HERE

FIND_EGLOT = """(progn (dolist (f (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*")) (push f load-path))
  (kill-emacs (if (require 'eglot nil t) 0 1)))"""


def observe(server, document, folder, patience):
    if shutil.which("emacs") is None:
        pytest.skip("no Emacs: emacs is not on PATH (Debian: emacs-nox)")
    if subprocess.run(["emacs", "-Q", "--batch", "--eval", FIND_EGLOT], capture_output=True).returncode != 0:
        pytest.skip("this Emacs has no eglot (Debian: elpa-eglot)")
    command = ["emacs", "-Q", "--batch", "-l", str(HERE / "emacs_session.el")]
    return session.run(command, document, server, folder, patience)


@pytest.fixture
def report(lsp, broken, tmp_path):
    return observe(lsp, broken, tmp_path, 10_000)


def test_a_broken_persona(report, broken, subtests):
    for name, check in session.CHECKS.items():
        with subtests.test(name):
            check(report, broken)


def test_the_checks_notice_a_server_that_says_nothing(silent_server, broken, tmp_path):
    report = observe(silent_server, broken, tmp_path, 300)
    for check in session.CHECKS.values():
        with pytest.raises(AssertionError):
            check(report, broken)

"""A broken persona in Emacs: editors/emacs/masque.el with eglot and with lsp-mode, flymake and completion-at-point."""

import subprocess

import pytest
import session
from conftest import HERE, ROOT, editor

PLUGIN = ROOT / "editors" / "emacs"
FIND = """(progn (dolist (f (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*")) (push f load-path))
  (kill-emacs (if (require '%s nil t) 0 1)))"""
COMPILE = """(progn (dolist (f (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*")) (push f load-path))
  (setq byte-compile-error-on-warn t byte-compile-dest-file-function (lambda (_) "%s"))
  (kill-emacs (if (byte-compile-file "%s") 0 1)))"""
CLIENTS = {"eglot": "elpa-eglot", "lsp-mode": "elpa-lsp-mode"}


def batch(expression):
    return subprocess.run([editor("emacs"), "-Q", "--batch", "--eval", expression], capture_output=True, text=True)


def observe(client, server, document, folder, patience):
    if batch(FIND % client).returncode != 0:
        pytest.skip(f"this Emacs has no {client} (Debian: {CLIENTS[client]})")
    command = [editor("emacs"), "-Q", "--batch", "-l", str(HERE / "emacs_session.el")]
    return session.run(command, document, server, folder, patience, SESSION_CLIENT=client, SESSION_PLUGIN=PLUGIN)


def check_commands(report):
    assert report["explained"] in ("allowed", "denied", "unlisted")
    assert report["preview"].startswith("<masque-active name=")
    assert "Codesmith" in report["names"]


CHECKS = {**session.CHECKS, "commands": lambda report, _: check_commands(report)}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_broken_persona(client, lsp, broken, tmp_path, subtests):
    report = observe(client, lsp, broken, tmp_path, 10_000)
    assert report["mode"] == "masque-mode"
    for name, check in CHECKS.items():
        with subtests.test(name):
            check(report, broken)


def test_the_checks_notice_a_server_that_says_nothing(silent_server, broken, tmp_path):
    report = observe("eglot", silent_server, broken, tmp_path, 300)
    for check in CHECKS.values():
        with pytest.raises((AssertionError, TypeError, AttributeError)):
            check(report, broken)


def test_it_compiles_without_a_warning(tmp_path):
    done = batch(COMPILE % (tmp_path / "masque.elc", PLUGIN / "masque.el"))
    assert done.returncode == 0, done.stderr


def test_the_mode_beneath_is_that_of_tree_sitter(tmp_path):
    """Where there is no yaml-mode, but a grammar; all masques have it, the second as well."""
    done = batch(
        f"""(progn
          (unless (and (fboundp 'yaml-ts-mode) (fboundp 'treesit-language-available-p)
                       (treesit-language-available-p 'yaml))
            (princ "none") (kill-emacs))
          (load "{PLUGIN / "masque.el"}" nil t)
          (dolist (name '("a.masque.yaml" "b.masque.yaml" "c.yaml"))
            (find-file (expand-file-name name "{tmp_path}"))
            (princ (format "%s %s\n" major-mode (derived-mode-p 'yaml-ts-mode)))))"""
    )
    if done.stdout == "none":
        pytest.skip("this Emacs has no grammar of YAML for tree-sitter")
    masque = "masque-mode yaml-ts-mode\n"
    assert done.stdout == masque + masque + "fundamental-mode nil\n", done.stderr


def test_other_yaml_stays_as_it_is(tmp_path):
    """And a masque has the mode with nothing but Emacs itself."""
    for name, expected in {"a.masque.yaml": "masque-mode", "a.masque.yml": "masque-mode", "b.yaml": "other"}.items():
        done = batch(
            f"""(progn (load "{PLUGIN / "masque.el"}" nil t) (find-file "{tmp_path / name}")
            (princ (if (eq major-mode 'masque-mode) 'masque-mode 'other)))"""
        )
        assert done.stdout == expected, done.stderr

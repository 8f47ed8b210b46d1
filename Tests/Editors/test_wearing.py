"""Masques are put on and taken off in an editor: the server has `masque` do it, a process of its own."""

import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import time

import pytest
import wire
from conftest import HERE, ROOT, editor, required
from test_emacs import CLIENTS, FIND, batch

SCRIBE = """\
name: Scribe
index: 1
version: "1.0.0"
ring: player
intent:
  allowed: ["write *"]
  denied: ["write * without sources"]
lens: Write so that nobody has to ask twice.
spinnerVerbs:
  mode: replace
  verbs: ["Scribe: Inking"]
"""
SETTINGS = '{\n  "permissions": {"allow": []}\n}\n'


@pytest.fixture
def masque(lsp):
    """Path of `masque`, which the server finds beside itself or is told of."""
    return required("masque", "MASQUE")


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "personas").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".claude").mkdir()
    (folder / "personas" / "scribe.masque.yaml").write_text(SCRIBE, encoding="utf-8")
    (folder / ".claude" / "settings.local.json").write_text(SETTINGS, encoding="utf-8")
    return folder


def environment(tmp_path, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MASQUES_", "CLAUDE_"))}
    return {**kept, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", **{name: str(value) for name, value in more.items()}}


def beside(lsp, masque, folder):
    """A folder with both programs, as they are installed."""
    binaries = folder / "bin"
    binaries.mkdir()
    for program in (lsp, masque):
        shutil.copy2(program, binaries / pathlib.Path(program).name)
    return binaries


def seen_by(editor, command, lsp, masque, project, tmp_path, **more):
    """What a session in an editor reports."""
    report = tmp_path / "report.json"
    settled = environment(
        tmp_path,
        SESSION_PLUGIN=ROOT / "editors" / editor,
        SESSION_SERVER=beside(lsp, masque, tmp_path) / "masque-lsp",
        SESSION_MASQUE=masque,
        SESSION_PROJECT=project,
        SESSION_REPORT=report,
        SESSION_PATIENCE=10_000,
        TERM="dumb",
        **more,
    )
    done = subprocess.run(
        command,
        env=settled,
        cwd=project,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert report.exists(), done.stderr
    seen = json.loads(report.read_text(encoding="utf-8"))
    assert "failure" not in seen, seen["failure"]
    return seen


def test_neovim(lsp, masque, project, tmp_path):
    document = project / "personas" / "scribe.masque.yaml"
    command = [editor("nvim"), "--headless", "-i", "NONE", "-u", str(HERE / "neovim_wearing.lua"), str(document)]
    seen = seen_by("neovim", command, lsp, masque, project, tmp_path, NVIM_LOG_FILE=tmp_path / "nvim.log")

    assert seen["donned"] and seen["doffed"], seen
    assert "Don" in seen["before"] and "Doff" not in seen["before"]
    assert "Doff" in seen["worn"] and "Don" not in seen["worn"]
    assert "Don" in seen["after"] and "Doff" not in seen["after"]
    # A terminal sees what the editor has put on, and the agent's settings are as before afterwards, byte by byte.
    assert json.loads(seen["terminal"])["active"]["name"] == "Scribe"
    assert "Scribe: Inking" in seen["settings_worn"]
    assert seen["settings"] == SETTINGS and seen["final"] == SETTINGS
    assert seen["told"][0].startswith("You wear Scribe 1.0.0 (player)"), seen["told"]
    assert seen["told"][1].startswith("Scribe is off after "), seen["told"]
    block = seen["block"]["result"]["text"]
    assert block == seen["preview"]["result"]["text"] and block.startswith('<masque-active name="Scribe"')
    assert seen["self"]["result"]["masque"]["name"] == "Scribe"
    denied = seen["denied"].get("err") or seen["denied"]["error"]
    assert "write * without sources" in denied["message"], denied
    # An older Neovim's Lua has no null in a table.
    last = seen["last"]["result"]
    assert last.get("active") is None and last["previous"]["name"] == "Scribe", last
    unsaved = seen["unsaved"].get("err") or seen["unsaved"]["error"]
    assert unsaved["message"].endswith("save first"), unsaved


@pytest.mark.parametrize("client", CLIENTS)
def test_emacs(client, lsp, masque, project, tmp_path):
    if batch(FIND % client).returncode != 0:
        pytest.skip(f"this Emacs has no {client} (Debian: {CLIENTS[client]})")
    command = [editor("emacs"), "-Q", "--batch", "-l", str(HERE / "emacs_session.el")]
    seen = seen_by("emacs", command, lsp, masque, project, tmp_path, SESSION_CLIENT=client)
    assert "write * without sources" in seen["refused"], seen
    assert seen["donned"] == "Scribe" and seen["block"].startswith('<masque-active name="Scribe"'), seen
    assert json.loads(seen["terminal"])["active"]["intent"] == "write a letter", seen
    assert "Scribe: Inking" in seen["settings_worn"]
    assert seen["doffed"] == "Scribe" and not seen["nothing"], seen
    assert seen["final"] == SETTINGS


def server(program, project, tmp_path, **options):
    started = wire.Server(
        ["env", "-u", "MASQUES_HOME", "-u", "CLAUDE_PROJECT_DIR", f"HOME={tmp_path}", "PATH=/usr/bin:/bin", program],
        cwd=project,
    )
    folder = {"uri": project.as_uri(), "name": "project"}
    started.initialize(workspaceFolders=[folder], initializationOptions=options)
    return started


def run(started, command, **argument):
    return started.request("workspace/executeCommand", {"command": command, "arguments": [argument]}, timeout=30)


def test_without_masque_an_error_says_how_to_mend_it(lsp, masque, project, tmp_path):
    alone = tmp_path / "bin" / "masque-lsp"
    alone.parent.mkdir()
    shutil.copy2(lsp, alone)
    with server(alone, project, tmp_path) as started:
        error = run(started, "masque.don", masque="Scribe")["error"]
        assert f"looked at {alone.parent / 'masque'} (beside this server), the folders of PATH" in error["message"]
        assert "masque.path" in error["message"]
        # What needs no other program is done.
        assert run(started, "masque.list")["result"]["masques"]
    with server(alone, project, tmp_path, path=masque) as started:
        assert run(started, "masque.don", masque="Scribe")["result"]["active"]["name"] == "Scribe"
        assert run(started, "masque.doff")["result"]["ended"]["name"] == "Scribe"


@pytest.mark.parametrize("end", ["SIGTERM", "shutdown"])
def test_no_program_outlives_the_server(lsp, project, tmp_path, end):
    version = subprocess.run([lsp, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    sibling = tmp_path / "masque"
    greeting = json.dumps({"masque": version, "protocol": 1})
    sibling.write_text(f"#!/bin/sh\necho '{greeting}'\necho $$ > {tmp_path}/pid\nexec sleep 1000\n", encoding="utf-8")
    sibling.chmod(sibling.stat().st_mode | stat.S_IXUSR)
    with server(lsp, project, tmp_path, path=str(sibling)) as started:
        started.post("workspace/executeCommand", {"command": "masque.don", "arguments": [{"masque": "Scribe"}]})
        noted = tmp_path / "pid"
        assert eventually(lambda: noted.exists() and noted.read_text().strip())
        process = int(noted.read_text())
        if end == "SIGTERM":
            os.kill(started.pid, signal.SIGTERM)
        else:
            started.request("shutdown")
            started.notify("exit")
        assert eventually(lambda: not pathlib.Path(f"/proc/{process}").exists())


def eventually(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_the_ledger_in_an_editor(lsp, masque, project, tmp_path):
    """The same results as in a terminal; the deposit that is wanted is named, and made there, too."""
    home = tmp_path / ".masques"
    home.mkdir(mode=0o700)
    settings = {"operator": {"name": "ada"}, "rates": {"hold": "0.50", "per_session": "0.10"}}
    (home / "config.yaml").write_text(json.dumps(settings), encoding="utf-8")

    def terminal(*words):
        done = subprocess.run(
            [masque, "ledger", *words, "--json"], cwd=project, env=environment(tmp_path), capture_output=True, text=True
        )
        assert done.returncode == 0, done
        return json.loads(done.stdout)

    with server(lsp, project, tmp_path, path=masque) as started:
        error = run(started, "masque.don", masque="Scribe")["error"]
        assert error["data"]["reason"] == "payment-required", error
        assert "`masque ledger deposit 0.50`" in error["message"]
        paid = run(started, "masque.ledger.deposit", amount="20", reference="invoice 1")["result"]
        assert (paid["account"], paid["balance"], paid["changed"]) == ("operator:ada", "20.00", True)
        assert run(started, "masque.ledger.deposit", amount="20", reference="invoice 1")["result"]["changed"] is False
        run(started, "masque.don", masque="Scribe")
        assert run(started, "masque.doff")["result"]["ended"]["paid"] == "0.10"
        assert run(started, "masque.ledger.balance", all=True)["result"] == terminal("balance", "--all")
        statement = run(started, "masque.ledger.statement")["result"]
        assert statement == terminal("statement")
        assert [(line["kind"], line["amount"], line["balance"]) for line in statement["lines"]] == [
            ("deposit", "+20.00", "20.00"),
            ("hold", "0.50", "20.00"),
            ("payment", "-0.10", "19.90"),
        ]
        assert run(started, "masque.ledger.earnings")["result"] == terminal("earnings")
        verified = run(started, "masque.ledger.verify")["result"]
        assert verified["ok"] is True and verified == terminal("verify")
        error = run(started, "masque.ledger.deposit", amount="-1")["error"]
        assert "is no amount" in error["message"]

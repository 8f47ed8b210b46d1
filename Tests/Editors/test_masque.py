"""masque as a process: what can't be seen from inside."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest
from conftest import ROOT


@pytest.fixture
def folder(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "home").mkdir()
    shutil.copytree(ROOT / "personas", tmp_path / "personas")
    return tmp_path


@pytest.fixture
def start(masque, folder):
    processes = []

    def start(*arguments, **options):
        environment = {"HOME": str(folder / "home"), "PATH": os.environ["PATH"], **options.pop("env", {})}
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [masque, *arguments], cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def call(process, argument=""):
    output, error = process.communicate(argument, timeout=20)
    assert error == ""
    return [json.loads(line) for line in output.splitlines()], process.returncode


def test_a_call(start):
    (first, last), code = call(start("call", "inspect"), '{"masque": 1}')
    assert first["protocol"] == 1 and last["result"]["masque"]["index"] == 1 and code == 0
    (_, last), code = call(start("call", "inspect"), "")
    assert last["error"]["reason"] == "missing-argument" and code == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_call_that_waits_can_be_ended(start, number):
    process = start("call", "new")
    # It says who it is before it reads, and listens from then on.
    assert json.loads(process.stdout.readline())["protocol"] == 1
    time.sleep(0.05)
    process.send_signal(number)
    started = time.monotonic()
    assert process.wait(timeout=5) == 2 and time.monotonic() - started < 1
    assert json.loads(process.stdout.read())["error"]["reason"] == "cancelled"


def test_nobody_listens(start):
    process = start("call", "list")
    process.stdout.close()
    process.stdin.write("{}")
    process.stdin.close()
    assert process.wait(timeout=10) == 0 and process.stderr.read() == ""


def run(masque, folder, *arguments, **environment):
    environment = {"HOME": str(folder / "home"), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run([masque, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def test_siblings(masque, lint, lsp, folder, tmp_path_factory):
    """They are found beside the program, wherever a link to it lies, and get every byte of their arguments."""
    programs = tmp_path_factory.mktemp("bin")
    for program in [masque, lint, lsp]:
        shutil.copy(program, programs)
    link = folder / "m"
    link.symlink_to(programs / "masque")
    assert run(link, folder, "lint", "--version").stdout.startswith("masque-lint ")
    assert run(link, folder, "lsp", "--version").stdout.startswith("masque-lsp ")
    assert "schema-enum" in run(link, folder, "explain", "schema-enum").stdout
    strange = os.fsencode(folder) + b"/\xff.masque.yaml"
    with open(strange, "wb") as file:
        file.write(b"name: [\n")
    done = run(link, folder, "lint", strange)
    assert done.returncode == 1 and "\\xFF.masque.yaml:1" in done.stdout, done
    (programs / "masque-lint").unlink()
    done = run(link, folder, "lint", "personas")
    assert done.returncode == 2 and f"there is no `masque-lint` beside this program ({programs}/masque-lint)" in done.stderr


def test_a_sibling_reads_a_pipe_that_nobody_reads(masque, folder):
    """What the program chose for its own signals is not inherited."""
    command = f"'{masque}' lint --json personas | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}"
    assert subprocess.run(["bash", "-c", command], cwd=folder, timeout=60).returncode in (0, 1, -signal.SIGPIPE, 141)


def test_doctor(masque, folder):
    home = folder / "home" / ".masques"
    home.mkdir(mode=0o755)
    done = run(masque, folder, "doctor", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 1 and not result["healthy"]
    [check] = [check for check in result["checks"] if check["name"] == "home"]
    assert check["state"] == "missing" and check["remedy"] == f"chmod 700 {home}"
    subprocess.run(["sh", "-c", check["remedy"]], check=True)
    done = run(masque, folder, "doctor", "--json")
    assert [check for check in json.loads(done.stdout)["checks"] if check["name"] == "home"][0]["state"] == "ok"


@pytest.mark.parametrize("answer, state", [(b"HTTP/1.1 200 OK\r\n\r\nOk.\n", "ok"), (b"", "missing"), (None, "missing")])
def test_doctor_asks_clickhouse(masque, folder, answer, state):
    home = folder / "home" / ".masques"
    home.mkdir(mode=0o700)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        asked = []

        def serve():
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(4096))
                if answer is None:
                    # Never an answer, and never an end.
                    time.sleep(5)
                connection.sendall(answer or b"")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        (home / "config.yaml").write_text(f"clickhouse: {{url: 'http://127.0.0.1:{port}'}}\n")
        started = time.monotonic()
        result = json.loads(run(masque, folder, "doctor", "--json").stdout)
        assert time.monotonic() - started < 30
    [check] = [check for check in result["checks"] if check["name"] == "clickhouse"]
    assert check["state"] == state and asked[0].startswith(b"GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\n")


def test_what_is_wrong_with_the_configuration_stops_what_has_effects(masque, folder):
    home = folder / "home" / ".masques"
    home.mkdir(mode=0o700)
    (home / "config.yaml").write_text("rates:\n  hold: 1e2\n")
    done = run(masque, folder, "don", "codesmith")
    assert done.returncode == 2 and f"{home}/config.yaml:2:9: `1e2` is no amount of dollars" in done.stderr
    assert run(masque, folder, "list").returncode == 0


def test_the_manual_can_be_read(masque, folder):
    if shutil.which("groff") is None:
        pytest.skip("no groff")
    pages = folder / "man"
    assert run(masque, folder, "manual", pages).returncode == 0
    names = sorted(page.name for page in pages.iterdir())
    assert "masque.1" in names and "masque-intent-explain.1" in names
    for name in names:
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", pages / name], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and done.stderr == "", name
        # What is bold is struck twice.
        assert "SYNOPSIS" in re.sub(r".\x08", "", done.stdout)


COMPLETING = r"""
source <("$1" --generate-completion-script bash)
compopt() { :; }
masque() { "$program" "$@"; }
program=$1; shift
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
_masque masque "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    "words, offers",
    [
        (["d"], ["don", "doff", "doctor"]),
        (["don", "code"], ["codesmith"]),
        (["intent", "explain", "x", "--masque", "code"], ["codesmith"]),
        (["list", "--source", ""], ["private", "shared"]),
        (["list", "--color", "a"], ["auto", "always"]),
    ],
)
def test_bash_completes(masque, folder, words, offers):
    done = subprocess.run(
        ["bash", "--norc", "-c", COMPLETING, "bash", masque, "masque", *words],
        cwd=folder,
        env={"HOME": str(folder / "home"), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert sorted(done.stdout.split()) == sorted(offers), done


def listed(start, **environment):
    output, error = start("list", "--json", env=environment).communicate(timeout=20)
    assert error == "", error
    return json.loads(output)["masques"]


def test_a_folder_of_two_names_is_one(start, folder, tmp_path_factory):
    """A project's folder that is named as well, by way of a link, and one that is the private folder, too."""
    count = len(list((folder / "personas").glob("*.masque.yaml")))
    link = tmp_path_factory.mktemp("elsewhere") / "library"
    link.symlink_to(folder / "personas")
    found = listed(start, MASQUES_PERSONAS=str(link))
    assert len(found) == count and not any(masque["shadowed"] for masque in found)
    found = listed(start, MASQUES_HOME=str(folder / "personas"))
    assert len({masque["file"] for masque in found}) == len(found) == count
    assert {masque["source"] for masque in found} == {"private"}


def test_a_manifest_that_is_behind_is_not_believed_by_who_puts_a_masque_on(start, folder):
    """Its time says that it is the newest; the bytes of the masques say otherwise."""

    def previewed(reference):
        output, error = start("preview", reference, "--json").communicate(timeout=20)
        return json.loads(output).get("masque", {}).get("name"), error

    personas = folder / "personas"
    text = (personas / "codesmith.masque.yaml").read_text()
    (personas / "codesmith.masque.yaml").write_text(text.replace("name: Codesmith", "name: Blacksmith", 1))
    past = time.time() - 3_600
    for path in personas.glob("*.masque.yaml"):
        os.utime(path, (past, past))
    os.utime(personas / "manifest.yaml")
    # The list believes it, as it says; who is asked for a masque finds what there is.
    assert "Codesmith" in {masque["name"] for masque in listed(start)}
    assert previewed("Blacksmith")[0] == "Blacksmith"
    assert previewed("1")[0] == "Blacksmith"
    assert previewed("codesmith")[0] == "Blacksmith"
    os.utime(personas / "codesmith.masque.yaml", (time.time() + 60, time.time() + 60))
    assert "Blacksmith" in {masque["name"] for masque in listed(start)}

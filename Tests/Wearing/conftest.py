"""Finds `masque`, and gives each test a project, a home and masques of its own."""

import contextlib
import datetime
import decimal
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess

import pytest
from programs import ROOT, required

# What an atomic write calls a file before it has its name.
TEMPORARY = re.compile(r"\..*\.\d+-\d+\.tmp$")


@pytest.fixture(scope="session")
def masque():
    """Path of the program."""
    return str(pathlib.Path(required("masque", "MASQUE")).resolve())


class Done:
    """A process that has ended: its status and what it wrote."""

    def __init__(self, arguments, status, out, err):
        self.arguments, self.status, self.out, self.err = arguments, status, out, err

    def __repr__(self):
        return f"masque {' '.join(map(str, self.arguments))[:200]} → {self.status}\n{self.out[:3000]}\n{self.err[:3000]}"

    @property
    def json(self):
        return json.loads(self.out)

    def succeeded(self):
        assert self.status == 0, self
        return self

    def refused(self, *words):
        """It could not be done: said on standard error in one line, with nothing on standard output."""
        assert self.status == 2, self
        assert self.out == "", self
        assert self.err.startswith("masque: ") and self.err.endswith("\n"), self
        assert self.err.count("\n") == 1, self
        for word in words:
            assert str(word) in self.err, (word, self)
        return self


class Home:
    """A home folder, `${MASQUES_HOME}`, and a folder of shared masques."""

    def __init__(self, masque, folder, personas=ROOT / "personas"):
        self.masque = masque
        self.folder = folder / "home"
        self.masques = self.folder / ".masques"
        self.personas = personas
        self.folder.mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "MASQUES_HOME": str(self.masques),
            "MASQUES_PERSONAS": str(personas),
            "USER": "ada",
            "LANG": "C.UTF-8",
            # A crash prints its trace and ends, instead of waiting for somebody.
            "SWIFT_BACKTRACE": "interactive=no,color=no",
        }

    def configure(self, text):
        """Writes `config.yaml`. Nobody has deposited anything, so the account may be overdrawn."""
        text += "ledger: {account: postpaid}\n"
        self.masques.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.masques / "config.yaml").write_text(text, encoding="utf-8")

    def write(self, name, text):
        """A private masque."""
        self.masques.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.masques / f"{name}.masque.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def movements(self):
        """What the ledger has seen, in its order: (what, session, amount in micro-dollars)."""
        journal, book = self.masques / "ledger.jsonl", self.masques / "ledger.db"
        result = []
        for entry in lines_of(journal):
            (kind,) = entry
            if kind == "hold":
                result.append(("hold", entry["hold"]["session"], micros(entry["hold"]["amount"])))
            elif kind == "payment":
                session = entry["payment"]["settlement"]["hold"]["session"]
                receipt = entry["payment"]["receipt"]
                result.append(("payment", session, micros(receipt["paid"])))
                result.append(("fee", session, micros(receipt["fee"])))
            else:
                result.append(("release", entry["release"], 0))
        if not book.exists():
            return result
        query = "SELECT id, user_data_128, pending_id, amount, flags FROM transfers ORDER BY timestamp"
        with contextlib.closing(sqlite3.connect(f"file:{book}?mode=ro", uri=True)) as database:
            rows = database.execute(query).fetchall()
        sessions = {id: session.hex() for id, session, *_ in rows}
        for _, session, pending, amount, flags in rows:
            # The flags of a two-phase transfer, as TigerBeetle has them; what is linked is the payment's fee.
            kind = "hold" if flags & 2 else "payment" if flags & 4 else "release" if flags & 8 else "fee"
            session = sessions[pending] if pending in sessions else session.hex()
            result.append((kind, session, int.from_bytes(amount, "big")))
        return result

    def records(self):
        """The sessions that were recorded."""
        return lines_of(self.masques / "sessions.jsonl")

    def money(self):
        """What became of each session's hold: (amount, what was paid or None, whether it was given back). Each entry is
        there once, and what is paid or given back was set aside, or never will be."""
        result = {}
        for kind, session, amount in self.movements():
            if kind == "hold":
                assert session not in result, f"two holds of {session}"
                result[session] = [dollars(amount), None, False]
            elif kind == "payment":
                assert result[session][1:] == [None, False], f"a second payment of {session}"
                result[session][1] = dollars(amount)
            elif kind == "release":
                hold = result.setdefault(session, [None, None, False])
                assert hold[1:] == [None, False], f"{session} is given back and paid"
                hold[2] = True
        return result

    def fees(self):
        """The platform's shares."""
        return [dollars(amount) for kind, _, amount in self.movements() if kind == "fee"]

    def open_holds(self):
        """The sessions whose hold is neither paid nor given back."""
        return [session for session, (_, paid, is_back) in self.money().items() if paid is None and not is_back]


class Project:
    """A repository to wear masques in."""

    def __init__(self, home, folder):
        self.home = home
        self.folder = folder
        (folder / ".git").mkdir(parents=True)
        self.claude = folder / ".claude"
        self.session_path = self.claude / "masque.session.yaml"
        self.settings_path = self.claude / "settings.local.json"

    def start(self, *arguments, folder=None, environment={}, **options):
        return subprocess.Popen(
            [*options.pop("through", []), self.home.masque, *map(str, arguments)],
            cwd=folder or self.folder,
            env=self.home.environment | environment,
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def run(self, *arguments, text=None, timeout=60, **options):
        """Runs `masque` to its end; `text` is its standard input."""
        process = self.start(*arguments, stdin=subprocess.PIPE, **options)
        out, err = process.communicate((text or "").encode(), timeout)
        return Done(arguments, process.returncode, out.decode(), err.decode())

    def don(self, *arguments, **options):
        return self.run("don", "--json", *arguments, **options).succeeded().json

    def doff(self, **options):
        return self.run("doff", "--json", **options).succeeded().json

    def id(self, **options):
        return self.run("id", "--json", **options).succeeded().json

    def worn(self, **options):
        """The name of the masque that is worn, or None."""
        active = self.id(**options)["active"]
        return active and active["name"]

    def settings(self, data):
        """Gives the agent's settings these bytes."""
        self.claude.mkdir(exist_ok=True)
        self.settings_path.write_bytes(data)

    def session(self):
        """What the session file says, as any YAML reader has it."""
        from ruamel.yaml import YAML

        return YAML(typ="safe").load(self.session_path.read_text(encoding="utf-8"))

    def state_folder(self):
        (found,) = [path.parent for path in (self.home.masques / "state").glob("*/wearing.json")]
        return found

    def temporaries(self):
        """The files that a writer left half done, in the project and in the home."""
        return [
            path
            for top in (self.folder, self.home.folder)
            for path in top.rglob(".*")
            if TEMPORARY.search(path.name)
        ]

    def check(self):
        """That the session file, the settings and the ledger say what `id` says; returns what `id` says."""
        told = self.id()
        active = told["active"]
        session = self.session() if self.session_path.exists() else {"active": None, "previous": None}
        if active is None:
            assert session["active"] is None
        else:
            assert session["active"]["name"] == active["name"]
            assert session["active"]["session_id"] == active["session"] == session["active"]["transfer"]
            assert session["active"]["donned_at"] == active["donnedAt"]
        if told["previous"] is None:
            assert session["previous"] is None
        else:
            assert session["previous"]["name"] == told["previous"]["name"]
            assert session["previous"]["doffed_at"] == told["previous"]["doffedAt"]
        assert self.temporaries() == []
        return told


@pytest.fixture
def home(masque, tmp_path):
    return Home(masque, tmp_path)


@pytest.fixture
def project(home, tmp_path):
    return Project(home, tmp_path / "project")


def lines_of(path):
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def micros(text):
    return int(decimal.Decimal(text) * 1_000_000)


def dollars(micros):
    """An amount as results have it: at least two decimal places."""
    whole, part = divmod(micros, 1_000_000)
    return f"{whole}.{f'{part:06}'.rstrip('0'):0<2}"


def moment(text):
    return datetime.datetime.fromisoformat(text)


def plain_masque(name="Plain", ring="player", index=1, version="1.0.0", verbs=(), rest="", lens="Look twice.", allowed=("mend *",)):
    """A small masque."""
    text = f'name: {name}\nindex: {index}\nversion: "{version}"\nring: {ring}\n'
    text += f"intent:\n  allowed: {json.dumps(list(allowed))}\nlens: |\n"
    text += "".join(f"  {line}\n" if line else "\n" for line in lens.split("\n"))
    if verbs:
        text += f"spinnerVerbs:\n  mode: replace\n  verbs: {json.dumps(list(verbs))}\n"
    return text + rest


def faked(moment):
    """A clock that shows another time."""
    if shutil.which("faketime") is None:
        pytest.skip("no faketime (apt-get install faketime)")
    return {"through": ["faketime", moment]}


def traced(tmp_path):
    """Whether system calls can be traced here, where strace is."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("no strace (apt-get install strace)")
    if subprocess.run([strace, "-o", tmp_path / "trace", "true"], capture_output=True).returncode != 0:
        pytest.skip("system calls can't be traced here")
    return strace

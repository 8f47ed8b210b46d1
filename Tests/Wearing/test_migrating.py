"""A ledger on one file is moved to a TigerBeetle cluster: all of it or none, whatever happens in the middle."""

import contextlib
import json
import sqlite3

import pytest

import cluster
from conftest import Project, faked, plain_masque, traced

# The calls between which a moving ledger can be cut short: what is asked of the cluster, and what is written here.
CALLS = "io_uring_enter,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2"


class Theatre:
    """An operator, three authors and a library without an owner."""

    def __init__(self, home, tmp_path, server):
        self.home, self.server = home, server
        self.engine, self.policy, self.deadline = "sqlite", "require", "PT10S"
        self.owners = []
        self.paths = {}
        for index, name in enumerate(("grace", "hedy", "alan")):
            folder = tmp_path / f"library of {name}"
            folder.mkdir()
            self.paths[name] = folder / f"{name}-masque.masque.yaml"
            self.paths[name].write_text(plain_masque(f"{name}-masque", index=80 + index), encoding="utf-8")
            self.owners.append({"path": str(folder), "owner": name})
        home.write("own", plain_masque("Own", index=90))
        home.write("fly", plain_masque("Fly", index=91, rest="access:\n  ttl: PT1H\n"))
        self.project = Project(home, tmp_path / "project")
        self.other = Project(home, tmp_path / "other project")
        self.configure()

    def configure(self, **changes):
        for key, value in changes.items():
            setattr(self, key, value)
        text = json.dumps(
            {
                "operator": {"name": "ada"},
                "libraries": self.owners,
                "ledger": {
                    "engine": self.engine,
                    "addresses": self.server.addresses,
                    "client_library": cluster.CLIENT,
                    "policy": self.policy,
                    "deadline": self.deadline,
                },
                "rates": {"hold": "0.50", "per_session": "0.123457", "per_minute": "0.01", "fee_basis_points": 1234},
            }
        )
        self.home.masques.mkdir(mode=0o700, exist_ok=True)
        (self.home.masques / "config.yaml").write_text(text, encoding="utf-8")

    def run(self, *arguments, **options):
        return self.project.run("ledger", *arguments, **options)

    def migrate(self, *arguments, **options):
        return self.run("migrate", "--to", "tigerbeetle", *arguments, **options)

    def balances(self):
        """The balance of each account."""
        found = self.run("balance", "--all", "--json").succeeded().json
        return {account["account"]: account["balance"] for account in found["accounts"]}

    def verified(self):
        """That the ledger is right; returns what was counted."""
        found = self.run("verify", "--json").succeeded().json
        assert found["ok"] and all(check["ok"] for check in found["checks"]), found
        return found

    def left(self, *deposit):
        """Three days ago money was paid in, and a masque put on for an hour; nobody has come back since."""
        self.run("deposit", *deposit, **faked("-3 days")).succeeded()
        return self.other.don("fly", **faked("-3 days"))["active"]

    def play(self):
        """Wearings of every sort: paid, replaced, for nobody, held while the ledger was busy, and one that has ended by
        itself."""
        self.left("20", "--reference", "invoice 1")
        self.run("deposit", "7.000001", "--operator", "bob").succeeded()
        for name in ("grace", "hedy", "alan", "grace"):
            self.project.don(str(self.paths[name]))
        self.project.don("own")
        self.project.doff()
        self.run("settle", "hedy", "--amount", "0.05", "--reference", "transfer 1").succeeded()

    @contextlib.contextmanager
    def busy(self):
        """Somebody else holds the file."""
        database = sqlite3.connect(self.home.masques / "ledger.db", isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            database.execute("ROLLBACK")
            database.close()


@pytest.fixture
def theatre(home, tmp_path):
    server = cluster.cluster(tmp_path / "cluster", is_fresh=True)
    try:
        yield Theatre(home, tmp_path, server)
    finally:
        server.close()


def archive(theatre):
    (path,) = theatre.home.masques.glob("ledger-archive-*.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def moved(theatre, before):
    """That the cluster has what the file had, and goes on from there."""
    theatre.configure(engine="tigerbeetle")
    assert theatre.verified()["counts"]["openHolds"] == 0
    after = theatre.balances()
    # The file's treasury is the source of all money; where the cluster's balances came from, nothing is left over.
    assert after.pop("opening") == "0.00"
    assert after == before
    worn = theatre.project.don(str(theatre.paths["hedy"]))["active"]
    assert worn["held"] == "0.50"
    paid = theatre.project.doff()["ended"]["paid"]
    lines = theatre.run("statement", "operator:ada", "--json").succeeded().json["lines"]
    assert [line["kind"] for line in lines] == ["opening", "hold", "payment"]
    assert lines[0]["balance"] == before["operator:ada"] and lines[0]["explanation"] == "balance brought forward"
    assert lines[2]["amount"] == f"-{paid}"
    theatre.verified()


def test_moved(theatre):
    theatre.play()
    before = theatre.balances()
    assert {"author:grace", "author:hedy", "author:alan", "unclaimed:private", "operator:bob", "fees"} <= set(before)
    counts = theatre.verified()["counts"]
    result = theatre.migrate("--json").succeeded().json
    assert result["changed"] is True
    assert {account["account"]: account["balance"] for account in result["accounts"]} == before
    history = archive(theatre)
    assert [line["type"] for line in history].count("transfer") == counts["transfers"]
    assert [line["type"] for line in history].count("account") == counts["accounts"]
    # Once more: nothing changes, and it says so.
    again = theatre.migrate("--json").succeeded().json
    assert again["changed"] is False and again["accounts"] == result["accounts"]
    assert archive(theatre) == history
    # The file is as it was.
    assert theatre.balances() == before
    theatre.verified()
    moved(theatre, before)


def test_what_has_ended_by_itself_is_paid_after_the_move(theatre):
    """Its hold is not moved; whoever comes back pays from what there is."""
    begun = theatre.left("20")
    assert [hold["session"] for hold in theatre.verified()["expired"]] == [begun["session"]]
    theatre.migrate().succeeded()
    theatre.configure(engine="tigerbeetle")
    ended = theatre.other.id()["ended"]
    assert (ended["session"], ended["end"], ended["paid"]) == (begun["session"], "expired", "0.50")
    assert theatre.balances()["operator:ada"] == "19.50"
    theatre.verified()


def test_open_holds_are_not_moved(theatre):
    theatre.run("deposit", "20").succeeded()
    session = theatre.project.don(str(theatre.paths["grace"]))["active"]["session"]
    for _ in range(2):
        theatre.migrate().refused("1 hold is open", session)
    assert list(theatre.home.masques.glob("ledger-archive-*")) == []
    theatre.project.doff()
    before = theatre.balances()
    theatre.migrate().succeeded()
    moved(theatre, before)


def test_what_waits_is_posted_first(theatre):
    """A hold that waits while somebody else has the file is posted, and keeps the ledger from being moved then."""
    theatre.run("deposit", "20").succeeded()
    theatre.configure(policy="defer", deadline="PT0.3S")
    with theatre.busy():
        session = theatre.project.don(str(theatre.paths["alan"]))["active"]["session"]
        theatre.migrate().refused("1 movement waits to be posted")
    assert (theatre.home.masques / "ledger-deferred.jsonl").exists()
    theatre.migrate().refused("1 hold is open", session)
    with theatre.busy():
        assert theatre.project.doff()["ended"]["paid"] is None
    theatre.configure(deadline="PT10S")
    theatre.migrate().succeeded()
    before = theatre.balances()
    # A session, and perhaps a minute that it has begun, less the platform's share.
    assert before["author:alan"] in ("0.108223", "0.116989")
    moved(theatre, before)


def test_a_cluster_that_is_away(theatre):
    theatre.play()
    before = theatre.balances()
    theatre.server.kill()
    theatre.configure(deadline="PT0.5S")
    theatre.migrate().refused("has not answered", theatre.server.addresses[0])
    assert theatre.balances() == before
    theatre.server.start()
    theatre.configure(deadline="PT10S")
    theatre.migrate().succeeded()
    moved(theatre, before)


def test_a_ledger_that_goes_on_after_it_was_moved(theatre):
    """Said, with nothing changed on either side."""
    theatre.play()
    before = theatre.balances()
    theatre.migrate().succeeded()
    # A new account, and one that has changed.
    theatre.run("deposit", "5", "--operator", "carol").succeeded()
    theatre.run("deposit", "5", "--operator", "bob").succeeded()
    for _ in range(2):
        theatre.migrate().refused("moved on")
    theatre.configure(engine="tigerbeetle")
    after = theatre.balances()
    assert after.pop("opening") == "0.00"
    # Its name is known here; nothing of it is there.
    assert after.pop("operator:carol", "0.00") == "0.00"
    assert after == before
    theatre.verified()


def test_a_cluster_that_others_use(theatre, tmp_path):
    theatre.configure(engine="tigerbeetle")
    theatre.run("deposit", "3").succeeded()
    for path in theatre.home.masques.glob("ledger.db*"):
        path.unlink()
    theatre.configure(engine="sqlite")
    theatre.play()
    theatre.migrate().refused("has moved in the cluster already")


def test_a_payment_that_was_made_before_the_move_is_not_made_again(theatre):
    """Its answer was lost, so that it is asked for again: in the cluster, which knows nothing of it."""
    theatre.run("deposit", "20").succeeded()
    session = theatre.project.don(str(theatre.paths["grace"]))["active"]["session"]
    state = theatre.project.state_folder() / "wearing.json"
    worn = state.read_bytes()
    paid = theatre.project.doff()["ended"]["paid"]
    before = theatre.balances()
    theatre.migrate().succeeded()
    theatre.configure(engine="tigerbeetle")
    # As a crash leaves it between the payment and the state.
    state.write_bytes(worn)
    ended = theatre.project.doff()["ended"]
    assert (ended["session"], ended["paid"]) == (session, paid)
    after = theatre.balances()
    assert after.pop("opening") == "0.00"
    assert after == before
    theatre.verified()


def test_killed_anywhere(theatre, tmp_path):
    """Repeated, it goes on where it was cut short: what the cluster has already counts once."""
    strace = traced(tmp_path)
    theatre.play()
    before = theatre.balances()
    log = tmp_path / "trace"
    killed = 0
    for number in range(1, 10_000):
        tracing = [strace, "-f", "-e", f"trace={CALLS}", "-e", f"inject={CALLS}:signal=KILL:when={number}", "-o", log]
        done = theatre.migrate(through=tracing)
        if done.status == 0:
            break
        assert done.status in (-9, 137), done
        killed += 1
        if number % 10 == 0:
            assert theatre.balances() == before
    assert killed > 20, killed
    assert theatre.migrate("--json").succeeded().json["changed"] is False
    assert theatre.home.masques.joinpath("ledger-deferred.jsonl").exists() is False
    assert [path.name for path in theatre.home.masques.iterdir() if path.name.endswith(".partial")] == []
    theatre.verified()
    moved(theatre, before)


def test_something_moves_meanwhile(theatre, tmp_path):
    """Said, since the cluster has what was before; the file goes on."""
    strace = traced(tmp_path)
    theatre.play()
    slow = ["-e", "trace=io_uring_enter", "-e", "inject=io_uring_enter:delay_enter=200000", "-o", tmp_path / "trace"]
    moving = theatre.project.start("ledger", "migrate", "--to", "tigerbeetle", through=[strace, "-f", *slow])
    count = 0
    while moving.poll() is None:
        theatre.run("deposit", "1", "--operator", "bob").succeeded()
        count += 1
    out, error = moving.communicate()
    assert count > 2
    assert moving.returncode == 2 and "something moved here while the ledger was being moved" in error.decode(), error
    assert out == b""
    assert theatre.balances()["operator:bob"] == f"{7 + count}.000001"
    theatre.verified()

"""A TigerBeetle cluster that is away, slow, restarted or another: a clear word within the deadline, and nothing is paid twice."""

import json
import os
import shutil
import subprocess
import threading
import time
import uuid

import pytest

import cluster
from conftest import Project, plain_masque

DEADLINE = 1.0
# A process starts, writes files, and waits for processors that others use.
SLACK = 1.5


class Company:
    """An operator and an author whom nobody else on the cluster knows."""

    def __init__(self, home, tmp_path, server):
        self.home, self.server = home, server
        unique = uuid.uuid4().hex[:8]
        self.ada, self.grace = f"ada-{unique}", f"grace-{unique}"
        library = tmp_path / "library"
        library.mkdir()
        (library / "plain.masque.yaml").write_text(plain_masque(), encoding="utf-8")
        home.personas = library
        home.environment["MASQUES_PERSONAS"] = str(library)
        self.project = Project(home, tmp_path / "project")
        self.settings = {
            "engine": "tigerbeetle",
            "addresses": server.addresses,
            "client_library": cluster.CLIENT,
            "policy": "require",
            "deadline": f"PT{DEADLINE}S",
        }
        self.configure()

    def configure(self, **changes):
        self.settings |= changes
        text = {
            "operator": {"name": self.ada},
            "libraries": [{"path": str(self.home.personas), "owner": self.grace}],
            "ledger": self.settings,
            "rates": {"hold": "0.50", "per_session": "0.10", "fee_basis_points": 1000},
        }
        self.home.masques.mkdir(mode=0o700, exist_ok=True)
        (self.home.masques / "config.yaml").write_text(json.dumps(text), encoding="utf-8")

    def patiently(self):
        """A deadline that nothing but a cluster that is away exceeds."""
        self.configure(deadline="PT30S")

    def ledger(self, *arguments, **options):
        return self.project.run("ledger", *arguments, **options)

    def has(self, spent, earned, held="0.00"):
        """That the operator, who has paid in 20 dollars, has spent and the author has earned so much."""
        found = self.ledger("balance", "--all", "--json").succeeded().json
        accounts = {account["account"]: account for account in found["accounts"]}
        operator = accounts[f"operator:{self.ada}"]
        assert (operator["balance"], operator["held"]) == (f"{20 - spent:.2f}", held)
        author = accounts.get(f"author:{self.grace}", {"balance": "0.00"})
        assert author["balance"] == f"{earned:.2f}"
        assert found["deferred"] == []
        if self.server.is_fresh:
            assert self.ledger("verify", "--json").succeeded().json["ok"] is True

    def timed(self, *arguments):
        """Runs a command that asks the cluster: it waits for one deadline at most."""
        start = time.monotonic()
        done = self.project.run(*arguments)
        assert time.monotonic() - start < DEADLINE + SLACK, done
        return done

    def waiting(self):
        path = self.home.masques / "ledger-deferred.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def company(home, tmp_path):
    server = cluster.cluster(tmp_path / "cluster")
    try:
        company = Company(home, tmp_path, server)
        company.patiently()
        company.ledger("deposit", "20").succeeded()
        company.configure(deadline=f"PT{DEADLINE}S")
        yield company
    finally:
        server.close()


# How a cluster is away, and how it comes back.
AWAY = {"gone": lambda server: server.kill(), "silent": lambda server: server.silence()}


@pytest.mark.parametrize("go", AWAY.values(), ids=AWAY)
def test_nothing_is_worn_where_the_ledger_is_required(company, go):
    go(company.server)
    for _ in range(2):
        company.timed("don", "plain").refused("has not answered", company.server.addresses[0], "`Plain` can't be put on")
        assert company.project.worn() is None
    company.timed("ledger", "balance").refused("has not answered", "asking again does nothing twice")
    company.server.start()
    company.patiently()
    # What may have been set aside unseen is given back.
    company.project.don("plain")
    company.has(0, 0, held="0.50")
    company.project.doff()
    company.has(0.10, 0.09)


@pytest.mark.parametrize("go", AWAY.values(), ids=AWAY)
def test_what_is_worn_comes_off_and_is_paid_later(company, go):
    company.patiently()
    session = company.project.don("plain")["active"]["session"]
    company.configure(deadline=f"PT{DEADLINE}S")
    go(company.server)
    done = company.timed("doff").succeeded()
    assert "has not answered" in done.err and "paid by a later command" in done.err
    assert company.project.worn() is None
    done = company.timed("doff")
    assert done.status == 1 and "has not answered" in done.err
    company.server.start()
    company.patiently()
    company.project.run("doff")
    company.has(0.10, 0.09)
    statement = company.ledger("statement", "--json").succeeded().json["lines"]
    assert [line["kind"] for line in statement] == ["deposit", "hold", "payment"]
    assert statement[2]["session"] == session


@pytest.mark.parametrize("go", AWAY.values(), ids=AWAY)
def test_masques_are_worn_where_it_may_be_deferred(company, go):
    company.configure(policy="defer")
    go(company.server)
    for number in range(2):
        done = company.timed("don", "plain", "--json").succeeded()
        assert done.json["active"]["held"] == "0.50"
        done = company.timed("doff", "--json").succeeded()
        assert done.json["ended"]["paid"] is None
    # Another over it: one wait for both.
    company.timed("don", "plain").succeeded()
    company.timed("don", "plain").succeeded()
    waiting = company.waiting()
    assert [next(iter(entry)) for entry in waiting] == ["place", "settle"] * 2 + ["place", "place", "settle"]
    company.timed("ledger", "balance").refused("has not answered", "7 movements wait")
    company.server.start()
    company.patiently()
    company.has(0.30, 0.27, held="0.50")
    assert company.waiting() == []
    company.project.doff()
    company.has(0.40, 0.36)


def test_slower_than_the_deadline_and_back(company):
    """What was given up may have been done all the same: it counts once."""
    company.configure(policy="defer")
    # Each answer comes in time; all that a don takes does not.
    proxy = cluster.Proxy(company.server.addresses[0], delay=0.2)
    try:
        company.configure(addresses=proxy.addresses)
        company.timed("don", "plain").succeeded()
        company.timed("doff").succeeded()
        assert [next(iter(entry)) for entry in company.waiting()] == ["place", "settle"]
        # Slow, but not too slow.
        company.configure(deadline="PT20S")
        company.has(0.10, 0.09)
    finally:
        proxy.close()


def test_restarted_in_the_middle(company, tmp_path):
    """Several wear and take off while the cluster comes and goes; no command fails, and each wearing is paid once."""
    company.configure(deadline="PT60S")
    projects = [Project(company.home, tmp_path / f"project {number}") for number in range(3)]
    is_over = threading.Event()
    wearings, failures = [], []

    def wear(project):
        while not is_over.is_set():
            for words in (["don", "plain", "--json"], ["doff", "--json"]):
                done = project.run(*words, timeout=120)
                if done.status != 0:
                    failures.append(done)
                    return
            wearings.append(done.json["ended"]["paid"])

    threads = [threading.Thread(target=wear, args=(project,)) for project in projects]
    for thread in threads:
        thread.start()
    rounds = 6
    for _ in range(rounds):
        count = len(wearings)
        until = time.monotonic() + 60
        while len(wearings) < count + 3 and time.monotonic() < until and not failures:
            time.sleep(0.02)
        company.server.kill()
        time.sleep(0.3)
        company.server.start()
    is_over.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(wearings) >= rounds * 2
    assert set(wearings) == {"0.10"}
    company.has(0.10 * len(wearings), 0.09 * len(wearings))


def test_restarted_in_the_middle_with_a_short_deadline(company, tmp_path):
    """Commands give up, and what they have asked for may be done unseen: nothing is paid twice, and nothing is lost."""
    company.configure(policy="defer", deadline="PT0.4S")
    projects = [Project(company.home, tmp_path / f"project {number}") for number in range(3)]
    is_over = threading.Event()
    failures = []

    def wear(project):
        while not is_over.is_set():
            for words in (["don", "plain"], ["doff"]):
                done = project.run(*words, timeout=120)
                if done.status != 0:
                    failures.append(done)

    threads = [threading.Thread(target=wear, args=(project,)) for project in projects]
    for thread in threads:
        thread.start()
    for _ in range(8):
        time.sleep(1.0)
        company.server.kill()
        time.sleep(0.7)
        company.server.start()
    is_over.set()
    for thread in threads:
        thread.join()
    # Nobody was kept from wearing anything.
    assert failures == []
    company.patiently()
    # Each wearing that has ended was paid for, once.
    ended = {record["session"] for record in company.home.records()}
    spent = 0.10 * len(ended)
    assert len(ended) > 8
    company.has(spent, 0.09 * len(ended))
    lines = company.ledger("statement", "--limit", "1000", "--json").succeeded().json["lines"]
    paid = [line["session"] for line in lines if line["kind"] == "payment"]
    assert len(paid) == len(set(paid)) and set(paid) == ended


def test_another_clusters_number(company):
    company.configure(cluster=7)
    company.timed("don", "plain").refused("has not answered")
    company.configure(cluster=0)
    company.patiently()
    company.has(0, 0)


BAD = {
    "a name": (["localhost:3000"], "addresses"),
    "no address": ([], "addresses"),
    "nobody there": (["127.0.0.1:1"], "has not answered"),
    "another service": (None, "has not answered"),
}


@pytest.mark.parametrize("addresses, word", BAD.values(), ids=BAD)
def test_a_bad_address(company, addresses, word):
    other = None
    if addresses is None:
        # It takes connections and answers with something else.
        import http.server

        other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        addresses = [f"127.0.0.1:{other.server_port}"]
    company.configure(addresses=addresses)
    done = company.timed("don", "plain")
    assert done.status == 2 and word in done.err and done.err.startswith("masque: "), done
    assert company.project.worn() is None
    if other is not None:
        other.shutdown()


# Blocks io_uring as the profile of a container does, and starts a program.
NO_IO_URING = r"""
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(int count, char **words) {
  struct sock_filter code[] = {
    {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
    {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 425},
    {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
    {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 99;
  execv(words[1], words + 1);
  return 98;
}
"""


def test_no_io_uring(company, tmp_path):
    """The client would end the process; it is not started."""
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    source, program = tmp_path / "blocked.c", tmp_path / "blocked"
    source.write_text(NO_IO_URING)
    subprocess.run(["cc", "-o", program, source], check=True)
    if subprocess.run([program, "/bin/true"]).returncode != 0:
        pytest.skip("system calls can't be blocked here")
    blocked = {"through": [program]}
    done = company.project.run("don", "plain", **blocked).refused("io_uring", "forbidden here", "engine: sqlite")
    assert "seccomp" in done.err
    company.ledger("balance", **blocked).refused("io_uring")
    doctor = company.project.run("doctor", **blocked)
    assert "io_uring" in doctor.out, doctor
    company.patiently()
    company.has(0, 0)


def test_no_client_library(company, tmp_path):
    company.configure(client_library=str(tmp_path / "libtb_client.so"))
    company.timed("don", "plain").refused("can't be loaded", "ledger.client_library")
    (tmp_path / "libtb_client.so").write_text("this is no library")
    company.timed("don", "plain").refused("can't be loaded")


OLD = os.environ.get("MASQUES_TEST_TIGERBEETLE_OTHER_CLIENT")


@pytest.mark.skipif(not OLD, reason="MASQUES_TEST_TIGERBEETLE_OTHER_CLIENT, a client library that does not fit, is not set")
def test_a_release_that_does_not_fit(company):
    company.configure(client_library=OLD)
    company.timed("don", "plain").refused("older than 0.17", OLD)

"""Several processes at once: they wait for each other, and nothing is lost."""

import fcntl
import os
import random
import threading

from conftest import Project, plain_masque

CALLS = int(os.environ.get("MASQUES_CONCURRENT", "200"))
WRITERS = 4
CONFIGURATION = "rates: {hold: '1.00', per_session: '0.10'}\n"
BUSY = "another masque command has been at work in this project for more than 15 seconds; try again when it is done"


def prepared(home):
    home.configure(CONFIGURATION)
    for index, name in enumerate(("one", "two", "three"), 71):
        home.write(name, plain_masque(name.capitalize(), index=index, verbs=[f"{name}:a"]))


def play(projects):
    """Dons and doffs from as many writers as there are projects in the list, at the same time; what they said."""
    said = [[] for _ in projects]

    def write(number):
        pick = random.Random(number)
        for _ in range(CALLS // WRITERS):
            step = pick.choice([("don", "one"), ("don", "two"), ("don", "three"), ("doff",), ("doff",)])
            said[number].append((step, projects[number].run(*step, "--json", timeout=120)))

    threads = [threading.Thread(target=write, args=[number]) for number in range(len(projects))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(map(len, said)) == CALLS // WRITERS * WRITERS
    for step, done in sum(said, []):
        if done.status == 2:
            assert done.err == f"masque: {BUSY}\n", done
        else:
            assert done.status == 0 or step == ("doff",) and done.status == 1, done
            for warning in done.json["warnings"]:
                assert warning == "no masque is worn", done
    return said


def check_money(home, said):
    """Each don that was answered has one hold; each end that was told is one payment, and nobody told of one twice."""
    money = home.money()
    begun = [done.json["active"]["session"] for step, done in said if step[0] == "don" and done.status == 0]
    ended = [done.json["ended"]["session"] for _, done in said if done.status == 0 and done.json["ended"]]
    assert len(set(begun)) == len(begun) and len(set(ended)) == len(ended)
    assert set(money) == set(begun)
    assert {session for session, (_, paid, _) in money.items() if paid == "0.10"} == set(ended)
    assert not any(is_back for _, _, is_back in money.values())
    records = [record["session"] for record in home.records()]
    assert sorted(records) == sorted(ended)


def test_one_project(home, project):
    prepared(home)
    before = b'{"model": "opus"}\n'
    project.settings(before)
    said = sum(play([project] * WRITERS), [])
    told = project.check()
    assert home.open_holds() == ([told["active"]["session"]] if told["active"] else [])
    check_money(home, said)
    project.run("doff")
    assert project.settings_path.read_bytes() == before
    assert home.open_holds() == []


def test_projects_that_share_a_home(home, tmp_path):
    prepared(home)
    projects = [Project(home, tmp_path / f"project {number}") for number in range(WRITERS)]
    said = play(projects)
    check_money(home, sum(said, []))
    still = []
    for number, project in enumerate(projects):
        told = project.check()["active"]
        # In its own project nobody else plays: the last word holds.
        step, _ = said[number][-1]
        assert (told and told["name"]) == (step[1].capitalize() if step[0] == "don" else None)
        still += [told["session"]] if told else []
    assert sorted(home.open_holds()) == sorted(still)
    for project in projects:
        project.run("doff")
        assert not project.settings_path.exists()
    assert home.open_holds() == []


def test_readers_see_the_old_or_the_new(home, project):
    """Whoever reads the session file or the settings while others write always reads a whole one."""
    prepared(home)
    project.don("one")
    stop = threading.Event()
    faults = []

    def read():
        while not stop.is_set():
            try:
                session = project.session()
                if set(session) != {"active", "previous"}:
                    faults.append(session)
                if project.settings_path.exists():
                    text = project.settings_path.read_text()
                    if text and not text.rstrip().endswith("}"):
                        faults.append(text)
            except FileNotFoundError:
                pass

    reader = threading.Thread(target=read)
    reader.start()
    for step in (("don", "two"), ("doff",), ("don", "one")) * 5:
        project.run(*step).succeeded()
    stop.set()
    reader.join()
    assert faults == []


def test_busy(home, project):
    """Somebody who keeps the lock makes others wait, and then say so; whoever only looks does not wait."""
    prepared(home)
    project.don("one")
    with open(project.state_folder() / "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert project.run("id", timeout=10).succeeded().out.startswith("One v1.0.0")
        project.run("doff", timeout=40).refused(BUSY)
    project.run("doff").succeeded()

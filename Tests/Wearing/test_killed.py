"""Processes that are killed anywhere leave the old state or the new one, and no money is lost.

`MASQUES_KILLS` says how many are killed at random points; with strace, one is killed at each system call as well.
"""

import os
import random
import re
import shutil
import statistics
import subprocess
import time

import pytest

from conftest import plain_masque, traced

KILLS = int(os.environ.get("MASQUES_KILLS", "60"))
CONFIGURATION = "rates: {hold: '1.00', per_session: '0.10', per_minute: '0.01'}\n"
SETTINGS = b'{\n\t"model": "opus",\n\t"spinnerVerbs": {"mode": "append", "verbs": ["Mine"]}\n}\n'
VERBS = {None: "Mine", "One": "One:a", "Two": "Two:b", "Mute": "Mine"}


class Stage:
    """A project with three masques, whose state is checked after each blow."""

    def __init__(self, home, project):
        self.home, self.project = home, project
        home.configure(CONFIGURATION)
        home.write("one", plain_masque("One", index=71, verbs=["One:a"]))
        home.write("two", plain_masque("Two", index=72, verbs=["Two:b"]))
        home.write("mute", plain_masque("Mute", index=73))
        project.settings(SETTINGS)
        self.worn = None
        self.session = None
        self.prices = set()

    def check(self, wanted, is_done, place):
        """After the next command, all is as before, or as it was to be; `wanted` is the masque that was to be worn."""
        told = self.project.check()
        active = told["active"]
        name, session = (active["name"], active["session"]) if active else (None, None)
        if is_done:
            assert name == wanted, place
        if session == self.session:
            assert name == self.worn, place
        else:
            assert name == wanted, place
        if name is None:
            assert self.project.settings_path.read_bytes() == SETTINGS, place
        assert f'"{VERBS[name]}"' in self.project.settings_path.read_text(), place
        # Exactly what is worn is set aside still; everything else was paid, or was never worn.
        assert self.home.open_holds() == ([session] if session else []), place
        (self.worn, self.session) = (name, session)

    def end(self):
        """Everything comes off, is paid and recorded: once, if nobody was killed between the one and the other."""
        self.project.run("doff")
        assert self.project.settings_path.read_bytes() == SETTINGS
        assert self.home.open_holds() == []
        paid = {session for session, (_, amount, _) in self.home.money().items() if amount is not None}
        assert {record["session"] for record in self.home.records()} == paid
        assert [path.name for path in self.project.claude.iterdir()] .count("masque.session.yaml") == 1
        assert {path.name for path in self.project.claude.iterdir()} == {"masque.session.yaml", "settings.local.json"}


def steps(pick):
    """An endless play: dons over nothing, over the same and over another, and doffs."""
    while True:
        yield pick.choice([("don", "one"), ("don", "two"), ("don", "mute"), ("doff",), ("doff",)])


def wanted(step):
    return step[1].capitalize() if step[0] == "don" else None


def test_killed_at_any_time(home, project):
    stage = Stage(home, project)
    pick = random.Random(20261121)
    durations = []
    for step in (("don", "one"), ("don", "two"), ("doff",)) * 2:
        start = time.monotonic()
        project.run(*step).succeeded()
        durations.append(time.monotonic() - start)
    stage.check(None, True, "before")
    longest = statistics.median(durations)
    cut = 0
    play = steps(pick)
    for number in range(KILLS):
        step = next(play)
        process = project.start(*step)
        time.sleep(pick.uniform(0, longest))
        process.kill()
        process.communicate()
        is_done = process.returncode in (0, 1)
        cut += not is_done
        stage.check(wanted(step), is_done, f"{number}: {step}")
    # Else nothing was tested.
    assert cut > KILLS // 4, f"{cut} of {KILLS} were killed before their end"
    stage.end()


# The calls that change something, or that wait for somebody.
CALLS = "mkdir,openat,write,fsync,rename,renameat,renameat2,unlink,unlinkat,flock,fchmod,chmod,ftruncate"


SCENES = {
    "don": ([], ("don", "one")),
    "don over another": ([("don", "one")], ("don", "two")),
    "don without verbs over another": ([("don", "one")], ("don", "mute")),
    "doff": ([("don", "one")], ("doff",)),
}


@pytest.mark.parametrize("before, step", SCENES.values(), ids=SCENES)
def test_killed_at_each_system_call(home, project, tmp_path, before, step):
    strace = traced(tmp_path)
    stage = Stage(home, project)
    log = tmp_path / "trace"

    def prepare():
        project.run("doff")
        for command in before:
            project.run(*command).succeeded()
        told = project.id()["active"]
        stage.worn, stage.session = (told["name"], told["session"]) if told else (None, None)

    # What happens before the first look at the state is the loader's affair.
    prepare()
    project.run(*step, through=[strace, "-f", "-e", f"trace={CALLS}", "-o", log]).succeeded()
    calls = [line for line in log.read_text().splitlines() if re.match(rf"\d+ +({CALLS.replace(',', '|')})\(", line)]
    first = next(number for number, line in enumerate(calls, 1) if "/state/" in line)
    assert len(calls) - first > 10
    prepare()
    killed = 0
    # Every call in the long run; in the short one, some of them, others each time.
    stride = 1 if KILLS >= 500 else 5
    for number in range(first + random.randrange(stride), len(calls) + 1, stride):
        prepare()
        tracing = [strace, "-f", "-e", f"trace={CALLS}", "-e", f"inject={CALLS}:signal=KILL:when={number}", "-o", log]
        done = project.run(*step, through=tracing)
        last = next((line for line in reversed(log.read_text().splitlines()) if "(" in line), "")
        killed += done.status != 0
        stage.check(wanted(step), done.status == 0, f"{step}, killed at call {number}: {last}")
    assert killed > 5
    stage.end()

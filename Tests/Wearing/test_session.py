"""A masque is put on and taken off, by processes of their own, as somebody with two terminals does it."""

import datetime
import json
import os
import subprocess
import time

import pytest

from conftest import Project, faked, moment, plain_masque

VERBS = ["Codesmith:Measuring...", "Codesmith:Filing...", "Codesmith:Riveting..."]

# What somebody's settings may look like before.
SETTINGS = {
    "none": None,
    "an object": b'{\n  "permissions": {\n    "allow": ["Bash(ls:*)"]\n  }\n}\n',
    "empty object": b"{}\n",
    "blank": b"\n",
    "no bytes": b"",
    "no line break at the end": b'{"model": "opus"}',
    "CR LF": b'{\r\n  "model": "opus",\r\n  "env": {\r\n    "A": "1"\r\n  }\r\n}\r\n',
    "byte-order mark": b'\xef\xbb\xbf{\n  "model": "opus"\n}\n',
    "tabs": b'{\n\t"model": "opus",\n\t"hooks": {\n\t\t"Stop": []\n\t}\n}\n',
    "one line": b'{"model":"opus","permissions":{"allow":[],"deny":["Read(.env)"]}}',
    "odd layout": b'{ "a" :1 ,\n\n\n   "b":\n[ 1,2 , 3 ] }   \n\n',
    "own verbs": b'{\n  "spinnerVerbs": { "mode": "append", "verbs": [ "Pondering" ] },\n  "model": "opus"\n}\n',
    "own verbs last, one line": b'{"model":"opus", "spinnerVerbs":{"mode":"replace","verbs":["x"]}}',
    "own verbs, no object": b'{"spinnerVerbs": null}\n',
    "own verbs twice": b'{"spinnerVerbs": 1, "model": "opus", "spinnerVerbs": {"verbs": []}}\n',
    "escapes": '{"\\u0073pinnerVerbs": ["a"], "ключ": "значение \\u0000 \\ud83d\\ude00 😀"}\n'.encode(),
}


@pytest.mark.parametrize("before", SETTINGS.values(), ids=SETTINGS)
def test_a_session(home, project, before):
    """list → don → id → id elsewhere → doff, and the settings are byte for byte what they were."""
    if before is not None:
        project.settings(before)
    listed = project.run("list", "--json").succeeded().json
    assert "Codesmith" in [masque["name"] for masque in listed["masques"]]
    assert not any(masque["active"] for masque in listed["masques"])

    begun = project.run("don", "codesmith", "implement", "the", "parser").succeeded()
    assert begun.out.startswith('<masque-active name="Codesmith"')
    assert begun.out.count("</masque-active>") == 1
    written = json.loads(project.settings_path.read_bytes().decode("utf-8-sig"))
    assert written["spinnerVerbs"]["mode"] == "replace"
    assert set(VERBS) <= set(written["spinnerVerbs"]["verbs"])
    if before and before.strip():
        others = json.loads(before.decode("utf-8-sig"))
        others.pop("spinnerVerbs", None)
        assert {key: value for key, value in written.items() if key != "spinnerVerbs"} == others
        assert before.startswith(b"\xef\xbb\xbf") == project.settings_path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert (b"\r\n" in before) == (b"\r\n" in project.settings_path.read_bytes())

    told = project.id()
    subfolder = project.folder / "Sources" / "deep"
    subfolder.mkdir(parents=True)
    elsewhere = project.id(folder=subfolder)
    for seen in (told, elsewhere):
        assert seen["active"]["name"] == "Codesmith"
        assert seen["active"]["intent"] == "implement the parser"
        assert seen["active"]["session"] == told["active"]["session"]
        assert moment(seen["active"]["expiresAt"]) > moment(seen["active"]["donnedAt"])
    assert not (subfolder / ".claude").exists()
    marked = [masque["name"] for masque in project.run("list", "--json").succeeded().json["masques"] if masque["active"]]
    assert marked == ["Codesmith"]
    project.check()

    ended = project.run("doff").succeeded()
    assert ended.out.startswith('<masque-ended name="Codesmith">')
    if before is None:
        assert not project.settings_path.exists()
    else:
        assert project.settings_path.read_bytes() == before
    assert project.worn() is None
    assert project.check()["previous"]["name"] == "Codesmith"
    assert home.open_holds() == []
    (record,) = home.records()
    assert (record["masque"], record["end"]) == ("Codesmith", "doffed")

    again = project.run("doff")
    assert (again.status, again.out) == (1, ""), again
    assert "no masque is worn" in again.err


def test_no_absolute_path_in_the_session_file(home, project):
    (project.folder / "personas").mkdir()
    (project.folder / "personas" / "own.masque.yaml").write_text(plain_masque("Own", index=70))
    for masque, file in (("codesmith", None), ("own", "personas/own.masque.yaml"), (home.personas / "reviewer.masque.yaml", None)):
        project.don(masque)
        active = project.session()["active"]
        assert active.get("file") == file
        for name, value in active.items():
            assert "/" not in value or name == "file" and not value.startswith("/"), (name, value)
        assert str(project.folder) not in project.session_path.read_text()
        assert str(home.personas) not in project.session_path.read_text()


OTHERS_CHANGES = {
    "a key more": (lambda text: text.replace('"model": "opus"', '"model": "opus",\n  "theme": "dark"'), '"theme": "dark"'),
    "another value": (lambda text: text.replace('"opus"', '"haiku"'), '"haiku"'),
    "another layout": (lambda text: json.dumps(json.loads(text)), '"opus"'),
}


@pytest.mark.parametrize("change, trace", OTHERS_CHANGES.values(), ids=OTHERS_CHANGES)
@pytest.mark.parametrize("own", ["", ',\n  "spinnerVerbs": {"mode": "append", "verbs": ["Pondering"]}'], ids=["", "own verbs"])
def test_what_others_change_meanwhile_stays(project, change, trace, own):
    before = '{\n  "model": "opus"' + own + "\n}\n"
    project.settings(before.encode())
    project.don("codesmith")
    changed = change(project.settings_path.read_text())
    project.settings_path.write_text(changed)
    project.doff()
    after = project.settings_path.read_text()
    assert trace in after
    expected = json.loads(changed)
    expected.pop("spinnerVerbs")
    if own:
        expected["spinnerVerbs"] = {"mode": "append", "verbs": ["Pondering"]}
    assert json.loads(after) == expected


def test_verbs_that_somebody_else_has_set_meanwhile_stay(project):
    project.settings(b'{"model": "opus"}\n')
    project.don("codesmith")
    theirs = '{"model": "opus", "spinnerVerbs": {"mode": "replace", "verbs": ["Theirs"]}}\n'
    project.settings_path.write_text(theirs)
    project.doff()
    assert project.settings_path.read_text() == theirs


def test_settings_that_are_deleted_meanwhile_stay_so(project):
    project.settings(b'{"model": "opus"}\n')
    project.don("codesmith")
    project.settings_path.unlink()
    project.doff()
    assert not project.settings_path.exists()
    project.check()


@pytest.mark.parametrize("broken", [b'{"model": ', b"[1]\n", b"{'a': 1}\n", b'{"a": "\xff"}\n', b"// no\n{}\n"])
def test_settings_that_are_no_json_object(home, project, broken):
    project.settings(broken)
    refused = project.run("don", "codesmith").refused("settings.local.json")
    assert "mend" in refused.err or "UTF-8" in refused.err
    assert project.settings_path.read_bytes() == broken
    assert project.worn() is None
    assert home.open_holds() == []
    # A masque without verbs has no business there.
    home.write("plain", plain_masque())
    project.don("plain")
    project.doff()
    assert project.settings_path.read_bytes() == broken


def test_settings_that_break_meanwhile_are_left_alone_and_said_so(home, project):
    project.settings(b'{"model": "opus"}\n')
    project.don("codesmith")
    broken = project.settings_path.read_bytes().rstrip()[:-1] + b'"oops": }\n'
    project.settings_path.write_bytes(broken)
    ended = project.run("doff").succeeded()
    assert "settings.local.json" in ended.err
    assert "spinnerVerbs" in ended.err
    assert project.settings_path.read_bytes() == broken
    assert project.worn() is None
    assert home.open_holds() == []
    # Once somebody has mended it, our key goes.
    project.settings_path.write_bytes(broken.replace(b'"oops": }', b"}"))
    assert project.run("id").succeeded().err == ""
    assert json.loads(project.settings_path.read_bytes()) == {"model": "opus"}


def test_another_masque_brings_its_own_verbs_and_takes_them_along(home, project):
    home.write("one", plain_masque("One", index=71, verbs=["One:a"]))
    home.write("two", plain_masque("Two", index=72, verbs=["Two:b"]))
    home.write("three", plain_masque("Three", index=73))
    before = b'{\n\t"spinnerVerbs": {"verbs": ["Mine"], "mode": "append"}\n}\n'
    project.settings(before)
    for masque, verbs in (("one", ["One:a"]), ("two", ["Two:b"]), ("three", ["Mine"]), ("one", ["One:a"])):
        project.don(masque)
        assert json.loads(project.settings_path.read_text())["spinnerVerbs"]["verbs"] == verbs
    project.doff()
    assert project.settings_path.read_bytes() == before
    assert [record["end"] for record in home.records()] == ["replaced"] * 3 + ["doffed"]
    assert home.open_holds() == []


def test_the_gate_of_intents(home, project):
    lines = (home.personas / "codesmith.masque.yaml").read_text().splitlines()
    pattern = "{deploy,publish,release} *"
    line = next(number for number, text in enumerate(lines, 1) if pattern in text)
    refused = project.run("don", "codesmith", "deploy the site").refused(f"`{pattern}`", f"line {line}", "codesmith.masque.yaml")
    assert "denied" in refused.err
    assert not project.claude.exists()
    assert project.worn() is None

    worn = project.run("don", "codesmith", "negotiate the contract").succeeded()
    assert "no pattern of `Codesmith` allows “negotiate the contract”" in worn.err
    assert project.worn() == "Codesmith"
    project.doff()
    assert home.records()[-1]["refusedIntents"] == 1

    home.configure("intent_gate: enforce\n")
    project.run("don", "codesmith", "negotiate the contract").refused("no pattern of `Codesmith` allows", "intent_gate: enforce")
    assert project.worn() is None
    project.don("codesmith", "implement the parser")
    # Nobody said what for: there is nothing to judge.
    project.don("codesmith")
    project.don("codesmith", "  ")


def test_the_gate_of_rings(home, project):
    project.run("don", "incident-commander").refused("`admin`", "`player`", "config.yaml")
    assert project.worn() is None and home.movements() == []
    home.configure("operator: {ring: admin}\n")
    project.don("incident-commander")
    home.configure("operator: {ring: guest}\n")
    project.run("don", "codesmith").refused("`player`", "`guest`")
    assert project.worn() == "Incident Commander"
    home.configure("operator: {ring: king}\n")
    project.run("don", "codesmith").refused("config.yaml:1:18")
    # What is worn comes off whatever the configuration says.
    project.doff()


def test_a_guest_needs_an_end(home, project):
    home.write("visitor", plain_masque("Visitor", "guest", 74))
    project.run("don", "visitor").refused("ttl", "maximum_ttl")
    home.configure("guest: {maximum_ttl: PT30M}\n")
    active = project.don("visitor")["active"]
    assert (moment(active["expiresAt"]) - moment(active["donnedAt"])).total_seconds() == 1800
    assert "supervised" in project.run("id", "--block").succeeded().out


RATES = "rates: {hold: '1.50', per_session: '0.10', per_minute: '0.25', fee_basis_points: 250}\n"


def test_a_lifetime_ends_and_is_paid(home, project):
    home.configure(RATES)
    home.write("fly", plain_masque("Fly", index=75, verbs=["Fly:buzz"], rest="access:\n  ttl: PT1S\n"))
    begun = project.don("fly")
    assert begun["active"]["held"] == "1.50"
    assert home.open_holds() == [begun["active"]["session"]]
    time.sleep(max(0, moment(begun["active"]["expiresAt"]).timestamp() + 0.05 - time.time()))
    told = project.id()
    assert told["active"] is None
    ended = told["ended"]
    assert (ended["name"], ended["end"], ended["seconds"]) == ("Fly", "expired", 1)
    # A session, and the minute that it has begun; not those since.
    assert (ended["price"], ended["paid"], ended["held"]) == ("0.35", "0.35", "1.50")
    assert [(line["unit"], line["count"], line["amount"]) for line in ended["lines"]] == [
        ("session", 1, "0.10"),
        ("minute", 1, "0.25"),
    ]
    assert ended["doffedAt"] == begun["active"]["expiresAt"]
    assert home.money() == {begun["active"]["session"]: ["1.50", "0.35", False]}
    assert home.fees() == ["0.00875"]
    assert not project.settings_path.exists()
    assert project.id()["ended"] is None
    assert project.run("doff").status == 1


def test_a_hold_is_renewed(home, project):
    """A wearing that goes on for weeks: what is set aside for it does not fall back."""
    home.configure("rates: {hold: '1.50', per_session: '0.35'}\n")
    home.write("plain", plain_masque())
    begun = project.don("plain", **faked("-20 days"))["active"]
    if begun["donnedAt"] > datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT00"):
        pytest.skip("faketime has no effect on this program (it is linked statically)")
    for _ in range(2):
        assert project.id()["active"]["session"] == begun["session"]
        kinds = [kind for kind, _, _ in home.movements()]
        assert kinds == ["hold", "release", "hold"]
    assert project.run("ledger", "verify").succeeded().out.count("✗") == 0
    lines = project.run("ledger", "statement", "postpaid:ada", "--json").succeeded().json["lines"]
    assert [line["held"] for line in lines] == ["1.50", "0.00", "1.50"]
    assert lines[2]["explanation"] == "set aside anew: it goes on"
    assert project.doff()["ended"]["paid"] == "0.35"
    assert project.run("ledger", "verify").succeeded().out.count("✗") == 0


@pytest.mark.parametrize("command", ["doff", "don", "hook"])
def test_whatever_comes_next_settles_an_expired_one(home, project, command):
    home.configure(RATES)
    home.write("fly", plain_masque("Fly", index=75, rest="access:\n  ttl: PT1S\n"))
    session = project.don("fly")["active"]["session"]
    time.sleep(2.1)
    if command == "doff":
        ended = project.doff()["ended"]
    elif command == "don":
        ended = project.don("codesmith")["ended"]
    else:
        told = project.run("hook", "session-start", text='{"session_id": "s"}').succeeded()
        assert told.out == ""
        assert "Fly" in told.err
        ended = None
    if ended:
        assert (ended["session"], ended["end"], ended["price"]) == (session, "expired", "0.35")
    assert home.money()[session] == ["1.50", "0.35", False]


def test_a_second_masque_settles_the_first(home, project):
    home.configure(RATES.replace("1.50", "0.30"))
    first = project.don("codesmith")["active"]
    second = project.don("reviewer")
    ended = second["ended"]
    assert (ended["name"], ended["end"], ended["session"]) == ("Codesmith", "replaced", first["session"])
    # A wearing of less than a second costs no minute.
    assert ended["price"] in ("0.10", "0.35")
    # No more than was set aside.
    assert ended["paid"] == min(ended["price"], "0.30")
    money = home.money()
    assert money[first["session"]] == ["0.30", ended["paid"], False]
    assert money[second["active"]["session"]] == ["0.30", None, False]
    assert project.check()["active"]["name"] == "Reviewer"
    assert project.session()["previous"]["name"] == "Codesmith"


WIDER = plain_masque("Pinned", index=76, version="1.1.0", lens="Look thrice.", allowed=["mend *", "paint *"])
PINNED = plain_masque("Pinned", index=76)
NARROWER = plain_masque("Pinned", index=76, version="1.0.1", allowed=["mend the *"])


def test_a_pin_holds(home, project):
    path = home.write("pinned", PINNED)
    project.run("pin", "pinned").succeeded()
    lock = project.folder / ".masques.lock.yaml"
    pinned = lock.read_bytes()
    project.don("pinned")
    project.doff()

    path.write_text(WIDER)
    refused = project.run("don", "pinned").refused("pinned", ".masques.lock.yaml", "`version` was 1.0.0 and is 1.1.0", "`lens` changed")
    assert "it may now “paint" in refused.err
    assert "masque upgrade" in refused.err
    assert project.worn() is None
    project.run("upgrade", "--fail-on-widening", "pinned").refused("left at version 1.0.0", "it may now “paint")
    assert lock.read_bytes() == pinned

    path.write_text(NARROWER)
    project.run("upgrade", "--fail-on-widening", "pinned").succeeded()
    project.don("pinned")
    path.write_text(WIDER)
    project.run("don", "pinned").refused()
    upgraded = project.run("upgrade", "--json", "pinned").succeeded().json
    assert (upgraded["before"], upgraded["masque"]["version"], upgraded["changed"]) == ("1.0.1", "1.1.0", True)
    project.don("PINNED")
    # A comment is other bytes as well.
    path.write_text(WIDER + "# no change\n")
    project.run("don", "pinned").refused("only comments, order or layout changed")


def test_a_version_that_is_demanded(home, project):
    home.write("plain", plain_masque(version="1.2.3"))
    project.don("plain@1.2.3")
    project.run("don", "plain@1.2.4").refused("1.2.3", "1.2.4")
    project.run("don", "Plain@2.0.0").refused("1.2.3", "2.0.0")


def test_an_agents_hooks(home, project):
    def hook(name, session, source="startup", folder=None):
        text = json.dumps({"session_id": session, "source": source, "hook_event_name": name, "cwd": str(project.folder)})
        return project.run("hook", name, text=text, folder=folder).succeeded()

    assert hook("session-start", "a").out == ""
    assert project.don("codesmith")["active"]["agentSession"] == "a"
    block = project.run("id", "--block").succeeded().out
    assert project.session()["active"]["agent_session_id"] == "a"
    for source in ("compact", "resume"):
        since, told = hook("session-start", "a", source).out.split("\n", 1)
        assert told == block
        # An agent that has been told the same before, and something else since, must not take this for a repetition.
        assert project.id()["active"]["donnedAt"] in since
    # Another agent's end is nothing to this one's masque.
    other = hook("session-end", "b")
    assert other.out == ""
    assert project.worn() == "Codesmith"
    ended = hook("session-end", "a")
    assert ended.out.startswith("<masque-ended")
    assert project.worn() is None
    assert hook("session-end", "a").out == ""
    # Put on by hand after the agent has gone.
    project.don("codesmith")
    hook("session-end", "a")
    assert project.worn() == "Codesmith"
    # An agent that starts afterwards is bound to it.
    hook("session-start", "c", "resume")
    assert project.id()["active"]["agentSession"] == "c"
    project.check()


def test_agents_beside_each_other(project):
    """Each has a process, which it names to its hooks and to what it runs in a shell."""
    def agent(session, process):
        return {"CLAUDE_CODE_SESSION_ID": session, "CLAUDE_PID": str(process)}

    def hook(name, session, process):
        done = project.run("hook", name, text=json.dumps({"session_id": session, "source": "startup"}),
                           environment=agent(session, process))
        return done.succeeded().out

    def bound():
        active = project.id()["active"]
        return active and active["agentSession"]

    running, other = os.getpid(), os.getppid()
    gone = subprocess.Popen(["true"])
    gone.wait()
    hook("session-start", "a", running)
    # Without hooks as well, and whichever started last.
    project.don("codesmith", environment=agent("a", running))
    # One that this one has started is told who it is, and takes nothing along.
    assert "<masque-active" in hook("session-start", "b", other)
    assert bound() == "a"
    hook("session-end", "b", other)
    assert bound() == "a"
    # What it puts on itself is its own.
    hook("session-start", "c", other)
    project.don("archivist", environment=agent("c", other))
    assert bound() == "c"
    hook("session-end", "c", other)
    assert bound() is None
    project.don("codesmith")
    assert bound() == "a"
    # `/clear`: the same process, another session.
    hook("session-start", "a2", running)
    assert bound() == "a2"
    hook("session-end", "a2", running)
    assert project.worn() is None
    # Whoever has gone without a word holds nothing.
    hook("session-start", "d", gone.pid)
    project.don("codesmith", environment=agent("d", gone.pid))
    hook("session-start", "e", running)
    assert bound() == "e"
    project.doff()
    assert project.don("codesmith")["active"]["agentSession"] == "e"
    project.check()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"session_id": 1}', '{"session_id": ""}', '{"session_id": "' + "x" * 2000 + '"}', "\0"])
def test_a_hook_that_says_nothing_to_go_by(project, text):
    project.run("hook", "session-start", text=text).refused()


def test_the_project_that_an_agent_names(home, project, tmp_path):
    other = Project(home, tmp_path / "other project")
    variable = {"CLAUDE_PROJECT_DIR": str(other.folder)}
    project.don("codesmith", environment=variable)
    assert not project.claude.exists()
    assert other.worn() == "Codesmith"
    assert project.worn() is None
    assert project.worn(environment=variable) == "Codesmith"
    assert other.run("doff").succeeded()

    # An agent that was started in a folder of a repository names that one, and runs its shell without naming any.
    folder = other.folder / "packages" / "one"
    folder.mkdir(parents=True)
    (tmp_path / "link").symlink_to(folder)
    other.don("codesmith", folder=folder)
    for named in (folder, tmp_path / "link"):
        assert project.worn(environment={"CLAUDE_PROJECT_DIR": str(named)}) == "Codesmith"
    other.doff()

    missing = tmp_path / "missing" / "project"
    project.run("don", "codesmith", environment={"CLAUDE_PROJECT_DIR": str(missing)}).refused("CLAUDE_PROJECT_DIR", missing)
    assert not missing.parent.exists()


def test_a_folder_without_a_repository(home, tmp_path):
    folder = tmp_path / "plain"
    project = Project(home, folder)
    (folder / ".git").rmdir()
    (folder / "sub").mkdir()
    project.don("codesmith")
    assert project.worn(folder=folder / "sub") == "Codesmith"
    link = tmp_path / "link"
    os.symlink(folder, link)
    assert project.worn(folder=link) == "Codesmith"
    project.doff(folder=link / "sub")
    assert project.worn() is None

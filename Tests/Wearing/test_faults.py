"""What goes wrong around a wearing is said plainly, and nothing is lost."""

import json
import os
import pathlib
import shutil
import stat
import subprocess

import pytest

from conftest import Project, faked, plain_masque

CONFIGURATION = "rates: {hold: '1.00', per_session: '0.10'}\n"
NOBODY = 65534


def tree(*folders):
    """Every file and folder with its bytes."""
    result = {}
    for folder in folders:
        for path in [folder, *folder.rglob("*")]:
            result[path] = path.read_bytes() if path.is_file() and not path.is_symlink() else None
    return result


@pytest.fixture
def small_disk(tmp_path):
    """Mounts a small file system at a folder; it is gone afterwards."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    mounted = []

    def mount(folder, size="1m"):
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", folder], capture_output=True, text=True
        )
        if done.returncode != 0:
            pytest.skip(f"a small file system can't be mounted here: {done.stderr.strip()}")
        mounted.append(folder)

    yield mount
    for folder in reversed(mounted):
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    """Takes all that is left."""
    with open(folder / "filler", "wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                pass


@pytest.mark.parametrize("place", ["home", "project"])
def test_a_full_disk(home, project, small_disk, place):
    small_disk(home.masques if place == "home" else project.claude)
    full = home.masques if place == "home" else project.claude
    home.configure(CONFIGURATION)
    home.write("one", plain_masque("One", index=71, verbs=["One:a"]))
    home.write("two", plain_masque("Two", index=72, verbs=["Two:b"]))
    if place == "home":
        project.settings(b"{}\n")
    # Nothing is worn, and nothing can be.
    fill(full)
    project.run("don", "one").refused("No space left on device", full.name)
    assert project.worn() is None
    (full / "filler").unlink()
    assert project.worn() is None
    assert home.open_holds() == []
    assert place == "project" or project.settings_path.read_bytes() == b"{}\n"

    # Something is worn.
    session = project.don("one")["active"]["session"]
    fill(full)
    project.run("don", "two").refused("No space left on device")
    ended = project.run("doff")
    # What goes makes room, perhaps enough for the rest.
    assert place == "project" or "No space left on device" in ended.err
    told = project.run("id")
    assert told.status in (0, 2)
    (full / "filler").unlink()
    # Once there is room again: still worn, if it could not come off; else paid.
    active = project.check()["active"]
    if ended.status == 2:
        assert active["session"] == session
        project.doff()
    else:
        assert active is None
    project.check()
    assert home.open_holds() == []
    assert home.money()[session] == ["1.00", "0.10", False]
    assert project.settings_path.read_bytes() == b"{}\n" if place == "home" else not project.settings_path.exists()
    for path in home.masques.glob("*.jsonl"):
        for line in path.read_text().splitlines():
            json.loads(line)


def test_a_disk_that_fills_up_at_any_moment(home, project, small_disk):
    """Whatever is left of the disk when it fills up, the outcome is the old or the new."""
    home.folder.joinpath("disk").mkdir()
    small_disk(home.masques)
    home.configure(CONFIGURATION)
    home.write("one", plain_masque("One", index=71, verbs=["One:a"], lens="Look twice.\n" * 300))
    project.don("one")
    for left in [*range(0, 40_960, 4096)] * 2:
        before = project.worn()
        fill(home.masques)
        with open(home.masques / "filler", "r+b") as file:
            file.truncate(max(os.path.getsize(file.name) - left, 0))
        done = project.run("don", "one") if before is None else project.run("doff")
        assert done.status in (0, 2), done
        if done.status == 2:
            done.refused("No space left on device")
        (home.masques / "filler").unlink()
        active = project.check()["active"]
        if done.status == 2:
            assert (active and active["name"]) == before
        else:
            assert (active is None) != (before is None)
        assert home.open_holds() == ([active["session"]] if active else [])
    project.run("doff")
    assert home.open_holds() == []


def as_nobody(project, *paths):
    """Runs as a user who may do nothing special, who owns these; root may write everywhere."""
    if os.geteuid() != 0:
        return {}
    for path in (project.home.folder, project.folder, *paths):
        for found in [path, *path.rglob("*")]:
            os.lchown(found, NOBODY, NOBODY)
    # Pytest's folders are nobody else's.
    for parent in project.folder.parents:
        if stat.S_IMODE(parent.stat().st_mode) & 0o005 != 0o005 and str(parent).startswith("/tmp/"):
            parent.chmod(0o755)
    probe = subprocess.run([project.home.masque, "--version"], user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True)
    if probe.returncode != 0:
        pytest.skip("another user can't run the program where it is")
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def test_a_home_that_is_write_protected(home, project):
    home.configure(CONFIGURATION)
    home.write("one", plain_masque("One", index=71, verbs=["One:a"]))
    user = as_nobody(project)
    project.don("one", **user)
    folders = [home.masques, home.masques / "state", project.state_folder()]
    before = tree(home.masques, project.folder)
    for folder in folders:
        folder.chmod(0o500)
    try:
        project.run("don", "one", **user).refused(home.masques, "Permission denied")
        project.run("doff", **user).refused(home.masques, "Permission denied")
        # Whoever only looks needs not write.
        assert project.worn(**user) == "One"
        assert project.run("id", "--block", **user).succeeded().out.startswith("<masque-active")
    finally:
        for folder in folders:
            folder.chmod(0o700)
    assert tree(home.masques, project.folder) == before
    project.doff(**user)
    project.check()
    assert home.open_holds() == []


def test_a_home_that_cannot_be_made(home, project):
    user = as_nobody(project)
    home.folder.chmod(0o500)
    try:
        project.run("don", "codesmith", **user).refused(home.masques, "Permission denied")
        assert project.worn(**user) is None
        assert project.run("doff", **user).status in (1, 2)
    finally:
        home.folder.chmod(0o700)
    assert not project.claude.exists()


def test_no_home_at_all(home, project):
    nowhere = {"HOME": "", "MASQUES_HOME": ""}
    for command in (["don", "codesmith"], ["doff"], ["id"]):
        project.run(*command, environment=nowhere).refused("MASQUES_HOME")
    assert not project.claude.exists()


def test_claude_is_write_protected(home, project):
    home.configure(CONFIGURATION)
    home.write("one", plain_masque("One", index=71, verbs=["One:a"]))
    home.write("mute", plain_masque("Mute", index=73))
    project.settings(b"{}\n")
    user = as_nobody(project)
    project.claude.chmod(0o500)
    try:
        for masque in ("one", "mute"):
            project.run("don", masque, **user).refused(".claude", "Permission denied")
            assert project.worn(**user) is None
            assert home.open_holds() == []
        assert list(project.claude.iterdir()) == [project.settings_path]
        project.claude.chmod(0o700)
        project.don("one", **user)
        project.claude.chmod(0o500)
        ended = project.run("doff", **user).succeeded()
        assert "Permission denied" in ended.err and "settings.local.json" in ended.err
        assert home.open_holds() == []
        assert project.worn(**user) is None
    finally:
        project.claude.chmod(0o700)
    # What could not be done then is done now.
    assert project.check()["previous"]["name"] == "One"
    assert project.settings_path.read_bytes() == b"{}\n"


def test_claude_is_a_file(home, project):
    home.configure(CONFIGURATION)
    home.write("mute", plain_masque("Mute", index=73))
    project.claude.write_text("mine")
    for masque in ("codesmith", "mute"):
        project.run("don", masque).refused(".claude")
    assert project.claude.read_text() == "mine"
    told = project.run("id").succeeded()
    assert told.err == ""
    assert home.open_holds() == []
    project.claude.unlink()
    project.don("mute")
    project.check()


def test_claude_is_a_link(home, project, tmp_path):
    """Some people keep their settings elsewhere."""
    elsewhere = tmp_path / "dotfiles"
    elsewhere.mkdir()
    (elsewhere / "local.json").write_text("{}\n")
    project.claude.mkdir()
    project.settings_path.symlink_to(elsewhere / "local.json")
    project.don("codesmith")
    assert project.settings_path.is_symlink()
    assert "spinnerVerbs" in (elsewhere / "local.json").read_text()
    project.doff()
    assert project.settings_path.is_symlink()
    assert (elsewhere / "local.json").read_text() == "{}\n"


DAMAGES = {
    "no bytes": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "NULs": lambda data: b"\0" * len(data),
    "noise": lambda data: bytes(range(256)) * 8,
    "another shape": lambda data: b"[]",
    "deep": lambda data: b"[" * 100_000,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_state(home, project, damage):
    home.configure(CONFIGURATION)
    project.don("codesmith")
    path = project.state_folder() / "wearing.json"
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    project.run("doff").refused(path, "is damaged", "is kept as wearing.json.damaged-")
    (kept,) = path.parent.glob("wearing.json.damaged-*")
    assert kept.read_bytes() == damaged
    # From then on, all is well.
    assert project.check()["active"] is None
    project.don("reviewer")
    assert project.check()["active"]["name"] == "Reviewer"
    assert kept.read_bytes() == damaged


def test_a_damaged_state_is_no_readers_affair(home, project):
    """Somebody who only looks may look while it is being mended: who has the lock sets it aside."""
    project.don("codesmith")
    path = project.state_folder() / "wearing.json"
    good = path.read_bytes()
    path.write_bytes(b"{")
    project.run("list").succeeded()
    assert path.read_bytes() == b"{"
    path.write_bytes(good)
    assert project.worn() == "Codesmith"


def test_a_state_of_the_future(project):
    project.don("codesmith")
    path = project.state_folder() / "wearing.json"
    newer = path.read_text().replace('"version": 1,', '"version": 2,', 1)
    path.write_text(newer)
    for command in (["id"], ["doff"], ["don", "reviewer"]):
        project.run(*command).refused("newer version of masque", "upgrade")
    assert path.read_text() == newer


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_session_file(project, damage):
    project.don("codesmith")
    damaged = damage(project.session_path.read_bytes())
    project.session_path.write_bytes(damaged)
    assert project.worn() == "Codesmith"
    project.doff()
    assert project.check()["previous"]["name"] == "Codesmith"
    kept = list(project.claude.glob("masque.session.yaml.damaged-*"))
    # What still reads as a session, or says nothing, is nobody's loss.
    assert [path.read_bytes() for path in kept] in ([damaged], [])
    assert kept or damaged in (b"",) or b"active" in damaged


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_lock_of_pins(home, project, damage):
    home.write("pinned", plain_masque("Pinned", index=76))
    project.run("pin", "pinned").succeeded()
    lock = project.folder / ".masques.lock.yaml"
    damaged = damage(lock.read_bytes())
    lock.write_bytes(damaged)
    refused = project.run("don", "pinned").refused(".masques.lock.yaml")
    assert "mend it" in refused.err or "remove it" in refused.err or "read" in refused.err
    assert lock.read_bytes() == damaged
    assert project.worn() is None
    project.run("pin", "pinned").refused(".masques.lock.yaml")
    assert lock.read_bytes() == damaged


def test_a_torn_ledger(home, project):
    """A line that was cut short by a loss of power was never answered for; those after it count."""
    home.configure(CONFIGURATION)
    project.don("codesmith")
    ledger = home.masques / "ledger.jsonl"
    if not ledger.exists():
        pytest.skip("this ledger is no journal")
    with open(ledger, "ab") as file:
        file.write(b'{"hold": {"sess')
    project.doff()
    lines = ledger.read_text().splitlines()
    assert '"payment"' in lines[-1]
    json.loads(lines[-1])


@pytest.mark.parametrize("kind", ["a folder", "a link to nothing", "a FIFO"])
@pytest.mark.parametrize("which", ["session", "settings", "state", "lock", "ledger"])
def test_something_else_where_a_file_should_be(home, project, tmp_path, kind, which):
    home.configure(CONFIGURATION)
    project.don("codesmith")
    project.doff()
    path = {
        "session": project.session_path,
        "settings": project.settings_path,
        "state": project.state_folder() / "wearing.json",
        "lock": project.state_folder() / "lock",
        "ledger": next(path for path in home.masques.glob("ledger.*") if path.suffix in (".db", ".jsonl")),
    }[which]
    for found in path.parent.glob(path.name + "*"):
        found.unlink()
    outside = tmp_path / "outside"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a FIFO":
        os.mkfifo(path)
    else:
        path.symlink_to(outside)
    done = project.run("don", "codesmith", timeout=30)
    if done.status != 0:
        done.refused(path.name)
        assert project.run("id", timeout=30).status in (0, 2)
    else:
        # A FIFO can be locked as well as a file.
        assert kind == "a link to nothing" or (which, kind) in (("session", "a folder"), ("session", "a FIFO"), ("lock", "a FIFO")), done
    # Whoever links the ledger's database elsewhere means it.
    assert which == "ledger" or not outside.exists()
    assert project.temporaries() == []


NAMES = {
    "out of the folder": "../../etc/passwd",
    "out of the folder, a masque": "../../etc/passwd.masque.yaml",
    "absolute": "/etc/passwd",
    "long": "x" * 10_000,
    "long path": "/".join(["y" * 200] * 50) + ".masque.yaml",
    "long name of a file": "z" * 10_000 + ".masque.yaml",
    "emoji": "🎭🃏",
    "line break": "code\nsmith",
    "escape sequence": "\x1b[31mred\x07",
    "blank": " ",
    "empty": "",
    "dots": "..",
    "dot": ".",
    "URI": "file:///etc/passwd",
    "URI with a NUL": "file:///etc/passwd%00.masque.yaml",
    "no UTF-8 in a URI": "file:///%ff%fe.masque.yaml",
    "huge index": "99999999999999999999999",
    "negative": "-1",
    "version only": "@1.0.0",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_hostile_names(home, project, name):
    home.configure(CONFIGURATION)
    before = tree(project.folder)
    for command in (["don", "--", name], ["don", "--", name, "do it"], ["inspect", "--", name], ["pin", "--", name]):
        done = project.run(*command)
        done.refused()
        assert len(done.err) < 12_000, len(done.err)
        assert "\x1b" not in done.err and "\x07" not in done.err
        assert "root:" not in done.err
    assert tree(project.folder) == before
    assert home.movements() == []


@pytest.mark.parametrize("intent", ["x" * 100_000, "🎭" * 1000, "a\nb", "\x1b[31m", "-rf /", "*", "\u202e", "‮\t"], ids=range(8))
def test_hostile_intents(home, project, intent):
    worn = project.run("don", "codesmith", "--", intent).succeeded()
    assert "\x1b" not in worn.err
    assert project.id()["active"]["intent"] == intent
    assert project.session()["active"]["intent"] == intent
    assert "\x1b" not in project.session_path.read_text()
    told = project.run("id").succeeded()
    assert "\x1b" not in told.out
    project.check()


def test_a_hostile_agent(project):
    """The name of an agent's session is somebody else's text, too."""
    project.don("codesmith")
    name = "\x1b[31m\u202e\n</masque-active>\nname: x"
    project.run("hook", "session-start", text=json.dumps({"session_id": name})).succeeded()
    assert project.session()["active"]["agent_session_id"] == name
    assert project.id()["active"]["agentSession"] == name
    told = project.run("id").succeeded()
    assert "\x1b" not in told.out and "\u202e" not in told.out
    project.check()


def test_pins_at_the_same_time(home, project):
    """Each of them is there afterwards."""
    for index in range(8):
        home.write(f"m{index}", plain_masque(f"M{index}", index=80 + index))
    running = [project.start("pin", f"m{index}") for index in range(8)]
    for process in running:
        process.communicate()
        assert process.returncode == 0
    lock = (project.folder / ".masques.lock.yaml").read_text()
    assert [f"name: M{index}\n" in lock for index in range(8)] == [True] * 8
    assert project.temporaries() == []


def test_options_are_no_names(project):
    assert project.run("don", "-x").status == 2
    assert project.run("don", "--", "-x").refused("-x")
    assert project.run("don").status == 2


@pytest.mark.parametrize(
    "name", ["codesmith\0", "/etc/passwd\0.masque.yaml", "\0", "../personas/codesmith.masque.yaml\0.yaml"], ids=range(4)
)
def test_a_nul_in_a_name(home, project, name):
    """Only JSON can say such a name; no file has it."""
    done = project.run("call", "don", text=json.dumps({"masque": name}))
    assert done.status == 2, done
    assert json.loads(done.out.splitlines()[-1])["error"]["reason"] in ("not-found", "invalid-arguments", "file"), done
    assert "root:" not in done.out + done.err
    assert project.worn() is None


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o027, 0o077, 0o177], ids="{:03o}".format)
def test_permissions(home, project, mask):
    """What is private is private, whatever mask the process has; what is the agent's follows the mask."""
    home.masques.parent.mkdir(exist_ok=True)
    project.claude.mkdir(mode=0o755)
    project.claude.chmod(0o755)
    options = {"umask": mask}
    project.don("codesmith", **options)
    project.run("hook", "session-start", text='{"session_id": "s"}', **options).succeeded()

    def mode(path):
        return stat.S_IMODE(path.stat().st_mode)

    def check():
        assert mode(home.masques) == 0o700
        for path in home.masques.rglob("*"):
            assert mode(path) == (0o700 if path.is_dir() else 0o600), path
        assert mode(project.session_path) == 0o600
        assert mode(project.claude) == 0o755

    check()
    assert mode(project.settings_path) == 0o666 & ~mask
    project.don("reviewer", **options)
    check()
    project.doff(**options)
    check()
    # The mode of settings that were there is their owner's affair.
    project.settings(b"{}\n")
    project.settings_path.chmod(0o640)
    project.don("codesmith", **options)
    assert mode(project.settings_path) == 0o640
    project.doff(**options)
    assert mode(project.settings_path) == 0o640


def test_private_files_that_were_copied(home, project):
    """A backup that was put back may have left them open to all."""
    project.don("codesmith")
    for path in [*home.masques.rglob("*.json*"), project.session_path]:
        path.chmod(0o644)
    project.don("reviewer")
    for path in [*home.masques.rglob("*.json*"), project.session_path]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_clock_that_goes_back(home, project):
    home.configure("rates: {hold: '9.00', per_session: '0.10', per_minute: '1.00'}\n")
    home.write("fly", plain_masque("Fly", index=75, verbs=["Fly:buzz"], rest="access:\n  ttl: PT1H\n"))
    begun = project.don("fly", **faked("2030-01-01 12:00:00"))
    if not begun["active"]["donnedAt"].startswith("2030"):
        pytest.skip("faketime has no effect on this program (it is linked statically)")
    # Years before it was put on.
    told = project.id(**faked("2020-01-01 12:00:00"))
    assert told["active"]["name"] == "Fly"
    ended = project.doff(**faked("2020-01-01 12:00:00"))["ended"]
    assert (ended["seconds"], ended["price"]) == (0, "0.10")
    assert ended["doffedAt"] == ended["donnedAt"]
    # And the next one is worn by the clock as it is.
    again = project.don("fly", **faked("2020-01-01 12:00:00"))["active"]
    assert again["donnedAt"].startswith("2020-01-01")
    told = project.id(**faked("2020-01-01 14:00:00"))
    assert (told["ended"]["seconds"], told["ended"]["end"], told["ended"]["price"]) == (3600, "expired", "60.10")
    assert told["ended"]["paid"] == "9.00"
    project.check()
    assert home.open_holds() == []


def test_a_project_that_is_gone(home, project, tmp_path):
    """What was worn in a folder that somebody has removed comes off still, and the folder stays away."""
    home.configure(CONFIGURATION)
    project.don("codesmith")
    shutil.rmtree(project.folder)
    named = {"CLAUDE_PROJECT_DIR": str(project.folder)}
    ended = project.run("doff", folder=tmp_path, environment=named).succeeded()
    assert "Doffed Codesmith" in ended.err
    assert not project.folder.exists()
    assert home.open_holds() == []

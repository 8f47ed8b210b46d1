"""Input that nobody would write by hand: each a finding or a clear error, soon and in little memory, and the other
files are still checked."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import pytest

MEBIBYTE = 1 << 20
BOUND = {"seconds": 1, "bytes": 200 * MEBIBYTE}


def alias_bomb():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    return "\n".join([*lines, "name: *a39"]) + "\n"


def long_words():
    """Wherever a message could quote something, there is a lot to quote."""
    word = "x" * 20_000
    keys = [f"{word}: 1", f"{word}: 1", f"ring: {word}", f"version: {word}", f"index: {word}", f"name: !{word} {word}"]
    keys += [f"skills: [{{uri: {word}, level: {word}}}]", f"knowledge: [{word}]", f"intent: {{{word}: [{word}]}}"]
    return "\n".join([*keys, f"# masque-lint: {word} {word}", f"lens: “{word}”", f"context: - {word}: {word}"]) + "\n"


# name → (bytes or a function that makes the file, a code that is found, or a part of the error)
CASES = {
    "alias-bomb": (alias_bomb().encode(), "yaml-alias-budget", None),
    "deep-flow": (b"a: " + b"[" * 10_000 + b"]" * 10_000, "yaml-syntax", None),
    "deep-block": ("".join(" " * n + "a:\n" for n in range(3_000)).encode(), "yaml-syntax", None),
    "deep-sequence": (b"- " * 10_000 + b"x\n", "yaml-syntax", None),
    "many-keys": ("".join(f"k{n}: {n}\n" for n in range(25_000)).encode(), "unknown-key", None),
    "many-findings": (b"a: 1\n" * 20_000, "yaml-duplicate-key", None),
    "long-line": (lambda path: make_scalar(path, 8), "yaml-syntax", None),
    "scalar-of-50-mb": (lambda path: make_scalar(path, 50), None, "files beyond"),
    "long-words": (long_words().encode(), "schema-enum", None),
    "nul": (b"name: a\0b\n", "yaml-encoding", None),
    "only-nul": (b"\0" * 100_000, "yaml-encoding", None),
    "invalid-utf-8": (b"name: \xff\xfe\xc3\x28\n", "yaml-encoding", None),
    "utf-16": ("name: x\n".encode("utf-16"), "yaml-encoding", None),
    "pattern": (b"intent:\n  allowed: ['" + b"(a*)*" * 5_000 + b"b']\n", "schema-required", None),
    "fifo": (os.mkfifo, None, "is a FIFO"),
    "dangling": (lambda path: os.symlink("nowhere", path), None, "leads nowhere"),
    "loop": (lambda path: os.symlink(path, path), None, "Too many levels"),
    "device": (lambda path: os.symlink("/dev/zero", path), None, "is a device"),
    "gigabyte": (lambda path: make_sparse(path, 1 << 30), None, "files beyond"),
}


def make_scalar(path, mebibytes):
    """A text without an end; piece by piece, since a child is charged with the memory that its parent had."""
    with open(path, "wb") as file:
        file.write(b'lens: "')
        for _ in range(mebibytes):
            file.write(b"x" * MEBIBYTE)


def make_sparse(path, size):
    with open(path, "wb") as file:
        file.truncate(size)


def high_water(pid):
    """The most memory that a program has had, in bytes; 0 for one that is over."""
    try:
        with open(f"/proc/{pid}/status") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")), 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def measured(command, cwd):
    """(status, stdout, stderr, seconds of processor time, bytes of memory)."""
    with open(cwd / "stdout", "w+b") as out, open(cwd / "stderr", "w+b") as err:
        process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        deadline = time.monotonic() + 120
        memory = 0
        while True:
            # Not `ru_maxrss`: that counts what this very process had when it was copied.
            memory = max(memory, high_water(process.pid))
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            assert time.monotonic() < deadline, "it hangs"
            time.sleep(0.002)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        seconds = usage.ru_utime + usage.ru_stime
        return process.returncode, out.read(), err.read().decode(), seconds, memory


@pytest.mark.parametrize("name", CASES)
def test_hostile_input(lint, tmp_path, name):
    content, code, error = CASES[name]
    folder = tmp_path / "personas"
    folder.mkdir()
    path = folder / "hostile.masque.yaml"
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)
    (folder / "other.masque.yaml").write_text("name: x\nname: y\n", encoding="utf-8")
    status, output, errors, seconds, memory = measured([lint, "--json", "personas"], tmp_path)
    found = json.loads(output)
    codes = {finding["code"] for finding in found["findings"] if finding["file"].endswith("hostile.masque.yaml")}
    if code:
        assert status == 1 and code in codes, (codes, errors[:500])
    else:
        assert status == 2 and error in errors and not codes, errors[:500]
    # Nobody reads a message of more than some lines.
    assert all(len(finding["message"]) < 1_000 for finding in found["findings"])
    others = [finding for finding in found["findings"] if finding["file"].endswith("other.masque.yaml")]
    assert "yaml-duplicate-key" in {finding["code"] for finding in others}
    # Processor time, since others may use the machine. A build without optimisation is slower by a factor.
    factor = 1 if "release" in os.path.realpath(lint) or "MASQUE_LINT" in os.environ else 8
    assert seconds <= BOUND["seconds"] * factor, f"{seconds:.2f} s"
    assert memory <= BOUND["bytes"], f"{memory / MEBIBYTE:.0f} MiB"


def test_an_unreadable_file(lint):
    """Root may read everything, so it is somebody else who tries."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "x.masque.yaml"
        path.write_text("name: x\n", encoding="utf-8")
        path.chmod(0)
        program = pathlib.Path(folder) / "masque-lint"
        shutil.copy(lint, program)
        pathlib.Path(folder).chmod(0o755)
        user = 65534 if os.geteuid() == 0 else None
        done = subprocess.run([program, path], capture_output=True, text=True, user=user)
        assert done.returncode == 2 and "Permission denied" in done.stderr


def test_memory_does_not_grow_with_the_number_of_files(lint, tmp_path):
    """Beyond a summary of each, that is."""
    text = "name: Tester {0}\nindex: {0}\n" + "lens: |\n" + "  think\n" * 4_000
    peaks = []
    for count in (200, 2_000):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"tester-{number}.masque.yaml").write_text(text.format(number + 1), encoding="utf-8")
        peaks.append(measured([lint, "--select", "duplicate,yaml", folder], tmp_path)[4])
    # 1,800 more files of 32 KB: 56 MiB of text.
    assert peaks[1] - peaks[0] < 8 * MEBIBYTE, peaks

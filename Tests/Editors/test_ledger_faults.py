"""What becomes of a ledger whose processes are killed, whose disk is full, or fails.

MASQUES_KILLS says how many processes are killed; 100 if it is not set.
"""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import pytest

KILLS = int(os.environ.get("MASQUES_KILLS", "100"))


class Worker:
    """A process under load, and what it has acknowledged."""

    def __init__(self, driver, home, seed):
        self.lines = []
        self.process = subprocess.Popen([driver, "load", home, str(seed)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            # A line that was cut short was not acknowledged.
            if line.endswith(b"\n"):
                self.lines.append(line)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        error = self.process.stderr.read()
        self.process.stderr.close()
        assert self.process.returncode == -signal.SIGKILL, error.decode()
        return self.lines


def check(driver, home, lines):
    found = subprocess.run([driver, "check", home], input=b"".join(lines), capture_output=True)
    assert found.returncode == 0, found.stderr.decode()
    return int(found.stdout.split()[1])


@pytest.fixture
def home():
    folder = tempfile.mkdtemp(prefix="ledger-faults-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_killed_at_random_moments(driver, home):
    """Every acknowledged movement is there, none is doubled, and the file is whole."""
    chance = random.Random(20261121)
    workers = []
    acknowledged = []
    seed = killed = checked = 0
    while killed < KILLS:
        while len(workers) < 3:
            seed += 1
            workers.append(Worker(driver, home, seed))
        time.sleep(chance.uniform(0.001, 0.05))
        acknowledged += workers.pop(chance.randrange(3)).kill()
        killed += 1
        if killed % 50 == 0 or killed == KILLS:
            # All of them, so that nothing moves while it is looked at.
            for worker in workers:
                acknowledged += worker.kill()
            killed += len(workers)
            workers = []
            checked = check(driver, home, acknowledged)
            assert checked == len(acknowledged)
    print(f"{killed} processes killed, {checked} acknowledged movements")
    # Enough of them that the kills met something.
    assert checked > killed


def mounted(size):
    """A file system of so many bytes, or a reason to skip."""
    folder = tempfile.mkdtemp(prefix="ledger-full-")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, text=True
    )
    if done.returncode != 0:
        os.rmdir(folder)
        pytest.skip(f"no file system can be mounted: {done.stderr.strip()}")
    return folder


@pytest.mark.parametrize("size", ["64k", "256k", "1m"])
def test_full_disk(driver, size):
    """A clear error, and what was acknowledged is there when there is room again."""
    folder = mounted(size)
    try:
        home = folder + "/home"
        done = subprocess.run([driver, "load", home, "1"], capture_output=True, timeout=120)
        assert done.returncode == 1
        error = done.stderr.decode()
        assert "full" in error or "No space left" in error, error
        lines = [line for line in done.stdout.splitlines(keepends=True) if line.endswith(b"\n")]
        subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)
        if lines:
            assert check(driver, home, lines) == len(lines)
        else:
            assert subprocess.run([driver, "pairs", folder + "/other.db", "3"]).returncode == 0
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        os.rmdir(folder)


SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>
static int count;
static int fails(const char *name) {
  const char *after = getenv(name);
  return after && ++count > atoi(after);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
  if (fails("FAIL_WRITES")) { errno = EIO; return -1; }
  if (fails("SHORT_WRITES")) return real(fd, data, size / 2, at);
  return real(fd, data, size, at);
}
int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
  if (fails("FAIL_SYNCS")) { errno = EIO; return -1; }
  return real(fd);
}
int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fsync");
  if (fails("FAIL_SYNCS")) { errno = EIO; return -1; }
  return real(fd);
}
"""


@pytest.fixture(scope="session")
def shim():
    """A library that makes the disk fail after so many calls."""
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    with tempfile.TemporaryDirectory(prefix="ledger-shim-") as folder:
        source = pathlib.Path(folder, "shim.c")
        source.write_text(SHIM)
        library = pathlib.Path(folder, "shim.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        yield str(library)


@pytest.mark.parametrize("fault", ["FAIL_WRITES", "FAIL_SYNCS"])
@pytest.mark.parametrize("after", [0, 1, 3, 10, 20, 37, 60, 100, 250])
def test_failing_disk(driver, home, shim, fault, after):
    """A disk that fails gives a clear error, and what was acknowledged before is there."""
    environment = dict(os.environ, LD_PRELOAD=shim, **{fault: str(after)})
    done = subprocess.run([driver, "load", home, "1"], capture_output=True, timeout=120, env=environment)
    assert done.returncode == 1, done.stderr.decode()
    error = done.stderr.decode()
    assert "ledger" in error and "disk" in error, error
    lines = [line for line in done.stdout.splitlines(keepends=True) if line.endswith(b"\n")]
    assert check(driver, home, lines) == len(lines)


def test_read_only(driver, home):
    """A ledger that can't be written says so."""
    if os.geteuid() == 0:
        pytest.skip("nothing is read-only for root")
    os.chmod(home, 0o500)
    done = subprocess.run([driver, "load", home, "1"], capture_output=True, timeout=60)
    assert done.returncode == 1 and b"opened" in done.stderr

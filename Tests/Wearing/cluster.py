"""A TigerBeetle cluster for tests, which can be away, silent, or lose its connections.

`MASQUES_TEST_TIGERBEETLE_PROGRAM` names the server's program: then each cluster is a process and a file of its own. Without it,
`MASQUES_TEST_TIGERBEETLE` names the addresses of a server that is given; whatever happens to it happens to a proxy in front of it.
`MASQUES_TEST_TIGERBEETLE_CLIENT` names the client library.
"""

import os
import selectors
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

PROGRAM = os.environ.get("MASQUES_TEST_TIGERBEETLE_PROGRAM")
ADDRESSES = os.environ.get("MASQUES_TEST_TIGERBEETLE")
CLIENT = os.environ.get("MASQUES_TEST_TIGERBEETLE_CLIENT")


def needed(is_fresh=False):
    """Skips what needs a cluster where there is none."""
    if not CLIENT:
        pytest.skip("MASQUES_TEST_TIGERBEETLE_CLIENT is not set")
    if not PROGRAM and is_fresh:
        pytest.skip("MASQUES_TEST_TIGERBEETLE_PROGRAM is not set, and it takes a cluster that nobody has used")
    if not PROGRAM and not ADDRESSES:
        pytest.skip("neither MASQUES_TEST_TIGERBEETLE nor MASQUES_TEST_TIGERBEETLE_PROGRAM is set")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """A cluster of one replica."""

    is_fresh = True

    def __init__(self, folder):
        self.file = folder / "0_0.tigerbeetle"
        self.port = free_port()
        self.process = None
        done = subprocess.run(
            [PROGRAM, "format", "--cluster=0", "--replica=0", "--replica-count=1", "--development", self.file],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        self.start()

    @property
    def addresses(self):
        return [f"127.0.0.1:{self.port}"]

    def start(self):
        """Starts it, or lets it go on; returns when it takes connections."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            return
        self.process = subprocess.Popen(
            [PROGRAM, "start", "--development", f"--addresses=127.0.0.1:{self.port}", self.file],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self.process.poll() is None, "the server has ended"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("the server takes no connections")

    def silence(self):
        """It takes what is sent, and says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def kill(self):
        """It is gone, as after a loss of power."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def close(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.kill()
        self.file.unlink()


class Proxy:
    """Stands before a server's address and passes on what comes, `delay` seconds later each way, or not at all."""

    is_fresh = False

    def __init__(self, address, delay=0.0):
        host, _, port = address.rpartition(":")
        self.target = (host, int(port))
        self.port = free_port()
        self.delay = delay
        self.is_silent = False
        # A byte wakes the loop up.
        self.inner, self.outer = socket.socketpair()
        self.thread = None
        self.wanted = []
        self.start()

    @property
    def addresses(self):
        return [f"127.0.0.1:{self.port}"]

    def start(self):
        self.is_silent = False
        if self.thread is None:
            self.listener = socket.create_server(("127.0.0.1", self.port))
            self.is_over = False
            self.thread = threading.Thread(target=self.run, daemon=True)
            self.thread.start()
        self.outer.send(b"!")

    def silence(self):
        self.is_silent = True
        self.outer.send(b"!")

    def kill(self):
        self.is_over = True
        self.outer.send(b"!")
        self.thread.join()
        self.thread = None

    def close(self):
        if self.thread is not None:
            self.kill()
        self.inner.close()
        self.outer.close()

    def run(self):
        peers = {}
        # What is on its way: when it is due, to whom, the bytes.
        queue = []
        with selectors.DefaultSelector() as selector:
            selector.register(self.listener, selectors.EVENT_READ)
            selector.register(self.inner, selectors.EVENT_READ)

            def drop(end):
                for each in (end, peers.pop(end, None)):
                    if each is not None:
                        peers.pop(each, None)
                        selector.unregister(each)
                        each.close()

            while not self.is_over:
                now = time.monotonic()
                wait = None if not queue or self.is_silent else max(queue[0][0] - now, 0)
                for key, _ in selector.select(wait):
                    if key.fileobj is self.inner:
                        self.inner.recv(4096)
                    elif key.fileobj is self.listener:
                        end, _ = self.listener.accept()
                        try:
                            other = socket.create_connection(self.target, 1)
                        except OSError:
                            end.close()
                            continue
                        peers[end], peers[other] = other, end
                        selector.register(end, selectors.EVENT_READ)
                        selector.register(other, selectors.EVENT_READ)
                    elif key.fileobj in peers:
                        try:
                            data = key.fileobj.recv(1 << 20)
                        except OSError:
                            data = b""
                        if data:
                            queue.append((time.monotonic() + self.delay, peers[key.fileobj], data))
                        else:
                            drop(key.fileobj)
                while queue and not self.is_silent and queue[0][0] <= time.monotonic():
                    _, end, data = queue.pop(0)
                    if end in peers:
                        try:
                            end.sendall(data)
                        except OSError:
                            drop(end)
            while peers:
                drop(next(iter(peers)))
            self.listener.close()


def cluster(folder, is_fresh=False):
    """A cluster, or a reason to skip."""
    needed(is_fresh)
    if PROGRAM:
        if shutil.which(PROGRAM) is None:
            raise pytest.UsageError(f"MASQUES_TEST_TIGERBEETLE_PROGRAM={PROGRAM} is not a program")
        folder.mkdir(exist_ok=True)
        return Server(folder)
    return Proxy(ADDRESSES.split(",")[0])

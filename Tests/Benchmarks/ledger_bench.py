#!/usr/bin/env python3
"""The ledger's engine in SQLite beside a bare program of the same statements and pragmas, in one run on one disk; and, where
MASQUES_TEST_TIGERBEETLE and MASQUES_TEST_TIGERBEETLE_CLIENT name a server and its client, the engine in TigerBeetle beside that
client alone. A cluster in development takes batches of 253 (BATCH=253)."""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from measure import WORK, compiled, program, say, table


def run(*command):
    """Operations per second, and microseconds of processor time for each that this process spent."""
    read, write = os.pipe()
    process = subprocess.Popen(list(map(str, command)), stdout=write)
    os.close(write)
    with os.fdopen(read) as output:
        shown = output.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"exit code {process.returncode} from: {' '.join(map(str, command[:4]))}")
    return float(shown), (usage.ru_utime + usage.ru_stime) * 1e6 / int(command[-1])


def compared(title, programs, rounds, measure):
    """Rows of a table: each program's speed and processor time, and the ratios to the first one."""
    runs = {name: [] for name in programs}
    for number in range(rounds):
        say(f"{title}, round {number + 1} of {rounds}")
        # Alternating, so that a disk that becomes slower is slower for both.
        for name in programs if number % 2 == 0 else reversed(programs):
            runs[name].append(measure(programs[name]))
    floor = next(iter(programs))
    for name, found in runs.items():
        cells = [title, name, f"{statistics.median(speed for speed, _ in found):,.0f}"]
        cells += ["", f"{statistics.median(time for _, time in found):,.1f}", ""]
        if name != floor:
            pairs = list(zip(found, runs[floor], strict=True))
            for column, index in ((3, 0), (5, 1)):
                ratios = [ours[index] / least[index] for ours, least in pairs]
                cells[column] = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
        yield cells


COLUMNS = ["What", "Program", "per second", "× bare", "processor µs each", "× bare"]


def in_a_file(quick):
    """The engine in SQLite; each run has a file of its own."""
    programs = {"bare SQLite": compiled("ledger_floor", "-lsqlite3"), "the ledger": program("ledger-driver")}
    rows = []
    for mode, title, count in (
        ("pairs", "dons and doffs, each on the disk", 300 if quick else 1_000),
        ("import", "transfers in full batches", 50_000 if quick else 500_000),
    ):

        def measure(name):
            with tempfile.TemporaryDirectory(dir=WORK) as place:
                return run(name, mode, pathlib.Path(place, "ledger.db"), count)

        rows += compared(title, programs, 2 if quick else 7, measure)
    return table(COLUMNS, rows)


def in_a_cluster(quick, address, library):
    """The engine in TigerBeetle."""
    programs = {
        "bare client": [compiled("cluster_floor", "-lpthread", "-ldl"), library, address],
        "the ledger": [program("ledger-driver"), "cluster", library, address],
    }
    rows = []
    for mode, title, count in (
        ("single", "transfers, one after another", 300 if quick else 1_000),
        ("callers", "transfers by 64 callers at once", 6_400 if quick else 64_000),
        ("batches", f"transfers in batches of {os.environ.get('BATCH', '8189')}", 20_000 if quick else 200_000),
    ):
        rows += compared(title, programs, 2 if quick else 7, lambda words: run(*words, mode, count))
    return table(COLUMNS, rows)


def report(quick):
    """Tables of operations per second."""
    WORK.mkdir(parents=True, exist_ok=True)
    yield in_a_file(quick)
    address, library = (os.environ.get(name) for name in ("MASQUES_TEST_TIGERBEETLE", "MASQUES_TEST_TIGERBEETLE_CLIENT"))
    if address and library:
        yield in_a_cluster(quick, address.split(",")[0], library)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    for part in report(parser.parse_args().quick):
        print(part)

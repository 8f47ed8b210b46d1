#!/usr/bin/env python3
"""The ledger's engine in SQLite beside a bare program of the same statements and pragmas, in one run on one disk; and, where
MASQUES_TEST_TIGERBEETLE and MASQUES_TEST_TIGERBEETLE_CLIENT name a server and its client, the engine in TigerBeetle beside that
client alone."""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile

from measure import WORK, compiled, program, say, table


def measured(command, mode, count, folder):
    """Operations per second, with a file of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = pathlib.Path(place, "ledger.db")
        shown = subprocess.run([command, mode, path, str(count)], capture_output=True, text=True, check=True)
    return float(shown.stdout)


def clusters(quick):
    """A table of transfers per second in a cluster."""
    address, library = os.environ["MASQUES_TEST_TIGERBEETLE"].split(",")[0], os.environ["MASQUES_TEST_TIGERBEETLE_CLIENT"]
    programs = {
        "bare client": [compiled("cluster_floor", "-lpthread", "-ldl"), library, address],
        "the ledger": [program("ledger-driver"), "cluster", library, address],
    }
    rows = []
    for mode, title, count in (
        ("single", "transfers, one after another", 300 if quick else 2_000),
        ("callers", "transfers by 64 callers at once", 6_400 if quick else 64_000),
        ("batches", "transfers in batches of " + os.environ.get("BATCH", "8,189"), 10_000 if quick else 200_000),
    ):
        runs = {name: [] for name in programs}
        for number in range(2 if quick else 7):
            say(f"cluster: {title}, round {number + 1}")
            for name in programs if number % 2 == 0 else reversed(programs):
                shown = subprocess.run(
                    [*programs[name], mode, str(count)], capture_output=True, text=True, check=True
                )
                runs[name].append(float(shown.stdout))
        ratios = [ours / floor for ours, floor in zip(runs["the ledger"], runs["bare client"], strict=True)]
        for name, found in runs.items():
            ratio = "" if name == "bare client" else f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
            rows.append([title, name, f"{statistics.median(found):,.0f}", ratio])
    return table(["What", "Program", "per second", "× bare"], rows)


def report(quick):
    """A table of operations per second."""
    WORK.mkdir(parents=True, exist_ok=True)
    programs = {"bare SQLite": compiled("ledger_floor", "-lsqlite3"), "the ledger": program("ledger-driver")}
    rounds = 2 if quick else 5
    rows = []
    for mode, title, count in (
        ("pairs", "dons and doffs, each on the disk", 300 if quick else 1_000),
        ("import", "transfers in full batches", 50_000 if quick else 500_000),
    ):
        runs = {name: [] for name in programs}
        for number in range(rounds):
            say(f"ledger: {title}, round {number + 1} of {rounds}")
            # Alternating, so that a disk that becomes slower is slower for both.
            for name in programs if number % 2 == 0 else reversed(programs):
                runs[name].append(measured(programs[name], mode, count, WORK))
        bare = runs["bare SQLite"]
        ratios = [ours / floor for ours, floor in zip(runs["the ledger"], bare, strict=True)]
        for name, found in runs.items():
            ratio = "" if name == "bare SQLite" else f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
            rows.append([title, name, f"{statistics.median(found):,.0f}", ratio])
    yield table(["What", "Program", "per second", "× bare"], rows)
    if os.environ.get("MASQUES_TEST_TIGERBEETLE") and os.environ.get("MASQUES_TEST_TIGERBEETLE_CLIENT"):
        yield clusters(quick)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    for part in report(parser.parse_args().quick):
        print(part)

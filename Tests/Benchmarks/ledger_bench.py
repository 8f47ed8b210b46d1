#!/usr/bin/env python3
"""The ledger's engine in SQLite beside a bare program of the same statements and pragmas, in one run on one disk."""

import argparse
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


def report(quick):
    """A table of operations per second."""
    WORK.mkdir(parents=True, exist_ok=True)
    programs = {"bare SQLite": compiled("ledger_floor", "-lsqlite3"), "the ledger": program("ledger-driver")}
    rounds = 2 if quick else 7
    rows = []
    for mode, title, count in (
        ("pairs", "dons and doffs, each on the disk", 300 if quick else 3_000),
        ("import", "transfers in full batches", 50_000 if quick else 1_000_000),
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    for part in report(parser.parse_args().quick):
        print(part)

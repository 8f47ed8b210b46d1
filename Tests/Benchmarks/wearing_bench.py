#!/usr/bin/env python3
"""What it costs to ask who one is, to look at a large library, and to put a masque on: `masque`, as whole processes."""

import argparse
import os
import re
import shutil
import subprocess

import corpus
from measure import WORK, machine, median, number, percentile, program, say, table, timed

MASQUES = 5_000


def library(folder, count):
    """A library without subfolders, with its manifest."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for index in range(1, count + 1):
        name = f"{corpus.TRADES[index % len(corpus.TRADES)].capitalize()} {corpus.ROLES[index % len(corpus.ROLES)]} {index}"
        path = folder / (re.sub(" +", "-", name.lower()) + ".masque.yaml")
        path.write_text("\n".join(corpus.masque(f"wearing {index}", name, index)) + "\n", encoding="utf-8")


def report(quick=False):
    say("masque")
    masque = program("masque")
    folder = WORK / "wearing"
    project, home, personas = folder / "project", folder / "home", folder / "personas"
    for place in (project, home):
        shutil.rmtree(place, ignore_errors=True)
    (project / ".git").mkdir(parents=True)
    home.mkdir(parents=True)
    count = 200 if quick else MASQUES
    say(f"  {count:,} masques")
    library(personas, count)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MASQUES_", "CLAUDE_"))}
    environment |= {"HOME": str(home), "MASQUES_PERSONAS": str(personas)}
    # The library is the project's, so that its manifest is the one that is written.
    (project / "personas").symlink_to(personas)
    options = {"cwd": project, "env": environment}

    def call(*arguments):
        done = subprocess.run([masque, *arguments], capture_output=True, text=True, **options)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(arguments)}: {done.stderr}")

    rounds = 5 if quick else 50
    few = 3 if quick else 20
    rows = []

    def row(name, runs, goal):
        times = [run.ms for run in runs]
        rows.append(
            [name, number(median(times)), number(percentile(times, 95)), number(max(run.mib for run in runs)), goal]
        )

    players = (path for path in sorted(personas.glob("*.masque.yaml")) if "\nring: player\n" in path.read_text())
    one = next(players).name.removesuffix(".masque.yaml")
    row("`masque id`, nothing worn", timed([masque, "id"], rounds, (0,), **options), "10")
    row(f"`masque list`, {count:,} masques, no manifest", timed([masque, "list"], few, (0,), **options), "")
    call("sync-manifest", "shared")
    row(f"`masque list`, {count:,} masques, by their manifest", timed([masque, "list"], few, (0,), **options), "50")
    row(f"`masque don` over another, {count:,} masques", timed([masque, "don", one], few, (0,), **options), "")
    row("`masque id`, a masque worn", timed([masque, "id"], rounds, (0,), **options), "10")
    row("`masque id --block`", timed([masque, "id", "--block"], rounds, (0,), **options), "")
    call("doff")
    yield table(["Whole process", "median ms", "95% ms", "peak MiB", "goal ms"], rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds, a small library")
    options = parser.parse_args()
    print(f"{machine()}\n")
    for part in report(options.quick):
        print(part + "\n", flush=True)

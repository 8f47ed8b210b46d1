#!/usr/bin/env python3
"""masque-lint beside the C floor and check-jsonschema, on the generated corpus, all in one run.

Rounds are paired: each runs every program once, in an order that turns around from round to round, and a ratio is taken
within a round. What is printed is the median of those ratios, so a slow minute of the machine hits both sides alike.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import corpus
from measure import ROOT, WORK, compiled, machine, median, number, peer, percentile, program, say, table, timed, version

SCHEMA = ROOT / "schemas" / "masque.schema.yaml"


def throughput(folder, rounds, peer_rounds):
    """The whole corpus: one row per program."""
    library = folder / "personas"
    size = json.loads((folder / "size.json").read_text())
    lint = program("masque-lint")
    commands = {
        "C floor: libyaml events, 1 thread": [compiled("floor", "-lyaml"), library],
        "`masque-lint --jobs 1`": [lint, "--jobs", "1", library],
        "`masque-lint --jobs 2`": [lint, "--jobs", "2", library],
    }
    floor = next(iter(commands))
    for name, command in commands.items():
        say(f"  warming up: {name}")
        timed(command)
    runs = {name: [] for name in commands}
    for round_ in range(rounds):
        say(f"  round {round_ + 1} of {rounds}")
        for name in list(commands)[:: 1 if round_ % 2 == 0 else -1]:
            runs[name] += timed(commands[name])
    checker = peer("check-jsonschema")
    if checker and peer_rounds:
        say("  check-jsonschema (about half a minute a round)")
        files = sorted(library.rglob("*.masque.yaml"))
        name = f"{version(checker)}, the same schema"
        runs[name] = timed([checker, "--schemafile", SCHEMA, *files], peer_rounds)
    rows = []
    for name, found in runs.items():
        ms = median(run.ms for run in found)
        if len(found) == rounds:
            ratios = [run.ms / base.ms for run, base in zip(found, runs[floor], strict=True)]
        else:
            # check-jsonschema runs apart from the rounds.
            ratios = [ms / median(base.ms for base in runs[floor])]
        spread = f" ({number(min(ratios))}–{number(max(ratios))})" if len(ratios) > 1 and name != floor else ""
        rows.append(
            [
                name,
                number(ms),
                number(size["files"] / ms * 1000),
                number(size["bytes"] / 1e6 / ms * 1000),
                number(median(ratios)) + spread,
                number(max(run.mib for run in found)),
            ]
        )
    corpus_ = f"{size['files']:,} masques, {size['bytes'] / 1e6:.1f} MB, {size['faulty']} of them faulty"
    return (
        f"{corpus_}; {rounds} paired rounds"
        + "\n\n"
        + table(["Program", "ms", "files/s", "MB/s", "× floor", "peak MiB"], rows)
    )


def agreement(folder):
    """Are the findings the same whatever --jobs, and are they in the files that were spoilt?"""
    lint, library = program("masque-lint"), folder / "personas"
    outputs = {}
    for jobs in ("1", "2"):
        done = subprocess.run([lint, "--format", "json", "--jobs", jobs, library], capture_output=True)
        outputs[jobs] = done.stdout
    same = "byte for byte the same" if outputs["1"] == outputs["2"] else "**NOT the same**"
    planted = json.loads((folder / "faults.json").read_text())
    found = {}
    try:
        findings = json.loads(outputs["1"])["findings"]
    except (ValueError, KeyError, TypeError):
        return "- The JSON output could not be read, so nothing was compared."
    for finding in findings:
        path = finding["file"]
        found.setdefault(path[path.index("personas/") :], set()).add(finding["code"])
    missed = sorted(set(planted) - set(found))
    extra = sorted(set(found) - set(planted))
    named = sum(planted[path] in found.get(path, ()) for path in planted)
    lines = [
        f"- `--jobs 1` and `--jobs 2` print findings that are {same} ({len(findings):,} findings).",
        f"- Of {len(planted)} files with a planted fault, {len(planted) - len(missed)} have a finding, "
        f"{named} with the expected code; {len(extra)} of the faultless files have one.",
    ]
    for label, paths in (("missed", missed), ("not planted", extra)):
        for path in paths[:5]:
            lines.append(f"  - {label}: {path} ({planted.get(path) or ', '.join(sorted(found[path]))})")
    return "\n".join(lines)


def one_file(folder, rounds):
    """A whole process for one file of 100 lines, beside a process that does nothing."""
    # In a folder of its own: the linter reads the whole library of a file, and the corpus has documents of 20,000 lines.
    alone = tempfile.TemporaryDirectory()
    document = pathlib.Path(alone.name) / "measure.masque.yaml"
    shutil.copy(folder / "lines-100.masque.yaml", document)
    lint = program("masque-lint")
    commands = {
        "`true`: a process that does nothing": ["/bin/true"],
        "C floor": [compiled("floor", "-lyaml"), document],
        "`masque-lint`, one file of 100 lines": [lint, document],
        "`masque-lint --version`": [lint, "--version"],
    }
    runs = {name: [] for name in commands}
    for round_ in range(rounds):
        for name in list(commands)[:: 1 if round_ % 2 == 0 else -1]:
            runs[name] += timed(commands[name], 10)
    checker = peer("check-jsonschema")
    if checker:
        runs["check-jsonschema, the same file"] = timed([checker, "--schemafile", SCHEMA, document], 5)
    rows = []
    for name, found in runs.items():
        ms = [run.ms for run in found]
        rows.append([name, number(median(ms)), number(percentile(ms, 99)), number(median(run.mib for run in found))])
    return f"{rounds * 10} runs each, interleaved\n\n" + table(
        ["Whole process", "median ms", "p99 ms", "peak MiB"], rows
    )


def report(quick=False, files=5_000):
    say("Corpus")
    folder = corpus.write(WORK / f"corpus-{files}", files)
    say("Throughput")
    yield "### The whole library\n\n" + throughput(folder, 3 if quick else 9, 0 if quick else 1)
    yield agreement(folder)
    say("One file")
    yield "### One file\n\n" + one_file(folder, 5 if quick else 30)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds and no check-jsonschema on the corpus")
    parser.add_argument("--files", type=int, default=5_000)
    options = parser.parse_args()
    print(f"{machine()}\n")
    for part in report(options.quick, options.files):
        print(part + "\n", flush=True)
    sys.exit(0)

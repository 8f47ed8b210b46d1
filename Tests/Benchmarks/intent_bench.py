#!/usr/bin/env python3
"""What it costs to judge the patterns of an intent: masque-lint, one file, with its patterns and without.

The patterns go through every rule, so what is measured is what an author waits for; the difference to the same file
without an intent is the rules' share, reading the longer file included.
"""

import argparse
import json
import random
import subprocess

import corpus
from measure import WORK, machine, median, number, program, say, table, timed

HEAD = 'name: Measure\nindex: 1\nversion: "1.0.0"\nring: player\nlens: Look twice.\n'


def lists(allowed, denied):
    def items(patterns):
        return "".join(f"    - {json.dumps(pattern, ensure_ascii=False)}\n" for pattern in patterns)

    return f"intent:\n  allowed:\n{items(allowed)}" + (f"  denied:\n{items(denied)}" if denied else "")


def plain(count):
    """Permissions of a verb and two words; denials of other verbs, and exceptions inside what is allowed."""
    return "\n".join(corpus.Writer(f"plain {count}").intent(count, count)) + "\n"


def woven(count):
    """The same with denials that cut across: each third one begins with `*`, so that all may have to do with all."""
    writer = corpus.Writer(f"woven {count}")
    allowed = writer.unique(
        count, lambda: f"{{{writer.pick(corpus.VERBS)},{writer.pick(corpus.VERBS)}}} {writer.pick(corpus.ADJECTIVES)} *"
    )
    shapes = (
        lambda: f"*{writer.pick(corpus.NOUNS)} {writer.pick(corpus.NOUNS)}*",
        lambda: f"{writer.pick(corpus.FORBIDDEN)} * {writer.pick(corpus.NOUNS)}",
        lambda: f"{writer.pick(corpus.VERBS)} {writer.pick(corpus.ADJECTIVES)} {writer.pick(corpus.NOUNS)} *",
    )
    turn = iter(range(1 << 30))
    return lists(allowed, writer.unique(count, lambda: shapes[next(turn) % 3]()))


def hostile():
    """Lists that are hard for every procedure, each by its name."""
    pick = random.Random("hostile")
    stars = ["*" + "*".join(pick.choice("ab") for _ in range(30)) + "*" for _ in range(40)]
    gap = "?" * 20
    braces = "x"
    for _ in range(30):
        braces = "{" + braces + ",y}"
    classes = ["[" + "".join(chr(pick.randrange(0x4E00, 0x9FFF)) for _ in range(2_000)) + "]*" for _ in range(20)]
    optional = ["{a,}" * 200 + f" {number}" for number in range(20)]
    return {
        "`*a*b*…`, 20 × 20": lists(stars[:20], stars[20:]),
        "a cover of 2²⁰ cases": lists([f"*?{gap}"], [f"*a{gap}", f"*[!a]{gap}"]),
        "braces in braces, 30 deep": lists([braces + " *"], [braces]),
        "classes of 2,000 letters": lists(classes[:10], classes[10:]),
        "`{a,}{a,}…`, 200 of them": lists(optional[:10], optional[10:]),
        "60,000 patterns": lists([f"do {number} *" for number in range(60_000)], []),
    }


def report(quick=False):
    say("Intents")
    folder = WORK / "intents"
    folder.mkdir(parents=True, exist_ok=True)
    cases = {f"plain, {count:,} × {count:,}": plain(count) for count in (10, 100, 1_000)}
    cases |= {f"woven, {count:,} × {count:,}": woven(count) for count in (10, 100, 1_000)}
    cases |= hostile()
    lint = program("masque-lint")
    base = folder / "none" / "measure.masque.yaml"
    base.parent.mkdir(exist_ok=True)
    base.write_text(HEAD + "intent: {}\n", encoding="utf-8")
    rounds = 3 if quick else 15
    without = median(run.ms for run in timed([lint, base], 4 * rounds))
    rows = []
    for index, (name, intent) in enumerate(cases.items()):
        say(f"  {name}")
        path = folder / str(index) / "measure.masque.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + intent, encoding="utf-8")
        found = json.loads(subprocess.run([lint, "--format", "json", path], capture_output=True).stdout)["findings"]
        codes = {}
        for finding in found:
            codes[finding["code"]] = codes.get(finding["code"], 0) + 1
        runs = timed([lint, "--quiet", path], rounds)
        ms = median(run.ms for run in runs)
        said = ", ".join(f"{count} × `{code}`" for code, count in sorted(codes.items())) or "nothing"
        rows.append([name, number(ms), number(ms - without), number(max(run.mib for run in runs)), said])
    yield (
        f"{rounds} runs each; the same file without patterns takes {number(without)} ms\n\n"
        + table(["Patterns", "ms", "of which the patterns", "peak MiB", "Findings"], rows)
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds")
    options = parser.parse_args()
    print(f"{machine()}\n")
    for part in report(options.quick):
        print(part + "\n", flush=True)

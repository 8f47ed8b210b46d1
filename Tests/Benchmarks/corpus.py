#!/usr/bin/env python3
"""Writes the documents that the benchmarks read; the same bytes every time.

    corpus.py FOLDER [--files 5000]

FOLDER/personas/<trade>/<name>.masque.yaml   the library: realistic masques, about 3.4 KB each, 5% with one fault
FOLDER/faults.json                           which file has which fault
FOLDER/lines-100.masque.yaml …               faultless single documents of 100, 5,000 and 20,000 lines
"""

import argparse
import json
import pathlib
import random
import re
import shutil

# Raise it when what is written changes, so that an older corpus is not measured by mistake.
REVISION = 2
LINES = (100, 5_000, 20_000)

TRADES = (
    "archive atlas beacon bridge cellar cinema clinic compass court depot diner dockyard ferry forge foundry garden "
    "gallery granary harbor hangar kiln kitchen laboratory library lighthouse loom mill mint nursery observatory "
    "orchard orchestra parlor pharmacy pottery press quarry ranch reactor refinery school shipyard signal studio "
    "tannery theatre turbine vineyard warehouse workshop"
).split()
ROLES = (
    "Analyst Apprentice Architect Auditor Baker Binder Brewer Builder Carver Caster Cataloguer Clerk Conductor Cooper "
    "Curator Designer Diver Drafter Dyer Editor Engraver Examiner Fitter Gardener Gilder Glazier Guide Inspector "
    "Joiner Keeper Librarian Mason Mender Miller Navigator Planner Potter Printer Restorer Reviewer Roaster Saddler "
    "Scribe Setter Steward Surveyor Tailor Tuner Turner Weaver Welder Writer"
).split()
VERBS = (
    "adjust arrange assemble balance calibrate catalogue check clean compare compose copy describe design document "
    "draft draw explain extract fit fold gather grind implement index inspect join label list map measure mend mix "
    "model mount order outline pack paint patch plan polish prepare print prune record refactor repair report review "
    "revise sand scan seal sketch sort stack stitch summarize survey test trace translate trim tune update verify wrap"
).split()
FORBIDDEN = (
    "abandon bypass conceal deceive delete disable erase falsify force gamble ignore leak overwrite rush skip".split()
)
NOUNS = (
    "alloy anchor arch axle barrel basin beam bearing binding blueprint bolt brace cable canvas catalogue chart chisel "
    "clamp contract copper crate curve dataset dial diagram dome draft drawing engine fabric filter folio frame gauge "
    "gear glaze grain hinge index inventory joint kettle keystone label lantern ledger lens letter lever log manual "
    "manuscript margin mast mold mortar motor notebook oven palette panel parchment pattern pigment pipeline plan "
    "plate pulley pump query recipe record reel report ribbon rivet roof rotor route schedule schema score seal "
    "shaft shelf signal sketch spindle spring stone survey table template thread tile timber tool valve varnish vault "
    "veneer vessel wheel"
).split()
ADJECTIVES = (
    "ancient bright broken clean common crooked early even exact fragile heavy hollow late long narrow "
    "new old quiet rough sharp short slow small smooth spare stable steady thin tidy warm worn"
).split()
CLOSINGS = (
    "without a second look",
    "on the first try",
    "before the others are ready",
    "as it was found",
    "when nobody has asked for it",
    "and leave a note for whoever comes next",
    "in the order in which it arrived",
    "for as long as it takes",
)
RINGS = ("admin", "player", "guest", "outsider")
LEVELS = ("novice", "competent", "proficient", "expert", "master")
SCORES = ("+", "-", "/", "*", "e")
SCOPES = ("read-only", "read-write", "write-once")
SOURCES = ("aws-secrets-manager", "vault", "keyring", "environment")


class Writer:
    """Makes the parts of one masque from one stream of random numbers."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, words):
        return self.random.choice(words)

    def sentence(self):
        r = self.random.random()
        thing = f"{self.pick(ADJECTIVES)} {self.pick(NOUNS)}"
        if r < 0.4:
            said = f"{self.pick(VERBS)} the {thing} {self.pick(CLOSINGS)}"
        elif r < 0.7:
            article = "an" if thing[0] in "aeiou" else "a"
            other = f"{self.pick(ADJECTIVES)} {self.pick(NOUNS)}"
            said = f"{article} {thing} is worth more than the {other}, so {self.pick(VERBS)} it first"
        elif r < 0.97:
            said = f"when the {thing} does not agree with the {self.pick(NOUNS)}, {self.pick(VERBS)} both and say so"
        else:
            said = f"the {thing} – “{self.pick(NOUNS)}” in the café's books, 図面 in the archive – stays where it is"
        return said[0].upper() + said[1:] + "."

    def prose(self, count):
        return [f"  {self.sentence()}" for _ in range(count)]

    def identity(self, name, index, ring):
        version = f"{self.random.randint(0, 9)}.{self.random.randint(0, 30)}.{self.random.randint(0, 30)}"
        return [f"name: {name}", f"index: {index}", f'version: "{version}"', f"ring: {ring}"]

    def attributes(self, count):
        lines = ["attributes:", f"  domain: {self.pick(TRADES)}", f'  tagline: "{self.sentence()}"']
        names = self.random.sample(NOUNS, count)
        return lines + [f"  {name}: {self.pick(ADJECTIVES)} {self.pick(NOUNS)}" for name in names]

    def spinner(self, name, count):
        verbs = self.random.sample(VERBS, count)
        lines = ["spinnerVerbs:", f"  mode: {self.pick(('replace', 'append', 'prepend'))}", "  verbs:"]
        return lines + [f'    - "{name}:{verb.capitalize()}..."' for verb in verbs]

    def skills(self, count):
        lines = ["skills:"]
        for uri in self.unique(count, lambda: f"skill://{self.pick(TRADES)}/{self.pick(VERBS)}-{self.pick(NOUNS)}"):
            lines += [f"  - uri: {uri}", f"    level: {self.pick(LEVELS)}"]
        return lines

    def intent(self, allowed, denied):
        """Denials are of other verbs, or exceptions inside what is allowed: no pattern is dead or half covered."""
        phrases = self.unique(allowed, lambda: f"{self.pick(VERBS)} {self.pick(ADJECTIVES)} {self.pick(NOUNS)}")
        lines = ["intent:", "  allowed:"] + [f'    - "{phrase} *"' for phrase in phrases] + ["  denied:"]
        for phrase in phrases[: denied // 2]:
            lines.append(f'    - "{phrase} in the {self.pick(NOUNS)} room"')
        refusals = self.unique(
            denied - denied // 2, lambda: f"{self.pick(FORBIDDEN)} {self.pick(ADJECTIVES)} {self.pick(NOUNS)}"
        )
        return lines + [f'    - "{refusal} *"' for refusal in refusals]

    def knowledge(self, count):
        uris = self.unique(count, lambda: f"mcp://{self.pick(TRADES)}/{self.pick(NOUNS)}/{self.pick(NOUNS)}")
        return ["knowledge:"] + [f"  - {uri}" for uri in uris]

    def access(self, ring):
        ttl = self.pick(("PT30M", "PT4H", "P1D", "P2W")) if ring == "guest" else self.pick(("session", "PT8H"))
        lines = ["access:", f"  vault_role: {self.pick(TRADES)}-{self.pick(('reader', 'operator'))}", f"  ttl: {ttl}"]
        lines.append("  credentials:")
        for _ in range(self.random.randint(1, 3)):
            lines += [f"    - source: {self.pick(SOURCES)}", f"      scope: {self.pick(SCOPES)}"]
        lines += ["  capabilities:", f"    {self.pick(NOUNS)}: read", "    writes: file-output-only"]
        return lines + [f"    logs: [{self.pick(TRADES)}, {self.pick(TRADES)}]"]

    def servers(self, count):
        lines = ["mcp:", "  servers:"]
        for name in self.unique(count, lambda: f"{self.pick(TRADES)}-{self.pick(NOUNS)}"):
            lines += [f"    - name: {name}", "      type: stdio", "      command: npx"]
            lines += [
                f'      args: ["-y", "@{self.pick(TRADES)}/{name}"]',
                "      env:",
                '        API_KEY: "${API_KEY}"',
            ]
        return lines

    def performance(self, count):
        lines, last = ["performance:"], None
        history = []
        for number in range(count):
            # Strictly later each time.
            day, minute = divmod(number * 607 + self.random.randint(0, 600), 1440)
            year, day = divmod(day, 336)
            month, day = divmod(day, 28)
            stamp = f"{2020 + year}-{month + 1:02}-{day + 1:02}T{minute // 60:02}:{minute % 60:02}:00Z"
            last = self.pick(SCORES)
            history += [f'    - date: "{stamp}"', f'      score: "{last}"', f'      notes: "{self.sentence()}"']
        return lines + [f'  score: "{last}"', "  history:"] + history

    def unique(self, count, make):
        found = {}
        while len(found) < count:
            # A large document may ask for more than the words give; a number then tells them apart.
            made = make()
            found[f"{made}-{len(found)}" if made in found else made] = None
        return list(found)

    def block(self, key, count):
        return [f"{key}: |"] + self.prose(count)


def masque(seed, name, index):
    """One masque of the library, as lines."""
    w = Writer(seed)
    r = w.random
    ring = r.choices(RINGS, (1, 6, 2, 1))[0]
    sections = [w.identity(name, index, ring)]
    if r.random() < 0.8:
        sections.append(w.attributes(r.randint(2, 5)))
    if r.random() < 0.7:
        sections.append(w.spinner(name, r.randint(3, 6)))
    sections.append(w.skills(r.randint(3, 7)))
    sections.append([f"# What {name} may be asked for, and what not."] + w.intent(r.randint(5, 11), r.randint(2, 7)))
    sections.append(w.block("context", r.randint(4, 9)))
    if r.random() < 0.7:
        sections.append(w.knowledge(r.randint(2, 5)))
    if ring == "guest" or r.random() < 0.7:
        sections.append(w.access(ring))
    sections.append(w.block("lens", r.randint(10, 24)))
    if r.random() < 0.4:
        sections.append(w.servers(r.randint(1, 2)))
    if r.random() < 0.7:
        sections.append(w.performance(r.randint(1, 5)))
    return [line for section in sections for line in [*section, ""]][:-1]


def document(lines):
    """One faultless masque of exactly so many lines, each section having its share."""
    w = Writer(f"document {lines}")

    def share(part, per=1):
        return max(1, int(lines * part / per))

    sections = [
        w.identity("Measure", 1, "player"),
        w.attributes(min(20, share(0.02))),
        w.spinner("Measure", min(20, share(0.02))),
        w.skills(share(0.1, 2)),
        w.intent(share(0.06), share(0.03)),
        w.block("context", share(0.06)),
        w.knowledge(share(0.03)),
        w.access("player"),
        w.servers(share(0.08, 6)),
        w.performance(share(0.12, 3)),
    ]
    made = [line for section in sections for line in [*section, ""]]
    made += w.block("lens", lines - len(made) - 1)
    assert len(made) == lines, (len(made), lines)
    return made


# One root cause each. The code is the one that the linter is expected to give, among those of its finding.
def _replaced(pattern, replacement):
    return lambda text: re.sub(pattern, replacement, text, count=1, flags=re.MULTILINE)


FAULTS = {
    "schema-enum": _replaced(r"^ring: (\w+)\w$", r"ring: \1"),
    "schema-required": _replaced(r"^version:.*\n", ""),
    "schema-pattern": _replaced(r'^version: "(\d+)\.(\d+)\.\d+"', r'version: "\1.\2"'),
    "schema-minimum": _replaced(r"^index: \d+", "index: 0"),
    "schema-type": _replaced(r"^skills:\n(  - uri: .*\n    level: .*\n)+", "skills: none\n"),
    "unknown-key": _replaced(r"^lens:", "provenance: unknown\nlens:"),
    "yaml-duplicate-key": _replaced(r"^(ring: .*)$", r"\1\n\1"),
    "yaml-tab-indent": _replaced(r"^    level:", "\t\tlevel:"),
    "yaml-syntax": _replaced(r'^( +- "[^"]*)"$', r"\1"),
    "yaml-unquoted-pattern": _replaced(r'^( +- )"[^"]*"$', r"\1* without tests"),
}


def write(folder, files):
    folder = pathlib.Path(folder)
    stamp = folder / "revision.json"
    wanted = json.dumps({"revision": REVISION, "files": files})
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = [f"{trade.capitalize()} {role}" for role in ROLES for trade in TRADES]
    chosen = random.Random("faults")
    faulty = sorted(chosen.sample(range(files), files // 20))
    planted = {number: list(FAULTS)[position % len(FAULTS)] for position, number in enumerate(faulty)}
    faults, size = {}, 0
    for number in range(files):
        name = names[number % len(names)] + (f" {number // len(names) + 1}" if number >= len(names) else "")
        slug = name.lower().replace(" ", "-")
        path = pathlib.Path("personas") / TRADES[number % len(TRADES)] / f"{slug}.masque.yaml"
        text = "\n".join(masque(f"masque {number}", name, number + 1)) + "\n"
        if number in planted:
            broken = FAULTS[planted[number]](text)
            assert broken != text, (planted[number], path)
            text = broken
            faults[str(path)] = planted[number]
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode()
        size += len(data)
        target.write_bytes(data)
    (folder / "faults.json").write_text(json.dumps(faults, indent=1) + "\n")
    for lines in LINES:
        (folder / f"lines-{lines}.masque.yaml").write_text("\n".join(document(lines)) + "\n", encoding="utf-8")
    (folder / "size.json").write_text(json.dumps({"files": files, "bytes": size, "faulty": len(faults)}))
    stamp.write_text(wanted)
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--files", type=int, default=5_000)
    options = parser.parse_args()
    print((write(options.folder, options.files) / "size.json").read_text())

#!/usr/bin/env python3
"""Builds the site of the pages: lays them out in .build/site-source, as the site has them, and has MkDocs build
.build/site, where every link that leads nowhere is an error.

    site.py [MKDOCS]

In the repository the pages are read where they lie, so their links are those of files. On the site the README is the
first page, the pages of the editors are among the others, and what is no page is a link to the repository.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STAGE = ROOT / ".build" / "site-source"
REPOSITORY = "https://github.com/ChrisDBaldwin/masques"
LINK = re.compile(r"(\]\()([^)\s]+)(\))|((?:src|href)=\")([^\"]+)(\")")
FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)


def pages():
    """Where each file of the repository is on the site."""
    result = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
    for path in sorted((ROOT / "docs").rglob("*")):
        if path.is_file():
            result[path.relative_to(ROOT).as_posix()] = path.relative_to(ROOT / "docs").as_posix()
    for path in sorted((ROOT / "editors").glob("*/README.md")):
        result[path.relative_to(ROOT).as_posix()] = f"editors/{path.parent.name}.md"
    return result


def relinked(text, source, places):
    """A page's text with its links as the site needs them."""

    def link(target):
        file, _, anchor = target.partition("#")
        if not file or re.match(r"[a-z]+:", file):
            return target
        path = os.path.normpath(os.path.join(os.path.dirname(source), file))
        if path in places:
            url = os.path.relpath(places[path], os.path.dirname(places[source]) or ".")
        elif (ROOT / path).exists():
            url = f"{REPOSITORY}/{'tree' if (ROOT / path).is_dir() else 'blob'}/main/{path}"
        else:
            raise SystemExit(f"{source}: {target} leads nowhere")
        return f"{url}#{anchor}" if anchor else url

    def replace(match):
        before, target, after = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
        return f"{before}{link(target)}{after}"

    # What stands in a block of code is no link.
    parts, end = [], 0
    for fence in FENCE.finditer(text):
        parts += [LINK.sub(replace, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, LINK.sub(replace, text[end:])])


def stage():
    shutil.rmtree(STAGE, ignore_errors=True)
    places = pages()
    for source, place in places.items():
        target = STAGE / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.endswith(".md"):
            text = (ROOT / source).read_text(encoding="utf-8")
            target.write_text(relinked(text, source, places), encoding="utf-8")
        else:
            shutil.copy(ROOT / source, target)
    (STAGE / "images").mkdir(exist_ok=True)
    shutil.copy(HERE / "mask.svg", STAGE / "images" / "mask.svg")
    shutil.copy(HERE / "site.css", STAGE / "site.css")


def configuration():
    """MkDocs' configuration, with the pages that it does not name yet among those about the project."""
    text = (HERE / "mkdocs.yml").read_text(encoding="utf-8").replace("../../.build/", "")
    named = set(re.findall(r"[\w/-]+\.md", text))
    further = [path.name for path in sorted(STAGE.glob("*.md")) if path.name not in named]
    further += [
        f"editors/{path.name}" for path in sorted(STAGE.glob("editors/*.md")) if f"editors/{path.name}" not in named
    ]
    head, place, tail = text.partition("  - The project:\n")
    path = STAGE.parent / "mkdocs.yml"
    path.write_text(head + place + "".join(f"      - {name}\n" for name in further) + tail, encoding="utf-8")
    return path


if __name__ == "__main__":
    stage()
    mkdocs = sys.argv[1] if len(sys.argv) > 1 else "mkdocs"
    command = [mkdocs, "build", "--strict", "--quiet", "--config-file", configuration()]
    # No adverts of the tool's makers in our output.
    sys.exit(subprocess.run(command, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}).returncode)

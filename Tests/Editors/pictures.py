"""The pictures in docs/images, drawn from what the programs really say.

    python pictures.py FOLDER        (MASQUE_LINT, MASQUE_LSP: the programs)

SVG by hand: text in a grid of equal cells, so that nothing depends on a font that a reader may not have.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap
from xml.sax.saxutils import escape

import wire

ROOT = pathlib.Path(__file__).resolve().parents[2]
CELL, LINE, SIZE = 8.4, 20, 14
FONT = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
GROUND, TEXT, FAINT = "#1e1a2b", "#e6e1f0", "#8f87a3"
# The colours of a terminal, by their numbers.
COLOURS = {31: "#ff7a85", 32: "#8fd694", 33: "#f2cf83", 34: "#8ab4f8", 35: "#d3a6ff", 36: "#7fd6d6"}


def spans(line):
    """(column, text, colour, whether bold) of each stretch of a line with the escapes of a terminal."""
    column, colour, bold = 0, TEXT, False
    for escape_, text in re.findall(r"\x1b\[([\d;]*)m|([^\x1b]+)", line):
        if text:
            yield column, text, colour, bold
            column += len(text)
            continue
        for number in map(int, escape_.split(";") if escape_ else ["0"]):
            if number == 0:
                colour, bold = TEXT, False
            elif number == 1:
                bold = True
            else:
                colour = COLOURS.get(number, colour)


def words(x, y, text, colour=TEXT, bold=False):
    """A stretch of text whose every character has its place."""
    weight = ' font-weight="700"' if bold else ""
    width = f' textLength="{len(text) * CELL:g}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}"{weight}{width} xml:space="preserve">{escape(text)}</text>'


def wrapped(line, columns):
    """A line of a terminal, broken where the terminal would break it."""
    plain = 0
    out = ""
    for escape_, character in re.findall(r"(\x1b\[[\d;]*m)|(.)", line):
        if escape_:
            out += escape_
            continue
        if plain == columns:
            yield out
            # What was on stays on.
            out = "".join(re.findall(r"\x1b\[[\d;]*m", out)[-1:])
            plain = 0
        out += character
        plain += 1
    yield out


def drawing(width, height, title, body):
    return textwrap.dedent(
        f"""\
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="t" \
font-family="{FONT}" font-size="{SIZE}">
        <title id="t">{escape(title)}</title>
        <rect width="{width:g}" height="{height:g}" rx="10" fill="{GROUND}"/>
        <g fill="#5b5270"><circle cx="20" cy="18" r="5"/><circle cx="38" cy="18" r="5"/><circle cx="56" cy="18" r="5"/></g>
        """
    ) + "\n".join([*body, "</svg>", ""])


def terminal(title, command, output, columns=118):
    lines = [f"\x1b[32m$\x1b[0m {command}", *output.rstrip("\n").split("\n")]
    rows = [row for line in lines for row in wrapped(line, columns)]
    body = []
    for number, row in enumerate(rows):
        for column, text, colour, bold in spans(row):
            body.append(words(20 + column * CELL, 52 + number * LINE, text, colour, bold))
    return drawing(40 + columns * CELL, 66 + len(rows) * LINE, title, body)


def lint_picture(folder):
    """A lint run over the example of the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    masque = re.search(r"```yaml\n(.*?)```", readme, re.DOTALL)[1]
    (folder / "scribe.masque.yaml").write_text(masque, encoding="utf-8")
    command = [os.environ["MASQUE_LINT"], "--color", "always", "scribe.masque.yaml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    output = done.stdout.rstrip("\n") + "\n" + done.stderr
    return terminal("masque-lint finds three mistakes", "masque-lint scribe.masque.yaml", output)


def completion_picture(folder):
    """What is offered behind `level: `, with what the third of the offers means."""
    text = (ROOT / "personas" / "teacher.masque.yaml").read_text(encoding="utf-8")
    lines = text.split("\n")
    at = next(number for number, line in enumerate(lines) if re.match(r"\s+level: ", line))
    lines[at] = re.sub(r"(level: ).*", r"\1", lines[at])
    path = folder / "teacher.masque.yaml"
    path.write_text(text, encoding="utf-8")
    with wire.Server([os.environ["MASQUE_LSP"]], cwd=folder) as server:
        server.initialize()
        server.open(path.as_uri(), "\n".join(lines))
        place = {"line": at, "character": len(lines[at])}
        answer = server.request("textDocument/completion", {"textDocument": {"uri": path.as_uri()}, "position": place})
        items = answer["result"] if isinstance(answer["result"], list) else answer["result"]["items"]
        items = sorted(items, key=lambda item: item.get("sortText", item["label"]))[:8]
        chosen = items[2]
        if "documentation" not in chosen:
            chosen = server.request("completionItem/resolve", chosen)["result"]
    meaning = chosen["documentation"]
    meaning = meaning["value"] if isinstance(meaning, dict) else meaning
    meaning = re.sub(r"[*`]", "", meaning)

    first = max(at - 3, 0)
    shown = lines[first : first + 13]
    columns = 96
    body = []
    for number, line in enumerate(shown):
        y = 52 + number * LINE
        body.append(words(20, y, f"{first + number + 1:3}", FAINT))
        key = re.match(r"(\s*(?:- )?)([\w]+:)?(.*)", line)
        x = 20 + 5 * CELL
        indent, name, rest = key[1], key[2] or "", key[3][: columns - 6 - len(key[1]) - len(key[2] or "")]
        if name:
            body.append(words(x + len(indent) * CELL, y, name, COLOURS[34]))
        if indent.strip():
            body.append(words(x + indent.index("-") * CELL, y, "-", FAINT))
        if rest.strip():
            colour = FAINT if rest.lstrip().startswith("#") else TEXT
            body.append(words(x + (len(indent) + len(name)) * CELL, y, rest, colour))
    x = 20 + (5 + len(lines[at])) * CELL
    y = 52 + (at - first) * LINE
    body.append(f'<rect x="{x:g}" y="{y - 14:g}" width="2" height="18" fill="{COLOURS[33]}"/>')
    width = (max(len(item["label"]) for item in items) + 4) * CELL
    top = y + 8
    body.append(
        f'<rect x="{x:g}" y="{top:g}" width="{width:g}" height="{len(items) * LINE + 8:g}" rx="5" fill="#2d2740"'
        ' stroke="#4b4263"/>'
    )
    body.append(
        f'<rect x="{x + 3:g}" y="{top + 4 + 2 * LINE:g}" width="{width - 6:g}" height="{LINE}" rx="3" fill="#4b4263"/>'
    )
    for number, item in enumerate(items):
        body.append(words(x + 12, top + 18 + number * LINE, item["label"], TEXT, number == 2))
    paragraphs = [row for part in meaning.split("\n") if part.strip() for row in textwrap.wrap(part, 44)]
    left = x + width + 10
    body.append(
        f'<rect x="{left:g}" y="{top:g}" width="{47 * CELL:g}" height="{len(paragraphs) * LINE + 12:g}" rx="5" fill="#2d2740"'
        ' stroke="#4b4263"/>'
    )
    for number, row in enumerate(paragraphs):
        body.append(words(left + 12, top + 20 + number * LINE, row, TEXT if number else COLOURS[33]))
    return drawing(
        40 + columns * CELL, 66 + len(shown) * LINE, "Completion of a skill's level, with what each means", body
    )


PICTURES = {"lint.svg": lint_picture, "completion.svg": completion_picture}


def draw():
    """Every picture, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        return {name: picture(pathlib.Path(folder)) for name, picture in PICTURES.items()}


if __name__ == "__main__":
    for name, text in draw().items():
        path = pathlib.Path(sys.argv[1]) / name
        path.write_text(text, encoding="utf-8")
        print(path)

"""The settings of the language server, as its page lists them, in the terms of the editors that want a schema of them."""

import json
import re

from conftest import ROOT

ROW = re.compile(r"^\| `(masque\.[\w.]+)` \| (.*?) \| `(.*?)` \| (.*?) \|$", re.MULTILINE)
CODES = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
SEVERITIES = {"type": "string", "enum": ["error", "warning", "information", "hint"]}


def shape(kind):
    """The JSON Schema of a value, from the words that the page has for its type."""
    if "list of codes" in kind:
        return CODES
    if kind.startswith("object"):
        return {"type": "object", "additionalProperties": SEVERITIES}
    if kind == "boolean":
        return {"type": "boolean"}
    if "path" in kind:
        return {"type": ["string", "null"]}
    if kind.startswith("whole number"):
        least = re.search(r"from (\d+)", kind)
        return {"type": "integer", **({"minimum": int(least[1])} if least else {})}
    words = re.findall(r"`(.*?)`", kind)
    assert words, f"no schema for a setting that is {kind}"
    return {"type": "string", "enum": words}


def rows():
    """(name, schema, default, summary) of each setting."""
    page = (ROOT / "docs" / "editor-settings.md").read_text(encoding="utf-8")
    return [(name, shape(kind), json.loads(default), summary) for name, kind, default, summary in ROW.findall(page)]


def names_a_program(summary):
    """Whether a setting says what is started: in VS Code a workspace that is not trusted must have no say in it."""
    return "the program" in summary


def vscode():
    """The properties of the extension's manifest."""
    scopes = {False: "window", True: "machine-overridable"}
    return {
        name: {**schema, "default": default, "scope": scopes[names_a_program(summary)], "markdownDescription": summary}
        for name, schema, default, summary in rows()
    }


def jetbrains():
    """The schema and the defaults of LSP4IJ's template."""
    properties = {
        name: {**schema, "default": default, "description": summary} for name, schema, default, summary in rows()
    }
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of masque-lsp",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }
    return schema, {name: default for name, _, default, _ in rows() if default is not None}


def written(value, indent=0, before=0):
    """JSON as people write it: what fits on a line is on one, but for the outermost."""
    one = spaced_objects(value)
    if not isinstance(value, dict | list) or not value or indent and before + len(one) <= 118:
        return one
    inner = " " * (indent + 2)
    if isinstance(value, list):
        items = [written(item, indent + 2, indent + 3) for item in value]
        return "[\n" + ",\n".join(inner + item for item in items) + "\n" + " " * indent + "]"
    items = []
    for key, item in value.items():
        name = f"{json.dumps(key)}: "
        items.append(inner + name + written(item, indent + 2, indent + 3 + len(name)))
    return "{\n" + ",\n".join(items) + "\n" + " " * indent + "}"


def spaced_objects(value):
    """A value on one line, with blanks inside braces."""
    if isinstance(value, dict) and value:
        parts = (f"{json.dumps(key)}: {spaced_objects(item)}" for key, item in value.items())
        return "{ " + ", ".join(parts) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(spaced_objects(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)

"""Runs an editor's session and judges what the editor saw."""

import json
import os
import subprocess

# In schema order, which is the order in which an author should be offered them.
RINGS = ["admin", "player", "guest", "outsider"]


def run(command, document, server, folder, patience, **environment):
    """Runs an editor until it has written its report; returns the report."""
    report = folder / "session.json"
    settled = {
        **os.environ,
        **{name: str(value) for name, value in environment.items()},
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "SESSION_SERVER": server,
        "SESSION_REPORT": str(report),
        "SESSION_PATIENCE": str(patience),
        "SESSION_DOCUMENT": json.dumps(
            {
                "path": str(document.path),
                "ring_line": document.ring_line,
                "unknown_line": document.unknown_line,
                "version": document.version_line,
            }
        ),
    }
    done = subprocess.run(
        command, env=settled, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90
    )
    said = f"{command[0]} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert report.exists(), said
    seen = json.loads(report.read_text(encoding="utf-8"))
    assert "failure" not in seen, f"{seen['failure']}\n{said}"
    return seen


def only(findings, word):
    matching = [f for f in findings if word in f["message"] or word == f.get("code")]
    assert len(matching) == 1, f"one finding about {word} expected: {findings}"
    return matching[0]


def check_findings(report, document):
    """Three faults, three findings, each at its place."""
    findings = report["broken"]
    assert len(findings) == 3, findings
    assert tuple(only(findings, "playr")["range"]) == document.ring_range
    assert tuple(only(findings, "flavour")["range"]) == document.unknown_range
    missing = only(findings, "schema-required")
    lines = document.text.split("\n")
    first, start, last, end = missing["range"]
    assert (first, start) < (last, end), f"an empty range cannot be seen: {missing}"
    assert last < len(lines) and end <= len(lines[last]), f"outside the text: {missing}"


def check_completion(report):
    """Exactly the four rings, in order, and each says something of its own."""
    offered = report["completions"]
    assert [item["label"] for item in offered] == RINGS, offered
    for item in offered:
        assert item.get("word", item["label"]) == item["label"], item
        assert (item["documentation"] or "").strip(), f"nothing is said about {item['label']}"
    assert len({item["documentation"] for item in offered}) == len(RINGS), offered


def check_clearing(report):
    """A repaired line loses its finding and the others stay; with all repaired, none is left."""
    assert report["broken"], "nothing was found, so nothing can be cleared"
    left = report["ring_fixed"]
    assert len(left) == 2, left
    only(left, "flavour")
    only(left, "schema-required")
    assert report["all_fixed"] == []


def check_formatting(report):
    """Spacing that went astray comes back; with nothing to do, nothing is done."""
    assert report["untidy"] != report["tidy"]
    assert report["formatted"] == report["tidy"]
    assert report["formatted_again"] == report["tidy"]


CHECKS = {
    "findings at the right places": check_findings,
    "completion after `ring: `": lambda report, _: check_completion(report),
    "repairing clears a finding": lambda report, _: check_clearing(report),
    "formatting": lambda report, _: check_formatting(report),
}

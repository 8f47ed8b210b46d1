"""What the benchmarks share: where things are, running a program, statistics, tables."""

import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
# Outside the sources, so that no tool finds 5,000 masques in the tree.
WORK = ROOT / ".build" / "bench"

# The wire-level language client is the one of the protocol tests.
sys.path.insert(0, str(ROOT / "Tests" / "Editors"))
import wire  # noqa: E402, F401


def say(text):
    """Progress, apart from the table on stdout."""
    print(text, file=sys.stderr, flush=True)


def program(name):
    """Path of one of our programs: in $MASQUES_BIN, else the release build's."""
    folder = os.environ.get("MASQUES_BIN")
    if folder is None:
        shown = subprocess.run(
            ["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        folder = shown.stdout.strip()
    path = pathlib.Path(folder) / name
    if not os.access(path, os.X_OK):
        sys.exit(f"{path} is not there: swift build -c release --product {name}")
    return str(path)


def peer(name):
    """Path of a program from Tests/Benchmarks/requirements.txt, or None."""
    return shutil.which(name, path=f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def compiled(name, *libraries):
    """Compiles one of the C programs here; returns its path."""
    WORK.mkdir(parents=True, exist_ok=True)
    source, target = HERE / f"{name}.c", WORK / name
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", target, source, *libraries], check=True)
    return str(target)


class Run:
    """One run of a program: wall milliseconds, peak resident MiB, exit code."""

    def __init__(self, line):
        nanoseconds, kibibytes, self.status = map(int, line.split())
        self.ms = nanoseconds / 1e6
        self.mib = kibibytes / 1024


def timed(command, count=1, statuses=(0, 1), **options):
    """Runs the command `count` times. An exit code other than the expected is an error, whatever the time."""
    done = subprocess.run(
        [compiled("timed"), str(count), *map(str, command)], capture_output=True, text=True, check=True, **options
    )
    runs = [Run(line) for line in done.stdout.splitlines()]
    for run in runs:
        if run.status not in statuses:
            sys.exit(f"exit code {run.status} from: {' '.join(map(str, command[:6]))}")
    return runs


def median(values):
    return statistics.median(values)


def percentile(values, percent):
    """The nearest-rank percentile: a value that was seen."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100) - 1))]


def number(value):
    """Three significant digits; no more are known."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(head, rows):
    """A Markdown table; all columns but the first are numbers."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def machine():
    """One line about where the numbers come from."""
    model = platform.processor() or platform.machine()
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.splitlines()
    version = next((line.split("(")[0].strip() for line in swift if "Swift version" in line), "no swift")
    load = os.getloadavg()[0]
    return (
        f"{model}, {cores} cores, {platform.system()} {platform.release()}, {version}; load before the run {load:.2f}"
    )


def version(command):
    said = subprocess.run([command, "--version"], capture_output=True, text=True).stdout.strip()
    return said.splitlines()[0] if said else command

"""What scoring takes: `masque performance` beside the bare `duckdb` command over the same logs.

    python Tests/Benchmarks/judge_bench.py --masque .build/release/masque --duckdb "$(command -v duckdb)" [--size MB ...]

Bare DuckDB is one process that does the same work without keeping anything: it reads the logs by the statements of
`schemas/judge` straight from their file and scores the same window. `first` is our first answer, which keeps what it has
read; `again` is the next one, and `appended` the one after a further megabyte of logs. Times are the best of the runs,
memory the largest resident set of any process of a run. Prints a table in Markdown.
"""

import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
START = 1_795_000_000


def any_value(value):
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}


def write_logs(file, size, seed):
    """Writes `size` bytes of logs as Claude Code's exporter and a Collector would."""
    source = random.Random(seed)
    time_ns, sequence, written = (START + seed * 100_000) * 10**9, 0, 0
    while written < size:
        records = []
        for _ in range(source.randint(5, 40)):
            time_ns += source.randint(50, 200) * 10**6
            sequence += 1
            kind = source.choices(
                ["user_prompt", "tool_result", "tool_decision", "api_request", "api_error"], [1, 10, 10, 8, 0.3]
            )[0]
            attributes = {
                "user.id": "%064x" % 7,
                "session.id": "00000000-0000-4000-8000-%012d" % seed,
                "organization.id": "00000000-0000-4000-8000-000000000001",
                "user.email": "someone@example.com",
                "user.account_uuid": "00000000-0000-4000-8000-000000000002",
                "terminal.type": "vscode",
                "event.name": kind,
                "event.timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time_ns // 10**9)),
                "event.sequence": sequence,
                "prompt.id": "%032x" % source.getrandbits(128),
            }
            if kind == "user_prompt":
                attributes |= {"prompt_length": str(source.randint(5, 500)), "prompt": "<REDACTED>"}
            elif kind == "tool_result":
                attributes |= {
                    "tool_name": source.choice(["Bash", "Read", "Edit"]),
                    "tool_use_id": "toolu_%024x" % source.getrandbits(96),
                    "success": source.choice(["true", "true", "true", "false"]),
                    "duration_ms": str(source.randint(1, 5000)),
                    "decision_source": "config",
                    "tool_parameters": json.dumps({"bash_command": "make", "full_command": "make test 2>&1 | tail"}),
                }
            elif kind == "tool_decision":
                attributes |= {"tool_name": "Bash", "decision": "accept", "source": "config"}
            elif kind == "api_request":
                attributes |= {
                    "model": "a-model",
                    "input_tokens": str(source.randint(1, 200)),
                    "output_tokens": str(source.randint(1, 2000)),
                    "cache_read_tokens": str(source.randint(1000, 100_000)),
                    "cache_creation_tokens": str(source.randint(0, 5000)),
                    "cost_usd": "%.6f" % source.uniform(0.001, 0.3),
                    "duration_ms": str(source.randint(500, 20_000)),
                    "request_id": "req_%024x" % source.getrandbits(96),
                }
            else:
                attributes |= {"error": "Overloaded", "status_code": "529", "attempt": "1"}
            records.append(
                {
                    "timeUnixNano": str(time_ns),
                    "observedTimeUnixNano": str(time_ns + 10**6),
                    "body": {"stringValue": "claude_code." + kind},
                    "attributes": [{"key": key, "value": any_value(value)} for key, value in attributes.items()],
                }
            )
        resource_attributes = [{"key": "service.name", "value": {"stringValue": "claude-code"}}]
        scope = {"scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": records}
        request = {"resourceLogs": [{"resource": {"attributes": resource_attributes}, "scopeLogs": [scope]}]}
        line = json.dumps(request, separators=(",", ":")) + "\n"
        file.write(line)
        written += len(line)


def statements(name):
    return (ROOT / "schemas" / "judge" / f"{name}.sql").read_text()


def bare(telemetry):
    """The statements that read the whole file and score it, with nothing kept."""
    window = json.dumps([{"id": 0, "agent": None, "start": 0, "stop": 4 * 10**18}])
    variables = {"folder": f"'{telemetry}'", "threads": 2, "memory": "'384MiB'"}
    ingest = {"sources": f"['{telemetry / 'logs.jsonl'}']", "file": 1, "batch": 1, "longest_line": 4 << 20}
    sql = "".join(f"SET VARIABLE {name} = {value};\n" for name, value in variables.items())
    sql += statements("sandbox") + statements("tables")
    sql += "".join(f"SET VARIABLE {name} = {value};\n" for name, value in ingest.items())
    sql += statements("ingest") + f"SET VARIABLE windows = '{window}';\n"
    return sql + statements("score") + statements("answer")


def timed(arguments, text="", environment=None):
    """Seconds, the largest resident set of it and what it starts in MB, and its output."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        begun = time.perf_counter()
        done = subprocess.run(arguments, input=text, text=True, capture_output=True, env=environment)
        seconds = time.perf_counter() - begun
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        with os.fdopen(writer, "w") as stream:
            json.dump([seconds, memory, done.returncode, done.stdout, done.stderr], stream)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        seconds, memory, status, output, errors = json.load(stream)
    os.waitpid(child, 0)
    if status != 0:
        sys.exit(f"{arguments[0]} ended with {status}: {errors}")
    return seconds, memory, output


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--masque", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--duckdb", default=shutil.which("duckdb"))
    parser.add_argument("--size", type=int, nargs="*", default=[100, 1000], help="megabytes of logs")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if not options.duckdb:
        parser.error("no duckdb: pip install duckdb-cli, or --duckdb PATH")
    print("| Logs | bare duckdb | first | ratio | again | appended | memory: bare | first | again |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for size in options.size:
        with tempfile.TemporaryDirectory() as folder:
            home = pathlib.Path(folder)
            telemetry = home / "telemetry"
            telemetry.mkdir(mode=0o700)
            with open(telemetry / "logs.jsonl", "w") as file:
                for part in range(10):
                    write_logs(file, size * 100_000, part)
            environment = os.environ | {"MASQUES_HOME": folder, "MASQUES_DUCKDB": options.duckdb}
            ours = [options.masque, "performance", "--json", "--from", "2000-01-01T00:00:00Z"]
            ours += ["--to", "2060-01-01T00:00:00Z"]
            shell = [options.duckdb, "-no-init", "-batch", "-bail", "-list", "-noheader"]
            results = {"bare": [], "first": [], "again": []}
            # In turns, so that a machine whose neighbours wake is unfair to all alike.
            for _ in range(options.runs):
                results["bare"].append(timed(shell, bare(telemetry)))
                for kept in telemetry.glob("judge*"):
                    kept.unlink()
                results["first"].append(timed(ours, environment=environment))
                results["again"].append(timed(ours, environment=environment))
            tools = json.loads(results["bare"][0][2])[0]["tools"]
            if json.loads(results["again"][0][2])["stats"]["tools"] != tools:
                sys.exit("the two have not counted the same")
            with open(telemetry / "logs.jsonl", "a") as file:
                write_logs(file, 1_000_000, 11)
            appended = timed(ours, environment=environment)[0]
            seconds = {name: min(run[0] for run in runs) for name, runs in results.items()}
            memory = {name: max(run[1] for run in runs) for name, runs in results.items()}
            print(
                f"| {size} MB | {seconds['bare']:.2f} s | {seconds['first']:.2f} s "
                f"| {seconds['first'] / seconds['bare']:.2f} | {seconds['again']:.2f} s | {appended:.2f} s "
                f"| {memory['bare']:.0f} MB | {memory['first']:.0f} MB | {memory['again']:.0f} MB |",
                flush=True,
            )


if __name__ == "__main__":
    main()

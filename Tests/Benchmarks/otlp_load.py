"""Sends log records with the official OpenTelemetry exporter from several processes, and counts what arrives.

    python otlp_load.py --seconds 10 --processes 2 [--url http://127.0.0.1:4318/v1/logs] [--gzip] [--batch 512]

Each process makes one batch of records and exports it again and again: what is measured is the exporter's encoding, the
connection and the receiver, not the making of records. Prints one JSON object: records and records per second that were
acknowledged.
"""

import argparse
import json
import multiprocessing
import time


def batch(size, process):
    from opentelemetry._logs import SeverityNumber
    from opentelemetry.sdk._logs import ReadableLogRecord
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry._logs import LogRecord

    resource = Resource.create({"service.name": "claude-code", "service.version": "2.0.0", "process": process})
    scope = InstrumentationScope("com.anthropic.claude_code.events", "2.0.0")
    now = time.time_ns()
    return [
        ReadableLogRecord(
            log_record=LogRecord(
                timestamp=now + n,
                observed_timestamp=now + n,
                severity_number=SeverityNumber.INFO,
                body="claude_code.tool_result",
                attributes={
                    "event.name": "tool_result",
                    "session.id": f"session-{process}",
                    "tool_name": "Bash",
                    "success": "true",
                    "duration_ms": n,
                    "event.sequence": n,
                },
            ),
            resource=resource,
            instrumentation_scope=scope,
        )
        for n in range(size)
    ]


def work(process, options, results):
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs.export import LogRecordExportResult

    exporter = OTLPLogExporter(
        endpoint=options.url, compression=Compression.Gzip if options.gzip else Compression.NoCompression, timeout=30
    )
    records = batch(options.batch, process)
    acknowledged = refused = 0
    end = time.monotonic() + options.seconds
    start = time.monotonic()
    while time.monotonic() < end:
        if exporter.export(records) is LogRecordExportResult.SUCCESS:
            acknowledged += len(records)
        else:
            refused += len(records)
    results.put((acknowledged, refused, time.monotonic() - start))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--url", default="http://127.0.0.1:4318/v1/logs")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--gzip", action="store_true")
    options = parser.parse_args()
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=work, args=(n, options, results)) for n in range(options.processes)]
    for process in processes:
        process.start()
    done = [results.get() for _ in processes]
    for process in processes:
        process.join()
    records = sum(count for count, _, _ in done)
    seconds = max(elapsed for _, _, elapsed in done)
    print(
        json.dumps(
            {
                "records": records,
                "refused": sum(count for _, count, _ in done),
                "seconds": round(seconds, 2),
                "records_per_second": round(records / seconds),
            }
        )
    )


if __name__ == "__main__":
    main()

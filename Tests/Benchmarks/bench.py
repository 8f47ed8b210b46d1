#!/usr/bin/env python3
"""Every benchmark, as one Markdown text on stdout; progress goes to stderr. `make bench` calls it.

make -s bench >out.md       everything, a few minutes
bench.py --quick            few rounds, to see that it works
"""

import argparse

import intent_bench
import ledger_bench
import lint_bench
import lsp_bench
import wearing_bench
from measure import machine


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    print(f"Measured on {machine()}.\n", flush=True)
    for title, parts in (
        ("masque-lint", lint_bench.report(options.quick)),
        ("Intents", intent_bench.report(options.quick)),
        ("The ledger", ledger_bench.report(options.quick)),
        ("masque-lsp", lsp_bench.report(options.quick)),
        ("masque", wearing_bench.report(options.quick)),
    ):
        print(f"## {title}\n", flush=True)
        for part in parts:
            print(part + "\n", flush=True)


if __name__ == "__main__":
    main()

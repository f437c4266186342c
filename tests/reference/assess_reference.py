#!/usr/bin/python3
"""An independent second implementation of the judgement of signals, in NumPy, from the rule book alone.

  assess_reference.py compare --market DIR --tenants F --signals F --answers OUT.jsonl [--companies F] [--instruments F]
                              [--commands F] [--limit N] [--first N] [--field NAME]
        replays the same files beside the output of `riskd replay` and compares every figure; differences are listed
        (the first 20) and counted by field; exit code 1 if there is one
  assess_reference.py run     the same without answers: counts of statuses and of what bound; scenarios of its own seed
  assess_reference.py selftest

After each signal the approved quantities of the answer are what both go on with, so that one difference stays one.
"""

import argparse
import json
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.dont_write_bytecode = True

import ref_selftest  # noqa: E402
from ref_compare import Differences  # noqa: E402
from ref_replay import Replay  # noqa: E402


class Answers:
    """One answer a line, read as they are needed."""

    def __init__(self, path):
        self._lines, self._next = open(path, encoding="utf-8"), None

    def peek(self):
        while self._next is None:
            line = self._lines.readline()
            if not line:
                return None
            self._next = json.loads(line) if line.strip() else None
        return self._next

    def take(self):
        answer, self._next = self.peek(), None
        return answer


def parse_arguments():
    p = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    p.add_argument("task", choices=("compare", "run", "selftest"))
    for name in ("market", "tenants", "signals", "companies", "instruments", "commands", "answers"):
        p.add_argument("--" + name)
    p.add_argument("--limit", type=int, metavar="N", help="stop after N signals")
    p.add_argument("--first", type=int, default=20, metavar="N", help="differences to list (default 20)")
    p.add_argument("--differ-max", type=int, default=0, metavar="N", help="signals that may differ (default 0)")
    p.add_argument("--field", help="list differences of fields that start so")
    o = p.parse_args()
    if o.task != "selftest" and not (o.market and o.tenants and o.signals):
        p.error("--market, --tenants and --signals are needed")
    if o.task == "compare" and not o.answers:
        p.error("--answers is needed")
    return o


def main():
    o = parse_arguments()
    if o.task == "selftest":
        return ref_selftest.run()
    out = Differences(o.first, o.field)
    replay = Replay(o, Answers(o.answers) if o.task == "compare" else None, out)
    start = time.monotonic()
    replay.run(o.signals)
    if o.task == "compare":
        for line in out.first:
            print(line)
        for title, counter in (("differences by field", out.counts), ("codes (reference, answer)", out.code_pairs),
                               ("rows without a twin here", out.unmatched_rows)):
            if counter:
                print(f"{title}:")
                for key, n in counter.most_common():
                    print(f"  {n:7d} of {out.checked[key] or '-'}  {key}")
        missing = {"max_positions", "daily_var", "leverage", "correlation"} - out.seen_rows
        if missing:
            print(f"rows never seen under these names: {sorted(missing)}; seen: {sorted(map(str, out.seen_rows))}")
    else:
        for (status, code), n in replay.codes.most_common():
            print(f"  {n:7d}  {status} {code}")
    print(f"{dict(replay.status)} {dict(replay.counts)}", f"{time.monotonic() - start:.1f} s", file=sys.stderr)
    print(f"{replay.signals} signals compared, {replay.differing} differ" if o.task == "compare" else f"{replay.signals} signals")
    return 1 if o.task == "compare" and replay.differing > o.differ_max else 0


if __name__ == "__main__":
    sys.exit(main())

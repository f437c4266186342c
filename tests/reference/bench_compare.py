#!/usr/bin/python3
"""Holds the benchmark's answers against the Python versions', signal by signal, and prints the times side by side.

usage: bench_compare.py OURS.json PYTHON.json     (written by bench_assess and bench_reference.py)
Exit status 1 when an answer differs beyond the tolerances below.
"""

import json
import statistics
import sys

FIGURE = 1e-5  # scenarios are single precision, and both sides sum them in their own order
SOLVED = 2e-4  # where the book's VaR decides: the Python solver stops at 1e-4 of the limit


def near(a, b, tolerance, slack=1e-9):
    return (a is None) == (b is None) and (a is None or abs(a - b) <= tolerance * max(abs(a), abs(b)) + slack)


def differences(ours, theirs):
    found = []
    solved = "VAR_LIMIT" in (ours["code"], theirs["code"])
    if ours["status"] != theirs["status"]:
        found.append(f"status {ours['status']} {ours['code']} against {theirs['status']} {theirs['code']}")
    for method, size in ours["sizes"].items():
        if not near(size, theirs["sizes"].get(method), FIGURE):
            found.append(f"{method} {size} against {theirs['sizes'].get(method)}")
    unit = ours["final_size"] / ours["final_quantity"] if ours.get("final_quantity") else 0.0
    lot = unit * ours.get("lot_step", 1.0)
    if not near(ours["final_size"], theirs["final_size"], SOLVED if solved else FIGURE, 1.01 * lot + 1e-6):
        found.append(f"final size {ours['final_size']} against {theirs['final_size']}")
    if ours["final_size"] and theirs["final_size"]:
        for figure in ("historical", "parametric", "monte_carlo"):
            a, b = ours[figure] / ours["final_size"], theirs[figure] / theirs["final_size"]
            if not near(a, b, FIGURE):
                found.append(f"{figure} VaR per unit {a} against {b}")
    return found


def times(rows):
    t = sorted(row["microseconds"] for row in rows)
    return statistics.median(t), statistics.fmean(t), t[int(0.99 * (len(t) - 1))]


def main():
    ours = json.load(open(sys.argv[1], encoding="utf-8"))
    python = json.load(open(sys.argv[2], encoding="utf-8"))
    by_id = {row["signal_id"]: row for row in ours}
    print(f"\n{'row 7':10s} {'signals':>8s} {'median us':>12s} {'mean us':>12s} {'p99 us':>12s} {'times ours (median)':>20s}   goal")
    base = times(ours)
    print(f"{'ours':10s} {len(ours):8d} {base[0]:12.1f} {base[1]:12.1f} {base[2]:12.1f} {'':>20s}")
    bad = 0
    for name, goal in (("numpy", ">= 50"), ("plain", ">= 200")):
        rows = python[name]
        if not rows:
            continue
        t = times(rows)
        print(f"{name:10s} {len(rows):8d} {t[0]:12.1f} {t[1]:12.1f} {t[2]:12.1f} {t[0] / base[0]:20.1f}   {goal}")
    for name in ("numpy", "plain"):
        differing = 0
        for row in python[name]:
            found = differences(by_id[row["signal_id"]], row)
            differing += bool(found)
            if found and differing <= 5:
                print(f"{name} {row['signal_id']}: " + "; ".join(found))
        bad += differing
        print(f"{name}: {len(python[name])} answers compared, {differing} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main())

#!/usr/bin/python3
"""Races RISK.md in NumPy and in plain Python: every signal fully assessed on the same book, one after the other.

The input is one JSON object:
  closes         T x N prices, oldest row first, T >= 31 (253 and more: full windows); symbols: N names, same order
  instruments    list as in instruments.json (built-in FX pairs need none)
  account        {"currency", "balance"}       tier  "FREE" | "PRO" | "ENTERPRISE"
  limits         optional: limits by their names in the files, as a company would set them (they replace the tier's)
  positions      [{"symbol", "quantity" (signed), "average_price"}]; average_price absent: the last close
  trade_statistics  optional, as in tenants.json
  signals        list of TradingSignal objects; expires_at_ms is ignored
  seed           seed of the scenarios (number or string)
Nothing is reserved between signals, no duplicate or rate gate. Instruments are taken as open, prices as fresh.
The scenarios are drawn once, outside the clock; per signal: book P&L on all paths, stand-alone figures, the five
sizes, all limits, the book VaR solved to 1e-4 with at most 5 evaluations after the bracket, and the check at the end.

--out writes {"numpy": [...], "plain": [...]}, one row a signal: signal_id, status, code, final_size, final_quantity,
closing_quantity, sizes by method, historical, parametric, monte_carlo (stand-alone at its size), book_var_before,
book_var_after, microseconds.
"""

import argparse
import json
import os
import statistics
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, like the program it is compared with

import numpy as np  # noqa: E402

from plain_assess import PlainEngine, PlainModel  # noqa: E402
from ref_files import Instruments, merge_limits  # noqa: E402
from ref_judge import Book, Line, assess_signal  # noqa: E402
from ref_market import DAY_MS, Model, View  # noqa: E402
from ref_tenant import Tenant, parse_signal  # noqa: E402
from ref_var import NumpyEngine  # noqa: E402


def make_view(data):
    """A View whose last row is one day old at NOW_MS."""
    view = View({}, Instruments(data.get("instruments") or ()), 0)
    view.model = Model(data["symbols"], data["closes"])
    view.last = {s: (float(p), DAY_MS) for s, p in zip(data["symbols"], data["closes"][-1])}
    return view


NOW_MS = DAY_MS + 1


def make_book(data, view):
    setup = {"company_id": "c", "user_id": "u", "tier": data["tier"], "account": data["account"],
             "trade_statistics": data.get("trade_statistics") or ()}
    company = {"limits": data.get("limits") or {}, "trading_hours_restriction": False}
    tenant = Tenant(setup, company)
    lines = {p["symbol"]: Line(float(p["quantity"]), float(p.get("average_price") or view.price(p["symbol"])))
             for p in data.get("positions") or () if float(p["quantity"])}
    return Book(tenant.currency, tenant.balance, lines, tenant.trades), merge_limits(data["tier"], company, {})


def race(engine, signals, book, view, limits):
    rows = []
    for signal in signals:
        start = time.perf_counter_ns()
        a = assess_signal(signal, book, view, engine, limits, NOW_MS, tolerance=1e-4, evaluations_max=5)
        # What the answer's report needs on top: impact on the book, at the final size.
        after = a.before_trade
        if a.opening_size:
            after = engine.var(a.column, signal.side * a.opening_size)
        elapsed = (time.perf_counter_ns() - start) / 1000
        size, unit = a.opening_size or a.closing_size, a.unit_figures or {}
        rows.append({"signal_id": signal.signal_id, "status": a.status, "code": a.code, "final_size": a.size,
                     "final_quantity": a.quantity, "closing_quantity": a.closing_quantity,
                     "sizes": a.sizing.sizes if a.sizing else {},
                     **{m: unit.get(m, 0.0) * size for m in ("historical", "parametric", "monte_carlo")},
                     "book_var_before": a.before_trade, "book_var_after": after, "microseconds": elapsed})
    return rows


def report(name, rows):
    if not rows:
        return
    t = sorted(r["microseconds"] for r in rows)
    print(f"{name:6s} {len(t):6d} signals  median {statistics.median(t):10.1f}  mean {statistics.fmean(t):10.1f}  "
          f"p99 {t[min(len(t) - 1, int(0.99 * len(t)))]:10.1f} microseconds per signal")


def main():
    p = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    p.add_argument("--input", required=True)
    p.add_argument("--numpy", type=int, default=1000, metavar="N", help="signals for the NumPy version (default 1000)")
    p.add_argument("--plain", type=int, default=50, metavar="N", help="signals for plain Python (default 50)")
    p.add_argument("--out", metavar="FILE")
    o = p.parse_args()
    data = json.load(open(o.input, encoding="utf-8"))
    view = make_view(data)
    book, limits = make_book(data, view)
    signals = [parse_signal({k: v for k, v in s.items() if k != "expires_at_ms"}, {}) for s in data["signals"]]
    seed = int(data.get("seed", 1))
    with_numpy = race(NumpyEngine(view.model, seed, wide=False), signals[: o.numpy], book, view, limits)
    plain = race(PlainEngine(PlainModel(view.model, seed)), signals[: o.plain], book, view, limits)
    report("numpy", with_numpy)
    report("plain", plain)
    worst = max((abs(a["final_size"] - b["final_size"]) / max(1.0, b["final_size"]) for a, b in zip(with_numpy, plain)),
                default=0.0)
    print(f"largest relative difference of their sizes: {worst:.1e}; statuses equal: "
          f"{all(a['status'] == b['status'] for a, b in zip(with_numpy, plain))}; "
          f"{sum(r['status'] == 'REJECTED' for r in with_numpy)} rejected, "
          f"{sum(r['status'] == 'REDUCED' for r in with_numpy)} reduced, "
          f"{sum(r['code'] == 'VAR_LIMIT' for r in with_numpy)} by book VaR")
    if o.out:
        json.dump({"numpy": with_numpy, "plain": plain}, open(o.out, "w", encoding="utf-8"))


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()

"""`riskd replay` over the ECB's rates of ten pairs: the spring of 2020 and all of 2025. usage: real_data_test.py RISKD

The data are no part of the project: the folder RISKCLUSTER_MARKET_DATA holds fx_daily_ecb_10pairs.csv and VIX.csv.
Without it the test is skipped with exit status 77.
"""

import bisect
import collections
import csv
import datetime
import json
import os
import pathlib
import random
import sys
import tempfile
import unittest

from replaying import Replaying, lines, tenant, without_time

SEED = 20200316
SIGNALS = 2_000
TENANTS = 20
AGE_MAX_MS = 96 * 3_600_000
PERIODS = (("2020-02-01", "2020-06-30"), ("2025-01-01", "2025-12-31"))


def folder():
    return pathlib.Path(os.environ["RISKCLUSTER_MARKET_DATA"])


def start_of(day):
    return int(datetime.datetime.combine(day, datetime.time(), datetime.timezone.utc).timestamp() * 1000)


class Rates:
    """The file as plain Python sees it."""

    def __init__(self):
        with open(folder() / "fx_daily_ecb_10pairs.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.days = [datetime.date.fromisoformat(r.pop("date")) for r in rows]
        self.pairs = list(rows[0])
        self.closes = [{pair: float(price) for pair, price in r.items()} for r in rows]

    def row_before(self, day):
        return bisect.bisect_left(self.days, day) - 1

    def is_stale(self, at_ms):
        """The newest row before the instant's day ended more than 96 h ago: Easter and some Christmases."""
        day = datetime.datetime.fromtimestamp(at_ms / 1000, datetime.timezone.utc).date()
        ended = start_of(self.days[self.row_before(day)] + datetime.timedelta(days=1))
        return at_ms - ended > AGE_MAX_MS


class Inputs:
    """Tenants of all tiers and currencies, and their signals on weekdays of the periods, by time."""

    def __init__(self, rates):
        self.rates, self.source = rates, random.Random(SEED)
        self.tenants = [self.tenant(i) for i in range(TENANTS)]
        weekdays = []
        for first, final in PERIODS:
            day, end = (datetime.date.fromisoformat(d) for d in (first, final))
            while day <= min(end, rates.days[-1]):
                if day.weekday() < 5:
                    weekdays.append(day)
                day += datetime.timedelta(days=1)
        self.batches, count = [], 0
        while count < SIGNALS:
            at = start_of(self.source.choice(weekdays)) + self.source.randrange(7 * 3_600_000, 17 * 3_600_000)
            size = min(self.source.choice((1, 1, 2, 3)), SIGNALS - count)
            self.batches.append(self.batch(at, range(count, count + size)))
            count += size
        self.batches.sort(key=lambda b: int(b["created_at_ms"]))

    def tenant(self, i):
        tier = ("FREE", "PRO", "ENTERPRISE")[i % 3]
        balance = {"FREE": 5_000, "PRO": 60_000, "ENTERPRISE": 800_000}[tier] * self.source.uniform(0.5, 2)
        held = self.source.sample(self.rates.pairs, i % 3)
        prices = self.rates.closes[self.rates.row_before(datetime.date(2020, 2, 3))]
        return tenant(f"u{i:02}", "acme" if i % 2 else "zeta", round(balance, 2), tier=tier,
                      account={"currency": ("USD", "EUR", "GBP")[i % 7 % 3], "balance": round(balance, 2)},
                      positions=[{"symbol": s, "quantity": round(balance / 20) * self.source.choice((1, -1)),
                                  "average_price": prices[s]} for s in held])

    def batch(self, at, numbers):
        owner = self.source.choice(self.tenants)
        return {"batch_id": f"b{numbers[0]:05}", "company_id": owner["company_id"], "user_id": owner["user_id"],
                "created_at_ms": str(at), "trading_signals": [self.signal(n, at, owner) for n in numbers]}

    def signal(self, n, at, owner):
        day = datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc).date()
        pair, side = self.source.choice(self.rates.pairs), self.source.choice((1, -1))
        price = self.rates.closes[self.rates.row_before(day)][pair]
        signal = {"signal_id": f"s{n:05}", "symbol": pair, "side": "BUY" if side > 0 else "SELL",
                  "strategy_id": f"st{n % 5}", "strategy_type": "TREND_FOLLOWING",
                  "confidence": round(self.source.uniform(0.4, 0.8), 3)}
        if self.source.random() < 0.8:
            signal["requested_notional"] = round(owner["account"]["balance"] * self.source.uniform(0.005, 0.6), 2)
        if self.source.random() < 0.7:
            signal["stop_loss"] = price * (1 - side * self.source.uniform(0.004, 0.02))
            signal["take_profit"] = price * (1 + side * self.source.uniform(0.008, 0.04))
        if self.source.random() < 0.3:
            signal["entry_price"] = price * (1 + self.source.uniform(-0.003, 0.003))
        return signal


class RealData(Replaying):
    @classmethod
    def setUpClass(cls):
        cls.rates = Rates()
        cls.inputs = Inputs(cls.rates)
        with tempfile.TemporaryDirectory() as name:
            paths = {"--tenants": json.dumps(cls.inputs.tenants), "--signals": lines(cls.inputs.batches)}
            for option, text in paths.items():
                paths[option] = pathlib.Path(name, option[2:])
                paths[option].write_text(text)
            words = [word for pair in paths.items() for word in pair]
            cls.first, cls.again = (cls.call(cls(), "replay", "--market", folder(), *words) for _ in range(2))
        cls.by_answer = list(zip(cls.inputs.batches, cls.first.answers))
        cls.signals = [(int(b["created_at_ms"]), s) for b, a in cls.by_answer for s in a["assessments"]]
        counts = collections.Counter(s["approval_status"] for _, s in cls.signals)
        print(f"seed {SEED}: {len(cls.signals)} signals, {dict(counts)}", flush=True)

    def test_all_is_answered_without_complaint(self):
        self.assertEqual((self.first.status, self.first.complaints()), (0, []))
        self.assertEqual([b["batch_id"] for b in self.inputs.batches], [a["batch_id"] for a in self.first.answers])
        self.assertEqual(len(self.signals), SIGNALS)
        self.assertEqual({a["refusal"] for a in self.first.answers}, {""})

    def test_two_runs_are_byte_identical_but_for_the_time(self):
        self.assertEqual(self.again.status, 0)
        for one, other in zip(self.first.out.splitlines(), self.again.out.splitlines(), strict=True):
            self.assertEqual(without_time(one), without_time(other))

    def test_statuses_are_mixed(self):
        counts = collections.Counter(s["approval_status"] for _, s in self.signals)
        for status in ("APPROVED", "REDUCED", "REJECTED"):
            self.assertGreater(counts[status], SIGNALS / 50, counts)
        self.assertNotIn("INTERNAL_ERROR", {s["reason_code"] for _, s in self.signals})

    def test_an_opening_keeps_the_book_within_its_var_limit_or_lowers_it(self):
        inside = 0
        for _, answer in self.signals:
            sizing = answer.get("position_sizing", {})
            if answer["approval_status"] == "REJECTED" or sizing["final_size"] <= sizing["closing_size"]:
                continue
            row = next(c for c in answer["checks"] if c["name"] == "daily_var")
            if row["value"] <= row["limit"] * (1 + 1e-9):
                inside += 1
            else:  # a book that was beyond its limit before: only a hedge may pass
                self.assertLess(answer["var_analysis"]["portfolio_var_impact"], 0, answer["signal_id"])
        self.assertGreater(inside, SIGNALS / 10)

    def test_prices_are_stale_only_where_the_bank_was_closed_too_long(self):
        stale_days = set()
        for at, answer in self.signals:
            if self.rates.is_stale(at):
                stale_days.add(datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc).date())
                sizing = answer.get("position_sizing", {"final_size": 0, "closing_size": 0})
                self.assertLessEqual(sizing["final_size"], sizing["closing_size"])
            else:
                self.assertNotIn(answer["reason_code"], ("STALE_MARKET_DATA", "NO_MARKET_DATA", "INSUFFICIENT_HISTORY"),
                                 answer["signal_id"])
        for day in stale_days:  # the Tuesday after Easter, the Monday after a long Christmas, …
            self.assertGreater((day - self.rates.days[self.rates.row_before(day)]).days, 4)
        self.assertLessEqual(len(stale_days), 4)

    def test_a_view_is_named_by_the_rows_that_it_sees(self):
        ids = {}
        for sent, answer in self.by_answer:
            day = datetime.datetime.fromtimestamp(int(sent["created_at_ms"]) / 1000, datetime.timezone.utc).date()
            ids.setdefault(self.rates.row_before(day), set()).add(answer["view_id"])
        self.assertGreater(len(ids), 100)
        self.assertEqual({len(names) for names in ids.values()}, {1})
        self.assertEqual(len(set.union(*ids.values())), len(ids))


if __name__ == "__main__":
    Replaying.riskd = sys.argv.pop(1)
    if not os.environ.get("RISKCLUSTER_MARKET_DATA"):
        print("SKIPPED: RISKCLUSTER_MARKET_DATA names no folder of real prices")
        sys.exit(77)
    unittest.main(verbosity=1)

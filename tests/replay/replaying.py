"""A small market, its tenants and their signals as files, and `riskd replay` run over them."""

import datetime
import functools
import json
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

PAIRS = ("EURUSD", "GBPUSD", "USDJPY")
LAST_DAY = datetime.date(2025, 2, 20)  # a Thursday
SEED = 20250221


def time_ms(text):
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)


NOON = time_ms("2025-02-21T12:00:00")  # of the day after the last row


@functools.cache
def walk():
    """(dates, {symbol: closes}): 300 business days of independent steps of 0.5 %, the same at every call."""
    dates, day = [], LAST_DAY
    while len(dates) < 300:
        if day.weekday() < 5:
            dates.append(day)
        day -= datetime.timedelta(days=1)
    dates.reverse()
    source = random.Random(SEED)
    prices = dict(zip(PAIRS, (1.1, 1.27, 150.0)))
    closes = {symbol: [] for symbol in PAIRS}
    for _ in dates:
        for symbol in PAIRS:
            prices[symbol] *= 1 + 0.005 * max(-2.5, min(2.5, source.gauss(0, 1)))
            closes[symbol].append(float(f"{prices[symbol]:.6g}"))
    return dates, closes


def last(symbol):
    return walk()[1][symbol][-1]


def wide_csv(columns=None):
    dates, closes = walk()
    columns = columns or closes
    rows = [",".join(("date", *columns))]
    rows += (",".join((str(date), *map(str, row))) for date, *row in zip(dates, *columns.values()))
    return "\n".join(rows) + "\n"


def tenant(user="u1", company="acme", balance=100_000, **more):
    return {"company_id": company, "user_id": user, "tier": "PRO", "account": {"currency": "USD", "balance": balance},
            **more}


def signal(signal_id, symbol="EURUSD", side="BUY", notional=2_000.0, **more):
    return {"signal_id": signal_id, "symbol": symbol, "side": side, "strategy_id": "trend",
            "strategy_type": "TREND_FOLLOWING", "confidence": 0.6, "requested_notional": notional, **more}


def batch(batch_id, *signals, user="u1", company="acme", at=NOON, **more):
    """Of one signal named after the batch, when none is given."""
    return {"batch_id": batch_id, "company_id": company, "user_id": user, "created_at_ms": str(at),
            "trading_signals": list(signals) or [signal("s-" + batch_id)], **more}


def fill(execution_id, symbol, side, quantity, price, at, user="u1", company="acme", **more):
    return {"company_id": company, "user_id": user, "execution_report": {
        "execution_id": execution_id, "symbol": symbol, "side": side, "quantity": quantity, "price": price,
        "status": "FILLED", "at_ms": str(at), **more}}


def lines(entries):
    """Of JSON values, or of text as it stands."""
    return "".join((e if isinstance(e, str) else json.dumps(e)) + "\n" for e in entries)


def without_time(text):
    """Answers but for performance_metrics, the one thing that may differ."""
    return re.sub(r'"performance_metrics":\{[^}]*\}', '"performance_metrics":{}', text)


def status_of(answer, i=0):
    return answer["assessments"][i]["approval_status"]


def reason_of(answer, i=0):
    return answer["assessments"][i]["reason_code"]


class Run:
    """What one call of the program did."""

    def __init__(self, done):
        self.status, self.err = done.returncode, done.stderr.decode()
        self.out = done.stdout.decode()

    @functools.cached_property
    def answers(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def complaints(self):
        return [line for line in self.err.splitlines() if line.startswith("riskd: ")]


class Replaying(unittest.TestCase):
    """Each test has a folder with the market, one tenant and what it writes itself."""

    riskd = ""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "market").mkdir()
        self.file("market/closes.csv", wide_csv())
        self.tenants(tenant())

    def file(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def tenants(self, *setups):
        # An entry a line, so that a complaint can name its line: the first one stands on line 2.
        return self.file("tenants.json", "[\n" + ",\n".join(map(json.dumps, setups)) + "\n]\n")

    def call(self, *arguments, stdin=None):
        done = subprocess.run([self.riskd, *map(str, arguments)], input=stdin, capture_output=True, timeout=120)
        self.assertGreaterEqual(done.returncode, 0, f"died of a signal: {done.stderr.decode()}")
        return Run(done)

    def replay(self, entries, *more, stdin=None):
        """Of `entries` as signals.jsonl, or of what `more` names."""
        signals = ("--signals", self.file("signals.jsonl", lines(entries))) if entries is not None else ()
        return self.call("replay", "--market", self.folder / "market", "--tenants", self.folder / "tenants.json",
                         *signals, *more, stdin=stdin)

    def answered(self, entries, *more, status=0):
        """The answers of a run that ends as it should."""
        run = self.replay(entries, *more)
        self.assertEqual(run.status, status, run.err)
        if status == 0:
            self.assertEqual(run.complaints(), [])
        return run.answers

"""Batches of trading signals over the last two weeks, with everything that goes wrong in real ones.

A Stream walks the batches in order of time and keeps a rough book per tenant (only what fills made of it), so that
closings find something to close. It does not know what will be approved, and need not: fills are facts.
"""

import datetime
import json
import math

from .fills import Fills
from .market import DAILY_VOL, DIGITS, LAST_DAY, TRADABLE
from .tenants import FAN_OUT, STRATEGIES, pick

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
SIZES = {1: 0.42, 2: 0.32, 3: 0.14, 4: 0.08, 5: 0.04}  # signals of a usual batch
BURST_SIZES = (20, 50)
FAN_OUT_SHARE = 0.004
REPEAT, SECOND_CLICK, OLD_ID, CLASH = 0.012, 0.022, 0.030, 0.033  # cumulative shares of batches with a follow-up
SOURCES = ("engine-a", "engine-b")
BAD_KINDS = ("broken", "nan", "enum", "wildcard", "negative", "no_id", "infinite", "dotted", "empty", "type", "no_side",
             "field")  # in turn, so that a small sample has several
UNKNOWN_SYMBOLS = ("ZZZ999", "BTCUSD", "EURXXX", "eurusd")


def _midnight_ms(day):
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.timezone.utc).timestamp()) * 1000


def batch_times(rng, count):
    """Rising times: mostly 08:00-20:00 UTC of ten business days, some nights, some on Saturdays and Sundays."""
    days = [LAST_DAY + datetime.timedelta(days=d) for d in range(-11, 2)]
    working = [_midnight_ms(d) for d in days if d.weekday() < 5]
    weekend = [_midnight_ms(d) for d in days if d.weekday() >= 5]
    times = []
    for _ in range(count):
        roll = rng.random()
        if roll < 0.93:
            times.append(rng.choice(working) + 8 * HOUR_MS + int(12 * HOUR_MS * rng.random()))
        else:
            times.append(rng.choice(working if roll < 0.98 else weekend) + int(DAY_MS * rng.random()))
    return sorted(times)


def _probably_closed(symbol, at_ms):
    """Whether an index is outside the hours that it has in most weeks, in UTC; close enough for choosing."""
    hours = {"US30": (13.5, 20.0), "DE40": (8.0, 15.5)}.get(symbol)
    return hours is not None and not hours[0] <= at_ms % DAY_MS / HOUR_MS < hours[1]


def to_line(message):
    return json.dumps(message, separators=(",", ":"))


class Stream:
    def __init__(self, rng, market, tenants):
        self.rng, self.market, self.tenants = rng, market, tenants
        self.activity = [rng.lognormvariate(0, 0.5) for _ in tenants]
        self.fills = Fills(rng, market)
        self.lines = []  # (created_at_ms, order, text)
        self.signal_count = 0  # in lines that can be read
        self._batch_count = 0
        self._last_id = 0
        self._steps = 0
        self._bad_kind = 0

    def add_line(self, at_ms, text, signals=0):
        self.lines.append((at_ms, len(self.lines), text))
        self.signal_count += signals

    def sorted_lines(self):
        return [text for _, _, text in sorted(self.lines)]

    def expected_per_step(self):
        """Readable lines and signals that one call of make_batch adds on average: how many times to draw."""
        usual = sum(size * share for size, share in SIZES.items())
        burst = sum(t.profile.burst * a for t, a in zip(self.tenants, self.activity)) / sum(self.activity)
        return 1 + CLASH, usual * (1 + CLASH) + burst * sum(BURST_SIZES) / 2

    # One batch and what may come of it -----------------------------------------------------------------------

    def make_batch(self, at_ms, signals_max, lines_max):
        """Adds one readable line, sometimes a second one that repeats or contradicts it; returns how many."""
        rng = self.rng
        day = datetime.datetime.fromtimestamp(at_ms / 1000, datetime.timezone.utc).date()
        self.row = self.market.row_before(day)
        self._steps += 1
        if self._steps % 320 == 160:
            self._bad_line(at_ms)
        if rng.random() < FAN_OUT_SHARE:
            self._fan_out(at_ms)
            return 1
        tenant = rng.choices(self.tenants, self.activity)[0]
        large = rng.random() < tenant.profile.burst
        count = rng.randint(*BURST_SIZES) if large else pick(rng, SIZES)
        count = max(1, min(count, signals_max))
        signals = [self._signal(tenant, at_ms) for _ in range(count)]
        if count > 1 and rng.random() < 0.02:  # the same wish twice in one batch
            signals[-1] = signals[0] | {"signal_id": signals[-1]["signal_id"]}
        batch = self._batch(at_ms, {"company_id": tenant.company_id, "user_id": tenant.user_id}, signals)
        if rng.random() < 0.85:
            batch["source"] = rng.choice(SOURCES)
            batch["sequence"] = str(tenant.next_sequence(batch["source"]))
        if rng.random() < 0.001:
            batch["user_id"] = "nobody"
        self.add_line(at_ms, to_line(batch), count)
        return 1 + (lines_max > 1 and 2 * count <= signals_max and self._follow_up(batch, at_ms))

    def _batch(self, at_ms, owner, signals):
        self._batch_count += 1
        return {"batch_id": f"b{self._batch_count:06d}", **owner, "trading_signals": signals,
                "created_at_ms": str(at_ms)}

    def _follow_up(self, batch, at_ms):
        """Repeats after lost answers, orders clicked twice, a sequence used twice; returns whether there is one."""
        rng, signals, roll = self.rng, batch["trading_signals"], self.rng.random()
        if len(signals) > 5:
            return False
        soon = at_ms + rng.randint(40, 450)
        owner = {k: batch[k] for k in ("company_id", "user_id")}
        if roll < REPEAT:  # the very same batch again
            self.add_line(at_ms, to_line(batch), len(signals))
        elif roll < SECOND_CLICK:  # sent again by hand within half a second: new ids, same wish
            again = [s | {"signal_id": self._next_id()} for s in signals]
            self.add_line(soon, to_line(self._batch(soon, owner, again)), len(signals))
        elif roll < OLD_ID:  # an old signal_id in a new batch, later
            later = at_ms + rng.randint(2, 900) * 1000
            self.add_line(later, to_line(self._batch(later, owner, signals[:1])), 1)
        elif roll < CLASH and "sequence" in batch:  # the same sequence for something else
            fresh = [s | {"signal_id": self._next_id()} for s in signals]
            clash = self._batch(soon, owner, fresh) | {k: batch[k] for k in ("source", "sequence")}
            self.add_line(soon, to_line(clash), len(signals))
        else:
            return False
        return True

    def _fan_out(self, at_ms):
        """No owner: every tenant that subscribed to the strategy gets it."""
        strategy = self.rng.choice(list(FAN_OUT) + ["nobody-follows"] * (self.rng.random() < 0.05))
        symbol = self.rng.choice(TRADABLE)
        signal = self._opening(symbol, {"strategy_id": strategy, "strategy_type": FAN_OUT.get(strategy, "OTHER")})
        signal["requested_notional"] = self.rng.choice((250, 500, 1000, 5000))
        self.add_line(at_ms, to_line(self._batch(at_ms, {"strategy_id": strategy}, [signal])), 1)

    # One signal ----------------------------------------------------------------------------------------------

    def _next_id(self):
        self._last_id += 1
        return f"s{self._last_id:06d}"

    def _signal(self, tenant, at_ms):
        rng = self.rng
        held = [s for s, q in tenant.book.items() if q]
        if held and rng.random() < 0.08 + 0.05 * len(held):
            return self._closing(tenant, rng.choice(held), at_ms)
        roll = rng.random()
        if roll < 0.003:
            symbol = rng.choice(UNKNOWN_SYMBOLS)
        elif roll < 0.009:
            symbol = rng.choice(("NEW40", "OLDIDX"))
        elif roll < 0.06:
            symbol = rng.choice(TRADABLE)
        else:
            symbol = rng.choices(tenant.symbols, tenant.weights)[0]
            if _probably_closed(symbol, at_ms) and rng.random() < 0.6:  # most engines know the hours
                symbol = rng.choices(tenant.symbols, tenant.weights)[0]
        strategy = rng.choice(tenant.strategies)
        signal = self._opening(symbol, {"strategy_id": strategy, "strategy_type": STRATEGIES[strategy][0]})
        notional = self._notional(tenant)
        if notional:
            signal["requested_notional"] = notional
        signal["expires_at_ms"] = str(at_ms + self._life_ms(tenant))
        if symbol in TRADABLE:
            self.fills.after_opening(tenant, signal, at_ms, self.row)
        return signal

    def _notional(self, tenant):
        """Mostly what the profile likes; some stretch it, some ask for the moon, some leave the size to us."""
        rng, (low, high), roll = self.rng, tenant.profile.request, self.rng.random()
        if roll < 0.10:
            return None
        share = math.exp(rng.uniform(math.log(low), math.log(high)))
        share *= rng.uniform(1.5, 4) if roll < 0.28 else rng.uniform(20, 100) if roll < 0.30 else 1.0
        amount = share * tenant.scale
        return round(amount) if amount >= 100 else round(amount, 2)

    def _life_ms(self, tenant):
        """Two minutes to three hours, log-uniform, times the patience of the profile; a few are late already."""
        if self.rng.random() < 0.005:
            return -self.rng.randint(1, 600) * 1000
        minutes = math.exp(self.rng.uniform(math.log(2), math.log(180))) * tenant.profile.patience
        return int(minutes * 60) * 1000

    def _opening(self, symbol, strategy):
        """Side, entry, stop and target around the last price."""
        rng = self.rng
        side = rng.choice(("BUY", "SELL"))
        known = symbol in DIGITS
        last = self.market.last(symbol, self.row) if known else 1.25
        digits, vol = (DIGITS[symbol], DAILY_VOL[symbol]) if known else (5, 0.006)
        signal = {"signal_id": self._next_id(), "symbol": symbol, "side": side, **strategy,
                  "confidence": round(rng.uniform(0.45, 0.85), 2)}
        direction = 1 if side == "BUY" else -1
        entry, roll = last, rng.random()
        if roll < 0.70:  # a limit order; the others enter at the market
            usual = max(-0.009, min(0.009, rng.gauss(0, 0.12) * vol))  # within every tier's collar
            entry = last * (1 + (usual if roll > 0.01 else rng.choice((-1, 1)) * rng.uniform(0.035, 0.09)))
            signal["entry_price"] = round(entry, digits)
        distance = entry * vol * rng.uniform(0.6, 2.5)
        flaw = rng.random()  # one in a hundred has its stop or its target on the wrong side
        if rng.random() < 0.80:
            signal["stop_loss"] = round(entry - direction * distance * (-1 if flaw < 0.006 else 1), digits)
        if rng.random() < 0.65:
            reward = distance * rng.uniform(1.0, 3.0)
            signal["take_profit"] = round(entry + direction * reward * (-1 if 0.006 < flaw < 0.011 else 1), digits)
        return signal

    def _closing(self, tenant, symbol, at_ms):
        """Against the position the generator knows of: a part, all of it, or more than all (a reversal)."""
        rng, quantity = self.rng, tenant.book[symbol]
        strategy = rng.choice(tenant.strategies)
        signal = {"signal_id": self._next_id(), "symbol": symbol, "side": "SELL" if quantity > 0 else "BUY",
                  "strategy_id": strategy, "strategy_type": STRATEGIES[strategy][0], "confidence": 0.6}
        roll = rng.random()
        share = rng.uniform(0.2, 0.8) if roll < 0.35 else 1.0 if roll < 0.85 else rng.uniform(1.3, 2.5)
        notional = abs(quantity) * share * self.market.unit_value(symbol, self.row, tenant.currency)
        if roll < 0.65 or roll >= 0.85:
            signal["requested_notional"] = round(notional, 2)
        if rng.random() < 0.5:
            signal["reduce_only"] = True
        elif share > 1.0 and rng.random() < 0.8:  # what goes beyond the position has a stop of its own
            last = self.market.last(symbol, self.row)
            signal["stop_loss"] = round(last * (1 + math.copysign(1.5 * DAILY_VOL[symbol], quantity)), DIGITS[symbol])
        signal["expires_at_ms"] = str(at_ms + 20 * 60_000)
        self.fills.after_closing(tenant, signal, min(share, 1.0), at_ms, self.row)
        return signal

    # Lines that a reader must refuse, each with its own reason -------------------------------------------------

    def _bad_line(self, at_ms):
        tenant = self.rng.choice(self.tenants)
        strategy = {"strategy_id": "trend-daily", "strategy_type": "OTHER"}
        signal = self._opening(self.rng.choice(tenant.symbols), strategy)
        batch = self._batch(at_ms, {"company_id": tenant.company_id, "user_id": tenant.user_id}, [signal])
        kind = BAD_KINDS[self._bad_kind % len(BAD_KINDS)]
        self._bad_kind += 1
        changes = {"nan": {"entry_price": "NaN"}, "infinite": {"requested_notional": "Infinity"},
                   "negative": {"entry_price": -1.1}, "enum": {"side": "HOLD"}, "wildcard": {"signal_id": "s*"},
                   "type": {"confidence": "high"}, "field": {"entry_prize": 1.1}}
        signal.update(changes.get(kind, {}))
        if kind == "no_side":
            del signal["side"]
        elif kind == "no_id":
            del batch["batch_id"]
        elif kind == "dotted":
            batch["user_id"] = "u1.u2"
        text = to_line(batch)
        self.add_line(at_ms, text[: len(text) // 2] if kind == "broken" else "" if kind == "empty" else text)

"""What one market view is: rows dated before a UTC day, joined by date first, and everything derived from them."""

import bisect
import datetime
import math
import zoneinfo

import numpy as np

from ref_paths import simulate

DAY_MS = 86_400_000
EPOCH = datetime.date(1970, 1, 1).toordinal()
VAR_WINDOW, CORRELATION_WINDOW, SIGMA_WINDOW = 252, 60, 30
PATHS, CONFIDENCE = 10_000, 0.95
PRICES_MIN, RETURNS_MIN = 253, 30
AGE_MAX_MS = 96 * 3_600_000
WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day_of(ms):
    return ms // DAY_MS + EPOCH


class Model:
    """Statistics of one alignment. `closes` is T x N; a window is what there is of it."""

    def __init__(self, symbols, closes):
        self.symbols = list(symbols)
        self.column = {s: i for i, s in enumerate(self.symbols)}
        closes = np.asarray(closes, dtype=np.float64)
        returns = closes[1:] / closes[:-1] - 1.0
        self.returns = np.asfortranarray(returns[-VAR_WINDOW:])
        self.mean = self.returns.mean(axis=0)
        centred = self.returns - self.mean
        self.cov = centred.T @ centred / (len(self.returns) - 1)
        recent = returns[-CORRELATION_WINDOW:]
        recent = recent - recent.mean(axis=0)
        scale = np.sqrt((recent ** 2).sum(axis=0))
        with np.errstate(invalid="ignore", divide="ignore"):
            self.rho = np.nan_to_num(np.clip((recent.T @ recent) / np.outer(scale, scale), -1, 1))
        self.sigma = returns[-SIGMA_WINDOW:].std(axis=0, ddof=1)
        self._paths = {}

    def paths(self, seed):
        """PATHS x N float32, kept for the last seed."""
        if seed not in self._paths:
            self._paths = {seed: simulate(self.mean, self.cov, PATHS, seed)}
        return self._paths[seed]


class View:
    """Prices and model as of the start of a UTC day (or its end, when `inclusive`)."""

    def __init__(self, series, instruments, day, inclusive=False):
        self.last, self.instruments, self._fx = {}, instruments, {}
        cut = {s: (bisect.bisect_right if inclusive else bisect.bisect_left)(days, day) for s, (days, _) in series.items()}
        for symbol, n in cut.items():
            if n:
                days, prices = series[symbol]
                self.last[symbol] = (prices[n - 1], (days[n - 1] - EPOCH + 1) * DAY_MS)
        newest = max((at for s, (_, at) in self.last.items() if s != "VIX"), default=0)
        eligible = sorted(s for s, (_, at) in self.last.items() if s != "VIX" and cut[s] >= PRICES_MIN
                          and newest - at <= AGE_MAX_MS and instruments.find(s))
        self.model = self._align(series, cut, eligible)

    @staticmethod
    def _align(series, cut, eligible):
        if not eligible:
            return None
        common = set.intersection(*(set(series[s][0][:cut[s]]) for s in eligible))
        if len(common) < RETURNS_MIN + 1:
            return None
        columns = []
        for s in eligible:
            days, prices = series[s]
            columns.append([p for d, p in zip(days[:cut[s]], prices) if d in common])
        return Model(eligible, np.array(columns).T)

    def price(self, symbol):
        return self.last[symbol][0] if symbol in self.last else None

    def fx(self, source, target):
        """(rate, instant of its oldest quote), or None: direct, inverse, else over one third currency."""
        key = (source, target)
        if key not in self._fx:
            self._fx[key] = self._find_rate(source, target)
        return self._fx[key]

    def _pair(self, source, target):
        if source == target:
            return 1.0, math.inf
        if source + target in self.last:
            return self.last[source + target]
        if target + source in self.last:
            rate, at = self.last[target + source]
            return 1.0 / rate, at
        return None

    def _find_rate(self, source, target):
        direct = self._pair(source, target)
        if direct:
            return direct
        others = {c for s in self.last if len(s) == 6 for c in (s[:3], s[3:])} - {source, target}
        for via in ["USD", "EUR"] + sorted(others - {"USD", "EUR"}):
            first, second = self._pair(source, via), self._pair(via, target)
            if first and second:
                return first[0] * second[0], min(first[1], second[1])
        return None

    def unit_value(self, instrument, price, currency):
        """Account currency for one unit at `price`; None without a rate."""
        rate = self.fx(instrument.quote, currency)
        return None if rate is None else price * instrument.contract_size * rate[0]

    def data_fault(self, symbol, instrument, currency, now_ms):
        """Why an increase in this symbol must be refused; None when its data are good."""
        if symbol not in self.last or now_ms - self.last[symbol][1] > AGE_MAX_MS:
            return "STALE_MARKET_DATA"
        if self.model is None or symbol not in self.model.column:
            return "INSUFFICIENT_HISTORY"
        rate = self.fx(instrument.quote, currency)
        if rate is None or now_ms - rate[1] > AGE_MAX_MS:
            return "NO_CONVERSION" if rate is None else "STALE_MARKET_DATA"
        return None


def is_open(instrument, now_ms):
    """Whether one of the intervals `Mon-Fri 09:30-16:00` of the instrument's zone holds the instant."""
    if not instrument.hours:
        return True
    local = datetime.datetime.fromtimestamp(now_ms / 1000, zoneinfo.ZoneInfo(instrument.zone))
    minute = local.hour * 60 + local.minute + (local.second + local.microsecond / 1e6) / 60
    for interval in instrument.hours:
        days, _, times = interval.partition(" ")
        start, end = (int(h) * 60 + int(m) for h, m in (t.split(":") for t in times.split("-")))
        first, _, last = days.partition("-")
        a, b = WEEK.index(first), WEEK.index(last or first)
        within = {(a + i) % 7 for i in range((b - a) % 7 + 1)}
        today, yesterday = local.weekday() in within, (local.weekday() - 1) % 7 in within
        if end > start:
            if today and start <= minute < end:
                return True
        elif (today and minute >= start) or (yesterday and minute < end):
            return True
    return False

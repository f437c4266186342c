"""Made-up daily closes: ten tradable symbols, VIX, one symbol with too short a history, one stale.

Returns are driven by a dollar factor, a risk-appetite factor and own noise, scaled by one fat-tailed
(Student-t) shock size a day that all symbols share. In a crisis the scale rises and a common
flight-to-safety factor takes over, so that correlations rise too; VIX follows the same intensity.
"""

import datetime
from dataclasses import dataclass

import numpy as np

LAST_DAY = datetime.date(2026, 10, 30)  # a Friday
YEARS = 3
TAIL_DEGREES = 5  # of the Student t; 5 gives the kurtosis of daily FX


@dataclass(frozen=True)
class Series:
    """One simulated symbol. The three loadings are on dollar weakness, risk appetite and crisis."""

    symbol: str
    start: float
    annual_vol: float
    annual_drift: float
    digits: int
    dollar: float
    risk: float
    crisis: float


SERIES = (
    Series("EURUSD", 1.0615, 0.072, 0.025, 5, 0.92, 0.12, 0.5),
    Series("GBPUSD", 1.2150, 0.080, 0.025, 5, 0.87, 0.25, 0.7),
    Series("AUDUSD", 0.6350, 0.100, 0.010, 5, 0.65, 0.50, 1.0),
    Series("USDCHF", 0.9020, 0.075, -0.030, 5, -0.90, 0.10, 0.4),
    Series("USDCAD", 1.3850, 0.065, 0.000, 5, -0.60, -0.45, -0.9),
    Series("USDJPY", 151.20, 0.098, 0.000, 3, -0.45, 0.35, 0.6),
    Series("US30", 33000.0, 0.140, 0.100, 1, 0.08, 0.92, 1.0),
    Series("DE40", 14800.0, 0.160, 0.120, 1, 0.08, 0.88, 1.0),
    Series("XAUUSD", 1985.0, 0.150, 0.140, 2, 0.45, -0.05, -0.4),
)
# In the order of the columns of prices.csv; EURJPY is the product of two others and has no noise of its own.
TRADABLE = ("EURUSD", "GBPUSD", "AUDUSD", "USDCHF", "USDCAD", "USDJPY", "EURJPY", "US30", "DE40", "XAUUSD")
DIGITS = {s.symbol: s.digits for s in SERIES} | {"EURJPY": 3, "NEW40": 1, "OLDIDX": 1}
DAILY_VOL = {s.symbol: s.annual_vol / 252**0.5 for s in SERIES} | {"EURJPY": 0.006, "NEW40": 0.011, "OLDIDX": 0.01}

# (first day as a share of the history, peak intensity): the second lies within the last 252 days.
CRISES = ((0.22, 1.0), (0.78, 0.52))
NEW_LISTING_ROWS = 120  # NEW40: fewer than the 253 prices that a view asks for
STALE_ROWS = 10  # OLDIDX: its prices end ten business days before the others

INSTRUMENTS = [
    {"symbol": "US30", "asset_class": "INDEX", "sector": "US_EQUITY", "quote": "USD", "contract_size": 1,
     "lot_step": 0.01, "min_quantity": 0.01, "settlement": "CFD", "trading_hours": ["Mon-Fri 09:30-16:00"],
     "time_zone": "America/New_York", "major_index": True},
    {"symbol": "DE40", "asset_class": "INDEX", "sector": "EU_EQUITY", "quote": "EUR", "contract_size": 1,
     "lot_step": 0.01, "min_quantity": 0.01, "settlement": "CFD", "trading_hours": ["Mon-Fri 09:00-17:30"],
     "time_zone": "Europe/Berlin", "major_index": True},
    {"symbol": "XAUUSD", "asset_class": "COMMODITY", "sector": "METALS", "quote": "USD", "contract_size": 100,
     "lot_step": 0.01, "min_quantity": 0.01, "settlement": "CFD", "trading_hours": ["Mon-Fri 00:00-22:00"]},
    {"symbol": "NEW40", "asset_class": "INDEX", "sector": "US_EQUITY", "quote": "USD", "contract_size": 1,
     "lot_step": 0.01, "min_quantity": 0.01, "settlement": "CFD"},
    {"symbol": "OLDIDX", "asset_class": "INDEX", "sector": "EU_EQUITY", "quote": "EUR", "contract_size": 1,
     "lot_step": 0.01, "min_quantity": 0.01, "settlement": "CFD"},
]
_TERMS = {i["symbol"]: i for i in INSTRUMENTS}


class Market:
    """Dates and closes, and what one unit of a symbol is worth in an account's currency."""

    def __init__(self, days, closes, vix):
        self.days = days  # datetime.date, rising
        self.closes = closes  # symbol -> list of closes, one per day
        self.vix = vix  # rows of open, high, low, close

    def row_before(self, day):
        """Index of the newest row that a batch of this UTC day may see."""
        row = len(self.days) - 1
        while self.days[row] >= day:
            row -= 1
        return row

    def last(self, symbol, row):
        return self.closes[symbol][row]

    def _in_usd(self, currency, row):
        if currency == "USD":
            return 1.0
        direct = currency + "USD"
        return self.closes[direct][row] if direct in self.closes else 1.0 / self.closes["USD" + currency][row]

    def unit_value(self, symbol, row, account_currency):
        """Notional of quantity 1, in the account currency."""
        terms = _TERMS.get(symbol)
        quote = terms["quote"] if terms else symbol[3:]
        size = terms["contract_size"] if terms else 1
        return self.last(symbol, row) * size * self._in_usd(quote, row) / self._in_usd(account_currency, row)

    @staticmethod
    def whole_lots(symbol, quantity):
        """The quantity rounded to the lot step of the symbol."""
        step = _TERMS[symbol]["lot_step"] if symbol in _TERMS else 1
        lots = int(quantity / step + 1e-9)
        return lots if step == 1 else round(lots * step, 2)


def _business_days():
    first = LAST_DAY.replace(year=LAST_DAY.year - YEARS)
    days = np.arange(first, LAST_DAY + datetime.timedelta(days=1), dtype="datetime64[D]")
    return [d.astype(object) for d in days[np.is_busday(days)]]


def _crisis_intensity(count):
    """0 in calm times; each crisis rises within eight days and fades with a time constant of 22."""
    intensity = np.zeros(count)
    for share, peak in CRISES:
        t = np.arange(count) - int(share * count)
        wave = np.where(t < 0, 0.0, np.where(t < 8, t / 8.0, np.exp(-(t - 8) / 22.0)))
        intensity = np.maximum(intensity, peak * wave)
    return intensity


def _returns(rng, intensity):
    """Daily returns, one column per SERIES row."""
    count = len(intensity)
    shock = np.sqrt((TAIL_DEGREES - 2) / rng.chisquare(TAIL_DEGREES, count))
    scale = shock * (1.0 + 2.2 * intensity)
    dollar, risk, panic = rng.standard_normal((3, count))
    falling = np.diff(intensity, prepend=0.0) > 0.0
    panic = panic - np.where(falling, 0.8, 0.0)  # risky assets lose while a crisis builds up
    columns = []
    for s in SERIES:
        own = np.sqrt(max(0.0, 1.0 - s.dollar**2 - s.risk**2))
        calm = s.dollar * dollar + s.risk * risk + own * rng.standard_normal(count)
        weight = 0.75 * np.sqrt(intensity) * abs(s.crisis)
        z = np.sqrt(1.0 - weight**2) * calm + weight * np.sign(s.crisis) * panic
        noise = s.annual_vol / np.sqrt(252) * scale * z
        columns.append(s.annual_drift / 252 + noise - noise.mean())  # three years end where the drift says
    return np.clip(np.column_stack(columns), -0.12, 0.12)


def _vix(rng, intensity, index_returns):
    """Open, high, low, close per day: a slow base, the crisis, and a kick from each day's fall."""
    count = len(intensity)
    base = np.zeros(count)
    for t in range(1, count):
        base[t] = 0.95 * base[t - 1] + 0.06 * rng.standard_normal() - 2.0 * index_returns[t]
    close = np.clip(15.5 * np.exp(np.clip(base, -0.22, 0.45)) + 40.0 * intensity, 10.5, 79.0)
    opening = np.concatenate([close[:1], close[:-1]]) * np.exp(0.01 * rng.standard_normal(count))
    spread = 1.0 + 0.03 * np.abs(rng.standard_normal((2, count)))
    high = np.maximum(opening, close) * spread[0]
    low = np.minimum(opening, close) / spread[1]
    return np.round(np.column_stack([opening, high, low, close]), 2)


def make_market(seed):
    rng = np.random.default_rng(seed)
    days = _business_days()
    intensity = _crisis_intensity(len(days))
    returns = _returns(rng, intensity)
    closes = {}
    for column, s in enumerate(SERIES):
        path = s.start * np.exp(np.cumsum(np.log1p(returns[:, column])))
        closes[s.symbol] = [round(float(p), s.digits) for p in path]
    closes["EURJPY"] = [round(e * j, 3) for e, j in zip(closes["EURUSD"], closes["USDJPY"])]
    closes["NEW40"] = _follower(rng, closes["US30"], 0.31)
    closes["OLDIDX"] = _follower(rng, closes["DE40"], 0.57)
    us30 = [s.symbol for s in SERIES].index("US30")
    return Market(days, closes, _vix(rng, intensity, returns[:, us30]))


def _follower(rng, leader, ratio):
    """An index that moves with another one, but not in step."""
    drift = np.exp(np.cumsum(0.004 * rng.standard_normal(len(leader))))
    return [round(float(p * ratio * d), 1) for p, d in zip(leader, drift)]


def write_market(market, folder):
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"{day.isoformat()}," + ",".join(f"{market.closes[s][i]:.{DIGITS[s]}f}" for s in TRADABLE)
            for i, day in enumerate(market.days)]
    _write(folder / "prices.csv", ["date," + ",".join(TRADABLE), *rows])
    rows = [f"{day:%m/%d/%Y}," + ",".join(f"{v:.2f}" for v in market.vix[i]) for i, day in enumerate(market.days)]
    _write(folder / "VIX.csv", ["DATE,OPEN,HIGH,LOW,CLOSE", *rows])
    for symbol, span in (("NEW40", slice(-NEW_LISTING_ROWS, None)), ("OLDIDX", slice(None, -STALE_ROWS))):
        pairs = list(zip(market.days, market.closes[symbol]))[span]
        _write(folder / f"{symbol}.csv", ["date,close", *(f"{day.isoformat()},{p:.1f}" for day, p in pairs)])


def _write(path, lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

"""Reads what `riskd replay` reads: market folder, instruments, companies, tenants; and merges limits (RISK.md 6)."""

import csv
import datetime
import json
import math
import pathlib
import re
from dataclasses import dataclass, field

ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")
ISO = set("AED AUD BGN BRL CAD CHF CLP CNH CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PEN "
          "PHP PLN RON RUB SAR SEK SGD THB TRY TWD USD ZAR".split())

TIER = {  # max positions, max position size, max daily VaR, tolerance, sizing methods
    "FREE": (3, 1_000.0, 100.0, "CONSERVATIVE", ("fixed_fractional",)),
    "PRO": (10, 10_000.0, 1_000.0, "MODERATE", ("kelly", "fixed_fractional", "volatility_based")),
    "ENTERPRISE": (50, 100_000.0, 10_000.0, "AGGRESSIVE",
                   ("kelly", "fixed_fractional", "volatility_based", "risk_parity", "volatility_budget")),
}
DEFAULTS = {"max_order_size_pct": 5.0, "max_position_concentration_pct": 10.0, "max_sector_concentration_pct": 20.0,
            "max_currency_exposure_pct": 20.0, "max_portfolio_leverage": 3.0, "max_correlation": 0.7,
            "max_correlated_exposure_pct": 10.0, "price_collar_pct": 3.0, "price_collar_fx_pct": 1.0,
            "kelly_fraction": 0.25, "target_vol": 0.02, "risk_per_trade": 0.01, "no_stop_multiplier": 0.01,
            "message_rate_per_s": 100.0, "message_burst": 200.0}
CLASS_LEVERAGE = {"FX": 30.0, "INDEX": 20.0, "COMMODITY": 10.0, "EQUITY": 5.0, "CRYPTO": 2.0}
TOLERANCES = ("CONSERVATIVE", "MODERATE", "AGGRESSIVE")


def number(value, default=None):
    """A JSON number, or protobuf's number in a string; None when absent."""
    if value is None:
        return default
    return float(value)


def whole(value, default=0):
    return default if value is None else int(value)


def enum(value, names, default=None):
    """protobuf prints names and reads numbers as well."""
    if value is None:
        return default
    if isinstance(value, int):
        return names[value - 1] if 0 < value <= len(names) else default
    return value if value in names else default


@dataclass
class Limits:
    """All merged limits of one tenant, by their names in the files."""
    tier: str
    values: dict
    class_leverage: dict
    tolerance: str
    allowed: list = field(default_factory=list)  # lists of which a symbol must be in every one
    denied: set = field(default_factory=set)
    banned_strategies: set = field(default_factory=set)
    banned_types: set = field(default_factory=set)
    hours_matter: bool = True

    def __getitem__(self, name):
        return self.values[name]

    @property
    def methods(self):
        return TIER[self.tier][4]


def merge_limits(tier, company, user):
    """Tier defaults; the company replaces; the user only tightens. max_var_per_trade follows the merged daily VaR."""
    positions, size, daily, tolerance, _ = TIER[tier]
    values = dict(DEFAULTS, max_positions=float(positions), max_position_size_notional=size, max_daily_var=daily)
    classes = dict(CLASS_LEVERAGE)
    theirs, own = company.get("limits") or {}, user.get("limits") or {}
    for name in values:
        values[name] = number(theirs.get(name), values[name])
        values[name] = min(values[name], number(own.get(name), values[name]))
    per_trade = number(theirs.get("max_var_per_trade"), 0.5 * values["max_daily_var"])
    values["max_var_per_trade"] = min(per_trade, number(own.get("max_var_per_trade"), per_trade))
    classes.update({k: float(v) for k, v in (theirs.get("max_class_leverage") or {}).items()})
    for name, value in (own.get("max_class_leverage") or {}).items():
        classes[name] = min(classes.get(name, math.inf), float(value))
    tolerance = enum(theirs.get("risk_tolerance"), TOLERANCES, tolerance)
    tolerance = min(tolerance, enum(own.get("risk_tolerance"), TOLERANCES, tolerance), key=TOLERANCES.index)
    both = (company, user)
    return Limits(
        tier, values, classes, tolerance,
        allowed=[set(s["allowed_instruments"]) for s in both if s.get("allowed_instruments")],
        denied={x for s in both for x in s.get("denied_instruments") or ()},
        banned_strategies={x for s in (theirs, own) for x in s.get("banned_strategies") or ()},
        banned_types={x for s in (theirs, own) for x in s.get("banned_strategy_types") or ()},
        hours_matter=company.get("trading_hours_restriction", True))


@dataclass(frozen=True)
class Instrument:
    symbol: str
    asset_class: str
    sector: str
    base: str
    quote: str
    contract_size: float = 1.0
    lot_step: float = 1.0
    min_quantity: float = 0.0
    cash: bool = False
    leverage: float = None
    hours: tuple = ()
    zone: str = "UTC"


class Instruments:
    def __init__(self, entries=()):
        self._known = {}
        for e in entries:
            asset_class = enum(e.get("asset_class"), tuple(CLASS_LEVERAGE), "UNKNOWN")
            self._known[e["symbol"]] = Instrument(
                e["symbol"], asset_class, e.get("sector") or asset_class, e.get("base", ""), e.get("quote", ""),
                number(e.get("contract_size")) or 1.0, number(e.get("lot_step")) or 1.0,
                number(e.get("min_quantity"), 0.0), e.get("settlement") in ("CASH", 1), number(e.get("leverage")),
                tuple(e.get("trading_hours") or ()), e.get("time_zone") or "UTC")

    def find(self, symbol):
        """The entry, or a built-in pair of two ISO currencies, or None."""
        known = self._known.get(symbol)
        if known is None and len(symbol) == 6 and symbol[:3] in ISO and symbol[3:] in ISO and symbol[:3] != symbol[3:]:
            known = self._known[symbol] = Instrument(symbol, "FX", "FX", symbol[:3], symbol[3:])
        return known


def parse_day(text):
    if "/" in text:
        month, day, year = (int(x) for x in text.split("/"))
        return datetime.date(year, month, day).toordinal()
    return datetime.date.fromisoformat(text.strip()[:10]).toordinal()


def read_market(folder):
    """{symbol: (days, prices)}, days as proleptic ordinals, rising."""
    series = {}
    for path in sorted(pathlib.Path(folder).glob("*.csv")):
        rows = list(csv.reader(path.open(encoding="utf-8-sig")))
        header = [h.strip().lower() for h in rows[0]] if rows else []
        if "date" not in header:
            continue
        at = header.index("date")
        columns = {path.stem: header.index("close")} if "close" in header else \
            {rows[0][i].strip(): i for i in range(len(header)) if i != at}
        for symbol, column in columns.items():
            if symbol in series:
                raise SystemExit(f"{path}: {symbol} has two files")
            cells = [(parse_day(r[at]), float(r[column])) for r in rows[1:] if len(r) > column and r[column].strip()]
            series[symbol] = ([d for d, _ in cells], [p for _, p in cells])
    return series


def read_json(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8")) if path else []

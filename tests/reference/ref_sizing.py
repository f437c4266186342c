"""Five sizing methods and the choice among them (RISK.md 4), in plain scalars. A method's size is None when absent."""

import math
from dataclasses import dataclass

YEAR = 252


@dataclass
class SizingInput:
    equity: float
    sigma: float          # 30 days, daily
    side: int             # +1 or -1
    price: float          # entry, or last for a market order
    stop: float           # price or None
    target: float         # price or None
    confidence: float
    moments: tuple        # a, (Sw)_k, w'Sw, (S w_rest)_k, w_rest'S w_rest
    own: float            # signed notional of the symbol in the book after the close
    symbols_after: int


@dataclass
class Trades:
    """Closed trades of one (strategy, symbol)."""
    wins: int = 0
    losses: int = 0
    sum_win: float = 0.0
    sum_loss: float = 0.0
    recent: tuple = ()

    @property
    def usable(self):
        return self.wins + self.losses >= 30 and self.wins >= 5 and self.losses >= 5


@dataclass
class Sizing:
    sizes: dict
    own_statistics: bool
    fraction: float       # fractional Kelly, None when absent
    multiplier: float     # of the volatility budget
    choice: float         # among the tier's methods, None when none is present
    performance: float
    adjustment: float
    no_edge: bool

    @property
    def sized(self):
        return (self.choice or 0.0) * self.performance * self.adjustment


def stop_distance(x):
    """As divided by: never below a quarter of sigma. None without a stop."""
    return None if x.stop is None else max(abs(x.price - x.stop) / x.price, 0.25 * x.sigma)


def kelly_fraction(x, trades, fraction):
    """(f, from own statistics); f clamped and fractional, None when absent."""
    if trades.usable:
        p = trades.wins / (trades.wins + trades.losses)
        mean_loss = trades.sum_loss / trades.losses
        b = trades.sum_win / trades.wins / mean_loss if mean_loss > 0 else math.inf
        own = True
    elif x.stop is not None and x.target is not None:
        p, own = x.confidence, False
        s = stop_distance(x)
        b = abs(x.target - x.price) / x.price / s if s > 0 else math.inf
    else:
        return None, False
    full = p - (1 - p) / b if b > 0 else -math.inf
    return min(1.0, max(0.0, full)) * fraction, own


def risk_parity(x, budget):
    """Position y in the trade's direction whose share of the book's volatility is `budget`; then the size."""
    a, _, _, g, v = x.moments
    if a <= 0:
        return None
    h = x.side * g
    start = max(0.0, -h / a)
    if v - h * h / a <= 1e-12 * v:
        y = max(budget / math.sqrt(a), start)
    else:
        def share(y):
            return y * (h + y * a) / math.sqrt(v + 2 * y * h + y * y * a) - budget

        low, high = start, max(start, budget / math.sqrt(a), 1e-9)
        while share(high) < 0:
            low, high = high, 2 * high
        for _ in range(200):
            y = 0.5 * (low + high)
            low, high = (y, high) if share(y) < 0 else (low, y)
            if high - low <= 1e-14 * high:
                break
        y = 0.5 * (low + high)
    return max(0.0, y - x.side * x.own)


def volatility_budget(x, budget):
    """Size that brings the book's volatility to `budget`, or the minimum-variance hedge of a book above it."""
    a, g, v0, _, _ = x.moments
    if a <= 0:
        return None
    g, t2 = x.side * g, budget * budget
    root = math.sqrt(max(0.0, g * g - a * (v0 - t2)))
    if g >= 0:
        return (-g + root) / a if v0 < t2 else 0.0
    return -g / a if v0 >= t2 else (-g + root) / a


def type7(values, probability):
    x = sorted(values)
    h = (len(x) - 1) * probability
    k = min(int(h), len(x) - 1)
    return x[k] + (h - k) * (x[min(k + 1, len(x) - 1)] - x[k])


def size_signal(x, trades, limits):
    """All five sizes, the tenant's choice, and the multipliers."""
    s, e, target_vol = stop_distance(x), x.equity, limits["target_vol"]
    f, own = kelly_fraction(x, trades, limits["kelly_fraction"])
    sizes = {"kelly": None if f is None else (e * f / s if s else e * f)}
    distance = s if s is not None else 2 * x.sigma
    sizes["fixed_fractional"] = e * limits["risk_per_trade"] / distance if distance > 0 else None
    sizes["volatility_based"] = e * target_vol / x.sigma if x.sigma > 0 else None
    sizes["risk_parity"] = risk_parity(x, e * target_vol / x.symbols_after)
    if x.stop is None or x.target is None:
        multiplier, own_p = limits["no_stop_multiplier"], True
    else:
        multiplier, own_p = f, own
    if own_p:
        multiplier *= x.confidence
    full = volatility_budget(x, e * target_vol)
    sizes["volatility_budget"] = None if full is None else full * multiplier
    present = [sizes[m] for m in limits.methods if sizes[m] is not None]
    quantile = {"CONSERVATIVE": 0.0, "MODERATE": 0.5, "AGGRESSIVE": 0.75}[limits.tolerance]
    performance = min(1.0, max(0.5, 1 + 10 * sum(trades.recent) / e)) if len(trades.recent) >= 30 else 1.0
    adjustment = min(1.0, 0.20 / (x.sigma * math.sqrt(YEAR))) if x.sigma > 0 else 1.0
    return Sizing(sizes, own, f, multiplier, type7(present, quantile) if present else None, performance, adjustment,
                  no_edge="kelly" in limits.methods and own and f == 0.0)

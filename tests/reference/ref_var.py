"""Value at risk three ways in NumPy (RISK.md 2), and the largest size that a VaR limit allows (RISK.md 5).

An engine holds one book as signed notionals per model column, and answers for the book with one more trade.
`plain_assess.PlainEngine` is its twin without NumPy; what is common to both lives here as plain functions.
"""

import math

import numpy as np

Z95 = -1.6448536269514722


def position(n, confidence):
    """(k, g) of the type-7 quantile at 1 - confidence: x[k] + g (x[k+1] - x[k])."""
    h = (n - 1) * (1.0 - confidence)
    k = int(math.floor(h + 1e-9))
    g = h - k
    return k, (0.0 if abs(g) < 1e-9 else g)


def standard_error_ranks(n, confidence):
    k, _ = position(n, confidence)
    m = int(round(math.sqrt(n * (1 - confidence) * confidence)))
    return max(0, k - m), min(n - 1, k + m)


def density(z):
    return math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def quantile_loss(pnl, confidence):
    """VaR only."""
    k, g = position(len(pnl), confidence)
    if g:
        low = np.partition(pnl, (k, k + 1))
        return max(0.0, -(float(low[k]) + g * (float(low[k + 1]) - float(low[k]))))
    return max(0.0, -float(np.partition(pnl, k)[k]))


def tail(pnl, confidence):
    """(VaR, expected shortfall)."""
    k, g = position(len(pnl), confidence)
    low = np.partition(pnl, (k, k + 1))
    q = float(low[k]) + g * (float(low[k + 1]) - float(low[k]))
    return max(0.0, -q), max(0.0, -float(low[: k + 1].sum(dtype=np.float64)) / (k + 1))


class NumpyEngine:
    """@param wide: P&L in double (to verify), else in float as the paths are (to race)."""

    def __init__(self, model, seed, confidence=0.95, wide=True):
        self.model, self.confidence, self.z = model, confidence, Z95
        paths = model.paths(seed)
        self.paths = paths.astype(np.float64) if wide else paths
        self.sigma, self.rho = model.sigma, model.rho

    def load(self, book):
        """@param book {symbol: signed notional}; symbols outside the model are left out."""
        m = self.model
        w = np.zeros(len(m.symbols))
        for symbol, notional in book.items():
            if symbol in m.column:
                w[m.column[symbol]] += notional
        self.w, self.mu, self.Sw = w, float(m.mean @ w), m.cov @ w
        self.V = max(0.0, float(w @ self.Sw))
        self.hist, self.mc = m.returns @ w, self.paths @ w.astype(self.paths.dtype)
        return self

    def methods(self, k=None, x=0.0):
        """(historical, parametric, Monte Carlo) of the book with a trade of signed notional x in column k."""
        if k is None or x == 0.0:
            hist, mc, mu, v = self.hist, self.mc, self.mu, self.V
        else:
            hist = self.hist + x * self.model.returns[:, k]
            mc = self.mc + self.paths.dtype.type(x) * self.paths[:, k]
            mu = self.mu + x * float(self.model.mean[k])
            v = self.V + 2 * x * float(self.Sw[k]) + x * x * float(self.model.cov[k, k])
        parametric = max(0.0, -(mu + self.z * math.sqrt(max(0.0, v))))
        return quantile_loss(hist, self.confidence), parametric, quantile_loss(mc, self.confidence)

    def var(self, k=None, x=0.0):
        return max(self.methods(k, x))

    def standalone(self, k, side):
        """Figures of one unit of notional on that side: hist, parametric, mc, es (largest), standard error."""
        r, p = side * self.model.returns[:, k], side * self.paths[:, k]
        sigma, mu = math.sqrt(self.model.cov[k, k]), side * float(self.model.mean[k])
        hist, es_hist = tail(r, self.confidence)
        mc, es_mc = tail(p, self.confidence)
        es_parametric = max(0.0, sigma * density(self.z) / (1 - self.confidence) - mu)
        low, high = standard_error_ranks(len(p), self.confidence)
        ranks = np.partition(p, (low, high))
        return {"historical": hist, "parametric": max(0.0, -(mu + self.z * sigma)), "monte_carlo": mc,
                "shortfall": max(es_hist, es_mc, es_parametric), "error": (float(ranks[high]) - float(ranks[low])) / 2}

    def moments(self, k):
        """sigma_kk^2, (Sigma w)_k, w'Sigma w, and the last two without the book's own line in k."""
        a, g, w = float(self.model.cov[k, k]), float(self.Sw[k]), float(self.w[k])
        rest = self.w.copy()
        rest[k] = 0.0
        s = self.model.cov @ rest
        return a, g, self.V, float(s[k]), max(0.0, float(rest @ s))

    def components(self):
        """{symbol: parametric component}; they sum to the unfloored total."""
        s = math.sqrt(self.V)
        if s <= 0:
            return {name: 0.0 for name in self.model.symbols}
        return {name: -(float(self.model.mean[i]) * float(self.w[i]) + self.z * float(self.w[i] * self.Sw[i]) / s)
                for i, name in enumerate(self.model.symbols)}

    def scale(self):
        """Size of the gross book's risk: what float rounding is relative to."""
        return float(np.abs(self.w) @ np.sqrt(np.diag(self.model.cov))) * 1.65


def parametric_root(engine, k, side, limit, mu_k, a):
    """Largest n whose parametric VaR is <= limit, if it is inside at 0; inf without one."""
    z2 = engine.z * engine.z
    level, slope = limit + engine.mu, side * mu_k
    g = side * float(engine.Sw[k])
    # z^2 (V + 2ng + an^2) = (level + n slope)^2 on the branch where the right side is >= 0
    qa, qb, qc = z2 * a - slope * slope, z2 * g - level * slope, z2 * engine.V - level * level
    if qa <= 0 or qb * qb - qa * qc < 0:
        return math.inf
    return (-qb + math.sqrt(qb * qb - qa * qc)) / qa


def find_crossing(f, low, f_low, high, f_high, limit, tolerance, evaluations_max):
    """Largest known n with f(n) <= limit between low (inside) and high (outside): Illinois, then halving."""
    side, target = 0, limit * (1 - tolerance / 2)  # aimed at a little inside
    a, b = f_low - target, f_high - target
    for i in range(evaluations_max):
        if limit - f_low <= tolerance * limit or high - low <= 1e-12 * high:
            break
        n = low + (high - low) * (a / (a - b)) if b > a else 0.5 * (low + high)
        if not low < n < high or i % 8 == 7:
            n = 0.5 * (low + high)
        value = f(n)
        if value <= limit:
            low, f_low, a = n, value, min(value - target, -1e-300)
            b = b / 2 if side == 1 else b
            side = 1
        else:
            high, b = n, value - target
            a = a / 2 if side == -1 else a
            side = -1
    return low


def largest_size(engine, k, side, cap, limit, tolerance=1e-9, evaluations_max=100):
    """Allowed size of a trade under a book VaR limit, at most cap; None when cap is allowed."""
    def f(n):
        return engine.var(k, side * n)

    start = f(0.0)
    if cap <= 0:
        return None if start <= limit else 0.0
    if start <= limit:
        end = f(cap)
        if end <= limit:
            return None
        root = parametric_root(engine, k, side, limit, float(engine.model.mean[k]), float(engine.model.cov[k][k]))
        low, f_low, high, f_high = 0.0, start, cap, end
        if 0 < root < cap:
            value = f(root)
            if value <= limit:
                low, f_low = root, value
            else:
                high, f_high = root, value
        return find_crossing(f, low, f_low, high, f_high, limit, tolerance, evaluations_max)
    if evaluations_max < 10:
        return _outside_quick(engine, f, k, side, start, cap, limit, tolerance, evaluations_max)
    return _outside(f, start, cap, limit, tolerance)


def _outside_quick(engine, f, k, side, start, cap, limit, tolerance, evaluations_max):
    """As _outside, but only the least-variance size is tried: a few evaluations instead of a scan."""
    best = min(cap, -side * float(engine.Sw[k]) / float(engine.model.cov[k][k]))
    least = f(best) if best > 0 else start
    if least >= start:
        return 0.0
    if least > limit:
        return best if best < cap else None
    end = f(cap)
    return None if end <= limit else find_crossing(f, best, least, cap, end, limit, tolerance, evaluations_max)


def _outside(f, start, cap, limit, tolerance, steps=32):
    """The book is over its limit: only a size that lowers the figure counts."""
    sizes = [cap * i / steps for i in range(steps + 1)]
    values = [start] + [f(n) for n in sizes[1:]]
    inside = next((i for i, v in enumerate(values) if v <= limit), None)
    if inside is not None:
        end = next((i for i in range(inside, len(values)) if values[i] > limit), None)
        if end is None:
            return None
        return find_crossing(f, sizes[end - 1], values[end - 1], sizes[end], values[end], limit, tolerance, 100)
    best = min(range(len(values)), key=values.__getitem__)
    low, high = sizes[max(0, best - 1)], sizes[min(steps, best + 1)]
    for _ in range(60):  # golden section would do as well; thirds are easier to read
        a, b = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, b) if f(a) <= f(b) else (a, high)
    n = 0.5 * (low + high)
    n = n if f(n) < values[best] else sizes[best]
    return 0.0 if f(n) >= start else (None if n >= cap * (1 - 1e-9) else n)

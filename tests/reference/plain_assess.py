"""The engine of ref_var.py without NumPy: lists, loops and a sort of 10,000 outcomes. For the benchmark, and as a
second opinion on the NumPy version. `assess_signal` of ref_judge.py runs on it unchanged."""

import math

from ref_var import Z95, density, position, standard_error_ranks


class PlainModel:
    """The figures of a ref_market.Model as lists; built once per view, like the paths."""

    def __init__(self, model, seed):
        self.symbols, self.column = model.symbols, model.column
        self.mean, self.cov, self.rho = model.mean.tolist(), model.cov.tolist(), model.rho.tolist()
        self.sigma = model.sigma.tolist()
        self.columns = [model.returns[:, i].tolist() for i in range(len(self.symbols))]
        paths = model.paths(seed)
        self.paths = [paths[:, i].tolist() for i in range(len(self.symbols))]


def _book(columns, weights):
    open_ = [(w, c) for w, c in zip(weights, columns) if w]
    if not open_:
        return [0.0] * len(columns[0])
    total = [open_[0][0] * x for x in open_[0][1]]
    for w, column in open_[1:]:
        total = [t + w * x for t, x in zip(total, column)]
    return total


def _quantile(ordered, confidence):
    k, g = position(len(ordered), confidence)
    return ordered[k] + (g * (ordered[k + 1] - ordered[k]) if g else 0.0)


def _loss(pnl, confidence):
    return max(0.0, -_quantile(sorted(pnl), confidence))


def _tail(ordered, confidence):
    k, _ = position(len(ordered), confidence)
    return max(0.0, -_quantile(ordered, confidence)), max(0.0, -math.fsum(ordered[: k + 1]) / (k + 1))


class PlainEngine:
    def __init__(self, plain_model, confidence=0.95):
        self.model, self.confidence, self.z = plain_model, confidence, Z95
        self.sigma = plain_model.sigma

    def load(self, book):
        m = self.model
        w = [0.0] * len(m.symbols)
        for symbol, notional in book.items():
            if symbol in m.column:
                w[m.column[symbol]] += notional
        self.w, self.mu = w, sum(a * b for a, b in zip(m.mean, w))
        self.Sw = [sum(a * b for a, b in zip(row, w)) for row in m.cov]
        self.V = max(0.0, sum(a * b for a, b in zip(self.Sw, w)))
        self.hist, self.mc = _book(m.columns, w), _book(m.paths, w)
        return self

    def methods(self, k=None, x=0.0):
        hist, mc, mu, v = self.hist, self.mc, self.mu, self.V
        if k is not None and x:
            hist = [p + x * r for p, r in zip(hist, self.model.columns[k])]
            mc = [p + x * r for p, r in zip(mc, self.model.paths[k])]
            mu += x * self.model.mean[k]
            v += 2 * x * self.Sw[k] + x * x * self.model.cov[k][k]
        parametric = max(0.0, -(mu + self.z * math.sqrt(max(0.0, v))))
        return _loss(hist, self.confidence), parametric, _loss(mc, self.confidence)

    def var(self, k=None, x=0.0):
        return max(self.methods(k, x))

    def standalone(self, k, side):
        m = self.model
        r, p = sorted(side * x for x in m.columns[k]), sorted(side * x for x in m.paths[k])
        sigma, mu = math.sqrt(m.cov[k][k]), side * m.mean[k]
        hist, es_hist = _tail(r, self.confidence)
        mc, es_mc = _tail(p, self.confidence)
        es_parametric = max(0.0, sigma * density(self.z) / (1 - self.confidence) - mu)
        low, high = standard_error_ranks(len(p), self.confidence)
        return {"historical": hist, "parametric": max(0.0, -(mu + self.z * sigma)), "monte_carlo": mc,
                "shortfall": max(es_hist, es_mc, es_parametric), "error": (p[high] - p[low]) / 2}

    def moments(self, k):
        m = self.model
        rest = list(self.w)
        rest[k] = 0.0
        s = [sum(a * b for a, b in zip(row, rest)) for row in m.cov]
        return m.cov[k][k], self.Sw[k], self.V, s[k], max(0.0, sum(a * b for a, b in zip(s, rest)))

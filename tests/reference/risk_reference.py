"""The risk mathematics once more, in NumPy, written from its definitions and not from the C++; `riskctl calc` must
agree to 1e-9 relative on random inputs. usage: risk_reference.py RISKCTL [SEED [CASES]]
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile
from decimal import Decimal, getcontext
from statistics import NormalDist

import numpy as np

TOLERANCE = 1e-9
NORMAL = NormalDist()
getcontext().prec = 40


# ---------------------------------------------------------------------------------------------- the definitions

def tail(pnl, confidence):
    """Type-7 quantile at 1-c (NumPy's default) and the mean of the order statistics 0 … k, as losses >= 0."""
    k = math.floor((len(pnl) - 1) * (1 - confidence) + 1e-9)
    return max(0.0, -np.quantile(pnl, 1 - confidence)), max(0.0, -np.sort(pnl)[: k + 1].mean())


def value_at_risk(returns, weights, method, confidence, horizon):
    if method == "historical":
        return tuple(x * math.sqrt(horizon) for x in tail(returns @ weights, confidence))
    mean = returns.mean(axis=0) @ weights * horizon
    spread = math.sqrt(weights @ np.atleast_2d(np.cov(returns, rowvar=False)) @ weights * horizon)
    z = NORMAL.inv_cdf(1 - confidence)
    return max(0.0, -(mean + z * spread)), max(0.0, spread * NORMAL.pdf(z) / (1 - confidence) - mean)


def components(returns, weights, confidence, horizon):
    sigma_w = np.atleast_2d(np.cov(returns, rowvar=False)) @ weights
    z = NORMAL.inv_cdf(1 - confidence)
    return -weights * (returns.mean(axis=0) * horizon + z * math.sqrt(horizon) * sigma_w / math.sqrt(weights @ sigma_w))


def annual(x, periods):
    return np.prod(1 + x) ** (periods / len(x)) - 1 if (x > -1).all() else -1.0


def drawdown(returns):
    """Depth, peak, trough and recovery as row numbers from 1; the start is row 0."""
    wealth = np.concatenate([[1.0], np.cumprod(1 + returns)])
    depth = 1 - wealth / np.maximum.accumulate(wealth)
    trough = int(depth.argmax())
    if depth[trough] == 0:
        return 0.0, None, None, None
    peak = int(wealth[: trough + 1].argmax())
    back = np.flatnonzero(wealth[trough:] >= wealth[peak])
    return depth[trough], peak, trough, trough + int(back[0]) if len(back) else None


def ratio(numerator, denominator):
    return None if abs(denominator) < 1e-12 else numerator / denominator


def ratios(r, b, rf, mar, periods):
    excess, market = r - rf, b - rf
    beta = ratio(np.cov(excess, market)[0, 1], market.var(ddof=1))
    sharpe = ratio(excess.mean(), excess.std(ddof=1))
    sortino = ratio((r - mar).mean(), math.sqrt((np.minimum(r - mar, 0) ** 2).mean()))
    error, root, depth = (r - b).std(ddof=1) * math.sqrt(periods), math.sqrt(periods), drawdown(r)[0]
    times = lambda x: None if x is None else x * root
    return {"sharpe": sharpe, "sharpe_annualized": times(sharpe), "sortino": sortino,
            "sortino_annualized": times(sortino), "beta": beta, "alpha": excess.mean() - beta * market.mean(),
            "treynor": ratio(annual(excess, periods), beta), "tracking_error": error,
            "information_ratio": ratio(annual(r, periods) - annual(b, periods), error),
            "max_drawdown": depth, "calmar": ratio(annual(r, periods), depth),
            "volatility": r.std(ddof=1) * root, "correlation": np.corrcoef(r, b)[0, 1]}


def likelihood_ratio(counts, free, restricted):
    """2 Σ n ln(free/restricted), in 40 digits: near 0 it is a small difference of large sums."""
    return float(sum(2 * int(n) * (Decimal(f) / Decimal(r)).ln() for n, f, r in zip(counts, free, restricted) if n))


def chi_square_upper(x, degrees):
    return math.erfc(math.sqrt(x / 2)) if degrees == 1 else math.exp(-x / 2)


def coverage(n, x, confidence):
    p = 1 - confidence
    hit_share = Decimal(x) / n
    lr = likelihood_ratio([n - x, x], [1 - hit_share, hit_share], [confidence, p])
    below = sum(math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
                         + i * math.log(p) + (n - i) * math.log(confidence)) for i in range(x + 1))
    zone = "green" if below < 0.95 else "yellow" if below < 0.9999 else "red"
    return {"observations": n, "breaches": x, "expected": n * p, "kupiec_lr": lr,
            "kupiec_p": chi_square_upper(max(lr, 0), 1), "basel_zone": zone}


def independence(hits):
    n = np.zeros((2, 2))
    for before, after in zip(hits[:-1], hits[1:]):
        n[int(before), int(after)] += 1
    share = lambda counts: [Decimal(int(c)) / max(int(counts.sum()), 1) for c in counts]
    return likelihood_ratio(n.ravel(), share(n[0]) + share(n[1]), 2 * share(n.sum(axis=0)))


def backtest(returns, window, method, confidence):
    one = np.ones(1)
    var = lambda past: value_at_risk(past[:, None], one, method, confidence, 1)[0]
    hits = [returns[t] < -var(returns[t - window:t]) for t in range(window, len(returns))]
    result = coverage(len(hits), int(sum(hits)), confidence)
    lr = independence(hits)
    joint = lr + result["kupiec_lr"]
    return {**result, "christoffersen_independence_lr": lr,
            "christoffersen_independence_p": chi_square_upper(max(lr, 0), 1),
            "christoffersen_joint_lr": joint, "christoffersen_joint_p": chi_square_upper(max(joint, 0), 2)}


# ---------------------------------------------------------------------------------------------- the comparison

class Comparison:
    def __init__(self, riskctl):
        self.riskctl, self.figures, self.worst, self.wrong = riskctl, 0, 0.0, []

    def ask(self, *arguments):
        done = subprocess.run([self.riskctl, "-o", "json", "calc", *map(str, arguments)], capture_output=True,
                              text=True, timeout=60)
        if done.returncode != 0:
            raise SystemExit(f"riskctl calc {arguments}: {done.stderr}")
        return json.loads(done.stdout)

    def same(self, where, name, expected, got, scale=0.0):
        """`scale`: the size of what was subtracted to get the figure, where its own says nothing of its accuracy."""
        self.figures += 1
        if isinstance(expected, str) or expected is None or got is None:
            error = 0.0 if expected == got else math.inf
        else:
            error = abs(expected - got) / max(abs(expected), scale, 1e-300) if expected != got else 0.0
        self.worst = max(self.worst, error)
        if error > TOLERANCE:
            self.wrong.append(f"{where}: {name}: expected {expected}, got {got}")


def write(folder, columns):
    """Seventeen digits: both sides read the same doubles."""
    file = pathlib.Path(folder, "returns.csv")
    lines = [",".join(columns)] + [",".join(map(repr, map(float, row))) for row in zip(*columns.values())]
    file.write_text("\n".join(lines) + "\n")
    return file


def compare_var(check, random, folder, where):
    n, rows = random.integers(1, 7), random.integers(30, 600)
    common = random.standard_t(4, (rows, 1))
    returns = 0.01 * (random.standard_t(4, (rows, n)) + random.uniform(0, 2) * common) + random.normal(0, 1e-3, n)
    weights, value = random.normal(0, 1, n), float(random.choice([1.0, 1e5]))
    confidence = float(random.choice([0.9, 0.95] if rows < 100 else [0.9, 0.95, 0.975, 0.99][: 3 + (rows > 110)]))
    if rows < 1 / (1 - confidence):
        confidence = 0.95
    horizon = int(random.integers(1, 21))
    file = write(folder, {f"S{i}": returns[:, i] for i in range(n)})
    got = check.ask("var", "--returns", file, "--weights=" + ",".join(map(repr, map(float, weights))), "--value",
                    value, "--confidence", confidence, "--horizon", horizon, "--method", "all")["methods"]
    w = weights * value
    scale = np.abs(returns @ w).mean()
    for answer in got[:2]:
        var, shortfall = value_at_risk(returns, w, answer["method"], confidence, horizon)
        check.same(where, answer["method"] + " var", var, answer["var"], scale * 1e-3)
        check.same(where, answer["method"] + " ES", shortfall, answer["expected_shortfall"], scale * 1e-3)
        check.same(where, "observations", int(rows), answer["observations"])
    for i, component in enumerate(components(returns, w, confidence, horizon)):
        check.same(where, f"component {i}", component, got[1]["components"][f"S{i}"], scale * 1e-3)
    # Simulation against the closed form: RISK's four standard errors would fail one case in 16,000; here five.
    z = NORMAL.inv_cdf(1 - confidence)
    spread = math.sqrt(w @ np.atleast_2d(np.cov(returns, rowvar=False)) @ w * horizon)
    error = spread * math.sqrt(confidence * (1 - confidence) / 10_000) / NORMAL.pdf(z)
    check.figures += 1
    if abs(got[2]["var"] - value_at_risk(returns, w, "parametric", confidence, horizon)[0]) > 5 * error:
        check.wrong.append(f"{where}: simulated VaR {got[2]['var']} is beyond 5 standard errors of {error}")


def compare_ratios(check, random, folder, where):
    rows, periods = random.integers(2, 800), float(random.choice([4, 12, 52, 252]))
    b = 0.01 * random.standard_t(4, rows) + 2e-4
    r = random.uniform(-1, 2) * b + 0.005 * random.normal(size=rows)
    rf, mar = random.uniform(0, 2e-4, rows), random.uniform(-1e-3, 1e-3)
    file = write(folder, {"R": r, "B": b, "RF": rf})
    got = check.ask("ratios", "--returns", file, "--column", "R", "--benchmark", "B", "--risk-free", "RF", "--mar",
                    repr(mar), "--periods", periods)
    for name, expected in ratios(r, b, rf, mar, periods).items():
        check.same(where, name, expected, got[name], 1e-3 if name in ("calmar", "treynor", "information_ratio") else 1e-5)
    got = check.ask("drawdown", "--returns", file, "--column", "R")
    for name, expected in zip(("max_drawdown", "peak", "trough", "recovery"), drawdown(r)):
        check.same(where, name, expected, got[name])


def compare_backtests(check, random, folder, where):
    rows, window = random.integers(130, 500), int(random.integers(30, 120))
    volatility = np.repeat(random.choice([0.005, 0.02], size=rows // 20 + 1), 20)[:rows]  # so that breaches cluster
    returns = volatility * random.normal(size=rows)
    confidence = float(random.choice([0.9, 0.95] if window < 101 else [0.9, 0.95, 0.99]))
    file = write(folder, {"R": returns})
    for method in ("historical", "parametric"):
        got = check.ask("backtest", "--returns", file, "--column", "R", "--window", window, "--confidence", confidence,
                        "--method", method)
        for name, expected in backtest(returns, window, method, confidence).items():
            check.same(where, method + " " + name, expected, got[name], 1e-3 if name.endswith("lr") else 0.0)
    n = int(random.integers(1, 2000))
    x = int(random.integers(0, min(n, 60) + 1))
    got = check.ask("backtest", "--observations", n, "--breaches", x, "--confidence", confidence)
    for name, expected in coverage(n, x, confidence).items():
        check.same(where, "counts " + name, expected, got[name], 1e-3 if name.endswith("lr") else 0.0)


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20240601
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 60
    print(f"seed {seed}, {cases} cases of each kind")
    random, check = np.random.default_rng(seed), Comparison(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        for case in range(cases):
            for compare in (compare_var, compare_ratios, compare_backtests):
                compare(check, random, folder, f"{compare.__name__} {case}")
    print(f"{check.figures} figures compared, largest relative difference {check.worst:.1e}")
    for line in check.wrong[:20]:
        print("WRONG", line)
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

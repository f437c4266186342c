"""Cases small enough for a pencil; the working stands beside each. Run by `assess_reference.py selftest`."""

import math

import numpy as np

from plain_assess import PlainEngine, PlainModel
from ref_controls import Exposure, Row, group_measure, net_currencies
from ref_files import Instruments, merge_limits
from ref_judge import Book, Line, assess_signal
from ref_market import DAY_MS, Model, View, is_open
from ref_paths import factorise, normal_quantile, philox
from ref_sizing import SizingInput, Trades, size_signal
from ref_tenant import Tenant, parse_signal
from ref_var import NumpyEngine, largest_size, position, tail

SYMBOLS = ("EURUSD", "GBPUSD", "USDJPY")
LAST = (1.0, 1.25, 100.0)
NOW_MS = DAY_MS + 1
COMPANY = {"trading_hours_restriction": False}


def close(a, b, relative=1e-9):
    return abs(a - b) <= relative * max(abs(a), abs(b), 1e-12)


def make_view(instruments=()):
    """Three pairs, 300 days of 0.5% normal returns from a printed seed, ending at LAST."""
    returns = np.random.default_rng(7).normal(0, 0.005, (300, 3))
    closes = np.cumprod(np.vstack([np.ones(3), 1 + returns]), axis=0)
    view = View({}, Instruments(instruments), 0)
    view.model = Model(SYMBOLS, closes / closes[-1] * LAST)
    view.last = {s: (p, DAY_MS) for s, p in zip(SYMBOLS, LAST)}
    return view


def judge(lines=None, tier="PRO", company=None, balance=100_000.0, **signal):
    view = make_view()
    message = {"signal_id": "s1", "symbol": "EURUSD", "side": "BUY", "strategy_id": "x", "confidence": 0.6} | signal
    limits = merge_limits(tier, {**COMPANY, "limits": company or {}}, {})
    book = Book("USD", balance, lines or {})
    return assess_signal(parse_signal(message, {}), book, view, NumpyEngine(view.model, 5), limits, NOW_MS)


def check_numbers():
    words = philox(*(np.zeros(1, dtype=np.uint64),) * 4, 0, 0)  # Random123's known answers for counter 0, key 0
    assert [int(w[0]) for w in words] == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    assert close(normal_quantile(0.95)[0], 1.6448536269514722, 1e-15)  # R: qnorm(.95)
    assert close(normal_quantile(1e-10)[0], -6.361340902404056, 1e-14)  # R: qnorm(1e-10)
    lower, rank = factorise(np.array([[4.0, 2, 4], [2, 10, 2], [4, 2, 4]]))  # first and last column equal
    assert rank == 2 and np.allclose(lower @ lower.T, [[4, 2, 4], [2, 10, 2], [4, 2, 4]])
    assert position(10_000, 0.95)[0] == 499 and close(position(10_000, 0.95)[1], 0.95)
    assert position(252, 0.95)[0] == 12 and close(position(252, 0.95)[1], 0.55)
    assert tail(np.arange(-10.0, 11.0), 0.95) == (9.0, 9.5)  # h = 20 x 0.05 = 1: x[1] = -9, mean of -10, -9


def sizing(moments=(1e-4, 0.0, 0.0, 0.0, 0.0), own=0.0, side=1, n=1, trades=Trades(), tier="ENTERPRISE", **user):
    x = SizingInput(100_000.0, 0.01, side, 100.0, 98.0, 104.0, 0.6, moments, own, n)
    return size_signal(x, trades, merge_limits(tier, {"limits": user}, {}))


def check_sizing():
    s = sizing()  # s = 0.02, b = 0.04/0.02 = 2, p = 0.6: f = 0.6 - 0.4/2 = 0.4, x 0.25 = 0.1; T = 2,000, sigma = 0.01
    assert close(s.sizes["kelly"], 500_000) and close(s.sizes["fixed_fractional"], 50_000)
    assert close(s.sizes["volatility_based"], 200_000) and close(s.sizes["risk_parity"], 200_000)
    assert close(s.sizes["volatility_budget"], 20_000)  # T/sigma x 0.1
    assert close(s.choice, 200_000)  # 75% of 20, 50, 200, 200, 500 thousand: the fourth
    assert close(sizing(tier="PRO").choice, 200_000) and close(sizing(tier="FREE").choice, 50_000)
    # Uncorrelated book of volatility 1,500: y sigma = 2,000 gives 2,000^2/2,500 = 1,600 = T
    assert close(sizing((1e-4, 0, 1500.0 ** 2, 0, 1500.0 ** 2), target_vol=0.016).sizes["risk_parity"], 200_000)
    # Half of the volatility already held: own 80,000 of the 200,000
    assert close(sizing((1e-4, 8.0, 640_000.0, 0, 0), own=80_000).sizes["risk_parity"], 120_000)
    # A hedge above the budget goes to minimum variance, -g/a; below it, (-g + sqrt(400 + 1e-4 x 1e6))/a
    assert close(sizing((1e-4, -20.0, 6e6, -20.0, 6e6)).sizes["volatility_budget"], 20_000)
    assert close(sizing((1e-4, -20.0, 3e6, -20.0, 3e6)).sizes["volatility_budget"], (20 + math.sqrt(500)) / 1e-4 * 0.1)
    assert sizing((1e-4, 20.0, 6e6, 20.0, 6e6)).sizes["volatility_budget"] == 0.0
    own = Trades(20, 20, 4000.0, 2000.0, (-100.0,) * 30)  # p 0.5, b 2: f = 0.25, x 0.25; 1 + 10 x -3,000/100,000 = 0.7
    s = sizing(trades=own)
    assert close(s.sizes["kelly"], 100_000 * 0.0625 / 0.02) and close(s.performance, 0.7)
    assert close(s.sizes["volatility_budget"], 200_000 * 0.0625 * 0.6)  # p not from confidence: times confidence
    assert sizing(trades=Trades(10, 30, 100.0, 900.0)).no_edge


def check_limits():
    assert close(Row("r", 10, 5, 2, 50).allowed(), 15)      # 10 + 2 (5 + n) = 50
    assert close(Row("r", 10, -30, 2, 50).allowed(), 50)    # outside at 70, inside from n = 10 to n = 50
    assert close(Row("r", 60, -30, 2, 50).allowed(), 30)    # outside everywhere: the minimiser
    assert Row("r", 60, 1, 2, 50).allowed() == 0.0          # outside, and not lowered
    m = merge_limits("FREE", {"limits": {"max_daily_var": 500, "risk_tolerance": "AGGRESSIVE"}},
                     {"limits": {"max_daily_var": 300, "max_order_size_pct": 90, "risk_tolerance": "MODERATE"}})
    assert m["max_daily_var"] == 300 and m["max_var_per_trade"] == 150 and m["max_order_size_pct"] == 5
    assert m.tolerance == "MODERATE"
    i = Instruments()
    lines = [Exposure(i.find("EURUSD"), 1000.0, 990.0), Exposure(i.find("USDJPY"), -500.0, -500.0)]
    assert net_currencies(lines, "USD") == {"EUR": 990.0, "JPY": 500.0}
    view = make_view()
    view.model.rho = np.array([[1, 0.8, -0.9], [0.8, 1, 0], [-0.9, 0, 1]])
    lines = [Exposure(i.find("GBPUSD"), -3000.0), Exposure(i.find("USDJPY"), -600.0)]  # short both: signed -0.8 and +0.9
    total, highest, names = group_measure(i.find("EURUSD"), 1, lines, m, view.model)
    assert names == ["USDJPY"] and close(total, 20.0) and close(highest, 0.9)
    hours = Instruments([{"symbol": "X", "trading_hours": ["Mon-Fri 09:30-16:00"], "time_zone": "America/New_York"}])
    assert is_open(hours.find("X"), 1_792_416_600_000) and not is_open(hours.find("X"), 1_792_416_599_000)  # 2026-10-19


def check_var():
    view = make_view()
    engine = NumpyEngine(view.model, 11).load({"EURUSD": 50_000.0, "GBPUSD": -30_000.0})
    plain = PlainEngine(PlainModel(view.model, 11)).load({"EURUSD": 50_000.0, "GBPUSD": -30_000.0})
    for x in (0.0, 12_345.0, -70_000.0):
        assert all(close(a, b, 1e-9) for a, b in zip(engine.methods(2, x), plain.methods(2, x)))
        _, parametric, mc = engine.methods(2, x)
        w = engine.w + np.array([0, 0, x])
        spread = math.sqrt(w @ view.model.cov @ w) * math.sqrt(0.95 * 0.05 / 10_000) / 0.10313564037537128
        assert abs(mc - parametric) < 4 * spread
    for k, side, limit in ((2, 1, 700.0), (0, 1, 800.0), (1, -1, 600.0)):
        n = largest_size(engine, k, side, 1e6, limit)
        assert close(engine.var(k, side * n), limit, 1e-8) and engine.var(k, side * n * 1.0001) > limit
        assert close(n, largest_size(plain, k, side, 1e6, limit), 1e-7)
    hedge = largest_size(engine, 0, -1, 1e6, 100.0)  # over its limit: improves up to the least VaR
    assert engine.var(0, -hedge) < engine.var() and engine.var(0, -hedge) <= min(engine.var(0, -hedge * f) for f in (0.9, 1.1))
    assert close(sum(engine.components().values()), -(engine.mu + engine.z * math.sqrt(engine.V)))


def check_signals():
    a = judge(requested_notional=20_000, entry_price=1.0, stop_loss=0.98, take_profit=1.04)
    assert (a.status, a.code, a.quantity) == ("REDUCED", "MAX_POSITION_SIZE", 10_000.0)
    a = judge(requested_notional=5_000)  # a market order is valued at 1 x 1.01: floor(5000/1.01) = 4950 lots
    assert (a.status, a.quantity, a.valuation) == ("APPROVED", 4950.0, 1.01)
    a = judge(company={"max_position_size_notional": 1e9, "max_currency_exposure_pct": 5}, requested_notional=40_000,
              entry_price=1.0)  # 0.05 x 3 x 100,000 of EUR
    assert (a.status, a.code, a.quantity) == ("REDUCED", "CURRENCY_EXPOSURE", 15_000.0)
    a = judge(company={"max_position_size_notional": 1e9, "max_daily_var": 100, "max_var_per_trade": 1e6},
              requested_notional=40_000, entry_price=1.0)
    assert a.code == "VAR_LIMIT" and a.var_of(a.opening_size) <= 100 < a.var_of(a.opening_size + 1)
    for change, code in (({"entry_price": 1.02}, "PRICE_COLLAR"), ({"stop_loss": 1.01}, "INVALID_STOP"), ({"balance": 0.0}, "NO_EQUITY"),
                         ({"take_profit": 0.99}, "INVALID_TARGET"), ({"symbol": "ABC"}, "UNKNOWN_INSTRUMENT"),
                         ({"reduce_only": True}, "REDUCE_ONLY"), ({"requested_notional": 0.5}, "BELOW_MIN_QUANTITY"),
                         ({"symbol": "USDCHF"}, "STALE_MARKET_DATA"), ({"side": None}, "INVALID_SIGNAL")):
        assert (judge(**change).status, judge(**change).code) == ("REJECTED", code), code
    long = {"EURUSD": Line(1000.0, 0.9)}
    a = judge(long, side="SELL", requested_notional=400.7)
    assert (a.status, a.closing_quantity, a.opening_quantity) == ("APPROVED", 400.0, 0.0)
    a = judge(long, side="SELL")
    assert (a.status, a.closing_quantity, a.opening_quantity) == ("APPROVED", 1000.0, 0.0)
    a = judge(long, side="SELL", requested_notional=1500.0, entry_price=1.0)
    assert (a.status, a.closing_quantity, a.opening_quantity) == ("APPROVED", 1000.0, 500.0)
    a = judge({"EURUSD": Line(1000.0, 0.9, -600.0, 600.0)}, side="SELL", balance=-1e6)
    assert (a.status, a.closing_quantity, a.equity) == ("APPROVED", 400.0, -1e6 + 100.0)


def check_tenant():
    t = Tenant({"company_id": "c", "user_id": "u", "tier": "PRO", "account": {"currency": "USD", "balance": 1000}}, COMPANY)
    t.limits.values.update(message_rate_per_s=1.0, message_burst=2.0)
    t.tokens = 2.0
    signal = parse_signal({"signal_id": "a", "symbol": "EURUSD", "side": "BUY"}, {})
    assert [t.gate(signal, 1000), t.gate(signal, 1500), t.refill(1500)] == [None, "DUPLICATE_SIGNAL", 0.5]
    view = make_view()
    t.reserve(parse_signal({"signal_id": "a", "symbol": "EURUSD", "side": "BUY", "strategy_id": "x"}, {}), 0.0, 100.0, 1.0, 0)
    report = {"execution_id": "1", "signal_id": "a", "symbol": "EURUSD", "side": "BUY", "quantity": 100, "price": 1.0,
              "fees": 1, "status": "FILLED"}
    t.execute(report, view)
    t.execute(report, view)  # twice: once
    assert t.positions["EURUSD"] == (100.0, 1.0) and t.balance == 999.0 and not t.reservations
    t.reserve(parse_signal({"signal_id": "b", "symbol": "EURUSD", "side": "SELL", "strategy_id": "x"}, {}), 100.0, 50.0, 1.1, 0)
    t.execute(report | {"execution_id": "2", "signal_id": "b", "side": "SELL", "quantity": 120, "price": 1.1, "fees": 0,
                        "status": "PARTIAL"}, view)
    r = t.reservations["b"]
    assert (r.closing, r.opening) == (0.0, 30.0) and close(t.balance, 1009.0)
    assert t.positions["EURUSD"][0] == -20.0 and t.positions["EURUSD"][1] == 1.1
    t.execute(report | {"execution_id": "3", "signal_id": "b", "side": "SELL", "quantity": 0, "status": "CANCELLED", "fees": 0}, view)
    assert not t.reservations and t.trades[("x", "EURUSD")].wins == 1
    t.reserve(signal, 0.0, 5.0, 1.0, 0)
    assert t.advance(DAY_MS) == DAY_MS and not t.reservations


def run():
    for check in (check_numbers, check_sizing, check_limits, check_var, check_signals, check_tenant):
        check()
        print(f"{check.__name__}: ok")
    return 0

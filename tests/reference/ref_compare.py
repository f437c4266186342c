"""Compares one answered assessment with this reference's own, field by field, with the tolerances written here."""

import collections
import math

from ref_files import number
from ref_judge import CODES, deepest_cut

MONEY = 1e-6        # relative: the paths are float32
SOLVED = 2e-4       # where the book's VaR decides, the size: lots, and P&L summed in another order
METHODS = {"kelly": "kelly_criterion", "fixed_fractional": "fixed_fractional", "volatility_based": "volatility_based",
           "risk_parity": "risk_parity", "volatility_budget": "volatility_budget"}
# What this reference calls a row or code -> what an answer may call it.
ROW_NAMES = {"portfolio_leverage": "leverage"}
CODE_NAMES = {"RATE_LIMIT": ("MESSAGE_RATE_LIMIT",), "MARKET_CLOSED": ("OUTSIDE_TRADING_HOURS",),
              "MAX_POSITION_SIZE": ("POSITION_SIZE_LIMIT",), "ORDER_SIZE": ("ORDER_SIZE_LIMIT",),
              "MAX_POSITIONS": ("MAX_POSITIONS_LIMIT",), "VAR_PER_TRADE": ("VAR_PER_TRADE_LIMIT",),
              "POSITION_CONCENTRATION": ("POSITION_CONCENTRATION_LIMIT",), "CORRELATION": ("CORRELATION_LIMIT",),
              "SECTOR_CONCENTRATION": ("SECTOR_CONCENTRATION_LIMIT",), "LEVERAGE": ("LEVERAGE_LIMIT",),
              "CURRENCY_EXPOSURE": ("CURRENCY_EXPOSURE_LIMIT",), "CLASS_LEVERAGE": ("CLASS_LEVERAGE_LIMIT",)}
GATES = {"signal", "halt", "duplicate", "message_rate", "instrument", "trading_hours", "market_data", "price_collar",
         "levels", "strategy_type", "equity", "sizing"}  # rows that are judged by status and reason code


def near(a, b, relative=MONEY, absolute=1e-9):
    if a is None or b is None:
        return a is b
    return abs(a - b) <= relative * max(abs(a), abs(b)) + absolute


class Differences:
    """Counted by field; the first ones are kept to be printed."""

    def __init__(self, keep=20, only=None):
        self.counts, self.first, self.keep, self.only = collections.Counter(), [], keep, only
        self.code_pairs, self.unmatched_rows, self.seen_rows = collections.Counter(), collections.Counter(), set()
        self.checked = collections.Counter()

    def check(self, where, field, mine, theirs, same):
        """@returns same"""
        self.checked[field] += 1
        if not same:
            self.counts[field] += 1
            if len(self.first) < self.keep and (self.only is None or field.startswith(self.only)):
                self.first.append(f"{where} {field}: reference {mine!r}, answer {theirs!r}")
        return same


def same_code(mine, theirs):
    return mine == theirs or theirs in CODE_NAMES.get(mine, ())


def tie(a, code):
    """Whether the control that `code` names cut as deep as any, up to rounding."""
    least = min((v for v in a.allowed.values() if v is not None), default=None)
    return least is not None and any(near(v, least, 1e-9) and same_code(CODES[name.split()[0]], code)
                                     for name, v in a.allowed.items() if v is not None)


def daily_accepts(a, n, limit):
    """Whether n is as good an answer of the book VaR limit as ours: equal, or its VaR reaches the limit."""
    mine = a.allowed.get("daily_var")
    if mine is None or a.var_of is None:
        return False
    if abs(n - mine) <= SOLVED * max(mine, n) + a.lot:
        return True
    if n == 0 and limit * (1 - SOLVED) <= a.before_trade <= limit:  # full, unless the trade is a hedge
        return a.var_of(mine / 2) >= a.before_trade
    low, high = a.var_of(n), a.var_of(n + a.lot)  # high: the lot that was rounded away
    if a.before_trade > limit:  # improving sizes: as low as ours, or within the limit
        return low <= max(limit, a.var_of(mine) * (1 + 1e-3)) * (1 + MONEY)
    return low <= limit * (1 + MONEY) and high >= limit * (1 - SOLVED)


def daily_kind(a, n, limit):
    """Which part of the solver's rule a difference belongs to."""
    if a.before_trade > limit:
        return "book outside"
    return "book full" if a.before_trade >= limit * (1 - SOLVED) else "stops early"


def lots_agree(a, mine, theirs, step):
    """Equal, or one lot apart where the bound is a whole number of lots up to float rounding."""
    if near(mine, theirs, 1e-9):
        return True
    if a.bound is None or abs(abs(mine - theirs) - step) > 1e-6 * step:
        return False
    exact = a.bound / a.unit / step
    return abs(exact - round(exact)) <= MONEY * exact + 1e-6


def compare_assessment(out, where, a, answer, limits, signal, step):
    """@returns whether the decision (status and sizes) agrees; all else is counted too."""
    sizing = answer.get("position_sizing") or {}
    closing = abs(number(sizing.get("closing_quantity"), 0.0))
    quantity = abs(number(sizing.get("final_quantity"), 0.0))
    final, theirs = number(sizing.get("final_size"), 0.0), answer.get("approval_status")
    opening = max(0.0, quantity - closing) if quantity - closing > 1e-9 * quantity else 0.0
    agree = out.check(where, "closing_quantity", a.closing_quantity, closing, near(a.closing_quantity, closing, 1e-9))
    same_size = lots_agree(a, a.opening_quantity, opening, step)
    solved = not same_size and a.unit is not None and daily_accepts(a, opening * a.unit, limits["max_daily_var"])
    by_var = a.allowed.get("daily_var") is not None and near(a.closing_quantity, closing, 1e-9)
    field = f"final_quantity, daily_var {daily_kind(a, opening, limits['max_daily_var'])}" if by_var else "final_quantity"
    agree &= out.check(where, field, a.quantity, quantity, same_size or solved)
    unit = a.unit or 0.0
    expected = a.closing_size + opening * unit
    out.check(where, "final_size", expected, final, near(expected, final))
    wished = a.capped if signal.requested is None else signal.requested - a.closing_size
    borderline = a.lot is not None and a.bound is not None and abs(wished - a.bound - a.lot) <= 1.1 * a.lot
    approved = {a.status, theirs} == {"APPROVED", "REDUCED"}
    agree &= out.check(where, "approval_status", f"{a.status} {a.code}", f"{theirs} {answer.get('reason_code')}",
                       a.status == theirs or (approved and borderline))
    if a.status == theirs:
        code = answer.get("reason_code", "")
        if not out.check(where, "reason_code", a.code, code, same_code(a.code, code) or tie(a, code)):
            out.code_pairs[(a.code, code)] += 1
    if a.sizing is not None:
        compare_sizing(out, where, a, sizing, opening)
    if a.rows:
        compare_rows(out, where, a, answer.get("checks") or (), limits, opening * unit, signal)
    if a.unit_figures:
        compare_var(out, where, a, answer.get("var_analysis") or {}, opening * unit, a.closing_size)
    if a.rows and (opening or a.opening_code):
        compare_score(out, where, a, answer, limits, opening * unit, signal)
    return agree


def compare_sizing(out, where, a, sizing, opening):
    for name, field in METHODS.items():
        theirs = number((sizing.get(field) or {}).get("position_size"))
        out.check(where, f"size {name}", a.sizing.sizes[name], theirs, near(a.sizing.sizes[name], theirs))
    choice = a.sizing.choice or 0.0
    out.check(where, "recommended_size", choice, number(sizing.get("recommended_size")),
              near(choice, number(sizing.get("recommended_size"), 0.0)))
    for name, mine in (("valuation_price", a.valuation if opening else None), ("performance_factor", a.sizing.performance),
                       ("volatility_adjustment", a.sizing.adjustment), ("sized_notional", a.sized)):
        if mine is not None and math.isfinite(mine):
            theirs = number(sizing.get(name), 0.0)
            out.check(where, name, mine, theirs, near(mine, theirs))


def refused_sizes(a, opening, signal):
    """What a row's value may be measured at."""
    if opening:
        return [opening]
    sizes = [n for n in (a.capped, a.sized, signal.requested, a.bound, 0.0) if n is not None]
    return sizes + [math.floor(n / a.lot + 1e-9) * a.lot for n in sizes]


def compare_rows(out, where, a, checks, limits, opening, signal):
    own = {}
    for row in a.rows:
        own.setdefault(row.name.split()[0], []).append(row)
    for check in checks:
        name = ROW_NAMES.get(check.get("name"), check.get("name"))
        out.seen_rows.add(name)
        if check.get("outcome") == "NOT_EVALUATED" or name in GATES:
            continue
        if name == "daily_var":
            _compare_daily(out, where, a, check, limits, opening, signal)
        elif name == "max_positions":
            blocked = a.allowed["max_positions"] == 0.0
            out.check(where, "row max_positions outcome", blocked, check.get("outcome"),
                      blocked == (check.get("outcome") == "REJECTED"))
        elif name == "currency_exposure" and name not in own:  # the trade touches no foreign currency
            out.check(where, "row currency_exposure outcome", "PASS", check.get("outcome"), check.get("outcome") == "PASS")
        elif name in own:
            _compare_linear(out, where, a, name, own[name], check, opening, signal)
        else:
            out.unmatched_rows[name] += 1


def _compare_linear(out, where, a, name, rows, check, opening, signal):
    value, limit = number(check.get("value")), number(check.get("limit"))
    if value is not None and limit:
        ratios = [r.measure(n) / r.limit for r in rows for n in refused_sizes(a, opening, signal) if r.limit]
        if ratios:
            best = min(ratios, key=lambda x: abs(x - value / limit))
            out.check(where, f"row {name} value/limit", best, value / limit, near(best, value / limit, MONEY, 1e-9))
    bounds = [r.allowed() for r in rows]
    least = min((b for b in bounds if b is not None), default=None)
    theirs = number(check.get("allowed_size"))
    fits = near(least, theirs, MONEY, 1e-6) if least is not None and theirs is not None else \
        (least is None and theirs is None) or (theirs is None and least >= a.sized)
    out.check(where, f"row {name} allowed_size", least, theirs, fits)
    reference = a.sized if rows[0].static else a.capped
    mine = "PASS" if least is None or least >= reference * (1 - 1e-9) else "REJECTED" if least <= 0 else "REDUCED"
    outcome = check.get("outcome")
    if mine == "REDUCED" and outcome == "PASS" and (name != deepest_cut(a, None) or reference - least <= 1.1 * a.lot):
        mine = "PASS"  # another control cut deeper, and its row may carry the cut alone; or less than a lot was cut
    out.check(where, f"row {name} outcome" + ("" if opening else " of a refused size"), mine, outcome,
              mine == outcome or (not opening and least is not None and {mine, outcome} == {"REDUCED", "REJECTED"}))


def _compare_daily(out, where, a, check, limits, opening, signal):
    value, limit = number(check.get("value")), limits["max_daily_var"]
    out.check(where, "row daily_var limit", limit, number(check.get("limit")), near(limit, number(check.get("limit"))))
    if value is not None:
        figures = [a.var_of(n) for n in refused_sizes(a, opening, signal)]
        best = min(figures, key=lambda x: abs(x - value))
        out.check(where, "row daily_var value", best, value, near(best, value, MONEY, MONEY * a.engine.scale()))
    theirs, mine = number(check.get("allowed_size")), a.allowed["daily_var"]
    if mine is not None and theirs is not None:
        fits = near(mine, theirs, SOLVED, a.lot) or daily_accepts(a, theirs, limit)
        out.check(where, f"row daily_var allowed_size, {daily_kind(a, theirs, limit)}", mine, theirs, fits)


def compare_var(out, where, a, var, opening, closing):
    """Stand-alone figures are linear: compared at the size that the answer names; that size where it is known."""
    size = number(var.get("position_size"), 0.0)
    refused = not opening and bool(a.opening_code)  # a closing part alone was approved: the trade may be either part
    if (opening or closing) and not refused:
        expected = opening or closing
        out.check(where, "var position_size", expected, size, near(expected, size))
    for field, figure in (("historical_var_95", "historical"), ("parametric_var_95", "parametric"),
                          ("monte_carlo_var_95", "monte_carlo"), ("expected_shortfall_95", "shortfall"),
                          ("monte_carlo_standard_error", "error")):
        mine, theirs = a.unit_figures[figure] * size, number(var.get(field), 0.0)
        out.check(where, field, mine, theirs, near(mine, theirs))
    if (opening or closing) and not refused:
        mine, theirs = (a.var_of(opening) if opening else a.before_trade) - a.before_close, number(var.get("portfolio_var_impact"), 0.0)
        out.check(where, "portfolio_var_impact", mine, theirs, near(mine, theirs, MONEY, 2 * MONEY * a.engine.scale() + 1e-9))


def score_at(a, n, limits):
    by_name = {}
    for row in a.rows:
        by_name.setdefault(row.name.split()[0], []).append(row)

    def used(name):
        return max((r.measure(n) / r.limit if r.limit > 0 else 1.0 for r in by_name.get(name, ())), default=0.0)

    daily = limits["max_daily_var"]
    parts = (a.var_of(n) / daily if daily > 0 else 1.0, used("correlation"),
             max(used("position_concentration"), used("currency_exposure")), 0.0)
    u = [min(1.0, max(0.0, x)) for x in parts]
    score = 0.4 * u[0] + 0.2 * u[1] + 0.2 * u[2] + 0.2 * u[3]
    return 100 * max(score, max(u) if max(parts) >= 1 else 0.0)


def compare_score(out, where, a, answer, limits, opening, signal):
    theirs = number(answer.get("overall_risk_score"), 0.0)
    scores = [score_at(a, n, limits) for n in refused_sizes(a, opening, signal)]
    best = min(scores, key=lambda x: abs(x - theirs))
    out.check(where, "overall_risk_score", best, theirs, near(best, theirs, 1e-5, 1e-6))

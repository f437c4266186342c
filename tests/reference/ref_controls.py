"""The limits of RISK.md 6 that are piecewise linear in the size, as rows (C, w, k, L): m(n) = C + k |w + d n|."""

from dataclasses import dataclass

CLASS_DIVIDED = ("FX", "INDEX", "COMMODITY")  # measure = notional / class leverage for these


@dataclass
class Row:
    """One control of one trade. `allowed` is None where the control sets no bound."""
    name: str
    base: float      # C: what the trade does not change
    own: float       # w in the direction of the trade: positive when the trade adds to it
    weight: float    # k
    limit: float
    static: bool = False

    def measure(self, n):
        return self.base + self.weight * abs(self.own + n)

    def allowed(self):
        """Largest size; the first interval on which m <= L, or the minimiser of a book outside (RISK.md 5)."""
        if self.weight == 0:
            return None
        if self.measure(0.0) > self.limit:
            if self.own >= 0:
                return 0.0  # does not lower the measure
            if self.base > self.limit:
                return -self.own  # the least that can be reached
        return max(0.0, (self.limit - self.base) / self.weight - self.own)

    def holds(self, n):
        return self.measure(n) <= max(self.limit, self.measure(0.0)) * (1 + 1e-12)


def divisor(instrument, limits):
    if instrument.asset_class not in CLASS_DIVIDED:
        return 1.0
    of_class = limits.class_leverage[instrument.asset_class]
    return min(of_class, instrument.leverage or of_class)


@dataclass(frozen=True)
class Exposure:
    """One open line: signed notional, units x fx(base -> account) of an FX pair, unrealised P&L; account currency."""
    instrument: object
    notional: float
    base: float = 0.0
    unrealised: float = 0.0


def currency_legs(line):
    """{currency: net}. The legs of a pair differ where its price and the conversion rates do."""
    i = line.instrument
    if i.asset_class == "FX":
        return {i.base: line.base, i.quote: -line.notional}
    return {i.quote: line.notional if i.cash else line.unrealised}


def net_currencies(lines, account):
    """The account's own currency is nobody's exposure."""
    net = {}
    for line in lines:
        for currency, amount in currency_legs(line).items():
            if currency != account:
                net[currency] = net.get(currency, 0.0) + amount
    return net


def signed_correlation(a, b, side_a, side_b, model):
    """rho x side x side; without data the cautious guess."""
    if a.symbol in model.column and b.symbol in model.column:
        return float(model.rho[model.column[a.symbol]][model.column[b.symbol]]) * side_a * side_b
    if a.asset_class == b.asset_class or "CRYPTO" in (a.asset_class, b.asset_class):
        return 1.0
    return 0.0


def group_measure(instrument, side, lines, limits, model):
    """(others in the group, max signed rho, names): open symbols that would move with the trade."""
    total, names, highest = 0.0, [], -1.0
    for line in lines:
        other, notional = line.instrument, line.notional
        if other.symbol == instrument.symbol or notional == 0:
            continue
        rho = signed_correlation(instrument, other, side, 1 if notional > 0 else -1, model)
        highest = max(highest, rho)
        if rho > limits["max_correlation"]:
            total += abs(notional) / divisor(other, limits)
            names.append(other.symbol)
    return total, highest, names


def linear_rows(instrument, side, lines, limits, equity, account, model, unit_var, base_per_notional=1.0):
    """All rows but max_positions and daily_var, in the order of the table.

    @param lines the book after the close. @param unit_var stand-alone VaR of one unit of notional.
    @param base_per_notional what the base leg of an FX trade grows by with one unit of notional.
    """
    div = divisor(instrument, limits)
    own = side * sum(x.notional for x in lines if x.instrument.symbol == instrument.symbol)
    others = [(x.instrument, x.notional) for x in lines if x.instrument.symbol != instrument.symbol]
    sector = sum(abs(w) / divisor(i, limits) for i, w in others if i.sector == instrument.sector)
    gross = sum(abs(w) for _, w in others)
    in_class = sum(abs(w) for i, w in others if i.asset_class == instrument.asset_class)
    group, _, _ = group_measure(instrument, side, lines, limits, model)
    pct = equity / 100.0
    rows = [
        Row("max_position_size", 0.0, own, 1.0, limits["max_position_size_notional"], static=True),
        Row("order_size", 0.0, 0.0, 1.0 / div, limits["max_order_size_pct"] * pct, static=True),
        Row("position_concentration", 0.0, own, 1.0 / div, limits["max_position_concentration_pct"] * pct),
        Row("sector_concentration", sector, own, 1.0 / div, limits["max_sector_concentration_pct"] * pct),
    ]
    net = net_currencies(lines, account)
    limit = limits["max_currency_exposure_pct"] * pct * limits["max_portfolio_leverage"]
    touched = instrument.asset_class == "FX" or instrument.cash
    legs = currency_legs(Exposure(instrument, 1.0, base_per_notional)) if touched else {}
    for currency, k in legs.items():  # |net + side k n| = |k| |net side / k + n|
        if currency != account:
            rows.append(Row(f"currency_exposure {currency}", 0.0, side * net.get(currency, 0.0) / k, abs(k), limit))
    rows.append(Row("leverage", gross, own, 1.0, limits["max_portfolio_leverage"] * equity))
    rows.append(Row("class_leverage", in_class, own, 1.0, limits.class_leverage[instrument.asset_class] * equity))
    rows.append(Row("correlation", group, own, 1.0 / div, limits["max_correlated_exposure_pct"] * pct))
    rows.append(Row("var_per_trade", 0.0, 0.0, unit_var, limits["max_var_per_trade"]))
    return rows

"""The judgement of one signal on one book: gates, split, sizing, limits, lots, status (RISK.md 4-6).

`assess_signal` works with any engine: ref_var.NumpyEngine, or plain_assess.PlainEngine without NumPy.
"""

import math
from dataclasses import dataclass, field

import ref_controls as controls
from ref_files import ID
from ref_market import is_open
from ref_sizing import SizingInput, Trades, size_signal
from ref_var import largest_size

CODES = {"max_positions": "MAX_POSITIONS", "max_position_size": "MAX_POSITION_SIZE", "order_size": "ORDER_SIZE",
         "position_concentration": "POSITION_CONCENTRATION", "sector_concentration": "SECTOR_CONCENTRATION",
         "currency_exposure": "CURRENCY_EXPOSURE", "leverage": "LEVERAGE", "class_leverage": "CLASS_LEVERAGE",
         "correlation": "CORRELATION", "var_per_trade": "VAR_PER_TRADE", "daily_var": "VAR_LIMIT", "sizing": "SIZING"}
HALVINGS_MAX = 8


@dataclass
class Signal:
    signal_id: str
    symbol: str
    side: int  # +1 buy, -1 sell, 0 malformed
    strategy_id: str
    strategy_type: str = None
    confidence: float = 0.0
    entry: float = None
    stop: float = None
    target: float = None
    requested: float = None
    reduce_only: bool = False
    expires_at_ms: int = None

    def fault(self, now_ms):
        prices = (self.entry, self.stop, self.target, self.requested)
        good = ID.match(self.signal_id) and self.side and self.symbol and 0.0 <= self.confidence <= 1.0 and all(
            x is None or (math.isfinite(x) and x > 0) for x in prices) and ID.match(self.strategy_id or "-")
        if not good:
            return "INVALID_SIGNAL"
        if self.expires_at_ms is not None and self.expires_at_ms <= now_ms:
            return "SIGNAL_EXPIRED"
        return None


@dataclass
class Line:
    """One symbol of a book: filled, open closing reservations (signed), open opening ones [(quantity, price)]."""
    filled: float = 0.0
    average: float = 0.0
    closing: float = 0.0
    reserved: float = 0.0  # sum of their absolute values: what is no longer available to close
    openings: list = field(default_factory=list)

    @property
    def is_open(self):
        return self.filled + self.closing != 0 or any(q for q, _ in self.openings)


@dataclass
class Book:
    currency: str
    balance: float
    lines: dict
    trades: dict = field(default_factory=dict)  # (strategy, symbol) -> Trades

    def notionals(self, view, closing=None):
        """{symbol: signed notional}; `closing` is an additional (symbol, signed quantity)."""
        result = {}
        for symbol, line in self.lines.items():
            instrument, last = view.instruments.find(symbol), view.price(symbol)
            if instrument is None or last is None:
                continue
            kept = line.filled + line.closing
            if closing and closing[0] == symbol:
                kept += closing[1]
                kept = 0.0 if abs(kept) < 1e-9 * abs(line.filled) else kept
            value = kept * (view.unit_value(instrument, last, self.currency) or 0.0)
            value += sum(q * (view.unit_value(instrument, p, self.currency) or 0.0) for q, p in line.openings)
            if value:
                result[symbol] = value
        return result

    def exposures(self, view, closing=None):
        """The open lines, for the currency legs and the limits."""
        result = []
        notionals = self.notionals(view, closing)
        for symbol, line in self.lines.items():
            instrument, notional = view.instruments.find(symbol), notionals.get(symbol, 0.0)
            if instrument is None:
                continue
            kept = line.filled + line.closing + (closing[1] if closing and closing[0] == symbol else 0.0)
            units = kept + sum(q for q, _ in line.openings)
            base = 0.0
            if instrument.asset_class == "FX":
                rate = view.fx(instrument.base, self.currency)
                base = units * instrument.contract_size * (rate[0] if rate else 0.0)
            result.append(controls.Exposure(instrument, notional, base, self.unrealised(symbol, view)))
        return result

    def unrealised(self, symbol, view):
        line, instrument, last = self.lines[symbol], view.instruments.find(symbol), view.price(symbol)
        if not line.filled or instrument is None or last is None:
            return 0.0
        return line.filled * (view.unit_value(instrument, last - line.average, self.currency) or 0.0)

    def equity(self, view):
        return self.balance + sum(self.unrealised(s, view) for s in self.lines)


@dataclass
class Assessment:
    status: str = "REJECTED"
    code: str = ""
    closing_quantity: float = 0.0
    closing_size: float = 0.0
    opening_quantity: float = 0.0  # unsigned
    opening_size: float = 0.0
    opening_code: str = ""         # why the opening part was dropped
    sizing: object = None
    sized: float = None            # after the multipliers and the request
    capped: float = None           # after the static caps
    bound: float = None            # after all limits, before the lot
    valuation: float = None
    unit: float = None             # account currency for one unit at the valuation price
    lot: float = None              # account currency for one lot
    rows: list = field(default_factory=list)       # linear controls
    allowed: dict = field(default_factory=dict)    # name -> size or None, daily_var and max_positions included
    var_of: object = None          # n -> book VaR with the trade, where it was judged
    unit_figures: dict = None      # stand-alone figures per unit of notional
    engine: object = None
    column: int = None
    before_close: float = 0.0      # VaR of the book as it was
    before_trade: float = 0.0      # and after the closing part
    equity: float = 0.0

    @property
    def size(self):
        return self.closing_size + self.opening_size

    @property
    def quantity(self):
        return self.closing_quantity + self.opening_quantity


def whole_lots(quantity, step):
    return math.floor(quantity / step + 1e-9) * step


def below_minimum(quantity, instrument):
    return quantity < max(instrument.min_quantity, instrument.lot_step) * (1 - 1e-9)


def split(signal, line, unit_at_last, lot):
    """(closing quantity, request of the opening part, whether there is an opening part)."""
    filled = line.filled if line else 0.0
    against = filled * signal.side < 0
    available = abs(filled) - line.reserved if against else 0.0
    if available <= 1e-12:
        return 0.0, signal.requested, True
    if signal.requested is None:
        return available, None, False
    wanted = signal.requested / unit_at_last
    if wanted >= available * (1 - 1e-9):
        rest = signal.requested - available * unit_at_last
        return available, rest, rest > 1e-9 * signal.requested
    return whole_lots(wanted, lot), signal.requested, False


def soft_gates(signal, book, view, limits, instrument, equity, now_ms):
    """Code of the first gate that forbids an opening part, before sizing; None when all let it pass."""
    if instrument is None:
        return "UNKNOWN_INSTRUMENT"
    if any(signal.symbol not in listed for listed in limits.allowed):
        return "INSTRUMENT_NOT_ALLOWED"
    if signal.symbol in limits.denied:
        return "INSTRUMENT_DENIED"
    if limits.hours_matter and not is_open(instrument, now_ms):
        return "MARKET_CLOSED"
    symbols = [signal.symbol] + [s for s, line in book.lines.items() if line.is_open]
    for symbol in symbols:
        other = view.instruments.find(symbol)
        fault = "UNKNOWN_INSTRUMENT" if other is None else view.data_fault(symbol, other, book.currency, now_ms)
        if fault:
            return fault
    last = view.price(signal.symbol)
    if signal.entry is not None and abs(signal.entry / last - 1) > collar_of(instrument, limits) * (1 + 1e-12):
        return "PRICE_COLLAR"
    price = signal.entry or last
    if signal.stop is not None and signal.side * (price - signal.stop) <= 0:
        return "INVALID_STOP"
    if signal.target is not None and signal.side * (signal.target - price) <= 0:
        return "INVALID_TARGET"
    if signal.strategy_id in limits.banned_strategies or signal.strategy_type in limits.banned_types:
        return "STRATEGY_BANNED"
    return "NO_EQUITY" if equity <= 0 else None


def collar_of(instrument, limits):
    percent = limits["price_collar_pct"]
    return (min(percent, limits["price_collar_fx_pct"]) if instrument.asset_class == "FX" else percent) / 100.0


def valuation(signal, last, instrument, limits):
    """The entry, for a sell at least the last price; a market order a collar beyond the last."""
    if signal.entry is None:
        return last * (1 + collar_of(instrument, limits))
    return max(signal.entry, last) if signal.side < 0 else signal.entry


def assess_signal(signal, book, view, engine, limits, now_ms, gate=None, tolerance=1e-9, evaluations_max=100):
    """@param gate code of the duplicate or rate gate that refused, or None. @returns Assessment"""
    a = Assessment()
    a.code = signal.fault(now_ms) or gate or ""
    if a.code:
        return a
    instrument, line = view.instruments.find(signal.symbol), book.lines.get(signal.symbol)
    last, request, opens = view.price(signal.symbol), signal.requested, True
    unit_at_last = view.unit_value(instrument, last, book.currency) if instrument and last else None
    if unit_at_last:
        a.closing_quantity, request, opens = split(signal, line, unit_at_last, instrument.lot_step)
        a.closing_size = a.closing_quantity * unit_at_last
    if not opens and not a.closing_quantity:
        a.code = "BELOW_MIN_QUANTITY"  # against a position, for less than a lot
        return a
    if signal.reduce_only:
        if not a.closing_quantity:
            a.code = "REDUCE_ONLY"
            return a
        opens = False
    if opens and a.closing_quantity and request is not None:
        unit = view.unit_value(instrument, valuation(signal, last, instrument, limits), book.currency)
        opens = not below_minimum(whole_lots(request / unit, instrument.lot_step), instrument)
    a.equity = book.equity(view)
    notionals = book.notionals(view, (signal.symbol, signal.side * a.closing_quantity))
    if not opens:
        a.status = "APPROVED"
        _figures(a, signal, book, view, engine, notionals)
        return a
    opposite = line is not None and any(q * signal.side < 0 for q, _ in line.openings)
    a.opening_code = soft_gates(signal, book, view, limits, instrument, a.equity, now_ms) or \
        ("OPPOSITE_ORDER" if opposite else "")
    if not a.opening_code:
        _judge_opening(a, signal, request, instrument, notionals, book, view, engine, limits, tolerance, evaluations_max)
    elif a.closing_quantity:
        _figures(a, signal, book, view, engine, notionals)
    _decide(a, signal, request, notionals)
    return a


def _figures(a, signal, book, view, engine, notionals):
    if a.closing_quantity:
        a.before_close = engine.load(book.notionals(view)).var()
    engine.load(notionals)
    a.engine, a.column = engine, engine.model.column.get(signal.symbol) if engine.model else None
    a.before_trade = engine.var()
    a.before_close = a.before_close if a.closing_quantity else a.before_trade
    if a.column is not None:
        a.unit_figures = engine.standalone(a.column, signal.side)


def _judge_opening(a, signal, request, instrument, notionals, book, view, engine, limits, tolerance, evaluations_max):
    _figures(a, signal, book, view, engine, notionals)
    last, k, side = view.price(signal.symbol), a.column, signal.side
    a.valuation = valuation(signal, last, instrument, limits)
    a.unit = view.unit_value(instrument, a.valuation, book.currency)
    a.lot = instrument.lot_step * a.unit
    names = {s for s, w in notionals.items() if w}
    x = SizingInput(a.equity, float(engine.sigma[k]), side, signal.entry or last, signal.stop, signal.target,
                    signal.confidence, engine.moments(k), notionals.get(signal.symbol, 0.0),
                    len(names | {signal.symbol}))
    a.sizing = size_signal(x, book.trades.get((signal.strategy_id, signal.symbol)) or Trades(), limits)
    if a.sizing.no_edge or not a.sizing.choice:
        a.opening_code = "NO_EDGE" if a.sizing.no_edge else \
            "NO_SIZING_METHOD" if a.sizing.choice is None else "ZERO_SIZE"
        return
    a.sized = min(a.sizing.sized, request if request is not None else math.inf)
    if below_minimum(whole_lots(a.sized / a.unit, instrument.lot_step), instrument):
        a.opening_code = "BELOW_MIN_QUANTITY"
        return
    lines = book.exposures(view, (signal.symbol, side * a.closing_quantity))
    unit_var = max(a.unit_figures[m] for m in ("historical", "parametric", "monte_carlo"))
    if instrument.asset_class not in limits.class_leverage:
        a.opening_code = "CLASS_LEVERAGE"
        return
    base_rate = view.fx(instrument.base, book.currency) if instrument.asset_class == "FX" else None
    base = instrument.contract_size * base_rate[0] / a.unit if base_rate else 1.0
    a.rows = controls.linear_rows(instrument, side, lines, limits, a.equity, book.currency, engine.model, unit_var, base)
    is_new = signal.symbol not in names
    a.allowed["max_positions"] = 0.0 if is_new and len(names) + 1 > limits["max_positions"] else None
    for row in a.rows:
        a.allowed[row.name] = row.allowed()
    static = [a.allowed[r.name] for r in a.rows if r.static]
    a.capped = min([a.sized] + static)
    others = min([a.capped] + [v for v in a.allowed.values() if v is not None])
    a.var_of = lambda n: engine.var(k, side * n)
    daily = limits["max_daily_var"]
    a.allowed["daily_var"] = largest_size(engine, k, side, others, daily, tolerance, evaluations_max) if others > 0 else None
    a.bound = others if a.allowed["daily_var"] is None else min(others, a.allowed["daily_var"])
    _take(a, instrument, daily)


def _take(a, instrument, daily):
    """Lots, then everything again at the final size, halving at most eight times."""
    size = a.bound
    for _ in range(HALVINGS_MAX + 1):
        quantity = whole_lots(size / a.unit, instrument.lot_step)
        if below_minimum(quantity, instrument):
            return  # what sizing left was enough: the control that cut deepest is named
        n = quantity * a.unit
        failed = next((r.name for r in a.rows if not r.holds(n)), None)
        if failed is None and a.var_of(n) > max(daily, a.before_trade) * (1 + 1e-12):
            failed = "daily_var"
        if failed is None:
            a.opening_quantity, a.opening_size = quantity, n
            return
        size = n / 2
    a.opening_code = CODES[failed.split()[0]]


def deepest_cut(a, request):
    """Name of the control whose bound is the least, the first of equals; sizing before all."""
    least, name = a.sized, "sizing"
    if request is not None and a.sized >= request:
        name = ""
    for control, value in a.allowed.items():
        if value is not None and value < least * (1 - 1e-12):
            least, name = value, control.split()[0]
    return name


def _decide(a, signal, request, notionals):
    binding = deepest_cut(a, request) if a.sized is not None else ""
    if not a.opening_quantity:
        a.opening_code = a.opening_code or CODES.get(binding, "")
        a.code = a.opening_code
        if a.closing_quantity:
            cut = signal.requested - a.closing_size
            a.status = "REDUCED" if a.lot is None or cut > a.lot else "APPROVED"
            a.code = a.code if a.status == "REDUCED" else ""
        return
    if request is not None:
        cut = request - a.bound > a.lot * (1 + 1e-9)
    else:
        cut = a.capped - a.bound > a.lot * (1 + 1e-9)
    a.status = "REDUCED" if cut else "APPROVED"
    a.code = CODES[binding] if cut and binding else ""

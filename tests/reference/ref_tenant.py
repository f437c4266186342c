"""One tenant through time: reservations, fills, balance, statistics, duplicates, message rate, repeats."""

import math
from dataclasses import dataclass

from ref_files import merge_limits, number, whole
from ref_judge import Book, Line, Signal
from ref_sizing import Trades

REMEMBERED_MAX, WINDOW_MS, DAY_MS = 256, 500, 86_400_000
DONE = {"FILLED", "CANCELLED", "REJECTED", "EXPIRED", 1, 3, 4, 5}
SIDES = {"BUY": 1, "SELL": -1, 1: 1, 2: -1}
TYPES = ("MOMENTUM", "MEAN_REVERSION", "TREND_FOLLOWING", "BREAKOUT", "ARBITRAGE", "MARKET_MAKING", "SCALPING", "OTHER")


@dataclass
class Reservation:
    symbol: str
    strategy_id: str
    side: int
    closing: float  # unsigned, what is still open
    opening: float
    price: float
    expires_at_ms: int
    realised: float = 0.0
    closed: bool = False


def parse_signal(message, batch):
    kind = message.get("strategy_type")
    return Signal(message.get("signal_id", ""), message.get("symbol", ""), SIDES.get(message.get("side"), 0),
                  message.get("strategy_id") or batch.get("strategy_id", ""),
                  TYPES[kind - 1] if isinstance(kind, int) and kind else kind,
                  number(message.get("confidence"), 0.0), number(message.get("entry_price")),
                  number(message.get("stop_loss")), number(message.get("take_profit")),
                  number(message.get("requested_notional")), bool(message.get("reduce_only")),
                  whole(message.get("expires_at_ms"), None))


class Tenant:
    def __init__(self, setup, company):
        self.company_id, self.user_id = setup["company_id"], setup["user_id"]
        tier = setup.get("tier", "FREE")
        self.tier = ("FREE", "PRO", "ENTERPRISE")[tier - 1] if isinstance(tier, int) else tier
        self.limits = merge_limits(self.tier, company, setup)
        self.strategies = set(setup.get("strategies") or ())
        account = setup.get("account") or {}
        self.currency, self.balance = account.get("currency") or "USD", number(account.get("balance"), 0.0)
        self.positions = {p["symbol"]: (number(p.get("quantity"), 0.0), number(p.get("average_price"), 0.0))
                          for p in setup.get("positions") or ()}
        self.trades = {}
        for t in setup.get("trade_statistics") or ():
            wins, losses, last = whole(t.get("wins")), whole(t.get("losses")), number(t.get("last_30_pnl"), 0.0)
            n = min(30, wins + losses)
            self.trades[(t.get("strategy_id", ""), t["symbol"])] = Trades(
                wins, losses, number(t.get("sum_win"), 0.0), number(t.get("sum_loss"), 0.0), (last / n,) * n if n else ())
        self.reservations, self.fingerprints, self.answers = {}, [], {}
        self.batches, self.sequences, self.executions = {}, {}, set()
        self.now_ms, self.tokens, self.tokens_at = 0, self.limits["message_burst"], None

    # Before a batch ---------------------------------------------------------------------------------------------

    def advance(self, at_ms):
        """The tenant's clock never goes back; reservations that are due end."""
        self.now_ms = max(self.now_ms, at_ms)
        for key in [k for k, r in self.reservations.items() if r.expires_at_ms <= self.now_ms]:
            del self.reservations[key]
        return self.now_ms

    def known_batch(self, batch):
        """('repeat', earlier answer), ('conflict', None) or None."""
        source, sequence = batch.get("source", ""), whole(batch.get("sequence"))
        if sequence:
            known = self.sequences.get((source, sequence))
            if known is None:
                return None
            return ("repeat", self.batches.get(known)) if known == batch["batch_id"] else ("conflict", None)
        return ("repeat", self.batches[batch["batch_id"]]) if batch["batch_id"] in self.batches else None

    def remember_batch(self, batch, answer):
        if whole(batch.get("sequence")):
            self.sequences[(batch.get("source", ""), whole(batch.get("sequence")))] = batch["batch_id"]
        self.batches[batch["batch_id"]] = answer

    def refill(self, now_ms):
        """Tokens at this instant (not stored)."""
        if self.tokens_at is None:
            return self.tokens
        rate = self.limits["message_rate_per_s"] / 1000.0
        return min(self.limits["message_burst"], self.tokens + max(0, now_ms - self.tokens_at) * rate)

    def gate(self, signal, now_ms):
        """Code of the duplicate or rate gate, keeping their books; only for well-formed, unknown signals."""
        tokens = self.refill(now_ms)
        self.tokens_at = now_ms
        print_ = (signal.symbol, signal.side, signal.strategy_id, signal.requested)
        duplicate = any(p == print_ and now_ms - at <= WINDOW_MS for p, at in self.fingerprints)
        self.tokens = tokens - 1.0 if tokens >= 1.0 else tokens
        if duplicate:
            return "DUPLICATE_SIGNAL"
        if tokens < 1.0:
            return "RATE_LIMIT"
        self.fingerprints = (self.fingerprints + [(print_, now_ms)])[-REMEMBERED_MAX:]
        return None

    # The book ---------------------------------------------------------------------------------------------------

    def book(self):
        lines = {s: Line(q, p) for s, (q, p) in self.positions.items() if q}
        for r in self.reservations.values():
            line = lines.setdefault(r.symbol, Line())
            line.closing += r.side * r.closing
            line.reserved += r.closing
            if r.opening:
                line.openings.append((r.side * r.opening, r.price))
        for line in lines.values():  # dust of subtraction
            if abs(line.filled + line.closing) < 1e-9 * abs(line.filled):
                line.closing = -line.filled
        return Book(self.currency, self.balance, lines, self.trades)

    def reserve(self, signal, closing, opening, price, now_ms):
        if closing or opening:
            expires = signal.expires_at_ms if signal.expires_at_ms is not None else now_ms + DAY_MS
            self.reservations[signal.signal_id] = Reservation(
                signal.symbol, signal.strategy_id, signal.side, closing, opening, price, expires)

    # Facts ------------------------------------------------------------------------------------------------------

    def execute(self, report, view):
        """One execution report: average-cost accounting, the reservation shrinks, statistics when its order ends."""
        in_order = self._all_before(report)
        for key in (("id", report.get("execution_id")), (report.get("source", ""), whole(report.get("sequence")))):
            if key[1]:
                if key in self.executions:
                    return
                self.executions.add(key)
        quantity = number(report.get("quantity"), 0.0)
        reservation = self.reservations.get(report.get("signal_id", ""))
        realised, closed = 0.0, False
        if quantity > 0:
            realised, closed = self._fill(report["symbol"], SIDES[report["side"]] * quantity, number(report["price"]), view)
        self.balance += realised - number(report.get("fees"), 0.0)
        if reservation is None:
            return
        part = min(quantity, reservation.closing)
        reservation.closing -= part
        reservation.opening = max(0.0, reservation.opening - (quantity - part))
        reservation.realised += realised
        reservation.closed |= closed
        left = reservation.closing > 1e-9 or reservation.opening > 1e-9
        # Earlier parts of it may be on their way: what they would open stays reserved.
        waits = report.get("status") in ("FILLED", 1) and not in_order and reservation.closing <= 1e-9
        if (report.get("status") in DONE and not waits) or not left:
            del self.reservations[report["signal_id"]]
            if reservation.closed:
                self._count(reservation)

    def _all_before(self, message):
        return all((message.get("source", ""), n) in self.executions for n in range(1, whole(message.get("sequence")) or 1))

    def _fill(self, symbol, signed, price, view):
        held, average = self.positions.get(symbol, (0.0, 0.0))
        after = held + signed
        if abs(after) < 1e-9 * max(abs(held), abs(signed)):
            after = 0.0
        realised, closed = 0.0, 0.0
        if held * signed < 0:
            closed = min(abs(held), abs(signed)) * (1 if held > 0 else -1)
            instrument = view.instruments.find(symbol)
            realised = closed * (view.unit_value(instrument, price - average, self.currency) or 0.0) if instrument else 0.0
            average = price if after * held < 0 else average
        else:
            average = (average * abs(held) + price * abs(signed)) / abs(after) if after else price
        self.positions[symbol] = (after, average)
        return realised, closed != 0.0

    def _count(self, reservation):
        key, pnl = (reservation.strategy_id, reservation.symbol), reservation.realised
        old = self.trades.get(key) or Trades()
        self.trades[key] = Trades(old.wins + (pnl > 0), old.losses + (pnl < 0), old.sum_win + max(0.0, pnl),
                                  old.sum_loss + max(0.0, -pnl), (tuple(old.recent) + (pnl,))[-30:])

    def update_account(self, update):
        key = ("update", update.get("update_id"))
        numbered = (update.get("source", ""), whole(update.get("sequence")))
        if (key[1] and key in self.executions) or (numbered[1] and numbered in self.executions):
            return
        later = any(source == numbered[0] and isinstance(n, int) and n > numbered[1] for source, n in self.executions)
        self.executions |= {k for k in (key, numbered) if k[1]}
        if not (numbered[1] and later):  # its source has said something newer
            self.balance = number(update.get("balance"), self.balance)
        self.balance += number(update.get("deposit"), 0.0) - number(update.get("withdrawal"), 0.0)
        if not math.isfinite(self.balance):
            raise ValueError("balance")

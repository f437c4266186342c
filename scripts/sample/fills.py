"""What the venue and the bank report back: executions, cancellations, deposits and withdrawals.

The generator does not know which quantity was approved. It reports plausible ones: facts are never refused, and an
engine must cope with a fill that is larger than what it reserved, comes late, or comes twice.
"""

import json

from .market import DAILY_VOL, DIGITS

FILLED_SHARE = 0.16  # of opening signals; most wishes simply expire
CANCELLED_SHARE = 0.06
CLOSED_SHARE = 0.75  # of closing signals
REPEATED_SHARE = 0.004  # of reports


class Fills:
    def __init__(self, rng, market):
        self.rng, self.market = rng, market
        self.lines = []  # (at_ms, order, text)
        self._executions = 0
        self._sequences = {}  # (company, user) -> last used

    def sorted_lines(self):
        return [text for _, _, text in sorted(self.lines)]

    def after_opening(self, tenant, signal, at_ms, row):
        roll = self.rng.random()
        if roll < FILLED_SHARE:
            quantity = self._room(tenant, signal, row)
            if quantity > 0:
                self._execute(tenant, signal, quantity, at_ms, row)
                return
        if roll < FILLED_SHARE + CANCELLED_SHARE:
            self._report(tenant, signal, "CANCELLED", 0, 0, at_ms + self.rng.randint(5, 110) * 1000, row)

    def after_closing(self, tenant, signal, share, at_ms, row):
        if self.rng.random() > CLOSED_SHARE:
            return
        held = abs(tenant.book[signal["symbol"]])
        whole = self.market.whole_lots(signal["symbol"], held * share)
        self._execute(tenant, signal, held if share >= 1.0 else whole, at_ms, row)

    def _room(self, tenant, signal, row):
        """Whole lots of what was asked for, as far as the largest position of the profile leaves room."""
        symbol = signal["symbol"]
        value = self.market.unit_value(symbol, row, tenant.currency)
        direction = 1 if signal["side"] == "BUY" else -1
        held = tenant.book.get(symbol, 0) * direction * value
        wanted = min(signal.get("requested_notional", 0.05 * tenant.scale), tenant.profile.position * tenant.scale - held)
        return self.market.whole_lots(symbol, max(0.0, wanted) * self.rng.uniform(0.6, 1.0) / value)

    def _execute(self, tenant, signal, quantity, at_ms, row):
        """One fill, or two parts, or a part and a cancelled rest; the book follows."""
        if quantity <= 0:
            return
        rng, symbol = self.rng, signal["symbol"]
        at_ms += rng.randint(1, 100) * 1000
        direction = 1 if signal["side"] == "BUY" else -1
        first = self.market.whole_lots(symbol, quantity * rng.uniform(0.3, 0.7)) if rng.random() < 0.2 else 0
        if not first or first >= quantity:
            self._report(tenant, signal, "FILLED", quantity, 0, at_ms, row)
        else:
            rest = _tidy(quantity - first)
            self._report(tenant, signal, "PARTIAL", first, rest, at_ms, row)
            at_ms += rng.randint(1, 15) * 1000
            if rng.random() < 0.7:
                self._report(tenant, signal, "FILLED", rest, 0, at_ms, row)
            else:
                self._report(tenant, signal, "CANCELLED", 0, rest, at_ms, row)
                quantity = first
        tenant.book[symbol] = _tidy(tenant.book.get(symbol, 0) + direction * quantity)

    def _report(self, tenant, signal, status, quantity, remaining, at_ms, row):
        rng, symbol = self.rng, signal["symbol"]
        self._executions += 1
        price = signal.get("entry_price") or self.market.last(symbol, row) * (1 + 0.05 * rng.gauss(0, 1) * DAILY_VOL[symbol])
        report = {"execution_id": f"x{self._executions:06d}", "signal_id": signal["signal_id"], "symbol": symbol,
                  "side": signal["side"], "status": status, "at_ms": str(at_ms), "source": "venue"}
        if quantity:
            fees = quantity * self.market.unit_value(symbol, row, tenant.currency) * 2e-5
            report |= {"quantity": quantity, "price": round(price, DIGITS[symbol]), "fees": round(fees, 2)}
        if remaining:
            report["remaining_quantity"] = remaining
        self._add(tenant, at_ms, "execution_report", report)

    def account_updates(self, tenants, times, per_tenant=0.6):
        """Deposits and withdrawals of up to a tenth, corrections of the balance, and rescues of ruined accounts."""
        for tenant in tenants:
            rng, scale = self.rng, tenant.scale
            if rng.random() > per_tenant:
                continue
            at_ms = rng.choice(times) + rng.randint(0, 999)
            money = round(scale * rng.uniform(0.01, 0.1), 2)
            kind = "deposit" if tenant.balance <= 0 else rng.choice(("deposit", "withdrawal", "balance"))
            amount = {"deposit": money if tenant.balance > 0 else round(1.2 * scale, 2), "withdrawal": money,
                      "balance": round(tenant.balance * rng.uniform(0.95, 1.08), 2)}[kind]
            if tenant.balance <= 0 and at_ms < times[len(times) // 2]:
                continue  # rescued in the second week, if at all
            self._executions += 1
            self._add(tenant, at_ms, "account_update", {"update_id": f"a{self._executions:06d}", kind: amount,
                                                        "at_ms": str(at_ms), "source": "bank"})

    def _add(self, tenant, at_ms, kind, message):
        key = (tenant.company_id, tenant.user_id, message["source"])
        self._sequences[key] = self._sequences.get(key, 0) + 1
        message["sequence"] = str(self._sequences[key])
        text = json.dumps({"company_id": tenant.company_id, "user_id": tenant.user_id, kind: message}, separators=(",", ":"))
        self.lines.append((at_ms, len(self.lines), text))
        if self.rng.random() < REPEATED_SHARE:  # the venue sends it twice
            self.lines.append((at_ms, len(self.lines), text))


def _tidy(quantity):
    """Without the dust of binary fractions."""
    rounded = round(quantity, 2)
    return int(rounded) if rounded == int(rounded) else rounded

"""What the clients of a live node send: signals of engines, what a venue makes of the approvals, an account's bookings,
orders of an operator, prices, and what nobody can read. Numbered, so that each can be followed."""

import base64
import collections
import json
import time

SIGNALS, UPDATES, COMMANDS = "trading.signals", "portfolio.updates", "risk.commands"
STRATEGIES = "trading.strategies"
MESSAGE_BYTES_MAX = 65_536  # of the node; what is larger is a dead letter
STRATEGY_TYPES = ("MOMENTUM", "MEAN_REVERSION", "TREND_FOLLOWING")
PRICE_STEP, PRICE_RANGE = 0.0004, 0.004  # of a tick; from the last close
HALTED_SIGNALS = 3  # sent to a tenant between its halt and its resume


class Input:
    """kind: batch, fan_out, fact, order or junk. key: by what the journal knows it."""

    __slots__ = ("number", "kind", "subject", "body", "headers", "key", "text")

    def __init__(self, number, kind, subject, text, key, headers=None, body=None):
        self.number, self.kind, self.subject, self.text, self.key = number, kind, subject, text, key
        self.headers = {"Content-Type": "application/json", **(headers or {})}
        self.body = text.encode() if body is None else body


def now_ms():
    return int(time.time() * 1000)


class Traders:
    """All of the node's clients together."""

    def __init__(self, tenants, closes, rng, batch_bytes):
        """@param batch_bytes  of a batch as JSON has it: the payload of an envelope."""
        self.rng, self.batch_bytes = rng, batch_bytes
        self.tenants = [(t["company_id"], t["user_id"]) for t in tenants]
        self.subscribers = collections.defaultdict(list)
        for tenant in tenants:
            for strategy in tenant.get("strategies", []):
                self.subscribers[strategy].append(tenant["company_id"] + "/" + tenant["user_id"])
        self.closes, self.prices = closes, dict(closes)
        self.symbols = sorted(closes)
        self.sequences = collections.Counter()  # (tenant or strategy, source)
        self.numbers = 0
        self.held_back = None  # a batch that its successor overtakes
        self.facts = collections.deque()  # of approvals, not sent yet

    def _number(self):
        self.numbers += 1
        return self.numbers

    def _sequence(self, tenant, source):
        self.sequences[tenant, source] += 1
        return self.sequences[tenant, source]

    # What comes next ------------------------------------------------------------------------------------------------

    def next(self):
        if self.held_back:
            made, self.held_back = self.held_back, None
            return made
        dice = self.rng.random()
        if self.facts and dice < 0.45:
            return self.facts.popleft()
        if dice < 0.47:
            return self._booking()
        if dice < 0.49:
            return self._junk()
        if dice < 0.50:
            return self._fan_out()
        made = self._batch(self.rng.choice(self.tenants))
        if dice > 0.98:  # two of an engine change places on their way
            self.held_back, made = made, self._batch(tuple(made.key[1].split("/")))
        return made

    def _signal(self, number, i):
        symbol = self.rng.choice(self.symbols)
        price, buys = self.prices[symbol], self.rng.random() < 0.5
        away = 0.01 if buys else -0.01
        signal = {"signal_id": f"s{number}-{i}", "symbol": symbol, "side": "BUY" if buys else "SELL",
                  "strategy_id": self.rng.choice(("trend", "revert", "carry")),
                  "strategy_type": self.rng.choice(STRATEGY_TYPES), "confidence": round(self.rng.uniform(0.4, 0.9), 2),
                  "requested_notional": round(self.rng.uniform(50, 3_000), 2), "timestamp_ms": now_ms()}
        dice = self.rng.random()
        if dice < 0.3:
            signal.update(entry_price=price, stop_loss=price * (1 - away), take_profit=price * (1 + 2 * away))
        elif dice < 0.4:
            signal["symbol"] = "NOSUCH"
        elif dice < 0.5:
            signal["reduce_only"] = True
        if self.rng.random() < 0.3:  # some lives end while nobody looks
            signal["expires_at_ms"] = now_ms() + self.rng.choice((300, 3_000, 600_000))
        return signal

    def _batch(self, tenant):
        number = self._number()
        company, user = tenant
        batch = {"batch_id": f"b{number}", "company_id": company, "user_id": user, "source": "engine",
                 "sequence": self._sequence(tenant, "engine"), "correlation_id": f"c{number}", "created_at_ms": now_ms(),
                 "trading_signals": [self._signal(number, i) for i in range(self.rng.choice((1, 1, 2, 4)))]}
        text = json.dumps(batch)
        made = Input(number, "batch", f"{SIGNALS}.{company}.{user}", text, (f"b{number}", f"{company}/{user}"))
        if self.rng.random() < 0.1:
            made.headers["Risk-Message-Type"] = "envelope"
            made.body = json.dumps({"message_type": "trading_signals", "company_id": company, "user_id": user,
                                    "payload": base64.b64encode(self.batch_bytes(batch)).decode()}).encode()
        return made

    def _fan_out(self):
        number, strategy = self._number(), self.rng.choice(sorted(self.subscribers))
        batch = {"batch_id": f"b{number}", "strategy_id": strategy, "source": f"of-{strategy}",
                 "sequence": self._sequence("", strategy), "correlation_id": f"c{number}", "created_at_ms": now_ms(),
                 "trading_signals": [self._signal(number, 0) | {"strategy_id": strategy}]}
        return Input(number, "fan_out", f"{STRATEGIES}.{strategy}", json.dumps(batch), (f"b{number}", strategy))

    # What follows from an approval ----------------------------------------------------------------------------------

    def approved(self, tenant, assessment):
        """A venue fills it, in parts or whole, in any order, or not at all."""
        dice, quantity = self.rng.random(), assessment["position_sizing"]["final_quantity"]
        if dice < 0.1:
            return  # its reservation runs out
        if dice < 0.25:
            return self.facts.append(self._report(tenant, assessment, status=self.rng.choice(("CANCELLED", "REJECTED"))))
        if dice < 0.6:
            return self.facts.append(self._report(tenant, assessment, status="FILLED", quantity=quantity))
        parts = [self._report(tenant, assessment, status="PARTIAL", quantity=quantity / 4) for _ in range(3)]
        parts.append(self._report(tenant, assessment, status="FILLED", quantity=quantity / 4))
        if self.rng.random() < 0.2:
            self.rng.shuffle(parts)
        self.facts.extend(parts)

    def _report(self, tenant, assessment, **more):
        number = self._number()
        report = {"execution_id": f"x{number}", "signal_id": assessment["signal_id"], "symbol": assessment["symbol"],
                  "side": assessment["side"], "at_ms": now_ms(), "source": "venue",
                  "sequence": self._sequence(tenant, "venue"), **more}
        if "quantity" in more:
            report.update(price=self.prices[assessment["symbol"]], fees=0.01)
        return self._fact(number, tenant, {"execution_report": report}, f"x{number}")

    def _booking(self):
        number, tenant = self._number(), self.rng.choice(self.tenants)
        update = {"update_id": f"a{number}", "at_ms": now_ms(), "source": "bank", "sequence": self._sequence(tenant, "bank"),
                  self.rng.choice(("deposit", "withdrawal")): round(self.rng.uniform(1, 20), 2)}
        return self._fact(number, tenant, {"account_update": update}, f"a{number}")

    @staticmethod
    def _fact(number, tenant, body, key):
        company, user = tenant
        text = json.dumps({"company_id": company, "user_id": user, **body})
        return Input(number, "fact", f"{UPDATES}.{company}.{user}", text, (f"{company}/{user}", key))

    # What should not come -------------------------------------------------------------------------------------------

    def _junk(self):
        number = self._number()
        company, user = self.rng.choice(self.tenants)
        subject, text, code = self.rng.choice((
            (f"{SIGNALS}.{company}.{user}", f"not a batch {number}", "MALFORMED"),
            (f"{SIGNALS}.{company}.{user}", json.dumps({  # good but for its size
                "batch_id": f"b{number}", "company_id": company, "user_id": user, "created_at_ms": now_ms(),
                "trading_signals": [self._signal(number, 0)]}).ljust(MESSAGE_BYTES_MAX + 10), "MALFORMED"),
            (f"{UPDATES}.{company}.{user}", f"not a fact {number}", "MALFORMED"),
            (f"{SIGNALS}.{company}.{user}", json.dumps({
                "batch_id": f"b{number}", "company_id": "somebody", "user_id": "else", "created_at_ms": now_ms(),
                "trading_signals": [self._signal(number, 0)]}), "UNAUTHORISED"),
            (f"{SIGNALS}.nobody.known", json.dumps({
                "batch_id": f"b{number}", "company_id": "nobody", "user_id": "known", "created_at_ms": now_ms(),
                "trading_signals": [self._signal(number, 0)]}), "UNKNOWN_TENANT")))
        return Input(number, "junk", subject, text if len(text) < 1_000 else "(too large)", code, body=text.encode())

    def order(self, tenant, halt):
        number = self._number()
        company, user = tenant
        text = json.dumps({"command_id": f"o{number}", "actor": "olga", "reason": f"drill {number}",
                           "halt" if halt else "resume": {}})
        return Input(number, "order", f"{COMMANDS}.{company}.{user}", text, (f"{company}/{user}", f"o{number}"))

    def batch_for(self, tenant):
        return self._batch(tenant)

    # Prices ---------------------------------------------------------------------------------------------------------

    def ticks(self):
        """Of every symbol, a step further, and never far from its last close."""
        for symbol, close in self.closes.items():
            moved = self.prices[symbol] * (1 + self.rng.uniform(-PRICE_STEP, PRICE_STEP))
            self.prices[symbol] = min(max(moved, close * (1 - PRICE_RANGE)), close * (1 + PRICE_RANGE))
            yield (f"market.ticks.{symbol}",
                   json.dumps({"symbol": symbol, "last": self.prices[symbol], "at_ms": now_ms(), "source": "feed"}))

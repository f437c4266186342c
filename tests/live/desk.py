"""A real node and server with tenants whose books are empty, and one tenant's desk at it: what it sends, what it sees."""
import json
import pathlib
import re
import shutil
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from live import stage  # noqa: E402
from live.nats_wire import Nats  # noqa: E402

JSON = {"Content-Type": "application/json"}
BALANCE = 100_000.0
COLLAR = 1.01  # a market order in FX is valued at the last price and 1 %
# Wide, so that only what a test is about can bind.
LIMITS = {"max_position_size_notional": 1e9, "max_daily_var": 1e8, "max_company_daily_var": 1e9, "max_var_per_trade": 1e8,
          "max_order_size_pct": 1000, "max_position_concentration_pct": 1000, "max_sector_concentration_pct": 1000,
          "max_currency_exposure_pct": 1000, "max_correlated_exposure_pct": 1000}


def now_ms():
    return int(time.time() * 1000)


def write_setups(folder, users, companies):
    """@param users  as user, or company.user where it is not desk-1."""
    ids = [("desk-1." + user).split(".")[-2:] for user in users]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tenants.json").write_text(json.dumps([
        {"company_id": company, "user_id": user, "tier": "PRO", "account": {"currency": "USD", "balance": BALANCE}}
        for company, user in ids]))
    if companies is not None:
        (folder / "companies.json").write_text(json.dumps([{"company_id": c, "limits": LIMITS} for c in companies]))


class LiveDesks(unittest.TestCase):
    """One server and one node for all tests of a class; each test has a tenant of its own."""
    RISKD = ""
    USERS, COMPANIES = (), ("desk-1",)

    @classmethod
    def setUpClass(cls):
        cls.folder = stage.temporary()
        write_setups(cls.folder / "setups", cls.USERS, cls.COMPANIES)
        cls.server = stage.NatsServer(cls.folder / "nats")
        # What a killed node had taken comes again after a second.
        companies = cls.folder / "setups/companies.json"
        cls.node = stage.Node(cls.RISKD, cls.folder / "node", cls.server.port, settings={
            "node": {"tenants": str(cls.folder / "setups/tenants.json"),
                     "companies": str(companies) if companies.exists() else ""},
            "nats": {"ack_wait_s": 1}})
        cls.nats = Nats(cls.server.port)

    @classmethod
    def tearDownClass(cls):
        cls.nats.close()
        if cls.node.process.poll() is None:
            cls.node.kill()
        cls.server.stop()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def setUp(self):
        self.node.feed(self.nats)
        self.last = stage.last_closes()

    def kill_and_start(self):
        self.node.kill()
        self.node.start()
        self.node.feed(self.nats)

    def desk(self, user, company="desk-1"):
        return Desk(self, user, company)


class Desk:
    count = 0  # of all desks: every id is new

    def __init__(self, test, user, company):
        self.test, self.user, self.company = test, user, company
        self.ids = {"company_id": company, "user_id": user}
        self.subject = f"{company}.{user}"
        self.signals, self.answers = Nats(test.server.port), None
        test.addCleanup(self.signals.close)

    def listen(self, channel):
        """Messages of risk.<channel>. for this tenant, or of the channel itself where it has none."""
        listener = Nats(self.test.server.port)
        self.test.addCleanup(listener.close)
        listener.subscribe(f"risk.{channel}" if channel == "deadletter" else f"risk.{channel}.{self.subject}")
        return listener

    # ---- signals

    def send(self, *signals):
        """A batch by the stream; its answer."""
        Desk.count += 1
        inbox = f"_INBOX.desk.{Desk.count}.{time.monotonic_ns()}"
        for signal in signals:
            Desk.count += 1
            signal.setdefault("signal_id", f"s{Desk.count}")
        self.signals.subscribe(inbox)
        self.signals.publish(f"trading.signals.{self.subject}", json.dumps(
            {"batch_id": f"b{Desk.count}", **self.ids, "trading_signals": list(signals)}),
            {**JSON, "Risk-Reply-To": inbox})
        answer = self.signals.next_at(inbox)
        self.test.assertIsNotNone(answer, "no answer")
        return json.loads(answer[2])

    def signal(self, side="BUY", notional=None, symbol="EURUSD", strategy="trend", **more):
        wish = {"symbol": symbol, "side": side, "strategy_id": strategy, "strategy_type": "TREND_FOLLOWING",
                "confidence": 0.6, **more}
        if notional is not None:
            wish["requested_notional"] = notional
        return wish

    def judged(self, *args, **more):
        """The assessment of one signal."""
        return self.send(self.signal(*args, **more))["assessments"][0]

    def approved(self, *args, **more):
        """(signal_id, quantity) of a signal that must be let through whole."""
        answer = self.judged(*args, **more)
        self.test.assertEqual(answer["approval_status"], "APPROVED", answer["rejection_reason"])
        return answer["signal_id"], answer["position_sizing"]["final_quantity"]

    def book(self):
        """The portfolio's figures, by a wish that cannot open anything."""
        Desk.count += 1
        return self.send(self.signal("SELL", 1000.0 + Desk.count, "USDCAD", reduce_only=True))["portfolio_risk"]

    def exposure(self):
        return self.book()["current_exposure"]

    def equity(self):
        return self.book()["equity"]

    # ---- facts

    def publish(self, *updates, subject=None):
        for update in updates:
            body = update if isinstance(update, (str, bytes)) else json.dumps({**self.ids, **update})
            self.test.nats.publish(f"portfolio.updates.{subject or self.subject}", body, JSON)
        self.test.nats.flush()

    def tell(self, *updates, subject=None):
        """Facts by the stream; back when the node is done with all of them."""
        before = self.taken()
        self.publish(*updates, subject=subject)
        stage.wait_for("the end of what was told", lambda: self.taken() >= before + len(updates))

    def ask(self, update):
        """A fact by the stream; what became of it."""
        inbox = f"_INBOX.fact.{time.monotonic_ns()}"
        self.signals.subscribe(inbox)
        self.signals.publish(f"portfolio.updates.{self.subject}", json.dumps({**self.ids, **update}),
                             {**JSON, "Risk-Reply-To": inbox})
        return json.loads(self.signals.next_at(inbox)[2])

    def taken(self):
        """Facts that are settled or dead letters."""
        text = self.test.node.get("/metrics")[1]
        return sum(int(n) for n in re.findall(
            r'riskd_inputs_total\{[^}]*fate="(?:settled|dead)",kind="update"[^}]*\} (\d+)', text))


def fields_of(message):
    """{number: value} of a protobuf message: numbers and bytes, of its own fields alone."""
    found, at = {}, 0

    def number():
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
    while at < len(message):
        tag = number()
        if tag & 7 == 0:
            found[tag >> 3] = number()
            continue
        size = {1: 8, 5: 4}.get(tag & 7) or number()
        found[tag >> 3] = message[at:at + size]
        at += size
    return found


def alert_of(message):
    """(type, description) of a RiskAlert as it was published."""
    fields = fields_of(message[2])
    return fields[2].decode(), fields[5].decode()


def expiry_of(message):
    """expires_at_ms of an ApprovedSignal."""
    return fields_of(message[2])[5]


def fill(signal_id, quantity, price, side="BUY", status="FILLED", symbol="EURUSD", **more):
    Desk.count += 1
    return {"execution_report": {"execution_id": f"x{Desk.count}", "signal_id": signal_id, "symbol": symbol, "side": side,
                                 "quantity": quantity, "price": price, "status": status, "at_ms": now_ms(), **more}}


def end_of(signal_id, status, symbol="EURUSD", **more):
    """The end of an order, without an execution."""
    Desk.count += 1
    return {"execution_report": {"execution_id": f"x{Desk.count}", "signal_id": signal_id, "symbol": symbol,
                                 "status": status, "at_ms": now_ms(), **more}}


def account(**amounts):
    Desk.count += 1
    return {"account_update": {"update_id": f"u{Desk.count}", "at_ms": now_ms(), **amounts}}

"""Prices over NATS: where an answer's price comes from, a source that is cut off, bars. Arguments: riskd."""
import json
import re
import time

from sample_node import SUBJECT, Nats, SampleNode, batch, main, stage

JSON = {"Content-Type": "application/json"}
DAY_MS = 24 * 3600 * 1000


class Prices(SampleNode):
    SETTINGS = {"nats": {"outputs": "json"},
                "market": {"breaker_failures": 3, "breaker_cool_down_s": 2, "breaker_probes": 2}}

    def tick(self, price, symbol="EURUSD"):
        self.nats.publish(f"market.ticks.{symbol}", json.dumps({"symbol": symbol, "last": price,
                                                                "at_ms": int(time.time() * 1000)}), JSON)

    def bar(self, date, close):
        self.nats.publish("market.bars.EURUSD", json.dumps({"symbol": "EURUSD", "date": date, "open": close, "high": close,
                                                            "low": close, "close": close}), JSON)

    def breaker_open(self):
        return any(float(value) for value in re.findall(r"^riskd_feed_breaker_open\{[^}]*\} (\S+)$", self.node.get("/metrics")[1],
                                                        re.MULTILINE))

    def verdicts(self):
        return {verdict: int(float(count)) for verdict, count in
                re.findall(r'riskd_prices_total\{[^}]*verdict="(\w+)"\} (\S+)', self.node.get("/metrics")[1])}

    def source_of(self, number):
        inbox = f"_INBOX.p{number}"
        self.nats.subscribe(inbox)
        self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps(batch(number)), {**JSON, "Risk-Reply-To": inbox})
        one = json.loads(self.nats.next_at(inbox)[2])["assessments"][0]
        self.assertEqual(one["position_sizing"]["volatility_based"]["data_source"], one["data_source"])
        return one["data_source"]

    def test_a_source_of_absurd_prices_is_cut_off_and_believed_again_after_good_ones(self):
        listener = Nats(self.server.port)
        listener.subscribe("risk.alerts.>")
        self.node.feed(self.nats)
        self.assertEqual(self.source_of(1), "real_time")
        self.assertEqual(json.loads(self.node.get("/health")[1])["status"], "healthy")
        price = stage.last_closes()["EURUSD"]
        for absurd in (price * 10, 0, price / 10):
            self.tick(absurd)
        stage.wait_for("an open breaker", self.breaker_open)
        health = json.loads(self.node.get("/health")[1])
        self.assertEqual(health["status"], "degraded")
        self.assertIn("not listened to", health["error"])
        self.assertEqual(self.source_of(2), "fallback")
        def believed():
            self.tick(price)
            return not self.breaker_open()
        stage.wait_for("a closed breaker", believed)
        self.assertEqual(self.source_of(3), "real_time")
        self.assertEqual(json.loads(self.node.get("/health")[1])["status"], "healthy")
        told = [(subject, json.loads(body)["type"]) for subject, _, body, _ in (listener.next(), listener.next())]
        self.assertEqual(told, [("risk.alerts._._", "FEED_CUT_OFF"), ("risk.alerts._._", "FEED_BELIEVED")])
        listener.close()
        self.assertRegex(self.node.get("/metrics")[1], r"riskd_feed_breaker_openings_total\{[^}]*\} 1\n")

    def test_a_symbol_that_only_files_know_has_its_price_from_there(self):
        # The sample's closes end on 2026-10-30; one of today for each symbol makes them fresh without a tick.
        today = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 24 * 3600))
        for symbol, close in stage.last_closes().items():
            self.nats.publish(f"market.bars.{symbol}", json.dumps({"symbol": symbol, "date": today, "open": close, "high": close,
                                                                   "low": close, "close": close}), JSON)
        stage.wait_for("bars", lambda: self.verdicts().get("TAKEN", 0) >= len(stage.last_closes()))
        self.assertEqual(self.source_of(1), "cache")

    def test_a_price_that_cannot_be_read_is_a_dead_letter_and_of_many_the_first_alone(self):
        letters = Nats(self.server.port)
        letters.subscribe("risk.deadletter")
        self.nats.publish("market.ticks.GBPUSD", json.dumps({"symbol": "EURUSD", "last": 1.1, "at_ms": 1}), JSON)
        for text in ["{", '{"symbol":"EURUSD","last":"NaN","at_ms":1}'] * 10:
            self.nats.publish("market.ticks.EURUSD", text, JSON)
        _, headers, body, _ = letters.next()
        self.assertEqual((headers["Risk-Reason-Code"], headers["Risk-Subject"]), ("UNAUTHORISED", "market.ticks.GBPUSD"))
        self.assertIn(b"EURUSD", body)
        stage.wait_for("all of them", lambda: "riskd_prices_malformed_total 21\n" in self.node.get("/metrics")[1])
        self.assertIsNone(letters.next(0.2))
        letters.close()

    def test_a_bar_is_taken_once_and_one_that_cannot_be_true_never(self):
        close = stage.last_closes()["EURUSD"]
        yesterday = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 24 * 3600))
        for price in (close, close, close * 10):
            self.bar(yesterday, price)
        stage.wait_for("three verdicts", lambda: sum(self.verdicts().values()) == 3)
        self.assertEqual(self.verdicts()["TAKEN"], 1, self.verdicts())


if __name__ == "__main__":
    main()

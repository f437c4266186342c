"""Bad signals and bad lines, one table each: refused by name, never approved, and nothing beside them lost."""

import json

from replaying import NOON, Replaying, batch, last, lines, reason_of, signal, status_of, walk

__all__ = ["BadSignals", "BadLines"]

WILDCARDS = ("a*", "a>", "a.b", "a b", "*", ">", "", "-a", "a\n", "ä", "a" * 64)


def without(name):
    return lambda s: s.pop(name)


def having(**fields):
    return lambda s: s.update(fields)


def numbers():
    """Every number of a signal with every figure that it must not be."""
    for field in ("entry_price", "stop_loss", "take_profit", "requested_notional"):
        for value in ("NaN", "Infinity", "-Infinity", -1.5, 0, "x", True, {}, [1.1], "1e999", "1.5x"):
            yield having(**{field: value}), "INVALID_SIGNAL", field
    for value in ("NaN", "Infinity", -0.1, 1.1, "high"):
        yield having(confidence=value), "INVALID_SIGNAL", "confidence"
    for field in ("timestamp_ms", "expires_at_ms"):
        for value in (-1, 1.5, "soon", 1 << 63, "99999999999999999"):
            yield having(**{field: value}), "INVALID_SIGNAL", field


def meanings():
    eur = last("EURUSD")
    for name in WILDCARDS:
        yield having(signal_id=name), "INVALID_SIGNAL", "signal_id"
        yield having(symbol=name), "INVALID_SIGNAL", "symbol"
        if name:
            yield having(strategy_id=name), "INVALID_SIGNAL", "strategy_id"
    for field in ("signal_id", "symbol", "side"):
        yield without(field), "INVALID_SIGNAL", field
        yield having(**{field: ["BUY"]}), "INVALID_SIGNAL", field
    for value in ("HOLD", "buy", 3, -1, 1.5, "SIDE_UNSPECIFIED"):
        yield having(side=value), "INVALID_SIGNAL", "side"
    for value in ("MAGIC", 99, -1):
        yield having(strategy_type=value), "INVALID_SIGNAL", "strategy_type"
    yield having(reduce_only="maybe"), "INVALID_SIGNAL", "reduce_only"
    yield having(leverage_please=7), "INVALID_SIGNAL", "leverage_please"
    yield having(signalId="twice"), "INVALID_SIGNAL", "twice"
    yield having(symbol="NOSUCH"), "UNKNOWN_INSTRUMENT", "NOSUCH"
    yield having(symbol="AUDCAD"), "NO_MARKET_DATA", "no price"  # built in, but not in the folder
    yield having(symbol="AUDUSD"), "INSUFFICIENT_HISTORY", "too few"
    for side, wrong, right in (("BUY", 1.01, 0.99), ("SELL", 0.99, 1.01)):
        for entry in ({}, {"entry_price": eur}):
            yield having(side=side, stop_loss=eur * wrong, **entry), "INVALID_STOP", "wrong side"
            yield having(side=side, stop_loss=eur, **entry), "INVALID_STOP", "wrong side"
            yield having(side=side, take_profit=eur * right, **entry), "INVALID_TARGET", "wrong side"
    yield having(entry_price=eur * 1.011), "PRICE_COLLAR", "too far"
    yield having(entry_price=1e9), "PRICE_COLLAR", "too far"
    yield having(entry_price=1e308), "INVALID_SIGNAL", "entry_price"
    yield having(requested_notional=1e16), "INVALID_SIGNAL", "requested_notional"
    yield having(expires_at_ms=str(NOON)), "SIGNAL_EXPIRED", "expired"
    yield having(reduce_only=True), "REDUCE_ONLY", "closed"
    yield having(requested_notional=1e-9), "BELOW_MIN_QUANTITY", ""


class BadSignals(Replaying):
    def setUp(self):
        super().setUp()
        rows = zip(walk()[0][-252:], walk()[1]["EURUSD"])  # one close too few
        self.file("market/AUDUSD.csv", "Date,Open,Close\n" + "".join(f"{d},x,{p}\n" for d, p in rows))

    def check(self, bad, code, word):
        """The bad one between two good ones, of which the second relies on the first."""
        text = lines([batch("b1", signal("g1"), "BAD", signal("g2", "GBPUSD")),
                      batch("b2", signal("g3", "USDJPY"), at=NOON + 1)]).replace('"BAD"', bad)
        run = self.replay([text.rstrip("\n")])
        self.assertEqual([[status_of(a, i) for i in range(len(a["assessments"]))] for a in run.answers],
                         [["APPROVED", "REJECTED", "APPROVED"], ["APPROVED"]], run.err)
        refused = run.answers[0]["assessments"][1]
        self.assertEqual(refused["reason_code"], code, refused["rejection_reason"])
        self.assertIn(word, refused["rejection_reason"])
        self.assertNotIn("var_analysis" if code in ("REDUCE_ONLY", "INVALID_SIGNAL") else "expires_at_ms", refused)
        good = sum(run.answers[0]["assessments"][i]["position_sizing"]["final_size"] for i in (0, 2))
        self.assertAlmostEqual(run.answers[0]["portfolio_risk"]["projected_exposure"], good, places=6)
        # What could not be read was complained about by its line; what was read and refused was not.
        for complaint in run.complaints():
            self.assertIn("signals.jsonl:1: ", complaint)
            self.assertIn(word, complaint)
        self.assertEqual(run.status, 3 if run.complaints() else 0)
        return run

    def test_bad_numbers(self):
        for change, code, word in numbers():
            bad = signal("bad", notional=1_500.0)
            change(bad)
            with self.subTest(json.dumps(bad)):
                self.check(json.dumps(bad), code, word)

    def test_bad_meanings(self):
        for change, code, word in meanings():
            bad = signal("bad", notional=1_500.0)
            change(bad)
            with self.subTest(json.dumps(bad)):
                self.check(json.dumps(bad), code, word)

    def test_bad_text(self):
        whole = json.dumps(signal("bad"))
        nested = "[" * 20_000 + "]" * 20_000
        for text in ("null", "5", '"x"', "[]", "{}", "true", whole.replace("2000.0", "NaN"),
                     whole.replace("2000.0", "Infinity"), whole.replace("2000.0", "-Infinity"),
                     whole.replace("2000.0", "1e999"), whole.replace("2000.0", "01"), whole.replace(":", "="),
                     whole[:-1] + ', "side": "SELL"}', whole[:-1] + ', "x": ' + nested + "}",
                     whole[:-1] + ', "x": ' + '{"a":' * 50 + "1" + "}" * 50 + "}", whole[:-1] + ',}'):
            with self.subTest(text[:200]):
                run = self.check(text, "INVALID_SIGNAL", "")
                if '"signal_id": "bad"' in text:
                    self.assertEqual(run.answers[0]["assessments"][1]["signal_id"], "bad")


def bad_lines():
    """(text, word of the complaint, batch_id that must be answered or None)."""
    good = batch("bad", signal("x1", notional=1_500.0), signal("x2", "GBPUSD", notional=1_500.0))
    whole = json.dumps(good)
    for text in ("not JSON", "{", "}", "[]", "5", '"x"', "null", "{}", "\x00", "\ufeff", "[" * 100_000,
                 '{"batch_id":5}'):
        yield text, "", None
    for cut in (len(whole) - 1, len(whole) - 2, len(whole) * 2 // 3, 60):
        yield whole[:cut], "", "bad"
    yield whole + whole, "", "bad"
    yield whole + ",", "", "bad"
    for name in WILDCARDS:
        yield json.dumps(good | {"batch_id": name}), "batch_id", None
        for field in ("company_id", "user_id", "strategy_id", "source"):
            if name:
                yield json.dumps(good | {field: name, "sequence": "1"}), field, "bad"
    yield json.dumps(good | {"user_id": ""}), "user_id", "bad"
    yield json.dumps(good | {"company_id": "", "user_id": ""}), "strategy_id", "bad"
    yield whole[:-1] + ', "batch_id": "other"}', "batch_id: is there twice", "other"
    yield whole[:-1] + ', "batchId": "other"}', "twice", "other"
    yield whole[:-1] + ', "trading_signals": []}', "trading_signals: is there twice", "bad"
    yield whole[:-1] + ', "x": ' + '{"a":' * 50 + "1" + "}" * 50 + "}", "", "bad"
    yield whole[:-1] + ', "colour": 1}', "colour", "bad"
    for field, values in (("created_at_ms", (-1, 1.5, "now", "NaN", 1 << 63, "99999999999999999", [])),
                          ("sequence", (-1, 1.5, "x", 1 << 64, 1)), ("correlation_id", ("c" * 257, 5)),
                          ("trading_signals", ([], {}, signal("x"), "x", 5, [signal(f"x{i}") for i in range(1_001)]))):
        for value in values:
            # A sequence needs its source.
            yield json.dumps(good | {field: value}), "source" if value == 1 else field, "bad"


class BadLines(Replaying):
    def check(self, text, word, batch_id):
        run = self.replay([batch("b1"), text, batch("b2", signal("g", "GBPUSD"), at=NOON + 1)])
        self.assertEqual(run.status, 3, run.err)
        (complaint,) = run.complaints()
        self.assertIn("signals.jsonl:2: ", complaint)
        self.assertIn(word, complaint)
        self.assertLess(len(complaint), 1_000)
        first, *between, final = run.answers
        self.assertEqual([(a["batch_id"], status_of(a)) for a in (first, final)],
                         [("b1", "APPROVED"), ("b2", "APPROVED")])
        self.assertEqual([a["batch_id"] for a in between], [batch_id] if batch_id else [])
        for answer in between:
            self.assertEqual(answer["refusal"], "MALFORMED")
            self.assertIn(answer["refusal_reason"].replace("\n", "?"), complaint)
            self.assertNotIn("journal_position", answer)
            self.assertGreater(len(answer["assessments"]), 0)
            for assessment in answer["assessments"]:
                self.assertEqual((assessment["approval_status"], assessment["reason_code"]), ("REJECTED", "MALFORMED"))
        return between

    def test_a_bad_line_is_named_and_answered_where_it_names_its_batch(self):
        for text, word, batch_id in bad_lines():
            with self.subTest(text[:300]):
                self.check(text, word, batch_id)

    def test_the_signals_of_a_line_cut_off_are_refused_by_name(self):
        text = json.dumps(batch("bad", signal("x1"), signal("x2")))
        (answer,) = self.check(text[:-1], "", "bad")
        self.assertEqual([a["signal_id"] for a in answer["assessments"]], ["x1", "x2"])

    def test_a_line_beyond_a_mebibyte_is_refused(self):
        # Under it the same line is good.
        text = json.dumps(batch("long", signal("x1", "USDJPY")))
        fits = text + " " * ((1 << 20) - len(text))
        run = self.replay([fits])
        self.assertEqual((run.status, status_of(run.answers[0])), (0, "APPROVED"))
        for size in (1, 3 << 20):
            (answer,) = self.check(fits + " " * size, "1 MiB", "long")
            self.assertEqual(answer["assessments"][0]["signal_id"], "x1")
        self.check(" " * (2 << 20) + text, "1 MiB", None)

    def test_bytes_that_are_no_text_are_a_bad_line(self):
        whole = lines([batch("b1"), batch("bad", correlation_id="XX"), batch("b2", signal("g", "GBPUSD"))]).encode()
        for garbage in (b"\xff\xfe", b"\xc3", b"\x00\x01"):
            with self.subTest(garbage):
                run = self.replay(None, "--signals", self.file("bytes.jsonl", whole.replace(b"XX", garbage)))
                self.assertEqual(run.status, 3, run.out)
                self.assertIn("bytes.jsonl:2: ", run.err)
                self.assertEqual([status_of(a) for a in run.answers if a["batch_id"] != "bad"], ["APPROVED"] * 2)
                self.assertEqual({status_of(a) for a in run.answers if a["batch_id"] == "bad"} - {"REJECTED"}, set())

    def test_an_unknown_tenant_is_a_refusal(self):
        run = self.replay([batch("b1", user="nobody"), batch("b2", company="nowhere"), batch("b3")])
        self.assertEqual((run.status, run.complaints()), (0, []))
        self.assertEqual([reason_of(a) for a in run.answers], ["UNKNOWN_TENANT", "UNKNOWN_TENANT", ""])
        self.assertEqual([status_of(a) for a in run.answers], ["REJECTED", "REJECTED", "APPROVED"])
        self.assertIn("acme/nobody", run.answers[0]["refusal_reason"])

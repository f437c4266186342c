"""Bad tenants, companies and instruments: named by file, line and field; each costs its own entry only."""

import json

from replaying import Replaying, batch, reason_of, signal, status_of, tenant, walk, wide_csv

__all__ = ["BadTenants", "BadCompanies", "BadInstruments"]


class BadTenants(Replaying):
    def held(self, **more):
        return [{"symbol": "EURUSD", "quantity": 5, "average_price": 1.1, **more}]

    def check(self, bad, *words):
        """One bad entry on line 3, between two good ones."""
        self.tenants(tenant("u1"), bad, tenant("u3"))
        run = self.replay([batch("b1"), batch("b2", user="u2"), batch("b3", user="u3")])
        self.assertEqual(run.status, 3, run.err)
        for complaint in run.complaints():
            self.assertIn("tenants.json", complaint)
        self.assertTrue(run.complaints())
        for word in words:
            self.assertIn(word, run.err)
        self.assertEqual([status_of(a) for a in run.answers], ["APPROVED", "REJECTED", "APPROVED"])
        self.assertEqual(reason_of(run.answers[1]), "UNKNOWN_TENANT")
        return run

    def test_a_bad_entry_costs_itself_only(self):
        statistics = {"strategy_id": "t", "symbol": "EURUSD", "wins": 1, "losses": 1, "sum_win": 1, "sum_loss": 1}
        account = {"currency": "USD", "balance": 1}
        for more, word in (
                ({"colour": "red"}, "colour"), ({"limits": {"max_fun": 3}}, "max_fun"),
                ({"account": account | {"colour": 1}}, "colour"),
                ({"account": account | {"currency": "XXX"}}, "currency"),
                ({"account": account | {"balance": "NaN"}}, "balance"), ({"account": {"balance": 5}}, "currency"),
                ({"tier": "GOLD"}, "tier"), ({"tier": "TIER_UNSPECIFIED"}, "tier"), ({"tier": None}, "tier"),
                ({"company_id": "a*"}, "company_id"), ({"company_id": ""}, "company_id"),
                ({"positions": self.held(symbol="NOSUCH")}, "positions[0].symbol"),
                ({"positions": self.held() * 2}, "positions[1].symbol"),
                ({"positions": self.held(quantity=0)}, "positions[0].quantity"),
                ({"positions": self.held(quantity="Infinity")}, "quantity"),
                ({"positions": self.held(average_price=-1)}, "positions[0].average_price"),
                ({"positions": self.held(average_price="NaN")}, "average_price"),
                ({"positions": self.held(size=1)}, "size"),
                ({"limits": {"max_daily_var": -1}}, "max_daily_var"),
                ({"limits": {"max_daily_var": "NaN"}}, "max_daily_var"),
                ({"limits": {"max_correlation": 1.5}}, "max_correlation"),
                ({"limits": {"kelly_fraction": 2}}, "kelly_fraction"),
                ({"limits": {"max_class_leverage": {"FX": 0.5}}}, "max_class_leverage"),
                ({"limits": {"max_class_leverage": {"BONDS": 5}}}, "BONDS"),
                ({"limits": {"max_drawdown_pct": {"2d": 5}}}, "2d"),
                ({"limits": {"risk_tolerance": "BRAVE"}}, "risk_tolerance"),
                ({"limits": {"banned_strategy_types": ["MAGIC"]}}, "banned_strategy_types"),
                ({"limits": {"max_company_daily_var": 5}}, "max_company_daily_var"),
                ({"strategies": ["a.b"]}, "strategies[0]"), ({"denied_instruments": ["*"]}, "denied_instruments[0]"),
                ({"trade_statistics": [statistics] * 2}, "trade_statistics[1]"),
                ({"trade_statistics": [statistics | {"wins": -1}]}, "wins"),
                ({"trade_statistics": [statistics | {"sum_loss": -1}]}, "trade_statistics[0].sum_loss")):
            with self.subTest(more):
                bad = tenant("u2") | more
                run = self.check({k: v for k, v in bad.items() if v is not None}, word, "tenants.json:3: ")
                self.assertEqual(len(run.complaints()), 1)

    def test_entries_that_are_no_tenants(self):
        for entry in (5, "x", [], None, True, {}):
            with self.subTest(entry):
                self.check(entry, "tenants.json:3: ")

    def test_the_first_of_two_setups_of_one_user_holds(self):
        self.tenants(tenant("u1", balance=7_000), tenant("u1", balance=9_000))
        run = self.replay([batch("b1")])
        self.assertEqual(run.status, 3)
        (complaint,) = run.complaints()
        for word in ("tenants.json:3: ", "acme/u1", "twice"):
            self.assertIn(word, complaint)
        self.assertEqual(run.answers[0]["portfolio_risk"]["equity"], 7_000)

    def test_a_file_that_is_no_list_is_named(self):
        good = json.dumps(tenant())
        for text, line, served in (("not JSON", 1, False), ("", 1, False), ("{}", 1, False), (good, 1, False),
                                   (f"[\n{good}", 2, True), (f"[\n{good},\n{good[:40]}", 3, True),
                                   (f"[\n{good}\n]\nmore", 4, True)):
            with self.subTest(text[-40:]):
                self.file("tenants.json", text)
                run = self.replay([batch("b1")])
                self.assertEqual(run.status, 3)
                self.assertIn(f"tenants.json:{line}: ", run.complaints()[0])
                self.assertEqual(status_of(run.answers[0]), "APPROVED" if served else "REJECTED")


class BadCompanies(Replaying):
    def companies(self, *setups):
        return "--companies", self.file("companies.json", "[\n" + ",\n".join(map(json.dumps, setups)) + "\n]\n")

    def test_a_tenant_of_no_company_is_left_out(self):
        # Not served with looser limits than its company meant.
        self.tenants(tenant("u1"), tenant("u2", "gone"))
        run = self.replay([batch("b1"), batch("b2", user="u2", company="gone")],
                          *self.companies({"company_id": "acme"}))
        self.assertEqual(run.status, 3)
        (complaint,) = run.complaints()
        for word in ("tenants.json:3: ", "company_id", "gone"):
            self.assertIn(word, complaint)
        self.assertEqual([reason_of(a) for a in run.answers], ["", "UNKNOWN_TENANT"])

    def test_a_bad_company_takes_its_tenants_with_it_and_no_others(self):
        self.tenants(tenant("u1"), tenant("u2", "bad"))
        for bad, word in (({"limits": {"max_daily_var": -5}}, "max_daily_var"), ({"limits": {"fun": 1}}, "fun"),
                          ({"colour": 1}, "colour"), ({"allowed_instruments": ["a b"]}, "allowed_instruments[0]"),
                          ({"limits": {"max_company_daily_var": "Infinity"}}, "max_company_daily_var"),
                          ({"trading_hours_restriction": "maybe"}, "trading_hours_restriction")):
            with self.subTest(bad):
                run = self.replay([batch("b1"), batch("b2", user="u2", company="bad")],
                                  *self.companies({"company_id": "acme"}, {"company_id": "bad", **bad}))
                self.assertEqual(run.status, 3)
                own, follows = run.complaints()
                self.assertIn("companies.json:3: ", own)
                self.assertIn(word, own)
                self.assertIn("tenants.json:3: ", follows)
                self.assertEqual([reason_of(a) for a in run.answers], ["", "UNKNOWN_TENANT"])

    def test_the_first_of_two_policies_holds(self):
        run = self.replay([batch("b1")], *self.companies({"company_id": "acme", "denied_instruments": ["EURUSD"]},
                                                         {"company_id": "acme"}))
        self.assertEqual((run.status, reason_of(run.answers[0])), (3, "INSTRUMENT_DENIED"))
        (complaint,) = run.complaints()
        for word in ("companies.json:3: ", "acme", "twice"):
            self.assertIn(word, complaint)


class BadInstruments(Replaying):
    GOLD = {"symbol": "XAUUSD", "asset_class": "COMMODITY", "quote": "USD", "contract_size": 100, "lot_step": 0.01}

    def setUp(self):
        super().setUp()
        self.file("market/closes.csv", wide_csv({**walk()[1], "XAUUSD": [p * 2_000 for p in walk()[1]["GBPUSD"]]}))

    def judge(self, *entries):
        path = self.file("instruments.json", "[\n" + ",\n".join(map(json.dumps, entries)) + "\n]\n")
        return self.replay([batch("b1", signal("x1"), signal("x2", "XAUUSD", notional=9_000.0))],
                           "--instruments", path)

    def test_a_good_entry_is_served(self):
        for zone in ("", "UTC", "Europe/Berlin"):
            run = self.judge(self.GOLD | {"trading_hours": ["Mon-Fri 00:00-24:00"], "time_zone": zone})
            self.assertEqual((run.status, [status_of(run.answers[0], i) for i in range(2)]), (0, ["APPROVED"] * 2))
        run = self.judge(self.GOLD | {"trading_hours": ["Sat 00:00-24:00"]})
        self.assertEqual((run.status, reason_of(run.answers[0], 1)), (0, "OUTSIDE_TRADING_HOURS"))

    def test_a_bad_entry_makes_its_symbol_unknown_and_no_other(self):
        for change, word in (
                ({"trading_hours": ["Mon-Fri 9-17"]}, "trading_hours"),
                ({"trading_hours": ["Mo 09:00-17:00"]}, "hours"),
                ({"trading_hours": ["Mon 09:00-25:00"]}, "trading_hours"), ({"trading_hours": "Mon"}, "trading_hours"),
                ({"time_zone": "Mars/Olympus"}, "time_zone"), ({"time_zone": "../../etc/passwd"}, "time_zone"),
                ({"asset_class": "BOND"}, "asset_class"), ({"asset_class": None}, "asset_class"),
                ({"quote": None}, "quote"), ({"quote": "U*"}, "quote"), ({"contract_size": -1}, "contract_size"),
                ({"lot_step": "NaN"}, "lot_step"), ({"min_quantity": -1}, "min_quantity"),
                ({"leverage": 0.5}, "leverage"),
                ({"settlement": "MAYBE"}, "settlement"), ({"colour": 1}, "colour"), ({"asset_class": "FX"}, "base"),
                ({"contract_size": "Infinity"}, "contract_size")):
            with self.subTest(change):
                entry = {k: v for k, v in (self.GOLD | change).items() if v is not None}
                run = self.judge({"symbol": "DE40", "asset_class": "INDEX", "quote": "EUR"}, entry)
                self.assertEqual(run.status, 3, run.err)
                (complaint,) = run.complaints()
                self.assertIn("instruments.json:3: ", complaint)
                self.assertIn(word, complaint)
                self.assertEqual([reason_of(run.answers[0], i) for i in range(2)], ["", "UNKNOWN_INSTRUMENT"])

    def test_the_first_of_two_entries_holds(self):
        run = self.judge(self.GOLD, self.GOLD | {"trading_hours": ["Sat 00:00-24:00"]})
        self.assertEqual((run.status, status_of(run.answers[0], 1)), (3, "APPROVED"))
        (complaint,) = run.complaints()
        for word in ("instruments.json:3: ", "XAUUSD", "twice"):
            self.assertIn(word, complaint)

"""Fills and account updates between the batches."""

from replaying import NOON, Replaying, batch, fill, last, lines, reason_of, signal, status_of

__all__ = ["Commands"]


def closing(signal_id, notional=1_000.0):
    return signal(signal_id, side="SELL", notional=notional, reduce_only=True)


class Commands(Replaying):
    def commands(self, *entries):
        return "--commands", self.file("commands.jsonl", lines(entries))

    def test_commands_are_applied_by_time_between_the_batches(self):
        # In the file the later fill comes first; one at the very time of a batch comes before it.
        commands = self.commands(fill("f2", "EURUSD", "SELL", 5_000, last("EURUSD"), NOON + 5_000),
                                 fill("f1", "EURUSD", "BUY", 5_000, last("EURUSD"), NOON + 2_000))
        sent = [batch(f"b{i}", closing(f"x{i}"), at=NOON + i * 1_000) for i in (1, 2, 6)]
        answers = self.answered(sent, *commands)
        self.assertEqual([status_of(a) for a in answers], ["REJECTED", "APPROVED", "REJECTED"])
        sizing = answers[1]["assessments"][0]["position_sizing"]
        self.assertEqual((sizing["method_used"], sizing["final_quantity"]), ("close", sizing["closing_quantity"]))
        self.assertAlmostEqual(sizing["closing_quantity"], 1_000 / last("EURUSD"), delta=1)

    def test_deposits_and_repeats(self):
        deposit = {"company_id": "acme", "user_id": "u1",
                   "account_update": {"update_id": "a1", "deposit": 50_000, "at_ms": str(NOON + 1), "source": "bank",
                                      "sequence": "1"}}
        run = self.replay([batch("b1"), batch("b2", at=NOON + 1_000)], *self.commands(deposit, deposit))
        self.assertEqual((run.status, run.complaints()), (0, []))
        self.assertEqual([a["portfolio_risk"]["equity"] for a in run.answers], [100_000, 150_000])
        self.assertIn("1 repeats", run.err)

    def test_a_fill_takes_the_place_of_its_reservation(self):
        answers = self.answered(
            [batch("b1"), batch("b2", signal("y", "GBPUSD"), at=NOON + 2_000)],
            *self.commands(fill("f1", "EURUSD", "BUY", 1_000, last("EURUSD"), NOON + 1_000, signal_id="s-b1")))
        self.assertAlmostEqual(answers[1]["portfolio_risk"]["current_exposure"], 1_000 * last("EURUSD"), places=6)

    def test_bad_commands_are_complained_about_and_the_rest_holds(self):
        good = fill("f1", "EURUSD", "BUY", 5_000, last("EURUSD"), NOON + 1_000)
        fields = good["execution_report"]
        bad = [("not JSON", "not JSON"), (fill("f2", "EURUSD", "BUY", -1, 1.1, NOON), "quantity"),
               (fill("f3", "EURUSD", "BUY", 1, 0, NOON), "price"),
               (fill("f4", "EURUSD", "BUY", 1, "NaN", NOON), "price"),
               (fill("f5", "EURUSD", "HOLD", 1, 1.1, NOON), "side"), (fill("f.6", "EURUSD", "BUY", 1, 1, NOON), "id"),
               (fill("f7", "EURUSD", "BUY", 1, 1.1, -5), "at_ms"), (fill("f8", "EURUSD", "BUY", 1, 1.1, NOON,
                                                                        user="*"), "user_id"),
               ({"company_id": "acme", "user_id": "u1", "execution_report": {**fields, "status": "EATEN"}}, "status"),
               ({"company_id": "acme", "user_id": "u1"}, ""),
               ({"company_id": "acme", "user_id": "u1", "account_update": {"update_id": "a", "at_ms": str(NOON)}},
                "balance")]
        run = self.replay([batch("b1", closing("x1"), at=NOON + 1_000)], *self.commands(*(b for b, _ in bad), good))
        self.assertEqual(run.status, 3)
        self.assertEqual(status_of(run.answers[0]), "APPROVED")
        for line, ((_, word), complaint) in enumerate(zip(bad, run.complaints(), strict=True), 1):
            self.assertIn(f"commands.jsonl:{line}: ", complaint)
            self.assertIn(word, complaint)

    def test_a_command_for_an_unknown_tenant_is_complained_about(self):
        run = self.replay([batch("b1")], *self.commands(fill("f1", "EURUSD", "BUY", 1, 1.1, NOON, user="nobody")))
        self.assertEqual((run.status, status_of(run.answers[0])), (3, "APPROVED"))
        (complaint,) = run.complaints()
        self.assertIn("commands.jsonl:1: ", complaint)
        self.assertIn("acme/nobody", complaint)


    def test_a_fill_of_an_unknown_instrument_closes_the_way_for_increases(self):
        # The venue says it happened, so it is in the book; a book that cannot be measured takes nothing more.
        run = self.replay([batch("b1")], *self.commands(fill("f1", "NOSUCH", "BUY", 5, 100, NOON - 1)))
        self.assertEqual((status_of(run.answers[0]), reason_of(run.answers[0])), ("REJECTED", "NO_MARKET_DATA"))
        self.assertIn("NOSUCH", run.answers[0]["assessments"][0]["rejection_reason"])

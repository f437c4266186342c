"""Which rows a batch sees, who answers a line, and what a repeat is answered."""

from replaying import NOON, Replaying, batch, reason_of, signal, status_of, tenant, walk, without_time

__all__ = ["Clock", "FanOut", "Repeats"]

DAY = 86_400_000


class Clock(Replaying):
    def valued(self, answer):
        """The price under a market order: it is valued a collar (FX 1 %) beyond the last."""
        return answer["assessments"][0]["position_sizing"]["valuation_price"] / 1.01

    def test_a_batch_sees_the_rows_before_its_own_day(self):
        closes = walk()[1]["EURUSD"]
        midnight = NOON - DAY // 2  # of the day after the last row
        answers = self.answered([batch("b1", at=midnight - DAY), batch("b2", at=midnight - 1),
                                 batch("b3", signal("x3", notional=3_000), at=midnight), batch("b4", at=NOON)])
        for answer, row in zip(answers, (-2, -2, -1, -1)):
            self.assertAlmostEqual(self.valued(answer), closes[row], places=9)
        ids = [a["view_id"] for a in answers]
        self.assertEqual(ids, [ids[0], ids[0], ids[2], ids[2]])
        self.assertNotEqual(ids[0], ids[2])

    def test_at_fixes_the_view_to_the_rows_up_to_its_day(self):
        dates, closes = walk()
        answers = self.answered([batch("b1", at=NOON), batch("b2", at=NOON + DAY)],
                                "--at", f"{dates[-3]}T00:00:00Z")
        self.assertEqual(answers[0]["view_id"], answers[1]["view_id"])
        for answer, at in zip(answers, (NOON, NOON + DAY)):
            self.assertAlmostEqual(self.valued(answer), closes["EURUSD"][-3], places=9)
            self.assertEqual(answer["decided_at_ms"], str(at))  # its own clock, not --at
        # The last millisecond of the day, written in another zone, is the same day.
        later = self.answered([batch("b1", at=NOON)], "--at", f"{dates[-3]}T23:59:59.999Z")
        self.assertEqual(later[0]["view_id"], answers[0]["view_id"])

    def test_at_gives_now_to_batches_without_a_clock_only(self):
        bare = batch("b1")
        del bare["created_at_ms"]
        answers = self.answered([bare, batch("b2", at=NOON + 5_000)], "--at", "2025-02-21T12:00:01Z")
        self.assertEqual([a["decided_at_ms"] for a in answers], [str(NOON + 1_000), str(NOON + 5_000)])
        self.assertEqual(status_of(answers[0]), "APPROVED")

    def test_without_at_a_batch_without_a_clock_is_a_bad_line(self):
        bare = batch("b1", at=0)
        absent = {k: v for k, v in batch("b2").items() if k != "created_at_ms"}
        run = self.replay([bare, absent, batch("b3")])
        self.assertEqual(run.status, 3)
        for line, complaint in zip((1, 2), run.complaints(), strict=True):
            self.assertIn(f"signals.jsonl:{line}: created_at_ms", complaint)
        self.assertEqual([status_of(a) for a in run.answers], ["REJECTED", "REJECTED", "APPROVED"])

    def test_a_view_too_old_takes_no_increase(self):
        end = NOON - DAY // 2  # the close of the last row's day
        answers = self.answered([batch("b1", at=end + 4 * DAY),
                                 batch("b2", signal("x2", "GBPUSD"), at=end + 4 * DAY + 1)])
        self.assertEqual([(status_of(a), reason_of(a)) for a in answers],
                         [("APPROVED", ""), ("REJECTED", "STALE_MARKET_DATA")])

    def test_time_never_runs_backwards_for_a_tenant(self):
        answers = self.answered([batch("b1", at=NOON), batch("b2", at=NOON - 60_000)])
        self.assertEqual([a["decided_at_ms"] for a in answers], [str(NOON), str(NOON)])


class FanOut(Replaying):
    def fan(self, batch_id, **more):
        sent = batch(batch_id, strategy_id="trend", **more)
        del sent["company_id"], sent["user_id"]
        return sent

    def test_every_subscriber_answers_at_the_place_of_the_line(self):
        self.tenants(tenant("u1", "zeta", strategies=["trend"]), tenant("u2", strategies=["other", "trend"]),
                     tenant("u3", strategies=["other"]), tenant("u1", strategies=["trend"]), tenant("u4"))
        answers = self.answered([batch("b1", user="u4"), self.fan("b2"), batch("b3", user="u3")])
        self.assertEqual([(a["batch_id"], a["company_id"], a["user_id"]) for a in answers],
                         [("b1", "acme", "u4"), ("b2", "acme", "u1"), ("b2", "acme", "u2"), ("b2", "zeta", "u1"),
                          ("b3", "acme", "u3")])
        self.assertEqual({status_of(a) for a in answers}, {"APPROVED"})

    def test_a_strategy_without_subscribers_has_no_answer(self):
        answers = self.answered([self.fan("b1"), batch("b2")])
        self.assertEqual([a["batch_id"] for a in answers], ["b2"])

    def test_a_repeated_fan_out_is_answered_the_same(self):
        self.tenants(tenant(strategies=["trend"]), tenant("u2", strategies=["trend"]))
        run = self.replay([self.fan("b1", source="engine", sequence="1")] * 2)
        first = without_time(run.out).splitlines()
        self.assertEqual((len(first), first[:2]), (4, first[2:]))


class Repeats(Replaying):
    def test_a_repeated_batch_has_the_same_answer(self):
        for more in ({}, {"source": "engine", "sequence": "4"}):
            with self.subTest(more):
                run = self.replay([batch("b1", **more), batch("b2", signal("y", "GBPUSD"), at=NOON + 1),
                                   batch("b1", **more)])
                self.assertEqual((run.status, run.complaints()), (0, []))
                first, between, again = without_time(run.out).splitlines()
                self.assertEqual(first, again)
                self.assertNotIn("SEQUENCE", between)

    def test_a_used_sequence_with_another_batch_is_a_conflict(self):
        answers = self.answered([batch("b1", source="engine", sequence="4"),
                                 batch("b2", source="engine", sequence="4", at=NOON + 1_000),
                                 batch("b3", source="other", sequence="4", at=NOON + 2_000),
                                 batch("b4", source="engine", sequence="2", at=NOON + 3_000)])
        self.assertEqual([a["refusal"] for a in answers], ["", "SEQUENCE_CONFLICT", "", ""])
        self.assertEqual((status_of(answers[1]), reason_of(answers[1])), ("REJECTED", "SEQUENCE_CONFLICT"))
        self.assertNotIn("journal_position", answers[1])
        self.assertEqual([status_of(a) for a in answers[2:]], ["APPROVED", "APPROVED"])

    def test_a_signal_in_a_later_batch_keeps_its_first_answer(self):
        first, later = self.answered([batch("b1", signal("x1")),
                                      batch("b2", signal("x1", "GBPUSD", "SELL", 7_000), signal("x2", "USDJPY"),
                                            at=NOON + DAY // 4)])
        self.assertEqual(first["assessments"][0], later["assessments"][0])
        self.assertEqual(status_of(later, 1), "APPROVED")
        # Decided once: its exposure is in the book once.
        sizes = [a["position_sizing"]["final_size"] for a in later["assessments"]]
        self.assertAlmostEqual(later["portfolio_risk"]["projected_exposure"], sum(sizes), places=6)

    def test_the_same_wish_within_half_a_second_is_a_duplicate(self):
        answers = self.answered([batch("b1"), batch("b2", at=NOON + 499), batch("b3", at=NOON + 1_000)])
        self.assertEqual([reason_of(a) for a in answers], ["", "DUPLICATE_SIGNAL", ""])

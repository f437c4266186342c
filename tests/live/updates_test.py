"""Facts through the live node: fills, ends of orders, the account, prices, closed trades. Arguments: riskd."""
import sys
import unittest

from desk import BALANCE, COLLAR, Desk, LiveDesks, account, alert_of, end_of, expiry_of, fill, json, now_ms, stage


class Updates(LiveDesks):
    USERS = ("partial", "exact", "disorder", "again", "stranger", "sleeper", "over", "ended", "account", "stale",
             "expiring", "market", "broken", "doubled", "asking")

    def setUp(self):
        super().setUp()
        self.price = self.last["EURUSD"]

    # ---- fills

    def test_a_partial_fill_moves_its_part_from_the_reservation_to_the_position_and_the_full_one_leaves_nothing_reserved(
            self):
        desk = self.desk("partial")
        order, quantity = desk.approved("BUY", 2000.0)
        self.assertEqual(quantity, int(2000.0 / (self.price * COLLAR)))
        self.assertAlmostEqual(desk.exposure(), quantity * self.price * COLLAR, places=6)
        desk.tell(fill(order, 1000, self.price, status="PARTIAL", remaining_quantity=quantity - 1000))
        self.assertAlmostEqual(desk.exposure(), 1000 * self.price + (quantity - 1000) * self.price * COLLAR, places=6)
        desk.tell(fill(order, quantity - 1000, self.price))
        self.assertAlmostEqual(desk.exposure(), quantity * self.price, places=6)
        self.assertAlmostEqual(desk.equity(), BALANCE, places=6)

    def test_a_fill_in_full_of_less_than_was_approved_frees_the_rest(self):
        desk = self.desk("exact")
        order, _ = desk.approved("BUY", 2000.0)
        desk.tell(fill(order, 900, self.price, fees=2.5))
        book = desk.book()
        self.assertAlmostEqual(book["current_exposure"], 900 * self.price, places=6)
        self.assertAlmostEqual(book["equity"], BALANCE - 2.5, places=6)

    def test_a_last_fill_that_overtook_the_one_before_it_keeps_the_rest_reserved_until_that_comes(self):
        desk = self.desk("disorder")
        alerts = desk.listen("alerts")
        order, quantity = desk.approved("BUY", 2000.0)
        numbered = {"source": "venue"}
        desk.tell(fill(order, 700, self.price, sequence=2, **numbered))
        kind, why = alert_of(alerts.next())
        self.assertEqual(kind, "SEQUENCE_GAP")
        self.assertIn("1 to 1 of source 'venue'", why)
        self.assertAlmostEqual(desk.exposure(), 700 * self.price + (quantity - 700) * self.price * COLLAR, places=6)
        older = fill(order, quantity - 700, self.price - 0.01, status="PARTIAL", sequence=1, **numbered)
        older["execution_report"]["at_ms"] -= 5000
        desk.tell(older)
        book = desk.book()
        self.assertAlmostEqual(book["current_exposure"], quantity * self.price, places=6)
        self.assertAlmostEqual(book["equity"], BALANCE + (quantity - 700) * 0.01, places=6)
        self.assertIsNone(alerts.next(0.2), "it was known which one was missing")

    def test_an_execution_that_is_told_again_changes_nothing_whatever_number_it_has(self):
        desk = self.desk("again")
        order, quantity = desk.approved("BUY", 2000.0)
        first = fill(order, 500, self.price, status="PARTIAL", fees=1.0, source="venue", sequence=1)
        desk.tell(first)
        told = desk.book()
        again = {"execution_report": {**first["execution_report"], "sequence": 2}}
        desk.tell(first, again, {"execution_report": {**again["execution_report"], "quantity": 600}})
        self.assertEqual(desk.book(), told)
        self.assertAlmostEqual(told["equity"], BALANCE - 1.0, places=6)

    def test_a_fill_of_an_order_that_nobody_approved_is_booked_and_a_person_told(self):
        desk = self.desk("stranger")
        alerts = desk.listen("alerts")
        desk.tell(fill("nobody-asked", 300, self.price))
        self.assertAlmostEqual(desk.exposure(), 300 * self.price, places=6)
        kind, why = alert_of(alerts.next())
        self.assertEqual(kind, "UNKNOWN_ORDER")
        self.assertIn("nobody-asked", why)

    def test_a_fill_of_more_than_was_approved_is_booked_and_a_person_told(self):
        desk = self.desk("over")
        alerts = desk.listen("alerts")
        order, quantity = desk.approved("BUY", 2000.0)
        desk.tell(fill(order, quantity + 50, self.price))
        self.assertAlmostEqual(desk.exposure(), (quantity + 50) * self.price, places=6)
        self.assertEqual(alert_of(alerts.next())[0], "EXCESS_FILL")

    def test_cancelled_rejected_and_expired_orders_are_no_longer_reserved(self):
        desk = self.desk("ended")
        for status in ("CANCELLED", "REJECTED", "EXPIRED"):
            order, quantity = desk.approved("BUY", 2000.0 + Desk.count)
            before = desk.exposure()
            desk.tell(end_of(order, status))
            self.assertAlmostEqual(desk.exposure(), before - quantity * self.price * COLLAR, places=6, msg=status)
        order, quantity = desk.approved("BUY", 2500.0)
        desk.tell(fill(order, 400, self.price, status="PARTIAL"), end_of(order, "CANCELLED"))
        self.assertAlmostEqual(desk.exposure(), 400 * self.price, places=6)

    # ---- the end of a reservation

    def test_a_reservation_ends_at_its_deadline_or_after_a_day_and_a_fill_that_comes_later_is_booked_and_told(self):
        desk = self.desk("expiring")
        approvals, alerts = desk.listen("approved"), desk.listen("alerts")
        order, _ = desk.approved("BUY", 3000.0)
        day = 24 * 3600 * 1000
        self.assertLess(abs(expiry_of(approvals.next()) - now_ms() - day), 60_000)
        desk.tell(end_of(order, "CANCELLED"))
        deadline = now_ms() + 1000
        order, quantity = desk.approved("BUY", 2000.0, expires_at_ms=deadline)
        self.assertEqual(expiry_of(approvals.next()), deadline)
        self.assertAlmostEqual(desk.exposure(), quantity * self.price * COLLAR, places=6)
        stage.wait_for("the deadline", lambda: now_ms() > deadline)
        self.assertEqual(desk.exposure(), 0)
        desk.tell(fill(order, quantity, self.price))
        self.assertAlmostEqual(desk.exposure(), quantity * self.price, places=6)
        kind, why = alert_of(alerts.next())
        self.assertEqual(kind, "LATE_FILL")
        self.assertIn(order, why)

    def test_a_sleepers_reservation_is_gone_when_it_wakes_after_the_deadline(self):
        desk = self.desk("sleeper")
        deadline = now_ms() + 1000
        order, quantity = desk.approved("BUY", 2000.0, expires_at_ms=deadline)
        self.node.kill()
        stage.wait_for("the deadline", lambda: now_ms() > deadline)
        self.node.start()  # nobody is awake
        self.node.feed(self.nats)
        self.assertEqual(desk.exposure(), 0)
        alerts = desk.listen("alerts")
        desk.tell(fill(order, 100, self.price, status="PARTIAL"))
        self.assertAlmostEqual(desk.exposure(), 100 * self.price, places=6)
        self.assertEqual(alert_of(alerts.next())[0], "LATE_FILL")

    # ---- the account, and the market

    def test_deposits_withdrawals_and_balances_change_the_equity_and_are_taken_once(self):
        desk = self.desk("account")
        desk.tell(account(deposit=500.0))
        self.assertAlmostEqual(desk.equity(), BALANCE + 500, places=6)
        taken = account(withdrawal=200.0)
        desk.tell(taken, taken)
        self.assertAlmostEqual(desk.equity(), BALANCE + 300, places=6)
        order, quantity = desk.approved("BUY", 2000.0)
        desk.tell(fill(order, quantity, self.price - 0.01))
        self.assertAlmostEqual(desk.equity(), BALANCE + 300 + quantity * 0.01, places=6)
        desk.tell(account(balance=50_000.0))  # cash; what is open is worth what it was
        self.assertAlmostEqual(desk.equity(), 50_000 + quantity * 0.01, places=6)

    def test_a_balance_that_came_behind_a_later_one_of_its_source_does_not_replace_it(self):
        desk = self.desk("stale")
        alerts = desk.listen("alerts")
        desk.tell(account(balance=90_000.0, source="bank", sequence=2))
        self.assertEqual(alert_of(alerts.next())[0], "SEQUENCE_GAP")
        desk.tell(account(balance=80_000.0, source="bank", sequence=1))
        self.assertEqual(desk.equity(), 90_000)
        self.assertEqual(alert_of(alerts.next())[0], "STALE_BALANCE")
        desk.tell(account(balance=70_000.0, source="bank", sequence=3))
        self.assertEqual(desk.equity(), 70_000)

    def test_a_tick_moves_the_unrealised_profit_the_exposure_and_the_equity(self):
        desk = self.desk("market")
        price = self.last["AUDUSD"]
        order, quantity = desk.approved("SELL", 2000.0, "AUDUSD")
        desk.tell(fill(order, quantity, price, "SELL", symbol="AUDUSD"))
        self.assertAlmostEqual(desk.exposure(), quantity * price, places=6)
        higher = round(price * 1.004, 5)
        taken = self.node.prices_taken()
        self.nats.publish("market.ticks.AUDUSD", json.dumps({"symbol": "AUDUSD", "last": higher, "at_ms": now_ms()}),
                          {"Content-Type": "application/json"})
        stage.wait_for("the tick", lambda: self.node.prices_taken() == taken + 1)
        book = desk.book()
        self.assertAlmostEqual(book["current_exposure"], quantity * higher, places=6)
        self.assertAlmostEqual(book["equity"], BALANCE - quantity * (higher - price), places=6)
        self.assertGreater(book["current_var"], 0)

    # ---- what cannot be booked, and what comes again

    def test_what_is_no_fact_of_this_tenant_is_a_dead_letter_and_nothing_is_booked(self):
        desk = self.desk("broken")
        letters = desk.listen("deadletter")
        before = desk.book()
        elses = {**fill("s1", 100, self.price), "user_id": "partial"}
        cases = [(desk.subject, "{", "MALFORMED"), (desk.subject, fill("s1", -5, self.price), "MALFORMED"),
                 (desk.subject, fill("s1", 5, 0), "MALFORMED"), (desk.subject, account(), "MALFORMED"),
                 (desk.subject, fill("s1", 5, "NaN"), "MALFORMED"),
                 (desk.subject, fill("s1", 5, self.price, status="HALF"), "MALFORMED"),
                 (desk.subject, elses, "UNAUTHORISED")]
        for subject, update, code in cases:
            with self.subTest(update=update):
                desk.tell(update, subject=subject)
                _, headers, body, _ = letters.next()
                self.assertEqual(headers["Risk-Reason-Code"], code)
                self.assertEqual(headers["Risk-Subject"], f"portfolio.updates.{subject}")
                if isinstance(update, str):
                    self.assertEqual(body.decode(), update)
        nobody = {**fill("s1", 100, self.price), "user_id": "nobody"}
        desk.tell(nobody, subject="desk-1.nobody")
        _, headers, body, _ = letters.next()
        self.assertEqual(headers["Risk-Reason-Code"], "UNKNOWN_TENANT")
        self.assertEqual(json.loads(body)["execution_report"], nobody["execution_report"])
        self.assertEqual(desk.book(), before)
        self.assertIn('riskd_dead_letters_total{reason="UNKNOWN_TENANT"} 1', self.node.get("/metrics")[1])

    def test_facts_under_way_when_the_node_is_killed_come_again_and_are_booked_once(self):
        desk = self.desk("doubled")
        order, quantity = desk.approved("BUY", 2000.0)
        fills = [fill(order, 2, self.price, status="PARTIAL", fees=1.0) for _ in range(500)]
        taken = desk.taken()
        desk.publish(*fills)
        stage.wait_for("the first of them", lambda: desk.taken() > taken)
        self.kill_and_start()
        stage.wait_for("the last of them", lambda: desk.equity() < BALANCE - 499.5)
        delivered = self.nats.request_json("$JS.API.CONSUMER.INFO.RISK_UPDATES_IN.riskd", {})["delivered"]
        self.assertGreater(delivered["consumer_seq"], delivered["stream_seq"], "nothing had to come again")
        desk.tell(*fills)
        book = desk.book()
        self.assertAlmostEqual(book["equity"], BALANCE - 500, places=6)
        self.assertAlmostEqual(book["current_exposure"], 1000 * self.price + (quantity - 1000) * self.price * COLLAR,
                               places=6)


    def test_whoever_asks_is_told_what_became_of_a_fact(self):
        desk = self.desk("asking")
        paid = account(deposit=100.0, update_id="d1")
        told = [desk.ask(update) for update in (paid, paid, fill("s1", -5, self.price))]
        self.assertEqual([(one["id"], one["status"], one["reason_code"]) for one in told],
                         [("d1", "APPLIED", ""), ("d1", "REPEATED", ""), ("", "REFUSED", "MALFORMED")])
        self.assertEqual({(one["company_id"], one["user_id"]) for one in told}, {(desk.company, desk.user)})
        self.assertIn("quantity", told[2]["message"])
        self.assertEqual(desk.equity(), BALANCE + 100)


if __name__ == "__main__":
    stage.need_nats_server()
    LiveDesks.RISKD = sys.argv.pop(1)
    unittest.main(verbosity=2)

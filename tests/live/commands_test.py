"""Orders of people over NATS: who and why, for a tenant, a company or everybody. Arguments: riskd."""
import sys
import unittest

from desk import LIMITS, Desk, LiveDesks, fill, stage


class Commands(LiveDesks):
    USERS = ("nameless", "versions", "halted", "strategist", "companion", "everyone", "tight", "cleared",
             "other-1.neighbour", "alone-1.stranger")
    COMPANIES = ("desk-1", "other-1")

    def order(self, subject, kind, body=None, **more):
        """An order's answer."""
        Desk.count += 1
        command = {"command_id": f"o{Desk.count}", "actor": "olga", "reason": "drill", kind: body or {}, **more}
        answer = self.nats.request_json(f"risk.commands.{subject}" if subject else "risk.commands",
                                        {k: v for k, v in command.items() if v is not None})
        self.assertIsNotNone(answer, "nobody answered")
        return answer

    def done(self, *args, **more):
        answer = self.order(*args, **more)
        self.assertEqual(answer["status"], "DONE", answer)
        return answer

    def refused(self, code, *args, **more):
        answer = self.order(*args, **more)
        self.assertEqual((answer["status"], answer["reason_code"]), ("REFUSED", code), answer)
        return answer

    def code(self, desk, *args, **more):
        return desk.judged(*args, **more)["reason_code"]

    def test_an_order_says_who_and_why_or_it_is_refused(self):
        desk = self.desk("nameless")
        for wrong in ({"actor": None}, {"reason": None}, {"actor": ""}, {"reason": ""}, {"reason": "x" * 513},
                      {"actor": "olga olsen"}, {"command_id": None}, {"halt": None}, {"expected_version": -1}):
            with self.subTest(wrong=wrong):
                self.refused("MALFORMED", desk.subject, "halt", **wrong)
        self.assertEqual(self.refused("MALFORMED", desk.subject, "halt", command_id="mine", actor="")["command_id"], "mine")
        self.refused("UNAUTHORISED", desk.subject, "halt", company_id="desk-1", user_id="versions")
        desk.approved("BUY", 400.0)

    def test_an_order_under_a_subject_that_names_nobody_is_answered_too(self):
        for subject in ("desk-1.nameless.more", "a@b"):
            answer = self.refused("MALFORMED", subject, "halt", command_id="lost")
            self.assertEqual(answer["command_id"], "lost")

    def test_an_order_for_nobody_is_refused(self):
        self.refused("UNKNOWN_TENANT", "desk-1.nobody", "halt")
        self.refused("UNKNOWN_TENANT", "nowhere", "halt")
        self.refused("UNKNOWN_TENANT", "alone-1", "halt")

    def test_a_stale_version_is_refused_and_a_repeated_order_told_again_and_not_carried_out_again(self):
        desk = self.desk("versions")
        actions = desk.listen("actions")
        first = self.done(desk.subject, "halt", command_id="h1", expected_version="0")
        self.assertEqual(first["version"], "1")
        self.refused("STALE_VERSION", desk.subject, "resume", expected_version="0")
        self.assertEqual(self.code(desk, "BUY", 400.0), "TENANT_HALTED")
        again = self.order(desk.subject, "halt", command_id="h1", expected_version="0")
        self.assertEqual((again["status"], again["version"]), ("REPEATED", "1"))
        self.assertEqual(self.done(desk.subject, "resume", expected_version="1")["version"], "2")
        again = self.order(desk.subject, "halt", command_id="h1")
        self.assertEqual((again["status"], again["version"]), ("REPEATED", "2"))
        desk.approved("BUY", 401.0)
        self.refused("NOTHING_TO_RESUME", desk.subject, "resume")
        for wanted in (b"h1", b"olga"):
            self.assertIn(wanted, actions.next()[2])
        self.assertIsNone(actions.next(0.2), "one halt, one resumption, and nothing for repeats and refusals")

    def test_a_halt_stops_what_opens_and_lets_through_what_reduces_also_after_a_kill(self):
        desk = self.desk("halted")
        order, quantity = desk.approved("BUY", 2000.0)
        desk.tell(fill(order, quantity, self.last["EURUSD"]))
        version = self.done(desk.subject, "halt")["version"]
        for killed in (False, True):
            if killed:
                self.kill_and_start()
            self.assertEqual(self.code(desk, "BUY", 400.0 + killed), "TENANT_HALTED")
            self.assertEqual(self.code(desk, "BUY", 400.0 + killed, "GBPUSD"), "TENANT_HALTED")
            _, sold = desk.approved("SELL", 500.0 + killed, reduce_only=True)
            self.assertGreater(sold, 0)
            self.assertEqual(self.order(desk.subject, "resume", expected_version="7")["version"], version)
        desk.tell(fill("by-hand", 10, self.last["EURUSD"]))  # a fact is never refused
        self.done(desk.subject, "resume", expected_version=version)
        desk.approved("BUY", 402.0)

    def test_a_halt_of_a_strategy_or_a_symbol_stops_that_alone(self):
        desk = self.desk("strategist")
        self.done(desk.subject, "halt", {"strategy_id": "trend"})
        self.done(desk.subject, "halt", {"symbol": "GBPUSD"})
        self.assertEqual(self.code(desk, "BUY", 400.0), "STRATEGY_HALTED")
        self.assertEqual(self.code(desk, "BUY", 400.0, "GBPUSD", "carry"), "SYMBOL_HALTED")
        desk.approved("BUY", 400.0, strategy="carry")
        self.refused("NOTHING_TO_RESUME", desk.subject, "resume")
        self.done(desk.subject, "resume", {"strategy_id": "trend"})
        desk.approved("BUY", 401.0)

    def test_a_company_and_everybody_are_halted_from_the_answer_on_also_after_a_kill(self):
        desk, neighbour = self.desk("companion"), self.desk("neighbour", "other-1")
        self.done("desk-1", "halt")
        self.done("", "halt")
        self.kill_and_start()
        for one in (desk, neighbour):
            self.assertEqual(self.code(one, "BUY", 400.0), "GLOBAL_HALT")
        self.done("", "resume")
        self.assertEqual(self.code(desk, "BUY", 401.0), "COMPANY_HALTED")
        neighbour.approved("BUY", 401.0)  # another company
        self.done("desk-1", "resume")
        desk.approved("BUY", 402.0)

    def test_a_tenant_may_tighten_its_limits_and_never_loosen_them_beyond_its_companys(self):
        desk = self.desk("tight")
        limits = {"max_position_size_notional": 1500.0}
        self.done(desk.subject, "limits", {"limits": limits})
        answer = desk.judged("BUY", 2000.0)
        self.assertEqual((answer["approval_status"], answer["reason_code"]), ("REDUCED", "POSITION_SIZE_LIMIT"))
        self.assertLessEqual(answer["position_sizing"]["final_size"], 1500.0)
        size = {row["name"]: row for row in answer["checks"]}["max_position_size"]
        self.assertEqual((size["limit"], size["source"]), (1500.0, "user"))
        why = self.refused("LOOSER_THAN_COMPANY", desk.subject, "limits",
                           {"limits": {"max_position_size_notional": 2 * LIMITS["max_position_size_notional"]}})
        self.assertIn("company", why["message"])
        self.refused("MALFORMED", desk.subject, "limits", {"limits": {"max_order_size_pct": -1}})
        self.refused("MALFORMED", desk.subject, "limits", {"limits": {"max_company_daily_var": 1}})
        self.refused("NOT_FOR_THE_SYSTEM", "", "limits", {"limits": limits})
        self.kill_and_start()
        answer = desk.judged("BUY", 2001.0)  # there is nothing left of it
        self.assertEqual((answer["approval_status"], answer["reason_code"]), ("REJECTED", "POSITION_SIZE_LIMIT"))

    def test_what_a_company_tightens_holds_for_a_tenant_that_had_set_more_itself(self):
        desk = self.desk("cleared")
        alerts = desk.listen("alerts")
        self.done(desk.subject, "limits", {"limits": {"max_order_size_pct": 3.0}})
        self.assertIn(b"LIMITS_CHANGED", alerts.next()[2])
        self.done("desk-1", "limits", {"limits": {"max_order_size_pct": 2.0}})
        row = {r["name"]: r for r in desk.judged("BUY", 400.0)["checks"]}["order_size"]
        self.assertEqual((row["limit"], row["source"]), (2.0, "company"))
        self.done("desk-1", "limits", {"limits": {"max_order_size_pct": LIMITS["max_order_size_pct"]}})
        row = {r["name"]: r for r in desk.judged("BUY", 401.0)["checks"]}["order_size"]
        self.assertEqual((row["limit"], row["source"]), (3.0, "user"))
        self.done(desk.subject, "limits", {"clear": ["max_order_size_pct"]})
        row = {r["name"]: r for r in desk.judged("BUY", 402.0)["checks"]}["order_size"]
        self.assertEqual((row["limit"], row["source"]), (LIMITS["max_order_size_pct"], "company"))

    def test_a_tenant_of_a_company_that_the_file_does_not_name_is_not_opened(self):
        answer = self.desk("stranger", "alone-1").send(self.desk("stranger").signal("BUY", 400.0))
        self.assertEqual(answer["refusal"], "UNKNOWN_TENANT")


class WithoutCompanies(LiveDesks):
    USERS, COMPANIES = ("lonely",), None

    def test_a_tenant_where_there_is_no_file_of_companies_has_its_tiers_limits_and_its_answers_say_so(self):
        desk = self.desk("lonely")
        for killed in (False, True):
            if killed:
                self.kill_and_start()
            rows = {r["name"]: r for r in desk.judged("BUY", 400.0 + killed)["checks"]}
            size, order = rows["max_position_size"], rows["order_size"]
            self.assertEqual((size["limit"], size["source"]), (10_000.0, "tier"))
            self.assertEqual((order["limit"], order["source"]), (5.0, "default"))
            self.assertEqual(rows["halt"]["outcome"], "PASS")  # everybody's halts are known


if __name__ == "__main__":
    stage.need_nats_server()
    LiveDesks.RISKD = sys.argv.pop(1)
    unittest.main(verbosity=2)

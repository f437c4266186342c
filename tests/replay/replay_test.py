"""What `riskd replay` reads, answers, says and returns. usage: replay_test.py RISKD

The market is a seeded walk (replaying.py); figures are compared between runs or with the closes, never with our own
output. The test classes of the files imported with * run here, too.
"""

import json
import subprocess
import sys
import unittest

from bad_batches import *  # noqa: F401,F403
from bad_market import *  # noqa: F401,F403
from bad_setups import *  # noqa: F401,F403
from clock_and_order import *  # noqa: F401,F403
from continuing import *  # noqa: F401,F403
from commands import *  # noqa: F401,F403
from duplicated_column import *  # noqa: F401,F403
from replaying import NOON, Replaying, batch, lines, signal, status_of, tenant, walk, without_time
from verify import *  # noqa: F401,F403

DAY = 86_400_000


class Usage(Replaying):
    def test_help_shows_examples(self):
        for call in (("--help",), ("replay", "--help")):
            run = self.call(*call)
            self.assertEqual((run.status, run.err), (0, ""))
            self.assertIn("Examples:", run.out)
            self.assertIn("riskd replay --market", run.out)

    def test_version_is_one_line(self):
        run = self.call("--version")
        self.assertEqual(run.status, 0)
        self.assertRegex(run.out, r"^riskd \d+\.\d+\.\d+\n$")

    def test_what_cannot_be_meant_is_wrong_usage(self):
        good = ("replay", "--market", "m", "--tenants", "t", "--signals", "s")
        for call, word in (((), ""), (("play",), ""), (("replay",), "--market"),
                           (("replay", "--market", "m", "--tenants", "t"), "--signals"),
                           (("replay", "--market", "m", "--signals", "s"), "--tenants"),
                           (("replay", "--tenants", "t", "--signals", "s"), "--market"),
                           ((*good, "--bogus"), "bogus"), ((*good, "more"), "more"), ((*good, "--out"), "--out"),
                           ((*good, "--seed", "-1"), "--seed"), ((*good, "--seed", "x"), "--seed"),
                           ((*good, "--at", "yesterday"), "--at"), ((*good, "--at", "2025-02-30T00:00:00Z"), "--at")):
            with self.subTest(call):
                run = self.call(*call)
                self.assertEqual((run.status, run.out), (2, ""))
                self.assertIn(word, run.err)

    def test_a_file_that_is_not_there_is_named(self):
        good = {"--market": self.folder / "market", "--tenants": self.folder / "tenants.json",
                "--signals": self.file("signals.jsonl", lines([batch("b1")]))}
        for option in (*good, "--companies", "--instruments", "--commands"):
            paths = good | {option: self.folder / "nowhere"}
            with self.subTest(option):
                run = self.call("replay", *(word for pair in paths.items() for word in pair))
                self.assertEqual((run.status, run.out), (1, ""))
                self.assertIn("nowhere", run.err)
        for option in ("--tenants", "--signals"):  # a folder where a file is wanted
            run = self.call("replay", *(w for pair in (good | {option: self.folder}).items() for w in pair))
            self.assertEqual((run.status, run.out), (1, ""))
            self.assertIn(str(self.folder), run.err)

    def test_answers_that_cannot_be_written_are_a_failure(self):
        run = self.replay([batch("b1")], "--out", self.folder / "no" / "answers")
        self.assertEqual(run.status, 1)
        self.assertIn("no/answers", run.err)
        with open("/dev/full", "w") as full:
            done = subprocess.run([self.riskd, "replay", "--market", self.folder / "market", "--tenants",
                                   self.folder / "tenants.json", "--signals", self.folder / "signals.jsonl"],
                                  stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 1)


class Answers(Replaying):
    def test_every_line_has_its_answer_in_input_order(self):
        self.tenants(*(tenant(f"u{i}") for i in range(12)))
        sent = [batch(f"b{i}", user=f"u{i * 5 % 12}", at=NOON + i) for i in range(60)]
        run = self.replay(sent)
        self.assertEqual((run.status, run.complaints()), (0, []))
        self.assertEqual([(a["batch_id"], a["user_id"]) for a in run.answers],
                         [(b["batch_id"], b["user_id"]) for b in sent])
        for word in ("batches", "60", "p50", "p99", "max", "signals/s", "approved", "reduced", "rejected"):
            self.assertIn(word, run.err)
        for answer, asked in zip(run.answers, sent):
            self.assertEqual([a["signal_id"] for a in answer["assessments"]],
                             [s["signal_id"] for s in asked["trading_signals"]])

    def test_journal_numbers_have_no_gaps(self):
        # Every tenant opens with one record, every fresh batch adds one: nothing else happens here.
        self.tenants(*(tenant(f"u{i}") for i in range(40)))
        answers = self.answered([batch(f"b{i}", user=f"u{i % 40}", at=NOON + 1_000 * i) for i in range(120)])
        by_shard, tenants = {}, {}
        for answer in answers:
            position = answer["journal_position"]
            by_shard.setdefault(position["shard"], []).append(int(position["n"]))
            tenants.setdefault(position["shard"], set()).add(answer["user_id"])
        self.assertGreater(len(by_shard), 1)
        for shard, numbers in by_shard.items():
            first = len(tenants[shard]) + 1
            self.assertEqual(numbers, list(range(first, first + len(numbers))))

    def test_the_json_is_as_specified(self):
        run = self.replay([batch("b1", signal("x1"), signal("x2", "NOSUCH"), correlation_id="c-7")])
        answer = run.answers[0]
        self.assertNotRegex(run.out, r'"[a-z_0-9]*[A-Z][A-Za-z]*":')  # camelCase
        approved, rejected = answer["assessments"]
        # Defaults are printed,
        self.assertEqual((approved["rejection_reason"], approved["reason_code"], approved["risk_adjustments"]),
                         ("", "", []))
        self.assertEqual((answer["refusal"], approved["var_analysis"]["exceeds_var_limit"]), ("", False))
        # 64-bit integers are strings, smaller ones numbers,
        for value in (answer["seed"], answer["decided_at_ms"], answer["journal_position"]["n"],
                      answer["journal_position"]["epoch"], approved["expires_at_ms"]):
            self.assertIsInstance(value, str)
            int(value)
        self.assertIsInstance(answer["journal_position"]["shard"], int)
        self.assertEqual(approved["var_analysis"]["monte_carlo_paths"], 10_000)
        # and what does not exist is absent.
        for name in ("position_sizing", "var_analysis", "adjusted_stop_loss", "expires_at_ms"):
            self.assertNotIn(name, rejected)
        self.assertEqual(answer["decided_at_ms"], str(NOON))
        self.assertEqual({answer["correlation_id"], approved["correlation_id"], rejected["correlation_id"]}, {"c-7"})
        self.assertEqual([c["name"] for c in approved["checks"]], [c["name"] for c in rejected["checks"]])

    def test_standard_input_and_out_are_the_same_as_files(self):
        sent = [batch("b1"), batch("b2", at=NOON + 1_000)]
        expected = without_time(self.replay(sent).out)
        piped = self.replay(None, "--signals", "-", stdin=lines(sent).encode())
        self.assertEqual((piped.status, without_time(piped.out)), (0, expected))
        run = self.replay(sent, "--out", self.folder / "answers.jsonl")
        self.assertEqual((run.status, run.out), (0, ""))
        self.assertEqual(without_time((self.folder / "answers.jsonl").read_text()), expected)

    def test_line_ends_and_empty_lines_do_not_matter(self):
        sent = [batch("b1"), batch("b2", at=NOON + 1_000)]
        expected = without_time(self.replay(sent).out)
        text = ("\r\n\n".join(map(json.dumps, sent))).encode()  # no end of the last line either
        piped = self.replay(None, "--signals", "-", stdin=text)
        self.assertEqual((piped.status, without_time(piped.out)), (0, expected))

    def test_no_signals_are_no_answers(self):
        run = self.replay([])
        self.assertEqual((run.status, run.out, run.complaints()), (0, "", []))

    def test_two_runs_are_byte_identical_but_for_the_time(self):
        self.tenants(tenant(), tenant("u2", positions=[{"symbol": "GBPUSD", "quantity": -900, "average_price": 1.2}]))
        sent = [batch(f"b{i}", signal(f"x{i}", s, side, 1_000 + i), user=f"u{1 + i % 2}", at=NOON + i * DAY // 4)
                for i, (s, side) in enumerate((s, d) for s in walk()[1] for d in ("BUY", "SELL"))]
        first, again = self.replay(sent), self.replay(sent)
        self.assertEqual(without_time(first.out), without_time(again.out))
        self.assertNotEqual(first.out, "")

    def test_another_seed_changes_the_paths_not_clear_decisions(self):
        sent = [batch("b1", signal("x1"), signal("x2", "NOSUCH"), signal("x3", "GBPUSD", notional=5e6))]
        plain, other = (self.replay(sent, "--seed", seed).answers[0] for seed in (0, 7))
        self.assertNotEqual(plain["seed"], other["seed"])
        self.assertNotEqual(plain["view_id"], other["view_id"])
        for i, status in enumerate(("APPROVED", "REJECTED", "REDUCED")):
            self.assertEqual([status_of(a, i) for a in (plain, other)], [status, status])
        by_method = [[a["assessments"][0]["var_analysis"][m + "_var_95"] for a in (plain, other)]
                     for m in ("historical", "parametric", "monte_carlo")]
        self.assertEqual([x == y for x, y in by_method], [True, True, False])
        self.assertEqual(plain["seed"], self.replay(sent).answers[0]["seed"])  # 0 is the default


if __name__ == "__main__":
    Replaying.riskd = sys.argv.pop(1)
    unittest.main(verbosity=1)

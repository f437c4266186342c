"""A data folder: what a second run knows of the first one, and that the number of workers changes nothing."""

import hashlib
import pathlib
import subprocess

from replaying import NOON, Replaying, batch, lines, signal, status_of, tenant, without_time

SAMPLE = pathlib.Path(__file__).resolve().parent.parent.parent / "deploy" / "sample"
# Of the sample's answers without performance_metrics: whatever the road is made of, it gives the same answers. Taken
# first when all of it ran on one thread over a journal in memory (version 0.1.0), and anew with each rule that changes
# them and that tests/reference/ was taught, too. Without the assessments' data_source, which came last, it is cfa1f0ff
# as before.
SAMPLE_SHA256 = "cb3194547895630d446904c27dec5275960de2579160a61e862137594eabe175"


def sample_arguments(out, *more):
    return ("replay", "--market", SAMPLE / "market", "--tenants", SAMPLE / "tenants.json", "--companies",
            SAMPLE / "companies.json", "--instruments", SAMPLE / "instruments.json", "--commands",
            SAMPLE / "commands.jsonl", "--signals", SAMPLE / "signals.jsonl", "--out", out, *more)


def digest(path):
    return hashlib.sha256(without_time(path.read_text()).encode()).hexdigest()


class Workers(Replaying):
    def test_the_sample_has_the_same_answers_with_any_number_of_workers_and_with_a_data_folder(self):
        for more in (("--workers", 1), ("--workers", 2), ("--workers", 8), ("--data", self.folder / "data")):
            with self.subTest(more):
                out = self.folder / "answers.jsonl"
                self.assertEqual(self.call(*sample_arguments(out, *more)).status, 3)
                self.assertEqual(digest(out), SAMPLE_SHA256)

    def test_no_workers_and_too_many_are_wrong_usage(self):
        for number in ("0", "65", "-1", "x"):
            self.assertEqual(self.replay([batch("b1")], "--workers", number).status, 2)


class Continuing(Replaying):
    def setUp(self):
        super().setUp()
        self.data = self.folder / "data"
        self.tenants(*(tenant(f"u{i}") for i in range(5)))

    def sent(self, numbers):
        return [batch(f"b{i}", signal(f"s{i}", notional=100), user=f"u{i % 5}", at=NOON + i * 1_000)
                for i in numbers]

    def run_on(self, entries, *more):
        return self.replay(entries, "--data", self.data, *more)

    def test_two_runs_over_two_files_are_one_run_over_both(self):
        together = self.replay(self.sent(range(60)))
        first, second = self.run_on(self.sent(range(25))), self.run_on(self.sent(range(25, 60)))
        self.assertEqual((first.status, second.status), (0, 0), first.err + second.err)
        self.assertEqual(without_time(first.out + second.out), without_time(together.out))

    def test_a_batch_of_the_first_run_gets_its_answer_again_in_the_second(self):
        first = self.run_on(self.sent(range(10)))
        second = self.run_on(self.sent([3]))
        self.assertEqual(without_time(second.out), without_time(first.out.splitlines(True)[3]))

    def test_a_file_that_was_done_is_not_done_again(self):
        sent, out = self.sent(range(10)), self.folder / "answers.jsonl"
        self.assertEqual(self.run_on(sent, "--out", out).status, 0)
        before = out.read_bytes()
        again = self.run_on(sent, "--out", out)
        self.assertEqual((again.status, out.read_bytes()), (0, before))
        self.assertIn("nothing is left to do", again.err)

    def test_a_tenant_of_another_setup_is_named_and_stays_as_it_was(self):
        self.run_on(self.sent([0]))
        self.tenants(*(tenant(f"u{i}", limits={"max_daily_var": 1}) for i in range(5)))
        second = self.run_on(self.sent([5]))
        self.assertEqual((second.status, status_of(second.answers[0])), (3, "APPROVED"))
        self.assertEqual(len(second.complaints()), 5)
        self.assertIn("acme/u0 was opened from another setup", second.err)

    def test_a_folder_in_use_is_refused(self):
        command = [self.riskd, "replay", "--market", self.folder / "market", "--tenants", self.folder / "tenants.json",
                   "--signals", "-", "--data", self.data]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as owner:
            owner.stdin.write(lines([batch("b1", user="u1")]).encode())
            owner.stdin.flush()
            owner.stdout.readline()  # it is at work now
            other = self.run_on(self.sent([1]))
            self.assertEqual((other.status, other.out), (1, ""))
            self.assertIn(str(self.data), other.err)
            owner.stdin.close()
            self.assertEqual(owner.wait(60), 0)

    def test_a_data_folder_that_is_none_is_refused(self):
        run = self.replay([batch("b1", user="u1")], "--data", self.folder / "tenants.json")
        self.assertEqual((run.status, run.out), (1, ""))
        self.assertIn("tenants.json", run.err)

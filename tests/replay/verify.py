"""`riskd verify` and `riskd repair` from outside: words, exit codes, and a replay that goes on in a mended folder."""

import json
import subprocess

from replaying import NOON, Replaying, batch, lines, signal, tenant, without_time


class Folder(Replaying):
    """A data folder that a replay left."""

    def setUp(self):
        super().setUp()
        self.data = self.folder / "data"
        self.tenants(*(tenant(f"u{i}") for i in range(5)))
        self.first = self.run_on(range(25))
        self.assertEqual(self.first.status, 0, self.first.err)

    def run_on(self, numbers):
        return self.replay([batch(f"b{i}", signal(f"s{i}", notional=100), user=f"u{i % 5}", at=NOON + i * 1_000)
                            for i in numbers], "--data", self.data)

    def verify(self, *more):
        return self.call("verify", "--data", self.data, *more)

    def repair(self, *more):
        return self.call("repair", "--data", self.data, *more)

    def files(self):
        return {path: path.read_bytes() for path in self.data.rglob("*") if path.is_file()}

    def damage_log(self):
        """Flips a bit in the middle of what has been written last."""
        log = max(self.data.glob("*.log"), key=lambda path: path.stat().st_size)
        content = bytearray(log.read_bytes())
        content[len(content) // 2] ^= 1
        log.write_bytes(content)
        return log, bytes(content)


class FolderCommands(Replaying):
    def test_help_shows_examples(self):
        for command in ("verify", "repair"):
            run = self.call(command, "--help")
            self.assertEqual((run.status, run.err), (0, ""))
            self.assertIn("Examples:", run.out)
            self.assertIn(f"riskd {command} --data", run.out)
            self.assertIn("Exit status:", run.out)
            self.assertIn(command, self.call("--help").out)

    def test_what_cannot_be_meant_is_wrong_usage(self):
        for call, word in ((("verify",), "--data"), (("repair",), "--data"), (("verify", "--data"), "--data"),
                           (("verify", "--data", "d", "-o", "xml"), "xml"), (("verify", "--data", "d", "--apply"), ""),
                           (("repair", "--data", "d", "more"), "more")):
            with self.subTest(call):
                run = self.call(*call)
                self.assertEqual((run.status, run.out), (2, ""))
                self.assertIn(word, run.err)

    def test_a_folder_that_is_none_is_named_and_not_made(self):
        for command in ("verify", "repair"):
            run = self.call(command, "--data", self.folder / "nowhere")
            self.assertEqual((run.status, run.out), (1, ""))
            self.assertIn("nowhere", run.err)
        self.assertFalse((self.folder / "nowhere").exists())


class Sound(Folder):
    def test_a_sound_folder_is_proven_without_a_trace(self):
        before = self.files()
        table, report, repair = self.verify(), self.verify("-o", "json"), self.repair()
        self.assertEqual([run.status for run in (table, report, repair)], [0, 0, 0])
        self.assertIn("all is sound", table.out)
        self.assertIn("records/s", table.out)
        self.assertIn("nothing is to be done", repair.out)
        self.assertEqual(self.files(), before)
        told = json.loads(report.out)
        self.assertEqual((told["sound"], told["records"], told["faults"]), (True, 30, 0))  # 5 openings, 25 batches
        ends = {}
        for answer in self.first.answers:
            position = answer["journal_position"]
            ends[position["shard"]] = max(ends.get(position["shard"], 0), int(position["n"]))
        self.assertEqual({s["shard"]: s["last_n"] for s in told["shards"] if s["records"]}, ends)

    def test_a_repair_is_kept_out_while_somebody_works_there(self):
        command = [self.riskd, "replay", "--market", self.folder / "market", "--tenants", self.folder / "tenants.json",
                   "--signals", "-", "--data", self.data]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as owner:
            owner.stdin.write(lines([batch("b99", user="u1", at=NOON + 10**6)]).encode())
            owner.stdin.flush()
            owner.stdout.readline()  # it is at work now
            for more in ((), ("--apply",)):
                run = self.repair(*more)
                self.assertEqual((run.status, run.out), (1, ""))
                self.assertIn(str(self.data), run.err)
            self.assertEqual(self.verify().status, 0)
            owner.stdin.close()
            self.assertEqual(owner.wait(60), 0)


class Damaged(Folder):
    def test_a_damaged_log_is_named_mended_and_a_replay_goes_on_from_there(self):
        log, content = self.damage_log()
        refused = self.run_on(range(25, 30))
        self.assertEqual((refused.status, refused.out), (1, ""))
        found, plan = self.verify(), self.repair()
        self.assertEqual((found.status, plan.status), (1, 3))
        self.assertIn(str(self.data), found.err)
        self.assertIn("with --apply", plan.out)
        self.assertEqual(log.read_bytes(), content)
        done = self.repair("--apply")
        self.assertEqual(done.status, 0, done.out + done.err)
        aside, = self.data.glob("repair-*")
        self.assertEqual((aside / log.name).read_bytes(), content)
        self.assertEqual([run.status for run in (self.verify(), self.repair())], [0, 0])
        left = json.loads(self.verify("-o", "json").out)["records"]
        self.assertLess(left, 30)
        onward = self.run_on(range(25, 40))
        self.assertEqual((onward.status, len(onward.answers)), (0, 15), onward.err)
        self.assertEqual(self.verify().status, 0)
        again = self.run_on([30])
        self.assertEqual(without_time(again.out), without_time(onward.out.splitlines(True)[5]))

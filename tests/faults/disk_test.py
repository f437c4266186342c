"""A node on a disk that is full, or that gives back something else than was written.

    disk_test.py PROGRAMS [unittest arguments]      PROGRAMS: the folder with faulted_node, judge_journal and damage

It may refuse, and must say so; it never answers wrongly, and never forgets what it answered.
"""

import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import load  # noqa: E402
import verdict  # noqa: E402
from client import Client  # noqa: E402

PROGRAMS = pathlib.Path()
SEED = int(os.environ.get("RISKCLUSTER_TEST_SEED", random.SystemRandom().randrange(1 << 31)))
HELD_BACK = 150  # inputs of the sample that a damaged node is asked


class Place:
    """A folder with a node's data, its outputs and the log of its client."""

    def __init__(self, folder, sample, data=None):
        self.folder, self.sample = folder, sample
        folder.mkdir(exist_ok=True)
        self.data = data or folder / "data"
        self.command = [str(PROGRAMS / "faulted_node"), "--data", str(self.data), "--outputs",
                        str(folder / "outputs.jsonl"), *load.arguments(sample)]

    def client(self, inputs, window=200):
        return Client(self.command, self.folder, inputs, random.Random(SEED), window)

    def judged(self, dump="dump.tsv", market=False):
        return verdict.judge(PROGRAMS / "judge_journal", self.data, self.folder / dump, self.sample if market else None)

    def verdict(self):
        """Of a client that has ended, as scripts/faults has it."""
        judged, found = self.judged(market=True), verdict.Verdict()
        recorded = verdict.Recorded(self.folder / "dump.tsv")
        found.check_log(self.folder / "client.log", recorded)
        found.check_journal(judged, recorded)
        found.check_outputs(self.folder / "outputs.jsonl", recorded)
        return found

    def answers(self):
        """input number -> what was said of it, as the client has it in its log, in order."""
        sent, said = {}, {}
        for line in (self.folder / "client.log").read_text().splitlines():
            what, rest = line.split(" ", 1)
            if what == "sent":
                tag, number = rest.split(" ", 2)[:2]
                sent[tag] = int(number)
            elif what == "got":
                tag, text = rest.split(" ", 1)
                said.setdefault(sent[tag], []).append(text)
        return said


def damage(data, *words):
    subprocess.run([PROGRAMS / "damage", data, *map(str, words)], check=True, capture_output=True)


class FullDisk(unittest.TestCase):
    """A tmpfs that is nearly filled by a ballast. Smaller than what RocksDB sets aside for a log while it can: such a log
    would have room when nothing else has."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="riskcluster-full-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", self.disk], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("a full disk needs the right to mount a tmpfs")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk])
        load.generate(self.folder / "input", 900, 40, SEED)
        self.inputs = load.read(self.folder / "input")

    def fill(self):
        """To the last byte. What the database gives back later, when it puts a log away, is filled the next time."""
        with open(self.disk / "ballast", "ab", buffering=0) as file:
            block = b"x" * 65536
            try:
                while file.write(block):
                    pass
            except OSError:
                pass

    def test_a_full_disk_refuses_and_says_so_and_with_room_again_all_is_decided_once(self):
        place = Place(self.folder / "place", self.folder / "input", self.disk / "data")
        client = place.client(self.inputs)
        client.fresh_max = 300
        steps = iter((self.full, self.refused))
        self.step, self.client, self.errors = next(steps), client, place.folder / "node.err"

        def watch(life):
            if self.step and self.step(life):
                self.step = next(steps, None)

        life = client.live(repeats=False, watch=watch)
        client.log.close()
        self.assertEqual(life.status, 0, life.stderr)
        self.assertIsNone(self.step, "it was over before the disk was full")
        self.assertGreater(self.said.rfind("ALERT JOURNAL_TROUBLE"), self.said.rfind("ALERT JOURNAL_RECOVERED"))
        self.assertGreater(life.stderr.rfind("ALERT JOURNAL_RECOVERED"), life.stderr.rfind("ALERT JOURNAL_TROUBLE"))
        found = place.verdict()
        self.assertEqual(found.faults, [])
        self.assertGreater(found.count["approvals seen"], 100)
        self.assertEqual(client.counts["batches"] + client.counts["facts"], len(self.inputs))

    # What the test does one after the other; each says when it is through.

    def full(self, life):
        if life.answered < 300:
            return False
        self.fill()
        self.client.fresh_max, self.decided = None, -1
        return True

    def refused(self, _):
        """Until 800 refusals in a row: nothing new is in the journal. Repeats may be answered from it."""
        refused = self.client.counts["tried again"]
        if self.client.decided() != self.decided:
            self.decided, self.refused_from = self.client.decided(), refused
            self.fill()
        if refused < self.refused_from + 800:
            return False
        self.said = self.errors.read_text()
        (self.disk / "ballast").unlink()
        return True

    def test_a_node_killed_on_a_full_disk_has_lost_nothing(self):
        place = Place(self.folder / "place", self.folder / "input", self.disk / "data")
        client = place.client(self.inputs)

        def watch(life):
            if life.answered > 300:
                self.fill()
            if client.counts["tried again"] > 400:
                client.node.kill()

        life = client.live(repeats=False, watch=watch)
        self.assertEqual(life.status, -9, life.stderr)
        (self.disk / "ballast").unlink()
        life = client.live()
        client.log.close()
        self.assertEqual(life.status, 0, life.stderr)
        self.assertEqual(place.verdict().faults, [])


class Damaged(unittest.TestCase):
    """One folder is made and stopped in good order; each test damages a copy, and compares it with a sound one."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="riskcluster-damage-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        load.generate(cls.folder / "input", 900, 40, SEED)
        inputs = load.read(cls.folder / "input")
        cls.first, cls.rest = inputs[:-HELD_BACK], inputs[-HELD_BACK:]
        cls.base = Place(cls.folder / "base", cls.folder / "input")
        client = cls.base.client(cls.first)
        life = client.live(repeats=False)
        client.log.close()
        assert life.status == 0, life.stderr
        cls.shards = cls.base.judged()["shards"]
        cls.recorded = verdict.Recorded(cls.base.folder / "dump.tsv")
        # Repeats of what is recorded, then something new; one at a time, so that the order is the same in every copy.
        cls.texts, cls.new_from = {made.number: made.text for made in inputs}, len(cls.first)
        cls.asked = [made for made in cls.first if made.kind == "batch"][-200:] + cls.rest
        cls.sound = cls.ask(cls.copy("sound"))
        assert cls.sound.stderr == "" and cls.sound.status == 0, cls.sound.stderr

    @classmethod
    def copy(cls, name):
        place = Place(cls.folder / name, cls.folder / "input")
        shutil.copytree(cls.base.data, place.data)
        shutil.copy(cls.base.folder / "outputs.jsonl", place.folder)
        return place

    @classmethod
    def ask(cls, place):
        """One life over all that is asked; refusals are final here, because a damaged shard stays so."""
        client = place.client(cls.asked, window=1)
        client.tries_max = 0
        life = client.live(repeats=False)
        client.log.close()
        life.answers = place.answers() if life.ready_s is not None else {}
        return life

    def same_or_refused(self, life, refusals):
        """Nothing that is said differs from what the sound node says, but for refusals; returns the shards that
        refused. Who was refused once goes another way from there on; and n differs where a neighbour was refused."""
        refused, shards, same = set(), set(), 0
        for number, texts in life.answers.items():
            sound = {tenant_in(text, self.texts[number]): text for text in self.sound.answers[number]}
            for text in texts:
                tenant = tenant_in(text, self.texts[number])
                if text in self.sound.answers[number]:
                    same += 1
                elif text.startswith("failed ") or any(f'"refusal":"{code}"' in text for code in refusals):
                    refused.add(tenant)
                    shards.add(shard_in(sound.get(tenant, "")))
                elif number < self.new_from:
                    self.assertEqual(text, sound[tenant])
                    same += 1
                elif tenant not in refused and None not in refused:
                    self.assertEqual(without_n(text), without_n(sound[tenant]))
                    same += 1
        self.assertGreater(same, 0)
        life.refused = refused
        return shards - {None}

    def plain(self, life):
        """Of new answers without n: a strategy's subscribers in one shard are judged in whatever order."""
        return {number: said if number < self.new_from else [without_n(text) for text in said]
                for number, said in life.answers.items()}

    def tenant_of(self, shard, n):
        for (batch, tenant), places in self.recorded.of_batch.items():
            if (shard, n) in places:
                return tenant
        return None

    def busy_shard(self):
        return max(range(len(self.shards)), key=lambda shard: self.shards[shard]["n"])

    def last_decision(self, shard, before=1 << 62):
        return max(n for s, n in self.recorded.decisions if s == shard and n < before)

    # Snapshots

    def test_a_corrupt_snapshot_is_skipped_loudly_and_changes_no_answer(self):
        place, shard = self.copy("snapshot"), self.busy_shard()
        tenant = self.tenant_of(shard, self.last_decision(shard))
        damage(place.data, "flip-snapshots", shard, tenant)
        life = self.ask(place)
        self.assertEqual(life.status, 0, life.stderr)
        self.assertIn(f"ALERT SNAPSHOT_CORRUPT {tenant}: ", life.stderr)
        self.assertEqual(self.plain(life), self.plain(self.sound))

    def test_a_corrupt_directory_is_skipped_loudly_and_changes_no_answer(self):
        place, shard = self.copy("directory"), self.busy_shard()
        damage(place.data, "flip-snapshots", shard, "_directory")
        life = self.ask(place)
        self.assertEqual(life.status, 0, life.stderr)
        self.assertIn(f"ALERT SNAPSHOT_CORRUPT shard {shard}: ", life.stderr)
        self.assertEqual(self.plain(life), self.plain(self.sound))

    # The journal, record by record

    def halted(self, name, shard, *words):
        """The shard is named and halted, the others answer as ever."""
        place = self.copy(name)
        damage(place.data, *words)
        life = self.ask(place)
        self.assertEqual(life.status, 0, life.stderr)
        self.assertIn(f"ALERT SHARD_HALTED shard {shard}: ", life.stderr)
        self.assertEqual(life.stderr.count("SHARD_HALTED"), 1, life.stderr)
        self.assertEqual(self.same_or_refused(life, ("NOT_OWNER",)), {shard})
        return life

    def test_a_flipped_bit_in_the_last_record_halts_the_shard(self):
        shard = self.busy_shard()
        life = self.halted("flip-last", shard, "flip-record", shard, self.shards[shard]["n"])
        self.assertIn(f"n {self.shards[shard]['n']}", life.stderr)

    def test_records_that_were_published_and_are_missing_halt_the_shard(self):
        shard = self.busy_shard()
        life = self.halted("cut", shard, "drop-records", shard, self.shards[shard]["n"] - 2, 3)
        self.assertIn("records are missing", life.stderr)

    def test_a_gap_before_the_end_halts_the_shard(self):
        """Where the directory's snapshot does not reach: without it the whole journal is read at the start."""
        place, shard = self.copy("gap"), self.busy_shard()
        damage(place.data, "flip-snapshots", shard, "_directory")
        damage(place.data, "drop-records", shard, self.shards[shard]["n"] // 2, 1)
        life = self.ask(place)
        self.assertIn(f"ALERT SHARD_HALTED shard {shard}: ", life.stderr)
        self.assertEqual(self.same_or_refused(life, ("NOT_OWNER",)), {shard})

    def test_a_flipped_bit_in_an_old_record_is_never_answered_from(self):
        """Behind the snapshots nobody reads it, but for a repeat: that is refused, and says why."""
        place, shard = self.copy("flip-old"), self.busy_shard()
        n = self.last_decision(shard, before=self.shards[shard]["n"])
        damage(place.data, "flip-record", shard, n)
        life = self.ask(place)
        self.assertEqual(life.status, 0, life.stderr)
        self.assertEqual(self.same_or_refused(life, ("STATE_UNREADABLE",)), {shard})
        self.assertIn(f"journal shard {shard} n {n}: ", life.stderr)

    def test_a_tenant_whose_history_is_damaged_is_closed_and_its_neighbours_answer(self):
        """Without a snapshot behind the damage nobody can say what it holds."""
        place, shard = self.copy("flip-history"), self.busy_shard()
        n = self.last_decision(shard, before=self.shards[shard]["n"])
        tenant = self.tenant_of(shard, n)
        damage(place.data, "flip-record", shard, n)
        damage(place.data, "flip-snapshots", shard, tenant)
        life = self.ask(place)
        self.assertEqual(life.status, 0, life.stderr)
        self.assertIn(f"ALERT TENANT_QUARANTINED {tenant}: journal shard {shard} n {n}: ", life.stderr)
        self.assertEqual(self.same_or_refused(life, ("STATE_UNREADABLE", "TENANT_QUARANTINED")), {shard})
        # The record behind the damage is read only with a sound one before it: a repeat of it is refused, too.
        self.assertIn(tuple(tenant.split("/")), life.refused)
        self.assertLessEqual(life.refused, {tuple(of.split("/")) for of in (tenant, self.tenant_of(shard, n + 1)) if of})

    # The files

    def newest_log(self, data):
        return max(data.glob("*.log"), key=lambda path: int(path.stem))

    def test_a_log_that_was_cut_off_leaves_a_sound_beginning(self):
        """Nothing in the folder can know of what stood behind; what is left must be whole, record by record."""
        place = self.copy("cut-log")
        log = self.newest_log(place.data)
        os.truncate(log, log.stat().st_size // 2)
        judged, left = place.judged(), verdict.Recorded(place.folder / "dump.tsv")
        self.assertEqual((judged["chain"], judged["fold"]), ([], []))
        self.assertLess(len(left.decisions), len(self.recorded.decisions))
        self.assertGreater(len(left.decisions), 0)
        for where, answer in left.decisions.items():
            self.assertEqual(answer, self.recorded.decisions[where])

    def test_a_table_that_was_cut_off_keeps_the_node_from_starting(self):
        place = self.copy("cut-table")
        damage(place.data, "flush")
        table = max(place.data.glob("*.sst"), key=lambda path: path.stat().st_size)
        os.truncate(table, table.stat().st_size // 2)
        life = self.ask(place)
        self.assertEqual(life.status, 1)
        self.assertIn(str(place.data), life.stderr)
        self.assertEqual(life.answers, {})

    def test_a_flipped_bit_in_the_log_keeps_the_node_from_starting(self):
        place = self.copy("flip-log")
        flip(self.newest_log(place.data), 0.4)
        life = self.ask(place)
        self.assertEqual(life.status, 1)
        self.assertIn(str(place.data), life.stderr)
        self.assertEqual(life.answers, {})

    def test_a_flipped_bit_anywhere_is_refused_or_without_effect(self):
        flushed = self.copy("flushed")
        damage(flushed.data, "flush")
        rng = random.Random(SEED)
        for i in range(8):
            place = Place(self.folder / f"flip-{i}", self.folder / "input")
            shutil.copytree(flushed.data, place.data)
            table = rng.choice(sorted(place.data.glob("*.sst")))
            where = rng.random()
            flip(table, where)
            with self.subTest(seed=SEED, file=table.name, where=where):
                life = self.ask(place)
                self.assertGreaterEqual(life.status, 0, "it died of a signal")
                if life.status == 0 and self.plain(life) != self.plain(self.sound):
                    self.assertIn("ALERT", life.stderr)
                    self.same_or_refused(life, ("NOT_OWNER", "STATE_UNREADABLE", "TENANT_QUARANTINED", "UNAVAILABLE"))
            shutil.rmtree(place.data)


def tenant_in(said, asked):
    """Of an answer; of a fact's outcome; nobody where a fan-out failed as a whole, or all of it is done."""
    try:
        body = json.loads(said[7:] if said.startswith("answer ") else asked)
    except ValueError:
        return None
    return (body["company_id"], body["user_id"]) if "user_id" in body and said != "done" else None


def shard_in(said):
    place = json.loads(said[7:]).get("journal_position") if said.startswith("answer ") else None
    return place and int(place.get("shard", 0))


def without_n(said):
    return re.sub(r'"n":"\d+"', "", said)


def flip(path, where):
    at = int(path.stat().st_size * where)
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 0x10]))


def main():
    global PROGRAMS
    PROGRAMS = pathlib.Path(sys.argv.pop(1)).resolve()
    print(f"disk_test: RISKCLUSTER_TEST_SEED={SEED}", flush=True)
    ran = unittest.main(exit=False).result
    if ran.wasSuccessful() and ran.skipped:
        print("SKIPPED: " + ran.skipped[0][1])
        sys.exit(77)
    sys.exit(not ran.wasSuccessful())


if __name__ == "__main__":
    main()

"""The live node with no server beside it: files in, lines out. Arguments: riskd."""
import json
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from live import stage  # noqa: E402

RISKD = ""
SAMPLE = stage.SAMPLE
FILES = ["--market", str(SAMPLE / "market"), "--tenants", str(SAMPLE / "tenants.json"), "--companies",
         str(SAMPLE / "companies.json"), "--instruments", str(SAMPLE / "instruments.json")]


def outputs(path):
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


class Embedded(unittest.TestCase):
    def setUp(self):
        self.folder = stage.temporary()
        self.inbox = self.folder / "inbox"
        self.inbox.mkdir()
        self.out = self.folder / "out.jsonl"
        self.node = None

    def tearDown(self):
        if self.node and self.node.process.poll() is None:
            self.node.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        self.node = stage.Node(RISKD, self.folder / "node",
                               arguments=["--signals", str(self.inbox), "--answers", str(self.out)])

    def drop(self, name, lines):
        part = self.inbox / (name + ".part")
        part.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        part.rename(self.inbox / (name + ".jsonl"))

    def dropped(self, name, lines):
        """Waits until all of it is settled."""
        self.drop(name, lines)
        stage.wait_for(f"the end of {name}", lambda: (self.inbox / (name + ".jsonl.done")).exists())

    def test_standard_input_to_standard_output_ends_with_its_input(self):
        lines = (SAMPLE / "signals.jsonl").read_text().splitlines()[:20]
        run = subprocess.run([RISKD, "run", *FILES, "--data", str(self.folder / "data"), "--http-port", "0", "--signals",
                              "-"], input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)
        answered = [json.loads(line)["batch_id"] for line in run.stdout.splitlines()]
        self.assertEqual(sorted(answered), sorted(json.loads(line)["batch_id"] for line in lines))

    def test_a_folder_of_signals_that_is_not_there_is_said_before_anything_is_made(self):
        run = subprocess.run([RISKD, "run", *FILES, "--data", str(self.folder / "data"), "--http-port", "0", "--signals",
                              str(self.folder / "nowhere")], capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 1)
        self.assertIn("nowhere: is no folder", run.stderr)
        self.assertFalse((self.folder / "data").exists())

    def test_prices_signals_fills_and_orders_come_as_lines(self):
        self.start()
        now = int(time.time() * 1000)
        closes = stage.last_closes()
        self.dropped("1", [{"tick": {"symbol": s, "last": p, "at_ms": now}} for s, p in closes.items()])
        stage.wait_for("a fresh market", lambda: f'verdict="TAKEN"}} {len(closes)}' in self.node.get("/metrics")[1])
        signal = {"signal_id": "s1", "symbol": "EURUSD", "side": "BUY", "strategy_id": "trend",
                  "strategy_type": "TREND_FOLLOWING", "confidence": 0.6, "requested_notional": 400.0}
        ids = {"company_id": "sector-1", "user_id": "u00013"}
        self.dropped("2", [{"batch_id": "b1", **ids, "trading_signals": [signal]}])
        approved = stage.wait_for("an approval", lambda: [o for o in outputs(self.out) if o["output"] == "approved"])[0]
        self.dropped("3", [{**ids, "execution_report": {
            "execution_id": "x1", "signal_id": "s1", "symbol": "EURUSD", "side": "BUY", "status": "FILLED", "at_ms": now,
            "quantity": approved["final_quantity"], "price": closes["EURUSD"]}},
            {"command_id": "h1", **ids, "actor": "olga", "reason": "drill", "halt": {}}])
        self.dropped("4", [{"batch_id": "b2", **ids, "trading_signals": [
            {**signal, "signal_id": "s2", "symbol": "GBPUSD"},
            {"signal_id": "s3", "symbol": "EURUSD", "side": "SELL", "strategy_id": "trend"}]}])
        answer = stage.wait_for("the second answer", lambda: [
            o for o in outputs(self.out) if o["output"] == "assessment" and o["batch_id"] == "b2"])[0]
        self.assertEqual(answer["assessments"][0]["reason_code"], "TENANT_HALTED")
        self.assertEqual(answer["assessments"][1]["approval_status"], "APPROVED")  # it closes what was filled
        stage.wait_for("the action", lambda: [o["cause"] for o in outputs(self.out) if o["output"] == "action"] == ["olga"])
        self.assertEqual(self.node.stop(), 0)

    def test_a_line_beyond_a_mebibyte_is_a_dead_letter_that_says_so_and_the_next_one_is_read(self):
        line = next(line for line in (SAMPLE / "signals.jsonl").read_text().splitlines() if '"batch_id"' in line)
        self.start()
        self.dropped("long", [line.ljust((1 << 20) + 1), line])
        [letter] = [line for line in self.node.log() if line["message"] == "an input is a dead letter"]
        self.assertEqual((letter["reason_code"], letter["reason"]), ("MALFORMED", "longer than 1 MiB, and cut there"))
        stage.wait_for("the other's answer", lambda: [o for o in outputs(self.out) if o["output"] == "assessment"])

    def test_a_node_killed_in_the_middle_of_a_file_has_answered_every_batch_once_in_the_end(self):
        lines = [line for line in (SAMPLE / "signals.jsonl").read_text().splitlines() if '"company_id"' in line]
        batches = {}
        for line in lines:
            try:
                batch = json.loads(line)
            except ValueError:
                continue
            if "batch_id" in batch:
                batches[batch["batch_id"], batch.get("company_id"), batch.get("user_id")] = line
        self.start()
        self.drop("all", list(batches.values()))
        done, kills = self.inbox / "all.jsonl.done", 0
        while not done.exists():
            seen = len(outputs(self.out))
            stage.wait_for("some more answers", lambda: done.exists() or len(outputs(self.out)) > seen + 300)
            self.node.kill()
            self.node.start()
            kills += 1
        self.assertGreater(kills, 1)
        self.assertEqual(self.node.stop(), 0)
        made = [o for o in outputs(self.out) if o["output"] == "assessment"]
        by_id = {}
        for output in made:
            key = json.dumps(output["id"])
            self.assertEqual(by_id.setdefault(key, output), output)
        decided = [(o["batch_id"], o["company_id"], o["user_id"]) for o in by_id.values()]
        self.assertEqual(len(decided), len(set(decided)), "a batch was decided twice")
        self.assertGreater(len(decided), 0.95 * len(batches))  # all but the unreadable ones
        verify = subprocess.run([RISKD, "verify", "--data", str(self.node.folder / "data")], capture_output=True, timeout=60)
        self.assertEqual(verify.returncode, 0, verify.stdout)


if __name__ == "__main__":
    RISKD = sys.argv.pop(1)
    unittest.main(verbosity=2)

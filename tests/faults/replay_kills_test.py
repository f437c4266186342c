"""riskd replay --data, killed -9 again and again and started again with the same arguments, leaves the journal and the
answers of a run that nobody disturbed.

    replay_kills_test.py PROGRAMS [KILLS]      PROGRAMS: the folder with riskd and judge_journal
"""

import collections
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import load  # noqa: E402
import verdict  # noqa: E402

# The latest hit at which a point kills: a few dozen lines further on, so that there is something left for the others.
POINTS = {"before_append": 40, "append_done": 40, "before_apply": 40, "before_publish": 40, "in_worker": 30,
          "in_recovery": 12, "outside": 0}
AT_THE_END = ("in_passivation", "in_snapshot")  # all lines are answered, portfolios go to sleep; then the directories
OUTSIDE_BYTES_MAX = 250_000  # of answers in one life: some thirty of them, however fast the machine is
LOOK_S = 0.001


def size_of(path):
    return path.stat().st_size if path.exists() else 0


class Replays:
    def __init__(self, programs, folder, seed, kills):
        self.programs, self.folder, self.kills_wanted = programs, folder, kills
        self.rng = random.Random(seed)
        self.kills = collections.Counter()
        load.generate(folder / "input", 60 * kills + 300, 60, seed)

    def start(self, name, failpoint="", kill_after_bytes=None):
        """One life; its exit status, -9 when it was killed. @param kill_after_bytes  of answers: then from outside."""
        command = [self.programs / "riskd", "replay", *load.arguments(self.folder / "input"), "--signals",
                   self.folder / "input/signals.jsonl", "--commands", self.folder / "input/commands.jsonl", "--data",
                   self.folder / name / "data", "--out", self.folder / name / "answers.jsonl"]
        (self.folder / name).mkdir(exist_ok=True)
        environment = {**os.environ, "RISKCLUSTER_FAILPOINTS": failpoint}
        answers, errors = self.folder / name / "answers.jsonl", self.folder / "errors"
        enough = None if kill_after_bytes is None else size_of(answers) + kill_after_bytes
        with open(errors, "wb") as file:
            riskd = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=file)
            while enough is not None and riskd.poll() is None:
                if size_of(answers) >= enough:
                    riskd.kill()
                    break
                time.sleep(LOOK_S)  # the moment of a kill from outside is anybody's
            status = riskd.wait()
        if status not in (0, 3, -9):
            raise RuntimeError(f"riskd replay ended with {status}: {errors.read_text()[-2000:]}")
        return status

    def disturbed(self, name):
        """Kills until there were enough, then at each of the last points, then lets it finish."""
        plan = [list(POINTS)[i % len(POINTS)] for i in range(self.kills_wanted - len(AT_THE_END))]
        self.rng.shuffle(plan)
        for point in plan:
            if point == "outside":
                status = self.start(name, kill_after_bytes=self.rng.randint(0, OUTSIDE_BYTES_MAX))
            else:
                status = self.start(name, f"{point}=kill@{self.rng.randint(1, POINTS[point])}")
            if status != -9:
                return f"it finished before it had been killed {self.kills_wanted} times: {dict(self.kills)}"
            self.kills[point] += 1
        for point in AT_THE_END:
            status = self.start(name, f"{point}=kill@{self.rng.randint(1, 5)}")
            if status != -9:
                return f"{point} was never reached"
            self.kills[point] += 1
        status = self.start(name)
        return "" if status in (0, 3) else f"the last run ended with {status}"

    def journal(self, name):
        judged = verdict.judge(self.programs / "judge_journal", self.folder / name / "data", self.folder / name / "dump")
        return judged

    def answers(self, name):
        text = (self.folder / name / "answers.jsonl").read_text(encoding="utf-8")
        return re.sub(r'"performance_metrics":\{[^{}]*\}', "", text)


def difference(replays):
    sound, tried = replays.journal("sound"), replays.journal("killed")
    for judged in (sound, tried):
        if judged["chain_errors"] or judged["fold_errors"]:
            return json.dumps(judged)
    if sound["shards"] != tried["shards"]:
        return f"the journals differ: {sound['shards']}\n{tried['shards']}"
    if sound["decisions"] < 100:
        return "too few decisions to prove anything"
    if replays.answers("sound") != replays.answers("killed"):
        return "the answers differ"
    return ""


def main():
    programs, kills = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 24
    seed = int(os.environ.get("RISKCLUSTER_TEST_SEED", random.SystemRandom().randrange(1 << 31)))
    print(f"replay_kills_test: RISKCLUSTER_TEST_SEED={seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="riskcluster-replays-"))
    replays = Replays(programs, folder, seed, kills)
    if replays.start("sound") not in (0, 3):
        return "the undisturbed run failed"
    fault = replays.disturbed("killed") or difference(replays)
    print(f"{sum(replays.kills.values())} kills: {dict(replays.kills)}")
    if fault:
        return f"replay_kills_test: {fault}\neverything is in {folder}"
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Holds the client's log, the journal and the outputs against each other. Every fault is a sentence.

    log      what the client sent and received (client.py)
    outputs  the file that the node published to
    dump     what the journal says: decisions, outputs and facts (judge_journal --dump)
"""

import collections
import hashlib
import json
import re
import subprocess

from client import PASSING, TRANSIENT

SHOWN_MAX = 12
METRICS = re.compile(r',"performance_metrics":\{[^{}]*\}')
OUTPUT_ID = re.compile(r'\{"output":"[a-z]+","id":\{"shard":(\d+),"n":"(\d+)","k":(\d+)\}')


def digest(text):
    return hashlib.blake2b(METRICS.sub("", text).encode(), digest_size=16).digest()


def judge(program, data, dump, inputs=None, *more):
    """What judge_journal says of a data folder; with `inputs` it measures every decision again."""
    command = [program, "--data", str(data), "--dump", str(dump)]
    if inputs:
        command += ["--market", str(inputs / "market"), "--instruments", str(inputs / "instruments.json"), "--signals",
                    str(inputs / "signals.jsonl")]
    return json.loads(subprocess.run(command + list(more), check=True, capture_output=True).stdout)


class Recorded:
    """The journal, as its judge wrote it down."""

    def __init__(self, path):
        self.decisions = {}  # (shard, n) -> digest of the answer
        self.of_batch = collections.defaultdict(list)  # (batch_id, tenant) -> (shard, n)
        self.of_sequence = collections.defaultdict(list)  # (tenant, source, sequence) -> (shard, n)
        self.outputs = collections.defaultdict(dict)  # shard -> (n, k) -> digest, in order
        self.published = {}  # (shard, n, k) -> XXH3-128 of the output's bytes
        self.subjects = {}  # (shard, n, k) -> where it goes, in the order of the journal
        self.facts = collections.Counter()  # (tenant, id)
        self.orders = collections.Counter()  # (entity, command_id)
        self.letters_of = collections.defaultdict(list)  # a message id up to its dash -> reason codes
        self.approved = collections.Counter()  # (tenant, signal_id)
        self.assessed = {}  # (tenant, signal_id) -> digest of its assessment as it was first decided
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                kind, shard, n, rest = line.rstrip("\n").split("\t", 3)
                getattr(self, "_" + kind)(int(shard), int(n), rest)

    def _decision(self, shard, n, rest):
        tenant, source, sequence, batch_id, answer = rest.split("\t", 4)
        self.decisions[shard, n] = digest(answer)
        self.of_batch[batch_id, tenant].append((shard, n))
        if sequence != "0":
            self.of_sequence[tenant, source, sequence].append((shard, n))
        for assessment in json.loads(answer)["assessments"]:
            if is_approval(assessment):
                self.assessed.setdefault((tenant, assessment["signal_id"]), digest(json.dumps(assessment)))

    def _output(self, shard, n, rest):
        k, subject, bytes_hash, text = rest.split("\t", 3)
        self.outputs[shard][n, int(k)] = digest(text)
        self.published[shard, n, int(k)] = bytes_hash
        self.subjects[shard, n, int(k)] = subject
        if text.startswith('{"output":"approved"'):
            body = json.loads(text)
            self.approved[body["company_id"] + "/" + body["user_id"], body["signal"]["signal_id"]] += 1

    def _fact(self, _shard, _n, rest):
        self.facts[tuple(rest.split("\t"))] += 1


    def _order(self, _shard, _n, rest):
        self.orders[tuple(rest.split("\t"))] += 1

    def times_ordered(self, command_id):
        return sum(times for (_, command), times in self.orders.items() if command == command_id)

    def _letter(self, _shard, _n, rest):
        code, message_id = rest.split("\t")
        self.letters_of[message_id.split("-")[0]].append(code)


def passes(end, answers):
    """The client tries again: nothing is known, or nothing was decided."""
    return end.startswith(PASSING) or any(refusal in TRANSIENT for _, _, refusal in answers)


def is_approval(assessment):
    return assessment["approval_status"] in ("APPROVED", "REDUCED")


class Verdict:
    def __init__(self):
        self.faults = []
        self.count = collections.Counter()

    def fault(self, kind, text):
        self.count["faults"] += 1
        self.count[kind] += 1
        if self.count[kind] <= SHOWN_MAX:
            self.faults.append(f"{kind}: {text}")

    # What the client saw --------------------------------------------------------------------------------------------

    def check_log(self, path, recorded, complete=True):
        """@param complete  everything that was sent must have been answered in the end."""
        sent, ends, asked = {}, {}, {}
        last = {}  # number -> tag of its last sending
        answers = collections.defaultdict(list)
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                what, rest = line.rstrip("\n").split(" ", 1)
                if what == "sent":
                    tag, number, kind, text = rest.split(" ", 3)
                    sent[tag] = int(number)
                    asked[int(number)] = kind, text
                    last[int(number)] = tag
                elif what == "got":
                    tag, rest = rest.split(" ", 1)
                    if rest.startswith("answer "):
                        answers[tag].append(self._check_answer(rest[7:], recorded))
                    elif not passes(rest, answers[tag]):
                        ends[sent[tag]] = rest, answers[tag], tag  # the last one counts
        self.count["asked"] = len(asked)
        for number, (kind, text) in asked.items():
            if number not in ends:
                if complete:
                    self.fault("unanswered", text[:200])
            elif kind == "fact":
                self._check_fact(text, ends[number][0], recorded)
            else:
                end, of_batch, tag = ends[number]
                self._check_batch(text, end, of_batch, recorded, asked_again=tag != last[number])

    def _check_answer(self, text, recorded):
        """One line that somebody saw. Returns what the end of its batch is judged by."""
        answer = json.loads(text)
        tenant = answer["company_id"] + "/" + answer["user_id"]
        place = answer.get("journal_position")
        self.count["answers"] += 1
        refusal = answer.get("refusal", "")
        if place is None:
            for assessment in answer["assessments"]:
                # Without a record of its own an answer can only say again what an earlier record says.
                known = recorded.assessed.get((tenant, assessment["signal_id"]))
                if is_approval(assessment) and known != digest(json.dumps(assessment)):
                    self.fault("lost", f"an approval without a record: {text[:200]}")
            return tenant, None, refusal
        key = int(place.get("shard", 0)), int(place["n"])
        if key not in recorded.decisions:
            self.fault("lost", f"seen, but not in the journal: {key} {text[:200]}")
        elif recorded.decisions[key] != digest(text):
            self.fault("differs", f"not what the journal says: {key} {text[:200]}")
        else:
            self.count["answers as recorded"] += 1
        self.count["approvals seen"] += sum(map(is_approval, answer["assessments"]))
        return tenant, key, refusal

    def _check_batch(self, text, end, answers, recorded, asked_again):
        if end.startswith("failed "):
            return self.fault("unanswered", f"{end[:120]} for {text[:200]}")
        if end != "done":  # a dead letter, with its reason
            self.count["dead letters"] += 1
            return None
        batch = json.loads(text)
        for tenant, key, refusal in answers:
            places = recorded.of_batch[batch["batch_id"], tenant]
            if key is not None and places != [key]:
                self.fault("twice" if len(places) > 1 else "lost", f"{batch['batch_id']} of {tenant} is at {places}")
            if refusal:
                self.count["refusals"] += 1
                # A batch beyond the rate leaves no trace: asked again, it may be decided, though nobody lived to say so.
                if places and refusal != "DUPLICATE_EXPIRED" and not (refusal == "RATE_LIMIT" and asked_again):
                    self.fault("differs", f"{batch['batch_id']} of {tenant} was decided, then refused: {refusal}")
                if not places and refusal == "DUPLICATE_EXPIRED":
                    self.fault("lost", f"{batch['batch_id']} of {tenant} was never decided, but has expired")
        return None

    def _check_fact(self, text, end, recorded):
        body = json.loads(text)
        report = body.get("execution_report") or body["account_update"]
        key = body["company_id"] + "/" + body["user_id"], report.get("execution_id") or report["update_id"]
        if end.startswith("failed "):
            if recorded.facts[key]:
                self.fault("differs", f"a fact was refused, and yet applied: {text[:200]}")
            self.count["facts refused"] += 1
        elif not recorded.facts[key]:
            self.fault("lost", f"a fact that was {end} is not in the journal: {text[:200]}")

    # What the journal says ------------------------------------------------------------------------------------------

    def check_journal(self, judged, recorded):
        for kind in ("chain", "fold", "breach"):
            for text in judged[kind]:
                self.fault(kind, text)
        self.count["chain errors"] = judged["chain_errors"]
        self.count["fold errors"] = judged["fold_errors"]
        self.count["limit breaches"] = judged["breaches"]
        self.count["book errors"] = judged["book_errors"]
        for text in judged["book"]:
            self.fault("books", text)
        for what, places in (("batch", recorded.of_batch), ("sequence", recorded.of_sequence)):
            for key, at in places.items():
                if len(at) > 1:
                    self.fault("twice", f"{what} {key} was decided at {at}")
        for key, times in recorded.facts.items():
            if times > 1:
                self.fault("twice", f"fact {key} was applied {times} times")
        for key, times in recorded.approved.items():
            if times > 1:
                self.fault("twice", f"signal {key} was approved {times} times")
        self.count["approvals"] = sum(recorded.approved.values())

    # What was published ---------------------------------------------------------------------------------------------

    def check_outputs(self, path, recorded, complete=True):
        """Per shard the order of the journal with repeats, never a gap; a line may be cut off where a node died."""
        order = {shard: {place: i for i, place in enumerate(ids)} for shard, ids in recorded.outputs.items()}
        reached = collections.defaultdict(lambda: -1)  # shard -> index of the last line
        furthest = collections.defaultdict(lambda: -1)
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                text = line.rstrip("\n")
                found = OUTPUT_ID.match(text)
                if not found or not is_json(text):
                    self.count["output lines cut off"] += 1
                    continue
                shard, n, k = map(int, found.groups())
                at = order.get(shard, {}).get((n, k))
                if at is None or recorded.outputs[shard][n, k] != digest(text):
                    self.fault("lost" if at is None else "differs", f"published, but the journal does not say so: {text[:200]}")
                    continue
                if at > reached[shard] + 1:
                    self.fault("gap", f"shard {shard}: n {n} k {k} came before something else")
                if at <= furthest[shard]:
                    self.count["outputs repeated"] += 1
                self.count["outputs"] += 1
                reached[shard] = at
                furthest[shard] = max(furthest[shard], at)
        for shard, ids in order.items():
            if complete and furthest[shard] != len(ids) - 1:
                self.fault("gap", f"shard {shard}: {len(ids) - 1 - furthest[shard]} outputs were never published")


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True

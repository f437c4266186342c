"""Holds the log of a live node's clients, its journal, its dead letters and the stream of its outputs against each
other. What the stream confirmed must have been decided, applied or kept as a dead letter, once; what somebody saw must
be in the journal; who reads the outputs and drops repeats by their id must miss none."""

import collections
import json
import re

import xxhash

import verdict

STATUS = re.compile(r'"status":"([A-Z]+)"')


class LiveVerdict(verdict.Verdict):
    def __init__(self, subscribers):
        """@param subscribers  strategy -> tenants that a signal to it reaches."""
        super().__init__()
        self.subscribers = subscribers

    # What clients saw -----------------------------------------------------------------------------------------------

    def check_live_log(self, path, recorded):
        inputs, stored, answers = {}, set(), collections.defaultdict(list)
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                what, number, *rest = line.rstrip("\n").split(" ", 2)
                if what == "sent":
                    inputs[int(number)] = tuple(rest[0].split(" ", 1))
                elif what == "stored":
                    stored.add(int(number))
                else:
                    answers[int(number)].append(rest[0])
        self.count["stored"] = len(stored)
        for number, (kind, text) in inputs.items():
            if kind != "order" and number not in stored:
                self.fault("unanswered", f"never confirmed by the stream: {text[:160]}")
                continue
            getattr(self, f"_check_{kind}_input")(number, text, answers[number], recorded)

    def _check_batch_input(self, number, text, answers, recorded):
        batch = json.loads(text)
        tenant = batch["company_id"] + "/" + batch["user_id"]
        places = recorded.of_batch[batch["batch_id"], tenant]
        refusals = {self._check_answer(answer, recorded)[2] for answer in answers} - {""}
        if len(places) > 1:
            self.fault("twice", f"{batch['batch_id']} of {tenant} is at {places}")
        if not places and not self._letters(number, recorded):
            self.fault("lost", f"{batch['batch_id']} of {tenant} was stored and never decided; answers: {refusals}")
        if not places and "DUPLICATE_EXPIRED" in refusals:
            self.fault("lost", f"{batch['batch_id']} of {tenant} was never decided, but has expired")
        # A batch beyond the rate leaves no record: sent again, it may be decided. An answer is kept for 64 batches.
        if places and refusals - {"RATE_LIMIT", "DUPLICATE_EXPIRED"}:
            self.fault("differs", f"{batch['batch_id']} of {tenant} was decided, and refused: {refusals}")
        if not answers:
            self.fault("unanswered", text[:160])

    def _check_fan_out_input(self, number, text, _answers, recorded):
        batch = json.loads(text)
        for tenant in self.subscribers[batch["strategy_id"]]:
            places = recorded.of_batch[batch["batch_id"], tenant]
            refused = not places and "RATE_LIMIT" in self._letters(number, recorded)
            if len(places) != 1 and not refused:
                self.fault("twice" if places else "lost", f"fan-out {batch['batch_id']} for {tenant} is at {places}")
            self.count["fanned out"] += len(places)

    def _check_fact_input(self, _number, text, _answers, recorded):
        body = json.loads(text)
        report = body.get("execution_report") or body["account_update"]
        key = body["company_id"] + "/" + body["user_id"], report.get("execution_id") or report["update_id"]
        if recorded.facts[key] != 1:
            self.fault("twice" if recorded.facts[key] else "lost", f"{recorded.facts[key]} times applied: {text[:160]}")

    def _check_order_input(self, _number, text, answers, recorded):
        body = json.loads(text)
        said = {STATUS.search(answer)[1] for answer in answers}
        if len(said) != 1:
            self.fault("differs" if said else "unanswered", f"answers {said} to {text[:160]}")
        if "DONE" in said:
            self.count["orders"] += 1
            times = recorded.times_ordered(body["command_id"])
            if times != 1:
                self.fault("twice" if times else "lost", f"{times} times in the journal: {text[:160]}")

    def _check_junk_input(self, number, text, _answers, recorded):
        """Kept at least once: a node that dies before it has told the stream keeps it again."""
        letters = self._letters(number, recorded)
        if not letters:
            self.fault("lost", f"no dead letter {number}: {text[:160]}")
        self.count["dead letters"] += len(letters)

    @staticmethod
    def _letters(number, recorded):
        """Reason codes of the dead letters that its copies became."""
        return recorded.letters_of[str(number)]

    # What was published ---------------------------------------------------------------------------------------------

    def check_stream(self, messages, recorded):
        """Each subject's outputs in the order of the journal, with repeats, never a gap.
        @param messages  (subject, headers, body) in the order of the stream."""
        order = collections.defaultdict(dict)
        for place, subject in recorded.subjects.items():
            order[subject][place] = len(order[subject])
        furthest = collections.defaultdict(lambda: -1)
        known = set()
        for subject, headers, body in messages:
            if headers["Nats-Msg-Id"].startswith("node-") and subject.startswith("risk.alerts."):
                self.count["node alerts"] += 1  # of the node itself: in no journal
                continue
            place = tuple(map(int, headers["Nats-Msg-Id"].split("-")))
            at = order[subject].get(place)
            if at is None:
                self.fault("lost", f"published to {subject}, but not in the journal: {headers}")
                continue
            if xxhash.xxh3_128_hexdigest(body) != recorded.published[place]:
                self.fault("differs", f"published in other words than the journal has: {headers}")
            if at > furthest[subject] + 1:
                self.fault("gap", f"{subject}: {headers['Nats-Msg-Id']} came before something else")
            furthest[subject] = max(furthest[subject], at)
            self.count["outputs"] += 1
            self.count["outputs repeated"] += place in known
            known.add(place)
        for subject, places in order.items():
            if furthest[subject] != len(places) - 1:
                self.fault("gap", f"{subject}: {len(places) - 1 - furthest[subject]} outputs were never published")



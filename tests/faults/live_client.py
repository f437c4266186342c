"""Publishes at least once and keeps a log of it: what was sent, what the stream confirmed, what was answered. Outlives
node and server. Its log is what the node is judged by.

    sent M KIND TEXT    input M, a line for each copy that is not a plain retry
    stored M            the stream has confirmed a copy of it
    got M TEXT          an answer
"""

import collections
import json
import os
import time

from live.nats_wire import Nats

UNCONFIRMED_MAX = 64
UNANSWERED_MAX = 256
RETRY_S = 2.0  # without a confirmation
ASK_AGAIN_S = 4.0  # without an answer: it may have been lost with a connection
FEED_EVERY_S = 0.25
RECENT = 64


class Waiting:
    __slots__ = ("made", "since")

    def __init__(self, made):
        self.made, self.since = made, time.monotonic()


class LiveClient:
    def __init__(self, port, log, traders, rng):
        self.port, self.log, self.traders, self.rng = port, log, traders, rng
        self.inbox = "_INBOX." + os.urandom(6).hex()
        self.nats = None
        self.next_try = 0.0
        self.unconfirmed = {}  # message id -> Waiting, in order
        self.unanswered = collections.OrderedDict()  # number -> Waiting
        self.halted = collections.deque()  # (tenant, batches still to be sent there)
        self.asked_again = collections.Counter()
        self.recent = collections.deque(maxlen=RECENT)  # batches that were answered
        self.next_feed = 0.0
        self.counts = collections.Counter()
        self.latencies = []

    # The connection -------------------------------------------------------------------------------------------------

    def _connected(self):
        if self.nats:
            return True
        if time.monotonic() < self.next_try:
            return False
        try:
            self.nats = Nats(self.port, timeout=1)
            self.nats.subscribe(self.inbox + ".>")
        except OSError:
            self._lost()
            return False
        self.counts["connections"] += 1
        for message_id, waiting in self.unconfirmed.items():
            self._publish(waiting.made, message_id)
        return self.nats is not None

    def _lost(self):
        if self.nats:
            self.nats.close()
        self.nats = None
        self.next_try = time.monotonic() + 0.05

    # One moment -----------------------------------------------------------------------------------------------------

    def step(self, fresh=True, wait_s=0.005):
        """@param fresh  new inputs may be sent."""
        if not self._connected():
            time.sleep(wait_s)
            return
        try:
            self._feed()
            self._repeat_late()
            while fresh and self.nats and len(self.unconfirmed) < UNCONFIRMED_MAX and len(self.unanswered) < UNANSWERED_MAX:
                self.send(self._next())
            for message in self.nats.poll(wait_s) if self.nats else ():
                self._came(message)
        except (OSError, ConnectionError):
            self._lost()

    def _next(self):
        if self.recent and self.rng.random() < 0.02:
            self.counts["repeats"] += 1
            return self.rng.choice(self.recent)
        if self.halted and self.rng.random() < 0.05:
            tenant, left = self.halted.popleft()
            if left:
                self.halted.append((tenant, left - 1))
                return self.traders.batch_for(tenant)
            return self.traders.order(tenant, halt=False)
        if self.rng.random() < 0.005:
            return self.traders.order(self.rng.choice(self.traders.tenants), halt=True)
        return self.traders.next()

    def send(self, made):
        """A copy of its own: the stream does not know it again, the node must."""
        self.asked_again[made.number] += 1
        copy = self.asked_again[made.number]
        self.log.write(f"sent {made.number} {made.kind} {made.text}\n")
        self.counts[made.kind if copy == 1 else "copies"] += 1
        if made.kind in ("batch", "order"):
            self.unanswered[made.number] = Waiting(made)
        message_id = f"{made.number}-{copy}"
        if made.kind != "order":
            self.unconfirmed[message_id] = Waiting(made)
        self._publish(made, message_id)

    def _publish(self, made, message_id):
        if not self.nats:
            return None  # it goes out with the next connection, or when it is late
        answers = f"{self.inbox}.a.{made.number}"
        headers = {**made.headers, "Nats-Msg-Id": message_id}
        try:
            if made.kind == "order":
                return self.nats.publish(made.subject, made.body, made.headers, reply=answers)
            if made.kind == "batch":
                headers["Risk-Reply-To"] = answers
            self.nats.publish(made.subject, made.body, headers, reply=f"{self.inbox}.s.{message_id}")
        except OSError:
            self._lost()
        return None

    def _repeat_late(self):
        now = time.monotonic()
        for message_id, waiting in list(self.unconfirmed.items()):
            if now - waiting.since < RETRY_S:
                break
            self.unconfirmed.pop(message_id)  # it goes to the end
            self.unconfirmed[message_id] = Waiting(waiting.made)
            self.counts["retries"] += 1
            self._publish(waiting.made, message_id)
            if not self.nats:
                return
        for number, waiting in list(self.unanswered.items()):
            if now - waiting.since < ASK_AGAIN_S or not self.nats:
                break
            self.unanswered.pop(number)
            self.counts["asked again"] += 1
            self.send(waiting.made)

    def _feed(self):
        if time.monotonic() < self.next_feed:
            return
        self.next_feed = time.monotonic() + FEED_EVERY_S
        for subject, text in self.traders.ticks():
            self.nats.publish(subject, text, {"Content-Type": "application/json"})

    # What comes back ------------------------------------------------------------------------------------------------

    def _came(self, message):
        _, _, kind, which = message.subject.split(".")
        if kind == "s":
            return self._stored(which, message)
        if not message.body:
            return None  # nobody was there for an order: it is asked again
        answer = message.body.decode()
        number = int(which)
        self.log.write(f"got {number} {answer}\n")
        waiting = self.unanswered.pop(number, None)
        if waiting is None:
            return None
        self.counts["answers"] += 1
        body = json.loads(answer)
        made = waiting.made
        if made.kind == "order":
            if '"halt"' in made.text and body["status"] == "DONE":
                self.halted.append((tuple(made.key[0].split("/")), 3))
            return None
        self.latencies.append(time.monotonic() - waiting.since)
        self.recent.append(made)
        if self.asked_again[number] == 1:
            for assessment in body["assessments"]:
                if assessment["approval_status"] in ("APPROVED", "REDUCED"):
                    self.counts["approvals"] += 1
                    self.traders.approved((body["company_id"], body["user_id"]), assessment)
        return None

    def _stored(self, message_id, message):
        if message_id not in self.unconfirmed or message.headers.get("Status") == "503":
            return
        told = json.loads(message.body)
        if "error" in told:
            self.counts["refused by the stream"] += 1
            return  # it is sent again when it is late
        del self.unconfirmed[message_id]
        self.counts["stored"] += 1
        self.log.write(f"stored {message_id.split('-')[0]}\n")

    def idle(self):
        return not self.unconfirmed and not self.unanswered

"""A client that sends at least once: it keeps a log of every line sent and every line received, outlives the node, and
sends again whatever was not answered. Its log is what the node is judged by."""

import collections
import os
import re
import time

from node_process import NodeProcess

WINDOW = 200  # inputs under way; the node takes 256 batches
LIFE_MAX_S = 20.0
DRAINS = 2  # more lives without input, for outputs that the last stop left behind
PAUSE_S = 0.01  # before an input that was refused for now is sent again
TRANSIENT = ("OVERLOADED", "UNAVAILABLE", "NOT_OWNER")  # refusals: nothing was decided, try again later
PASSING = ("failed overloaded:", "failed unavailable:", "failed fenced:")  # of a fact, or of a whole fan-out
TRIES_MAX = 10_000
PLACE = re.compile(r'"journal_position":\{"shard":(\d+),"epoch":"\d+","n":"(\d+)"\}')


class Ask:
    """An input that is to be sent: for the first time, again, or once more although it was answered."""

    __slots__ = ("made", "repeat", "tries")

    def __init__(self, made, repeat=False):
        self.made, self.repeat, self.tries = made, repeat, 0


class Life:
    """How one life of the node ended."""

    def __init__(self):
        self.started_at = time.monotonic()
        self.ready_s = None
        self.sent = self.answered = 0
        self.status = None  # exit status; negative: the signal
        self.stderr = ""


class Client:
    def __init__(self, command, folder, inputs, rng, window=WINDOW):
        self.command, self.folder, self.rng, self.window = command, folder, rng, window
        self.log = open(folder / "client.log", "w", encoding="utf-8")
        self.fresh = collections.deque(inputs)
        self.again = collections.deque()  # before everything fresh
        self.later = collections.deque()  # (when, Ask): refused for now
        self.under_way = {}  # tag -> Ask, in order of sending
        self.recent = collections.deque(maxlen=64)  # inputs answered lately
        self.transient = set()  # tags of which an answer was a refusal to be tried again
        self.tag = 0
        self.fresh_max = None  # of all lives; none when not given
        self.tries_max = TRIES_MAX  # 0: the first refusal is the end of it
        self.seen = {}  # (shard, n) -> hash of the answer
        self.counts = collections.Counter()

    # One life ---------------------------------------------------------------------------------------------------

    def live(self, failpoint="", kill_after_s=None, repeats=True, hold=False, watch=None):
        """Until the node dies. Without anything that kills it: until all is answered, then an orderly end.
        @param hold   sends nothing fresh.
        @param watch  called again and again while the node is ready; what it does is its own affair."""
        life = Life()
        self.log.write(f"life {failpoint or kill_after_s or 'quiet'}\n")
        errors = open(self.folder / "node.err", "a+", encoding="utf-8")
        errors_from = errors.seek(0, os.SEEK_END)
        environment = {**os.environ, "RISKCLUSTER_FAILPOINTS": failpoint,
                       "RISKCLUSTER_FAILPOINT_LOG": str(self.folder / "kills.log")}
        self.node = NodeProcess(self.command, environment, errors)
        # What was not answered goes first, in order. Repeats are not carried on: a batch without a sequence is known
        # again among the tenant's last 64 only, and whoever asks later than that is to blame.
        left = [*self.under_way.values(), *self.again, *(ask for _, ask in self.later)]
        self.again = collections.deque(ask for ask in left if not ask.repeat)
        self.later.clear()
        self.under_way.clear()
        self.transient.clear()
        if repeats:  # what the dead one answered last, its successor must answer again
            for made in list(self.recent)[-6:]:
                self.again.append(Ask(made, repeat=True))
        self._feed(life, bool(failpoint), kill_after_s, repeats, hold, watch)
        life.status = self.node.process.wait()
        errors.seek(errors_from)
        life.stderr = errors.read()
        errors.close()
        self.log.write(f"died {life.status}\n")
        self.log.flush()
        return life

    def _feed(self, life, to_die, kill_after_s, repeats, hold, watch):
        """@param to_die  a failpoint will kill it, or else time does."""
        if to_die:
            kill_after_s = LIFE_MAX_S
        while True:
            if kill_after_s is not None and time.monotonic() - life.started_at > kill_after_s:
                self.node.kill()
            if life.ready_s is not None and self.node.open():
                if watch:
                    watch(life)
                self.node.send(self._next_lines(life, repeats, hold))
                left = self.under_way or self.again or self.later or not hold and self.fresh
                if kill_after_s is None and self.node.idle() and not left:
                    self.node.close_input()
            lines = self.node.lines()
            if lines is None:
                return
            for line in lines:
                self._receive(line, life)

    # What goes out and comes in ------------------------------------------------------------------------------------

    def _next_lines(self, life, repeats, hold):
        lines = []
        while self.later and self.later[0][0] < time.monotonic():
            self.again.append(self.later.popleft()[1])
        while len(self.under_way) < self.window:
            if self.again:
                ask = self.again.popleft()
            elif self.later:
                # Nothing new while something old was refused: else it may wait until a tenant has forgotten (64 batches,
                # 1,024 sequences) what it is a repeat of.
                break
            elif self.fresh and not hold and (self.fresh_max is None or life.answered < self.fresh_max):
                ask = Ask(self.fresh.popleft())
                self.counts["facts" if ask.made.kind == "fact" else "batches"] += 1
                if repeats and self.rng.random() < 0.02:  # twice in a row: the first is still under way
                    self.again.append(Ask(ask.made, repeat=True))
            else:
                break
            if ask.repeat:
                self.counts["repeats"] += 1
            self.tag += 1
            self.under_way[self.tag] = ask
            self.log.write(f"sent {self.tag} {ask.made.number} {ask.made.kind} {ask.made.text}\n")
            lines.append(f"{ask.made.kind} {self.tag} {ask.made.text}\n")
            life.sent += 1
        return "".join(lines)

    def _receive(self, line, life):
        if line == "ready":
            life.ready_s = time.monotonic() - life.started_at
            return
        self.log.write(f"got {line}\n")
        tag, what = line.split(" ", 2)[:2]
        tag = int(tag)
        if what == "answer":
            self.counts["answers"] += 1
            self._compare(line)
            if any(f'"refusal":"{code}"' in line for code in TRANSIENT):
                self.transient.add(tag)
            return
        ask = self.under_way.pop(tag)
        if self.tries_max and (tag in self.transient or line.split(" ", 1)[1].startswith(PASSING)):
            self.counts["tried again"] += 1
            ask.tries += 1
            if ask.tries > self.tries_max:
                raise RuntimeError(f"refused {ask.tries} times: {ask.made.text}: {line}")
            self.later.append((time.monotonic() + PAUSE_S, ask))
            return
        life.answered += 1
        self.counts[what] += 1
        if not ask.repeat:
            self.recent.append(ask.made)

    def _compare(self, line):
        """The cheap half of the verdict, at once: one place in the journal, one answer."""
        place = PLACE.search(line)
        if place and self.seen.setdefault(place.groups(), hash(line[line.index("{"):])) != hash(line[line.index("{"):]):
            raise RuntimeError(f"another answer than before: {line}")

    def decided(self):
        """Of how many decisions and facts it knows that they are in the journal."""
        return len(self.seen) + self.counts["applied"]

    def finish(self):
        """All that is left, answered by a node that nobody kills, and an orderly end."""
        life = self.live(repeats=False, hold=True)
        for _ in range(DRAINS):  # an orderly stop waits for slow destinations, but not for ever
            if life.status == 0:
                life = self.live(repeats=False, hold=True)
        self.log.close()
        return life

"""Walks through the same files as `riskd replay`, in the same order; judges alone, or beside given answers."""

import collections
import json
import math
import re

from ref_compare import Differences, compare_assessment, near
from ref_controls import net_currencies
from ref_files import ID, Instruments, number, read_json, read_market, whole
from ref_judge import assess_signal
from ref_market import View, day_of
from ref_tenant import SIDES, TYPES, Tenant, parse_signal
from ref_var import NumpyEngine

BATCH_ID = re.compile(r'"batch_id"\s*:\s*"([^"]*)"')
BATCH_FIELDS = set("batch_id company_id user_id strategy_id trading_signals correlation_id source sequence "
                   "created_at_ms".split())
SIGNAL_FIELDS = set("signal_id symbol side strategy_id strategy_type confidence entry_price stop_loss take_profit "
                    "requested_notional reduce_only timestamp_ms expires_at_ms".split())


def batch_fault(batch):
    """Why a line cannot be a batch, or None. Its signals are judged one by one, but must parse."""
    try:
        if not isinstance(batch, dict) or set(batch) - BATCH_FIELDS or not ID.match(batch.get("batch_id", "")):
            return "fields or batch_id"
        if any(batch.get(k) and not ID.match(batch[k]) for k in ("company_id", "user_id", "strategy_id", "source")):
            return "id"
        whole(batch.get("sequence")), whole(batch.get("created_at_ms"))
        for s in batch.get("trading_signals") or ():
            if set(s) - SIGNAL_FIELDS or s.get("side", 1) not in SIDES or s.get("strategy_type", "OTHER") not in TYPES:
                return "signal"
            if not parse_signal(s, batch).fault(-math.inf) is None:
                return "signal values"
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        return str(error) or "type"
    return None


class Replay:
    def __init__(self, o, answers=None, out=None):
        self.series, self.instruments = read_market(o.market), Instruments(read_json(o.instruments))
        companies = {c["company_id"]: c for c in read_json(o.companies)}
        self.tenants = {(t["company_id"], t["user_id"]): Tenant(t, companies.get(t["company_id"], {}))
                        for t in read_json(o.tenants)}
        self.commands = [json.loads(x) for x in open(o.commands, encoding="utf-8")] if o.commands else []
        self.commands.reverse()  # the next one is the last
        self.answers, self.out, self.limit = answers, out or Differences(), o.limit or math.inf
        self.views, self.engines = {}, {}
        self.signals = self.differing = 0
        self.status, self.codes, self.counts = collections.Counter(), collections.Counter(), collections.Counter()

    def view(self, ms):
        day = day_of(ms)
        if day not in self.views:
            self.views = {d: v for d, v in self.views.items() if abs(d - day) < 3}
            self.views[day] = View(self.series, self.instruments, day)
        return self.views[day]

    def engine(self, view, seed):
        key = (id(view), seed)
        if key not in self.engines:
            self.engines = {key: NumpyEngine(view.model, seed)}
        return self.engines[key]

    # Lines ------------------------------------------------------------------------------------------------------

    def run(self, path):
        for n, line in enumerate(open(path, encoding="utf-8"), 1):
            if self.signals >= self.limit:
                return
            if not line.strip():
                continue
            try:
                batch = json.loads(line)
            except ValueError:
                batch = None
            fault = batch_fault(batch) if batch is not None else "json"
            if fault:
                self._bad_line(n, line, batch)
                continue
            at = whole(batch.get("created_at_ms"))
            self._apply_commands(at)
            if batch.get("company_id") or batch.get("user_id"):
                self._owned(batch, (batch.get("company_id", ""), batch.get("user_id", "")), at)
            else:
                for key in sorted(k for k, t in self.tenants.items() if batch.get("strategy_id") in t.strategies):
                    self._owned(batch, key, at)

    def _bad_line(self, n, line, batch):
        """A line that must not be decided; its answer, if there is one, approves nothing."""
        self.counts["bad lines"] += 1
        known = BATCH_ID.search(line)
        if self.answers is None or not known:
            return
        answer = self.answers.peek()
        if answer and answer.get("batch_id") == known.group(1):
            self.answers.take()
            self._must_refuse(f"line {n}", answer, "bad line")

    def _must_refuse(self, where, answer, why):
        approved = [a.get("signal_id") for a in answer.get("assessments") or () if a.get("approval_status") != "REJECTED"]
        self.out.check(where, "refusal", why, approved, not approved)

    def _apply_commands(self, at):
        while self.commands:
            message = self.commands[-1]
            fact = message.get("execution_report") or message.get("account_update") or {}
            if whole(fact.get("at_ms")) > at:
                return
            self.commands.pop()
            tenant = self.tenants.get((message.get("company_id"), message.get("user_id")))
            if tenant is None:
                continue
            now = tenant.advance(whole(fact.get("at_ms")))
            if "execution_report" in message:
                tenant.execute(fact, self.view(now))
            else:
                tenant.update_account(fact)
            self.counts["commands"] += 1

    # One batch of one tenant ------------------------------------------------------------------------------------

    def _owned(self, batch, key, at):
        answer = self.answers.take() if self.answers else None
        where = f"{batch['batch_id']} {'/'.join(key)}"
        if self.answers and (answer is None or answer.get("batch_id") != batch["batch_id"] or
                             (answer.get("company_id", ""), answer.get("user_id", "")) != key):
            self.out.check(where, "answer's place", batch["batch_id"], answer and answer.get("batch_id"), False)
            raise SystemExit(f"answers and signals do not run in step at {where}")
        tenant = self.tenants.get(key)
        known = tenant.known_batch(batch) if tenant else None
        refused = "unknown tenant" if tenant is None else "sequence conflict" if known and known[0] == "conflict" else None
        if known and known[0] == "repeat":
            self.counts["repeated batches"] += 1
            if answer is not None and known[1] is not None:
                self.out.check(where, "repeated batch", "the same answer", "another", _bare(answer) == _bare(known[1]))
            return
        if refused is None:
            now = tenant.advance(at)
            refused = "no token" if tenant.refill(now) < 1.0 else None
        if refused:
            self.counts["refused: " + refused] += 1
            if answer is not None:
                self._must_refuse(where, answer, refused)
            return
        if answer is not None and answer.get("refusal"):
            self.out.check(where, "refusal", "a decision", answer["refusal"], False)
            return
        self._decide(tenant, batch, now, answer, where)

    def _decide(self, tenant, batch, now, answer, where):
        view = self.view(now)
        seed = whole(answer.get("seed"), 0) if answer is not None else day_of(now)
        engine = self.engine(view, seed)
        book = tenant.book()
        engine.load(book.notionals(view))
        before = engine.var(), sum(map(abs, book.notionals(view).values())), engine.scale()
        assessed = (answer or {}).get("assessments") or []
        if answer is not None:
            self.out.check(where, "decided_at_ms", now, whole(answer.get("decided_at_ms")),
                           now == whole(answer.get("decided_at_ms")))
        messages = batch.get("trading_signals") or ()
        if answer is not None and not self.out.check(where, "number of assessments", len(messages), len(assessed),
                                                     len(messages) == len(assessed)):
            return
        for i, message in enumerate(messages):
            self._signal(tenant, batch, message, assessed[i] if answer is not None else None, view, engine, now, where)
        tenant.remember_batch(batch, answer)
        if answer is not None:
            self._compare_book(tenant, view, engine, answer.get("portfolio_risk") or {}, before, where)

    def _signal(self, tenant, batch, message, answer, view, engine, now, where):
        signal = parse_signal(message, batch)
        where = f"{where} {signal.signal_id}"
        self.signals += 1
        if signal.signal_id in tenant.answers:
            self.counts["repeated signals"] += 1
            if answer is not None:
                mine = tenant.answers[signal.signal_id]
                same = all(mine.get(k) == answer.get(k) for k in ("approval_status", "reason_code", "position_sizing"))
                expired = signal.fault(now) and answer.get("approval_status") == "REJECTED"
                self.out.check(where, "repeated signal", mine.get("approval_status"), answer.get("approval_status"), same or expired)
            return
        fault = signal.fault(now)
        gate = None if fault else tenant.gate(signal, now)
        a = assess_signal(signal, tenant.book(), view, engine, tenant.limits, now, gate)
        self.status[a.status] += 1
        self.codes[a.status, a.code] += 1
        closing, opening, price = a.closing_quantity, a.opening_quantity, a.valuation or 0.0
        if answer is not None:
            instrument = view.instruments.find(signal.symbol)
            before = sum(self.out.counts.values())
            compare_assessment(self.out, where, a, answer, tenant.limits, signal, instrument.lot_step if instrument else 1.0)
            self.differing += sum(self.out.counts.values()) > before
            sizing = answer.get("position_sizing") or {}  # go on from the answer, so that nothing cascades
            approved = answer.get("approval_status") in ("APPROVED", "REDUCED")
            closing = abs(number(sizing.get("closing_quantity"), 0.0)) if approved else 0.0
            opening = max(0.0, abs(number(sizing.get("final_quantity"), 0.0)) - closing) if approved else 0.0
            opening = opening if opening > 1e-9 * closing else 0.0
            price = number(sizing.get("valuation_price"), price) or price
        tenant.reserve(signal, closing, opening, price, now)
        if fault or gate:
            return  # refused before it was judged: not remembered
        tenant.answers[signal.signal_id] = answer if answer is not None else {"approval_status": a.status}

    def _compare_book(self, tenant, view, engine, risk, before, where):
        """Figures of the whole batch; component VaR, exposures and compliance are those of the projected book."""
        book = tenant.book()
        notionals = book.notionals(view)
        engine.load(notionals)
        slack = 2e-6 * max(engine.scale(), before[2]) + 1e-6  # what was closed leaves its rounding
        lines = book.exposures(view)
        for name, mine in (("current_var", before[0]), ("current_exposure", before[1]), ("projected_var", engine.var()),
                           ("projected_exposure", sum(map(abs, notionals.values()))), ("equity", book.equity(view))):
            theirs = number(risk.get(name), 0.0)
            self.out.check(where, name, mine, theirs, near(mine, theirs, 1e-6, slack))
        sector, kind = collections.Counter(), collections.Counter()
        for line in lines:
            sector[line.instrument.sector] += abs(line.notional)
            kind[line.instrument.asset_class] += abs(line.notional)
        exposure = risk.get("exposure_analysis") or {}
        for name, mine, given in (("component_var", engine.components(), risk.get("component_var")),
                                  ("by_currency", net_currencies(lines, tenant.currency), exposure.get("by_currency")),
                                  ("by_sector", sector, exposure.get("by_sector")),
                                  ("by_asset_class", kind, exposure.get("by_asset_class"))):
            theirs = {v.get("name"): number(v.get("value"), 0.0) for v in given or ()}
            if name == "by_currency":
                theirs.pop(tenant.currency, None)
            names = set(theirs) | {k for k, v in mine.items() if abs(v) > slack}
            same = all(near(mine.get(k, 0.0), theirs.get(k, 0.0), 1e-6, slack) for k in names)
            self.out.check(where, name, {k: mine.get(k) for k in sorted(names)}, theirs, same)


def _bare(answer):
    return {k: v for k, v in answer.items() if k not in ("performance_metrics",)}

"""What an operator sees of the live node: the road of one request in the log, metrics, readiness. Arguments: riskd."""
import json
import re
import resource
import time

from sample_node import SUBJECT, USER, Nats, SampleNode, batch, main, stage

JSON = {"Content-Type": "application/json"}
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
TRACE = {"traceparent": f"00-{TRACE_ID}-b7ad6b7169203331-01"}


def samples(text):
    """name and labels -> value"""
    return {m[1]: float(m[2]) for m in re.finditer(r"^([a-z_]+(?:\{[^\n]*\})?) (\S+)$", text, re.MULTILINE)}


class Seeing(SampleNode):
    def metrics(self):
        return samples(self.node.get("/metrics")[1])

    def road(self, correlation_id, hops):
        """The lines that a search for the id finds, once there are so many."""
        def found():
            lines = [line for line in self.node.log() if line.get("correlation_id") == correlation_id]
            return len(lines) >= hops and lines
        return stage.wait_for(f"{hops} hops of {correlation_id}", found)

    def ask(self, subject, message, reply=None, **headers):
        inbox = reply or f"_INBOX.{time.monotonic_ns()}"
        self.nats.subscribe(inbox)
        self.nats.publish(subject, json.dumps(message), {**JSON, **TRACE, "Risk-Reply-To": inbox, **headers}, reply=reply)
        answer = self.nats.next_at(inbox)
        self.assertIsNotNone(answer, "no answer")
        return answer

    def test_the_log_has_every_hop_of_a_request_in_order_and_what_became_of_each_output(self):
        self.node.feed(self.nats)
        _, headers, _, _ = self.ask(f"trading.signals.{SUBJECT}", batch(1), **{"Nats-Msg-Id": "m-1"})
        self.assertEqual((headers["Risk-Correlation-Id"], headers["traceparent"]), ("c1", TRACE["traceparent"]))
        road = self.road("c1", 6)
        self.assertEqual([hop["message"] for hop in road][:2], ["taken", "in the journal"])
        self.assertEqual(sorted(hop["message"] for hop in road),
                         ["answered", "in the journal", "published", "published", "replied", "taken"])
        self.assertEqual({hop["trace_id"] for hop in road}, {TRACE_ID})
        hops = {hop["message"]: hop for hop in road}
        self.assertEqual([hops["taken"][k] for k in ("source", "subject", "message_id", "deliveries")],
                         ["nats-signals", f"trading.signals.{SUBJECT}", "m-1", 1])
        place = hops["in the journal"]
        self.assertEqual((place["what"], place["id"], place["epoch"]), ("batch decided", "b1", 1))
        answered = hops["answered"]
        self.assertEqual((answered["approved"], answered["reduced"], answered["rejected"]), (1, 0, 0))
        self.assertEqual((answered["shard"], answered["n"]), (place["shard"], place["n"]))
        published = [hop for hop in road if hop["message"] == "published"]
        self.assertEqual({hop["subject"] for hop in published}, {f"risk.{c}.{SUBJECT}" for c in ("assessments", "approved")})
        self.assertEqual({hop["message_id"] for hop in published}, {f"{place['shard']}-{place['n']}-{k}" for k in (0, 1)})
        self.assertEqual({hop["destination"] for hop in published}, {"nats"})

    def test_a_repeat_is_seen_to_be_one_and_where_it_was_decided(self):
        self.node.feed(self.nats)
        self.ask(f"trading.signals.{SUBJECT}", batch(1))
        place = next(hop for hop in self.road("c1", 6) if hop["message"] == "in the journal")
        self.ask(f"trading.signals.{SUBJECT}", batch(1))
        again = self.road("c1", 10)[6:]
        self.assertEqual([hop["message"] for hop in again][:2], ["taken", "decided before"])
        self.assertEqual(sorted(hop["message"] for hop in again), ["answered", "decided before", "replied", "taken"])
        self.assertEqual((again[1]["shard"], again[1]["n"]), (place["shard"], place["n"]))
        self.assertEqual(self.metrics()["riskd_repeats_total"], 1)

    def test_an_order_and_a_fact_leave_their_trace_in_the_journal_and_in_what_is_published(self):
        listener = Nats(self.server.port)
        listener.subscribe("risk.actions.>")
        halt = {"command_id": "h1", "actor": "olga", "reason": "drill", "halt": {}}
        _, headers, _, _ = self.ask(f"risk.commands.{USER[0]}.{USER[1]}", halt, reply="_INBOX.h1")
        self.assertEqual((headers["Risk-Correlation-Id"], headers["traceparent"]), ("h1", TRACE["traceparent"]))
        road = self.road("h1", 5)
        self.assertEqual([hop["message"] for hop in road][:2], ["taken", "in the journal"])
        self.assertEqual(sorted(hop["message"] for hop in road)[:5],
                         ["answered", "in the journal", "published", "replied", "taken"])
        self.assertEqual({hop["trace_id"] for hop in road}, {TRACE_ID})
        self.assertEqual([hop["what"] for hop in road if hop["message"] == "in the journal"], ["halted"])
        _, headers, _, _ = listener.next()
        listener.close()
        self.assertEqual(headers["Risk-Correlation-Id"], "h1")
        self.assertTrue(headers["traceparent"].startswith(f"00-{TRACE_ID}-"))
        trace = "11111111111111111111111111111111"
        deposit = {"company_id": USER[0], "user_id": USER[1], "account_update": {
            "update_id": "d1", "deposit": 100, "at_ms": str(int(time.time() * 1000))}}
        for _ in range(2):  # a bare fact has no correlation id: it is followed by its trace
            self.nats.publish(f"portfolio.updates.{SUBJECT}", json.dumps(deposit),
                              {**JSON, "traceparent": f"00-{trace}-b7ad6b7169203331-01"})
        def followed():
            lines = [line for line in self.node.log() if line.get("trace_id") == trace]
            return len(lines) >= 5 and lines
        lines = stage.wait_for("two deposits", followed)
        self.assertEqual([line["what"] for line in lines if line["message"] == "in the journal"], ["account changed"])
        self.assertEqual([line["outcome"] for line in lines if line["message"] == "answered"], ["applied", "repeated"])

    def test_a_dead_letter_is_found_by_its_correlation_id_where_one_could_be_read(self):
        listener = Nats(self.server.port)
        listener.subscribe("risk.deadletter")
        self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps(batch(1, company_id="acme")),
                          {**JSON, **TRACE, "Nats-Msg-Id": "m-1"})
        _, headers, _, _ = listener.next()
        listener.close()
        self.assertEqual((headers["Risk-Reason-Code"], headers["Risk-Correlation-Id"], headers["traceparent"]),
                         ("UNAUTHORISED", "c1", TRACE["traceparent"]))
        letter = next(hop for hop in self.road("c1", 2) if hop["level"] == "warn")
        self.assertEqual((letter["message"], letter["reason_code"], letter["message_id"], letter["trace_id"]),
                         ("an input is a dead letter", "UNAUTHORISED", "m-1", TRACE_ID))
        metrics = self.metrics()
        self.assertEqual((metrics["riskd_dead_letters_kept"], metrics["riskd_dead_letters_kept_max"]), (1, 10_000))

    def test_the_metrics_say_how_full_the_node_is_and_what_went_through_it(self):
        self.node.feed(self.nats)
        before = self.metrics()
        self.ask(f"trading.signals.{SUBJECT}", batch(1))
        place = next(hop for hop in self.road("c1", 6) if hop["message"] == "in the journal")
        after = self.metrics()
        grown = {name: after[name] - before.get(name, 0) for name in after}
        for name in ("riskd_journal_appends_total", "riskd_journal_records_total", "riskd_journal_commit_seconds_count",
                     'riskd_journal_commits_total{outcome="done"}'):
            self.assertEqual(grown[name], 1, name)
        self.assertEqual(grown['riskd_outputs_published_total{destination="nats"}'], 2)
        self.assertGreater(grown["riskd_journal_payload_bytes_total"], 100)
        self.assertEqual(after[f'riskd_shard_sequence{{shard="{place["shard"]}"}}'], place["n"])
        for name in ("riskd_batches_in_flight", "riskd_facts_in_flight", "riskd_workers_busy", "riskd_journal_appends_waiting",
                     'riskd_jobs_waiting{lane="interactive"}', 'riskd_input_in_flight{source="nats-signals"}',
                     'riskd_overload_refusals_total{bound="pool"}', 'riskd_output_failures_total{destination="nats"}',
                     "riskd_log_lines_dropped_total", "riskd_nats_dropped_total"):
            self.assertEqual(after[name], 0, name)
        for name in ("riskd_ready", "riskd_journal_writable", "riskd_nats_connected", 'riskd_shard_owned{shard="0"}',
                     'riskd_shard_epoch{shard="0"}'):
            self.assertEqual(after[name], 1, name)
        self.assertEqual(after['riskd_input_credit{source="nats-signals"}'], 256)
        self.assertLess(abs(after["process_start_time_seconds"] - time.time()), 60)
        self.assertGreater(after["process_resident_memory_bytes"], 1e6)
        self.assertLess(after["process_open_fds"], after["process_max_fds"])
        known = lambda: sum(v for k, v in self.metrics().items() if k.startswith("riskd_shard_tenants{"))
        tenants = {t["company_id"] for t in json.loads((stage.SAMPLE / "tenants.json").read_text())}
        count = len(json.loads((stage.SAMPLE / "tenants.json").read_text()))
        stage.wait_for("all tenants counted", lambda: known() >= count + len(tenants) + 1)
        awake = lambda: sum(v for k, v in self.metrics().items() if k.startswith("riskd_shard_tenants_awake"))
        stage.wait_for("the tenant to be counted awake", lambda: awake() >= 1)

    def test_outputs_that_nobody_takes_are_seen_to_lag_until_the_server_is_back(self):
        self.node.feed(self.nats)
        self.server.kill()
        self.nats.close()
        inbox = self.folder / "inbox"
        self.node.kill()
        inbox.mkdir()
        self.node.arguments = ["--signals", str(inbox)]
        self.node.start()
        (inbox / "1.part").write_text(json.dumps(batch(1)) + "\n")
        (inbox / "1.part").rename(inbox / "1.jsonl")
        lag = 'riskd_output_lag_seconds{destination="nats"}'
        stage.wait_for("a lag", lambda: self.metrics()[lag] > 0.5)
        metrics = self.metrics()
        self.assertGreaterEqual(metrics['riskd_output_lag_records{destination="nats"}'], 1)
        self.assertGreater(metrics['riskd_output_failures_total{destination="nats"}'], 0)
        self.assertEqual(metrics["riskd_nats_connected"], 0)
        self.assertIn("not confirmed, to be published again", [hop["message"] for hop in self.road("c1", 3)])
        self.server.start()
        self.nats = Nats(self.server.port)
        stage.wait_for("no lag", lambda: self.metrics()[lag] == 0)
        self.assertIn("published", [hop["message"] for hop in self.road("c1", 3)])

    def test_a_disk_that_takes_nothing_is_seen_before_anything_comes_and_so_is_its_return(self):
        self.node.feed(self.nats)
        self.assertEqual(self.node.get("/readyz")[0], 200)
        process = self.node.process.pid
        limits = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, limits[1]))  # no file may grow: the log's neither
        def refused():
            status, text = self.node.get("/readyz")
            return status == 503 and not json.loads(text)["checks"]["journal_writable"]["ok"] and json.loads(text)
        checks = stage.wait_for("the disk's refusal", refused, 30)["checks"]
        self.assertNotEqual(checks["journal_writable"]["reason"], "")
        self.assertEqual(self.metrics()["riskd_journal_writable"], 0)
        health = json.loads(self.node.get("/health")[1])
        self.assertEqual((health["status"], health["journal"]["writable"]), ("unhealthy", False))
        self.assertEqual(health["error"], checks["journal_writable"]["reason"])
        stage.wait_for("a lost line", lambda: self.metrics()["riskd_log_lines_dropped_total"] > 0)
        resource.prlimit(process, resource.RLIMIT_FSIZE, limits)
        stage.wait_for("the disk's return", lambda: json.loads(self.node.get("/readyz")[1])["checks"]["journal_writable"]["ok"],
                       30)
        self.assertEqual(json.loads(self.ask(f"trading.signals.{SUBJECT}", batch(1))[2])["batch_id"], "b1")


if __name__ == "__main__":
    main()

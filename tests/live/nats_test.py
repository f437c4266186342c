"""The live node on a real NATS server. Arguments: riskd."""
import json
import sys
import time

from sample_node import SUBJECT, USER, Nats, SampleNode, batch, main, stage


def now_ms():
    return int(time.time() * 1000)


class Live(SampleNode):
    def feed(self):
        """A live price for every symbol, until the node has made a view of them."""
        self.node.feed(self.nats)
        self.assertEqual(self.node.get("/readyz")[0], 200)

    def send(self, batch):
        """By the stream, with an inbox for the answer."""
        inbox = f"_INBOX.{batch['batch_id']}.{time.monotonic_ns()}"
        self.nats.subscribe(inbox)
        self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps(batch),
                          {"Content-Type": "application/json", "Risk-Reply-To": inbox})
        answer = self.nats.next_at(inbox)
        self.assertIsNotNone(answer, "no answer")
        return json.loads(answer[2])

    def test_a_signal_is_answered_and_its_approval_published_with_id_and_trace(self):
        self.feed()
        listener = Nats(self.server.port)
        listener.subscribe("risk.assessments.>")
        listener.subscribe("risk.approved.>")
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps(batch(1)),
                          {"Content-Type": "application/json", "traceparent": trace})
        seen = {}
        while len(seen) < 2:
            subject, headers, body, _ = listener.next()
            seen[subject] = headers
        listener.close()
        self.assertEqual(set(seen), {f"risk.{c}.{SUBJECT}" for c in ("assessments", "approved")})
        ids = {headers["Nats-Msg-Id"] for headers in seen.values()}
        self.assertEqual(len(ids), 2)
        for headers in seen.values():
            self.assertTrue(headers["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c-"))
            self.assertNotEqual(headers["traceparent"], trace)
        self.assertTrue(any(line.get("correlation_id") == "c1" for line in self.node.log()))

    def test_a_killed_node_answers_a_repeated_batch_with_the_same_decision(self):
        self.feed()
        first = self.send(batch(1))
        self.assertEqual(first["assessments"][0]["approval_status"], "APPROVED", first["assessments"][0]["rejection_reason"])
        self.node.kill()
        self.node.start()
        again = self.send(batch(1))
        first.pop("performance_metrics", None)
        again.pop("performance_metrics", None)
        self.assertEqual(first, again)

    def test_a_signal_that_came_while_the_node_was_down_is_answered_when_it_is_back(self):
        self.node.kill()
        inbox = "_INBOX.later"
        self.nats.subscribe(inbox)
        self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps(batch(1)),
                          {"Content-Type": "application/json", "Risk-Reply-To": inbox})
        self.nats.flush()
        self.node.start()
        self.assertEqual(json.loads(self.nats.next(30)[2])["batch_id"], "b1")

    def test_a_halt_by_command_holds_from_its_answer_on_and_survives_a_kill(self):
        self.feed()
        halt = {"command_id": "h1", "actor": "olga", "reason": "drill", "halt": {}}
        answer = self.nats.request_json("risk.commands", halt)
        self.assertEqual(answer["status"], "DONE", answer)
        self.assertEqual(self.send(batch(1))["assessments"][0]["reason_code"], "GLOBAL_HALT")
        self.node.kill()
        self.node.start()
        self.assertEqual(self.send(batch(2))["assessments"][0]["reason_code"], "GLOBAL_HALT")
        resume = {"command_id": "h2", "actor": "olga", "reason": "over", "resume": {}, "expected_version": "0"}
        self.assertEqual(self.nats.request_json("risk.commands", resume)["reason_code"], "STALE_VERSION")
        resume.update(command_id="h3", expected_version=str(answer["version"]))
        self.assertEqual(self.nats.request_json("risk.commands", resume)["status"], "DONE")
        self.feed()
        self.assertEqual(self.send(batch(3))["assessments"][0]["approval_status"], "APPROVED")

    def test_limits_of_a_company_changed_by_command_hold_after_a_restart_and_no_file_is_complained_about(self):
        self.feed()
        order = {"command_id": "l1", "actor": "olga", "reason": "tighter", "limits": {"limits": {"max_order_size_pct": 0}}}
        answer = self.nats.request_json(f"risk.commands.{USER[0]}", order)
        self.assertEqual(answer["status"], "DONE", answer)
        self.assertEqual(self.send(batch(1))["assessments"][0]["reason_code"], "ORDER_SIZE_LIMIT")
        self.node.kill()
        self.node.start()
        self.feed()
        self.assertEqual(self.send(batch(2))["assessments"][0]["reason_code"], "ORDER_SIZE_LIMIT")
        self.assertEqual([line for line in self.node.log() if "setup file" in line["message"]], [])

    def test_what_cannot_be_read_is_a_dead_letter_and_the_rest_goes_on(self):
        listener = Nats(self.server.port)
        listener.subscribe("risk.deadletter")
        subject = f"trading.signals.{SUBJECT}"
        self.nats.publish(subject, "no batch", {"Content-Type": "application/json"})
        self.nats.publish(subject, json.dumps(batch(1, company_id="acme")), {"Content-Type": "application/json"})
        self.nats.publish("trading.signals.acme.nobody", json.dumps(batch(2, company_id="acme", user_id="nobody")),
                          {"Content-Type": "application/json"})
        codes = {}
        for _ in range(3):
            _, headers, body, _ = listener.next()
            codes[headers["Risk-Reason-Code"]] = body
        listener.close()
        self.assertEqual(set(codes), {"MALFORMED", "UNAUTHORISED", "UNKNOWN_TENANT"})
        self.assertEqual(codes["MALFORMED"], b"no batch")
        self.assertEqual(self.send(batch(3))["batch_id"], "b3")
        metrics = self.node.get("/metrics")[1]
        self.assertIn('riskd_dead_letters_total{reason="UNAUTHORISED"} 1', metrics)

    def test_a_number_that_comes_again_with_another_batch_is_a_conflict_and_no_decision(self):
        self.feed()
        self.nats.subscribe("risk.deadletter")
        self.assertEqual(self.send(batch(1))["assessments"][0]["approval_status"], "APPROVED")
        self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps({**batch(2), "sequence": 1}),
                          {"Content-Type": "application/json", "Risk-Reply-To": "_INBOX.conflict"})
        self.assertEqual(self.nats.next()[1]["Risk-Reason-Code"], "SEQUENCE_CONFLICT")
        stage.wait_for("a stream that is empty again", lambda: not self.server.streams()["RISK_SIGNALS_IN"][0])
        again = self.send(batch(1))
        self.assertEqual(again["assessments"][0]["approval_status"], "APPROVED")

    def test_dead_letters_can_be_looked_at_while_the_node_runs(self):
        self.nats.subscribe("risk.deadletter")
        for body in ("no batch", "\x00\xff"):
            self.nats.publish(f"trading.signals.{SUBJECT}", body, {"Content-Type": "application/json"})
            self.assertIsNotNone(self.nats.next())
        def listed(*arguments):
            return stage.subprocess.run([self.RISKD, "deadletters", "--data", str(self.node.folder / "data"), *arguments],
                                        capture_output=True, timeout=30, check=True).stdout.decode()
        newest, oldest = [json.loads(line) for line in listed("-o", "json").splitlines()]
        self.assertEqual((oldest["number"], oldest["reason_code"], oldest["subject"], oldest["first_bytes"]),
                         (1, "MALFORMED", f"trading.signals.{SUBJECT}", "no batch"))
        self.assertEqual(bytes.fromhex(newest["first_bytes_hex"]), "\x00\xff".encode())
        table = listed("-n", "1").splitlines()
        self.assertEqual((len(table), table[-1]), (3, "1 of 2 that ever came"))
        self.assertIn("MALFORMED", table[1])

    def test_prices_that_cannot_be_true_are_refused_and_counted(self):
        self.feed()
        price = stage.last_closes()["EURUSD"]
        for bad in (price * 10, 0, price):
            at = now_ms() if bad != price else now_ms() - 30_000
            self.nats.publish("market.ticks.EURUSD", json.dumps({"symbol": "EURUSD", "last": bad, "at_ms": at}),
                              {"Content-Type": "application/json"})
        def counted():
            text = self.node.get("/metrics")[1]
            return all(f'verdict="{verdict}"}} 1' in text for verdict in ("JUMP", "NOT_A_PRICE", "OUT_OF_ORDER"))
        stage.wait_for("three refusals counted", counted)
        answer = self.send(batch(1))
        self.assertEqual(answer["assessments"][0]["approval_status"], "APPROVED")

    def test_a_term_ends_it_in_order_and_a_second_node_on_the_folder_is_refused(self):
        second = stage.subprocess.run([self.RISKD, "run", "--config", str(self.node.config)], capture_output=True, timeout=30)
        self.assertEqual(second.returncode, 1)
        self.assertTrue(any("cannot start" in line["message"] and "data" in line["why"] for line in self.node.log()),
                        self.node.log())
        self.assertEqual(self.node.stop(), 0)
        self.assertEqual(self.node.log()[-1]["message"], "stopped")

    def test_killing_the_server_in_the_middle_loses_no_signal_and_no_output(self):
        self.feed()
        wanted = {f"b{i}" for i in range(1, 61)}
        for i in range(1, 31):
            self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps(batch(i)),
                              {"Content-Type": "application/json", "Nats-Msg-Id": f"m{i}"})
        self.nats.flush()
        self.server.kill()
        self.server.start()
        self.nats.close()
        self.nats = Nats(self.server.port)
        for i in range(1, 61):  # who was told nothing sends again: the stream, or the node, knows it
            self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps(batch(i)),
                              {"Content-Type": "application/json", "Nats-Msg-Id": f"m{i}"})
        reader = Nats(self.server.port)
        reader.subscribe("_DELIVER")
        reader.publish("$JS.API.CONSUMER.CREATE.RISK_OUT", json.dumps({"stream_name": "RISK_OUT", "config": {
            "deliver_subject": "_DELIVER", "ack_policy": "none", "deliver_policy": "all",
            "filter_subject": f"risk.assessments.{SUBJECT}"}}), reply="_INBOX.made")
        places = {}
        while len(places) < len(wanted):
            message = reader.next(20)
            self.assertIsNotNone(message, f"{len(places)} of {len(wanted)} assessments came")
            places.setdefault(message[1]["Nats-Msg-Id"], message[1]["Risk-Correlation-Id"])
        reader.close()
        self.assertEqual(sorted(places.values()), sorted(f"c{i}" for i in range(1, 61)))

    def test_health_has_every_field_and_says_why_one_is_missing(self):
        status, text = self.node.get("/health")
        health = json.loads(text)
        self.assertEqual(status, 200)
        for name, value in health.items():
            if value is None:
                self.assertIn(name, health["absent"])
        self.assertEqual(health["status"], "degraded")  # the sample's closes are of last month, and no tick has come
        self.assertEqual(self.node.get("/livez")[0], 200)
        self.assertEqual(self.node.get("/readyz")[0], 503)
        self.assertEqual(self.node.get("/nothing")[0], 404)


class Oversized(SampleNode):
    SETTINGS = {"nats": {"message_bytes_max": 2048}}

    def test_a_message_beyond_the_bound_is_a_dead_letter_that_says_so_and_one_that_just_fits_is_read(self):
        self.nats.subscribe("risk.deadletter")
        self.nats.subscribe("_INBOX.fits")
        text, headers = json.dumps(batch(1)), {"Content-Type": "application/json", "Risk-Reply-To": "_INBOX.fits"}
        self.nats.publish(f"trading.signals.{SUBJECT}", text.ljust(2049), headers)  # spaces behind JSON change nothing else
        _, told, body, _ = self.nats.next()
        self.assertEqual((told["Risk-Reason-Code"], told["Risk-Reason"], told["Risk-Bytes"]),
                         ("MALFORMED", "2049 bytes, at most 2048 are read", "2049"))
        self.assertEqual(body.decode(), text.ljust(512))
        self.nats.publish(f"trading.signals.{SUBJECT}", text.ljust(2048), headers)
        self.assertEqual(json.loads(self.nats.next_at("_INBOX.fits")[2])["batch_id"], "b1")


if __name__ == "__main__":
    main()

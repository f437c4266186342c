"""What leaves a node whose outputs are JSON. Arguments: riskd."""
import json
import subprocess
import sys

from sample_node import SUBJECT, Nats, SampleNode, batch, main, stage


class JsonOutputs(SampleNode):
    SETTINGS = {"nats": {"outputs": "json", "risk_metrics_interval_ms": 100}}

    def test_an_approval_and_its_assessment_are_json_and_say_so(self):
        self.node.feed(self.nats)
        listener = Nats(self.server.port)
        listener.subscribe("risk.assessments.>")
        listener.subscribe("risk.approved.>")
        self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps(batch(1)), {"Content-Type": "application/json"})
        seen = {}
        while len(seen) < 2:
            subject, headers, body, _ = listener.next()
            self.assertEqual(headers["Content-Type"], "application/json")
            seen[subject.split(".")[1]] = (json.loads(body), headers["Nats-Msg-Id"])
        listener.close()
        approved, approved_id = seen["approved"]
        assessed, assessed_id = seen["assessments"]
        self.assertEqual(approved["signal"]["signal_id"], "s1")
        self.assertEqual(assessed["batch_id"], "b1")
        self.assertEqual(assessed["assessments"][0]["approval_status"], "APPROVED")
        for output, own in ((approved, approved_id), (assessed, assessed_id)):
            self.assertEqual("{shard}-{n}-{k}".format(**output["id"]), own)

    def test_the_book_after_a_decision_goes_to_whoever_draws_it(self):
        self.node.feed(self.nats)
        listener = Nats(self.server.port)
        listener.subscribe("risk.metrics.>")
        inbox = "_INBOX.books"
        self.nats.subscribe(inbox)
        self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps(batch(1)),
                          {"Content-Type": "application/json", "Risk-Reply-To": inbox})
        answer = json.loads(self.nats.next_at(inbox)[2])
        self.assertGreater(answer["performance_metrics"]["calculation_time_ms"], 0)
        subject, headers, body, _ = listener.next()
        listener.close()
        self.assertEqual((subject, headers["Content-Type"]), (f"risk.metrics.{SUBJECT}", "application/json"))
        book = json.loads(body)
        for field in ("portfolio_risk", "view_id", "decided_at_ms", "journal_position"):
            self.assertEqual(book[field], answer[field], field)
        self.assertGreater(book["portfolio_risk"]["projected_exposure"], 0)

    def test_the_shipped_client_needs_no_other_price_than_its_own_and_sees_its_approval(self):
        client = subprocess.run([sys.executable, str(stage.SAMPLE / "client.py"), f"127.0.0.1:{self.server.port}"],
                                capture_output=True, text=True, timeout=30)
        lines = sorted(client.stdout.splitlines())
        self.assertEqual([line.split(" ", 1)[0] for line in lines], ["APPROVED", "approved:"], client.stdout + client.stderr)
        self.assertIn("AUDUSD", lines[1])

    def test_the_readme_shows_the_client_as_it_is_shipped(self):
        self.assertIn(f"```python\n{(stage.SAMPLE / 'client.py').read_text()}```", (stage.SOURCE / "README.md").read_text())


if __name__ == "__main__":
    main()

"""How a node ends when something of it cannot. Arguments: riskd."""
import json
import os
import signal
import time

from sample_node import SUBJECT, SampleNode, batch, main, stage

PATIENCE = {"node": {"stop_grace_ms": 60_000, "egress_grace_ms": 60_000}}


class Stopping(SampleNode):
    def messages(self):
        return [line["message"] for line in self.node.log()]

    def stalled(self, settings):
        """A node whose outputs nobody reads: more of them than a pipe holds."""
        node = stage.Node(self.RISKD, self.folder / "stalled", settings=settings,
                          arguments=["--answers", "-", "--signals", str(self.inbox())])
        self.addCleanup(lambda: node.process.poll() is None and node.kill())
        self.node.stop()
        self.node = node
        (self.folder / "batches").write_text("".join(json.dumps(batch(n)) + "\n" for n in range(1, 61)))
        os.rename(self.folder / "batches", self.inbox() / "batches.jsonl")
        stage.wait_for("all decided", lambda: (self.inbox() / "batches.jsonl.done").exists())

    def inbox(self):
        folder = self.folder / "inbox"
        folder.mkdir(exist_ok=True)
        return folder

    def test_a_second_signal_hastens_a_stop_that_waits_for_somebody(self):
        self.stalled(PATIENCE)
        self.node.process.send_signal(signal.SIGTERM)
        stage.wait_for("the stop", lambda: "stopping" in self.messages())
        self.assertIsNone(self.node.process.poll(), "it had nothing to wait for")
        begun = time.monotonic()
        self.assertEqual(self.node.stop(), 0)
        self.assertLess(time.monotonic() - begun, 20)
        last = self.node.log()[-1]
        self.assertEqual((last["message"], last["why"]), ("stopped in haste; what was answered is durable", "asked twice"))

    def test_a_stop_ends_with_its_grace_though_nobody_reads_what_is_left(self):
        self.stalled({"node": {"stop_grace_ms": 1_000, "egress_grace_ms": 1_000}})
        begun = time.monotonic()
        self.assertEqual(self.node.stop(), 0)
        self.assertLess(time.monotonic() - begun, 20)

    def test_a_frozen_server_does_not_keep_a_node_from_stopping(self):
        self.node.stop()
        self.node = stage.Node(self.RISKD, self.folder / "node", self.server.port,
                               settings={"node": {"stop_grace_ms": 3_000, "egress_grace_ms": 1_000}})
        self.node.feed(self.nats)
        self.nats.publish(f"trading.signals.{SUBJECT}", json.dumps(batch(1)), {"Content-Type": "application/json"})
        self.nats.flush()
        self.server.process.send_signal(signal.SIGSTOP)
        try:
            begun = time.monotonic()
            self.assertEqual(self.node.stop(), 0)
            self.assertLess(time.monotonic() - begun, 20)
        finally:
            self.server.process.send_signal(signal.SIGCONT)


if __name__ == "__main__":
    main()

"""What a JetStream server has: how far its streams are, and all that one holds."""
import json
import socket
import subprocess
import sys
import time

from live.nats_wire import Nats

IN = ("RISK_SIGNALS_IN", "RISK_UPDATES_IN")
AT_ONCE = 500


class Drain:
    """Whether everything that came in is settled. A server that was killed (2.9.10) may keep settled messages, and count
    messages as pending that it has not any more; so it is when nothing was delivered for longer than it waits for acks."""

    def __init__(self, port, quiet_s):
        self.port, self.quiet_s, self.delivered, self.since = port, quiet_s, None, time.monotonic()

    def done(self):
        nats = Nats(self.port)
        try:
            consumers = [nats.request_json(f"$JS.API.CONSUMER.INFO.{name}.riskd", {}) for name in IN]
        finally:
            nats.close()
        delivered = [consumer["delivered"]["consumer_seq"] for consumer in consumers]
        if delivered != self.delivered or any(consumer["num_pending"] for consumer in consumers):
            self.delivered, self.since = delivered, time.monotonic()
        return time.monotonic() - self.since > self.quiet_s


def make_outputs(port, bytes_max):
    """RISK_OUT with a bound of its own, before a node makes it."""
    nats = Nats(port)
    made = nats.request_json("$JS.API.STREAM.CREATE.RISK_OUT", {
        "name": "RISK_OUT", "subjects": [f"risk.{channel}.>" for channel in ("approved", "assessments", "actions", "alerts")],
        "retention": "limits", "discard": "old", "storage": "file", "max_bytes": bytes_max, "max_age": 24 * 3600 * 10**9,
        "duplicate_window": 120 * 10**9, "num_replicas": 1})
    nats.close()
    if "error" in made:
        raise AssertionError(made["error"])


def left_in(port, name):
    nats = Nats(port)
    try:
        return nats.request_json(f"$JS.API.STREAM.INFO.{name}", {})["state"]["messages"]
    finally:
        nats.close()


def read_all(port, name):
    """(subject, headers, body) of every message, in the stream's order: pulled, so that no reader is ever too slow."""
    nats = Nats(port)
    left = nats.request_json(f"$JS.API.STREAM.INFO.{name}", {})["state"]["messages"]
    made = nats.request_json(f"$JS.API.CONSUMER.CREATE.{name}", {"stream_name": name, "config": {
        "deliver_policy": "all", "ack_policy": "none", "replay_policy": "instant"}})
    consumer, inbox = made["name"], "_INBOX.read.all"
    nats.subscribe(inbox)
    messages = []
    while len(messages) < left:
        nats.publish(f"$JS.API.CONSUMER.MSG.NEXT.{name}.{consumer}",
                     json.dumps({"batch": min(AT_ONCE, left - len(messages)), "expires": 2_000_000_000}), reply=inbox)
        wanted = min(AT_ONCE, left - len(messages))
        while wanted:
            message = nats.next(10)
            if message is None or message.headers.get("Status"):
                raise AssertionError(f"{len(messages)} of {left} messages of {name} came: {message}")
            messages.append((message.subject, message.headers, message.body))
            wanted -= 1
    nats.close()
    return messages


class Deaf:
    """Listens to everything and never reads: the server has to do without it, and so has the node."""

    def __init__(self, port):
        self.port, self.socket = port, None
        self.again()

    def again(self):
        self.close()
        self.socket = socket.create_connection(("127.0.0.1", self.port), 5)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self.socket.sendall(b'CONNECT {"verbose":false}\r\nSUB risk.> 1\r\nSUB trading.> 2\r\n')

    def close(self):
        if self.socket:
            self.socket.close()


def batch_encoder(protos, folder):
    """A function from a batch as JSON has it to its bytes, by protobuf's own library."""
    subprocess.run(["protoc", f"--proto_path={protos}", f"--python_out={folder}", "trading/trading_signals.proto"], check=True)
    sys.path.insert(0, str(folder))
    from google.protobuf import json_format
    from trading import trading_signals_pb2

    def encode(batch):
        return json_format.ParseDict(batch, trading_signals_pb2.TradingSignalBatch()).SerializeToString()

    return encode

"""A NATS server and a node of the sample's tenants for each test, and what one of these tenants sends."""
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from live import stage  # noqa: E402
from live.nats_wire import Nats  # noqa: E402

USER = ("sector-1", "u00013")
SUBJECT = ".".join(USER)


def batch(number, **more):
    return {"batch_id": f"b{number}", "company_id": USER[0], "user_id": USER[1], "source": "engine", "sequence": number,
            "correlation_id": f"c{number}",
            "trading_signals": [{"signal_id": f"s{number}", "symbol": "EURUSD", "side": "BUY", "strategy_id": "trend",
                                 "strategy_type": "TREND_FOLLOWING", "confidence": 0.6,
                                 "requested_notional": 400.0 + number}], **more}


class SampleNode(unittest.TestCase):
    RISKD = ""
    SETTINGS = None  # section -> key -> value, on top of the usual

    def setUp(self):
        self.folder = stage.temporary()
        self.server = stage.NatsServer(self.folder / "nats")
        self.node = stage.Node(self.RISKD, self.folder / "node", self.server.port, settings=self.SETTINGS)
        self.nats = Nats(self.server.port)

    def tearDown(self):
        self.nats.close()
        if self.node.process.poll() is None:
            self.node.kill()
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    """Arguments: riskd, and unittest's."""
    stage.need_nats_server()
    SampleNode.RISKD = sys.argv.pop(1)
    unittest.main(verbosity=2)

"""A NATS server and a node on free loopback ports, stopped by their own pid."""
import functools
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from live.nats_wire import Nats

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = SOURCE / "deploy" / "sample"


def wait_for(what, holds, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = holds()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"{what} did not happen within {seconds} s")


@functools.cache
def last_closes(market=SAMPLE / "market"):
    """The newest price of each symbol of a market folder."""
    closes = {}
    for file in sorted(market.glob("*.csv")):
        lines = file.read_text().splitlines()
        names, last = lines[0].split(","), lines[-1].split(",")
        if "close" in [n.lower() for n in names]:
            closes[file.stem] = float(last[[n.lower() for n in names].index("close")])
        else:
            closes.update({n: float(v) for n, v in zip(names[1:], last[1:]) if v})
    return closes


def publish_prices(nats):
    """A tick of now for every symbol, at its last close. How many."""
    closes = last_closes()
    for symbol, price in closes.items():
        nats.publish(f"market.ticks.{symbol}",
                     json.dumps({"symbol": symbol, "last": price, "at_ms": int(time.time() * 1000)}),
                     {"Content-Type": "application/json"})
    nats.flush()
    return len(closes)


class Prices:
    """Keeps prices fresh until it is left: a node refuses what would open on stale ones."""
    def __init__(self, port, every_seconds=1.0):
        self.nats, self.every, self.ended = Nats(port), every_seconds, threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        while not self.ended.wait(self.every):
            try:
                publish_prices(self.nats)
            except OSError:  # the server is gone: whoever works with it says so
                return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self.nats.close()


class NatsServer:
    def __init__(self, folder, port=-1):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = port
        self.start()

    def start(self):
        for old in self.folder.glob("nats-server_*.ports"):
            old.unlink()
        self.process = subprocess.Popen(
            ["nats-server", "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self.folder / "store"),
             "-m", "-1", "--ports_file_dir", str(self.folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        files = wait_for("the server's ports file", lambda: list(self.folder.glob("nats-server_*.ports")))
        ports = json.loads(wait_for("the server's ports", lambda: files[0].read_text()))
        self.port = int(ports["nats"][0].rsplit(":", 1)[1])
        self.monitoring = ports["monitoring"][0]

    def streams(self):
        """What the server says of its streams and their consumers: {name: (messages, bytes, waiting, unsettled)}."""
        with urllib.request.urlopen(f"{self.monitoring}/jsz?consumers=true", timeout=10) as answer:
            accounts = json.load(answer).get("account_details", [])
        found = {}
        for stream in (stream for account in accounts for stream in account.get("stream_detail", [])):
            consumers = stream.get("consumer_detail") or []
            found[stream["name"]] = (stream["state"]["messages"], stream["state"]["bytes"],
                                     sum(c["num_pending"] for c in consumers), sum(c["num_ack_pending"] for c in consumers))
        return found

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait()


def toml(sections):
    """JSON's strings, numbers and booleans are TOML's."""
    return "".join(f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
                   for name, keys in sections.items())


class Node:
    def __init__(self, riskd, folder, nats_port=None, arguments=(), environment=None, inputs=SAMPLE, settings=None,
                 start=True):
        """@param inputs  folder of market and setups. @param settings  section -> key -> value, on top of the usual."""
        self.riskd, self.folder, self.environment = riskd, pathlib.Path(folder), environment
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "riskd.toml"
        sections = {
            "node": {"data": str(self.folder / "data"), "market": str(inputs / "market")} |
                    {name: str(inputs / f"{name}.json") for name in ("tenants", "companies", "instruments")},
            "http": {"port": 0},
            "log": {"format": "json", "level": "debug", "file": str(self.folder / "log.jsonl")}}
        if nats_port:
            sections["nats"] = {"url": f"nats://127.0.0.1:{nats_port}", "redeliver_after_ms": 100}
        for name, keys in (settings or {}).items():
            sections.setdefault(name, {}).update(keys)
        self.config.write_text(toml(sections))
        self.arguments = list(arguments)
        if start:
            self.start()

    def start(self, wait=True):
        log = self.folder / "log.jsonl"
        self.log_from = log.stat().st_size if log.exists() else 0
        self.process = subprocess.Popen([self.riskd, "run", "--config", str(self.config), *self.arguments],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=self.environment)
        if not wait:
            return
        try:
            self.http = wait_for("the node's HTTP port", lambda: self._said("http is open"))["port"]
            wait_for("a node that is ready", lambda: self._said("ready"))
        except AssertionError:
            self.process.kill()  # whoever makes it has no handle to stop it by
            raise

    def is_ready(self):
        return any(line["message"] == "ready" for line in self.log())

    def log(self):
        path = self.folder / "log.jsonl"
        if not path.exists():
            return []
        with path.open("rb") as file:
            file.seek(self.log_from)
            return [json.loads(line) for line in file.read().decode().splitlines() if line.endswith("}")]

    def _said(self, message):
        if self.process.poll() is not None:
            raise AssertionError(f"riskd ended with {self.process.returncode}: {self.process.stderr.read().decode()} "
                                 f"{self.log()[-3:]}")
        return next((line for line in self.log() if line["message"] == message), None)

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def prices_taken(self):
        """Counted when they are in a view."""
        found = re.search(r'riskd_prices_total\{[^}]*verdict="TAKEN"\} (\d+)', self.get("/metrics")[1])
        return int(found[1]) if found else 0

    def feed(self, nats):
        """A live price for every symbol, at its last close, until the node has made a view of them."""
        before = self.prices_taken()
        count = publish_prices(nats)
        wait_for("a fresh market", lambda: self.prices_taken() == before + count)

    def kill(self):
        self.process.kill()
        self._end()

    def stop(self):
        """Orderly. Its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._end()

    def _end(self):
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


def temporary():
    return pathlib.Path(tempfile.mkdtemp(prefix="riskcluster-live-"))


def need_nats_server():
    if not shutil.which("nats-server"):
        print("skipped: nats-server is not installed; scripts/setup installs it")
        sys.exit(77)

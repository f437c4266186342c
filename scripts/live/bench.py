#!/usr/bin/python3
"""Rows of the benchmark over a real NATS server, and the soak; scripts/bench builds what they need and calls this."""
import argparse
import contextlib
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from live import soak, stage, streams  # noqa: E402

RELEASE = stage.SOURCE / "build" / "release"
ROWS = ["4", "4-core", "3", "5", "6", "flood", "hops"]
OTHER_ROWS = ["3-core", "5-core", "hops-core"]
MORE_TENANTS = {"6": ["--companies", "1000", "--subscribers", "10000"], "flood": ["--subscribers", "1"]}
NEWER_SERVER = stage.SOURCE / "build" / "nats-server" / "usr" / "sbin"  # by scripts/fetch_nats_server
DEFAULTS = {"3": ("--rate", "5000"), "hops": ("--seconds", "5")}  # others than bench_live's own


class Stage:
    """A server and a node with the tenants of the load generator, prices kept fresh, all below one folder."""
    def __init__(self, folder, settings, jetstream=True, tenants=(), out_mb=None):
        """@param settings  section -> key -> value, on top of the usual.
        @param out_mb  bound of the stream of outputs, where it is not to be the node's own."""
        self.folder, self.jetstream, self.tenants, self.out_mb = folder, jetstream, list(tenants), out_mb
        self.settings = settings

    def __enter__(self):
        with contextlib.ExitStack() as undo:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
            subprocess.run(self.generator("setups", *self.tenants), check=True)
            self.server = stage.NatsServer(self.folder / "nats")
            undo.callback(self.server.stop)
            if self.out_mb:
                streams.make_outputs(self.server.port, self.out_mb << 20)
            setups = {name: str(self.folder / f"{name}.json") for name in ("tenants", "companies")}
            usual = {"node": setups, "log": {"level": "info"}, "nats": {"jetstream": self.jetstream, "redeliver_after_ms": 1_000}}
            self.node = stage.Node(str(RELEASE / "riskd"), self.folder / "node", self.server.port, settings={
                name: usual.get(name, {}) | self.settings.get(name, {}) for name in usual | self.settings})
            undo.callback(self._end_node)
            nats = stage.Nats(self.server.port)
            self.node.feed(nats)
            nats.close()
            undo.enter_context(stage.Prices(self.server.port))
            self.undo = undo.pop_all()
        return self

    def __exit__(self, *_):
        self.undo.close()

    def _end_node(self):
        if self.node.process.poll() is None:
            self.node.process.terminate()
            try:
                self.node.process.wait(20)
            except subprocess.TimeoutExpired:
                self.node.process.kill()
        self.node.process.wait()

    def generator(self, row, *options):
        sample = ["--market", stage.SAMPLE / "market", "--instruments", stage.SAMPLE / "instruments.json"]
        return [str(part) for part in [RELEASE / "bench_live", row, *sample, "--data", self.folder, *options]]

    def load(self, row, options):
        watched = ["--pid", f"riskd={self.node.process.pid}", "--pid", f"nats-server={self.server.process.pid}"]
        core = [] if self.jetstream else ["--core"]
        return self.generator(row, "--url", f"nats://127.0.0.1:{self.server.port}", *watched, *core, *self.tenants, *options)


def settings_of(words):
    """[section.key=value]: {section: {key: value}}; a value that is no TOML number or boolean is a text."""
    found = {}
    for word in words:
        place, _, value = word.partition("=")
        section, _, key = place.partition(".")
        if not (section and key and value):
            raise argparse.ArgumentTypeError(f"{word}: must be section.key=value")
        try:
            value = json.loads(value)
        except ValueError:
            pass
        found.setdefault(section, {})[key] = value
    return found


def run_rows(rows, options, folder, settings):
    print(f"{'row':<4} {'microseconds':<44} {'p50':>9} {'mean':>9} {'p99':>9} {'p99.9':>9} {'max':>9}   goal", flush=True)
    code = 0
    for row in rows:
        name, _, core = row.partition("-")
        own = DEFAULTS.get(name, ())
        more = [] if set(own) & set(options) else list(own)
        with Stage(folder / row, settings, not core, MORE_TENANTS.get(name, ())) as on:
            try:
                ended = subprocess.run(on.load(name, more + options), timeout=1_800, check=False)
                code = code or ended.returncode
            except subprocess.TimeoutExpired:
                print(f"bench: row {row} did not end within half an hour", file=sys.stderr)
                code = 1
            if on.node.process.poll() is not None:
                print(f"bench: riskd ended with {on.node.process.returncode} in row {row}", file=sys.stderr)
                code = 1
    return code


def main():
    # What stands before the first option is ours; in `live` all the rest is the generator's.
    words = list(itertools.takewhile(lambda word: not word.startswith("-"), sys.argv[1:]))
    kind, rows, rest = words[0], words[1:], sys.argv[1 + len(words):]
    parser = argparse.ArgumentParser(prog=f"scripts/bench {kind}", description=__doc__,
                                     epilog="Further options go to build/release/bench_live; its --help has them.")
    if kind == "soak":
        parser.add_argument("--minutes", type=float, default=30)
        parser.add_argument("--rate", type=float, default=1000, help="signals a second")
        parser.add_argument("--out-mb", type=int, help="MiB that RISK_OUT may hold, to see it full within minutes")
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE",
                        help="a setting of the node, for example nats.risk_metrics_interval_ms=0")
    options, more = parser.parse_known_args(rest)
    try:
        settings = settings_of(options.set)
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    unknown = [row for row in rows if kind == "soak" or row not in ROWS + OTHER_ROWS]
    if unknown:
        parser.error(f"no such row: {' '.join(unknown)}")
    if kind == "soak" and NEWER_SERVER.exists():  # Debian 12's is slow once the stream of outputs is full
        os.environ["PATH"] = f"{NEWER_SERVER}:{os.environ['PATH']}"
    stage.need_nats_server()
    print(subprocess.run(["nats-server", "--version"], capture_output=True, text=True, check=True).stdout.strip(), flush=True)
    # An end by signal also stops what was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = stage.SOURCE / "build" / "bench" / f"{kind}-{os.getpid()}"
    try:
        if kind == "live":
            return run_rows(rows or ROWS, more, folder, settings)
        with Stage(folder, settings, out_mb=options.out_mb) as on:
            return soak.run(on, options.minutes, options.rate, more)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

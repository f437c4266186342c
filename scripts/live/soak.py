"""A rate of signals kept for long: what is answered, what grows, and whether the end is like the beginning."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

from live import stage

FREE_BYTES_MIN = 4 << 30
MB = 1 << 20


def rss_mb(pid):
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / MB


def size_mb(folder):
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # a compaction took it away
            pass
    return total / MB


def gauges(metrics):
    """Those of the node by name; one with labels is the sum over them."""
    names = set(re.findall(r"^# TYPE (riskd_\S+) gauge$", metrics, re.MULTILINE))
    found = {}
    for line in metrics.splitlines():
        name = re.match(r"[A-Za-z_:]\w*", line)
        if name and name[0] in names:
            found[name[0]] = found.get(name[0], 0.0) + float(line.rsplit(" ", 1)[1])
    return found


def counters(metrics, name, **labels):
    """The sum over all series of a counter that have these labels."""
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    return sum(float(line.rsplit(" ", 1)[1]) for line in metrics.splitlines()
               if line.startswith((name + "{", name + " ")) and all(part in line for part in wanted))


def look(on, heard):
    """One line: what the generator has heard, and what can be seen of the processes."""
    streams = on.server.streams()
    none = (0, 0, 0, 0)
    signals, updates, out = (streams.get(f"RISK_{name}", none) for name in ("SIGNALS_IN", "UPDATES_IN", "OUT"))
    return {
        "answered/s": heard["answered_per_s"], "approved %": 100 * heard["approved"],
        **{f"answer us {which}": heard["answer_us"][which] for which in ("p50", "p99", "p999", "max")},
        **{f"approved us {which}": heard["approved_us"][which] for which in ("p50", "p99", "p999", "max")},
        "refused": heard["refused"], "under way": heard["under_way"],
        "RSS MB riskd": rss_mb(on.node.process.pid), "RSS MB nats": rss_mb(on.server.process.pid),
        "disk MB data": size_mb(on.node.folder / "data"), "disk MB out": out[1] / MB, "out messages": out[0],
        "signals waiting": signals[2], "signals unsettled": signals[3],
        "updates waiting": updates[2], "updates unsettled": updates[3],
        **gauges(on.node.get("/metrics")[1]),
    }


# What a line shows, below what: the rest is compared at the end.
COLUMNS = {
    "": ["answered/s", "approved %"],
    "answer us": ["p50", "p99", "max"],
    "approved us": ["p50", "p99", "max"],
    "RSS MB": ["riskd", "nats"],
    "disk MB": ["data", "out"],
    "signals": ["waiting", "unsettled"],
    "updates": ["waiting", "unsettled"],
}


def print_header():
    groups = "".join(f"{group:>{11 * len(names)}}" for group, names in COLUMNS.items())
    print(f"{'':>5}{groups}\n{'min':>5}" + "".join(f"{name:>11}" for names in COLUMNS.values() for name in names) +
          "  gauges that are not 0", flush=True)


def print_line(minutes, line):
    own = " ".join(f"{name.removeprefix('riskd_')}={value:g}" for name, value in sorted(line.items())
                   if name.startswith("riskd_") and value)
    values = [line[f"{group} {name}".strip()] for group, names in COLUMNS.items() for name in names]
    print(f"{minutes:5.1f}" + "".join(f"{value:11.1f}" if value < 100 else f"{value:11,.0f}" for value in values) + f"  {own}",
          flush=True)


def compare(lines):
    """First and last third, as means of the intervals; of the slowest answers the worst."""
    third = max(1, len(lines) // 3)
    print(f"\n{'first and last third of ' + str(len(lines)) + ' intervals':<44} {'first':>12} {'last':>12} {'last/first':>11}")
    for name in sorted({name for line in lines for name in line}, key=lambda n: (n.startswith("riskd_"), n)):
        parts = [[line.get(name, 0.0) for line in part] for part in (lines[:third], lines[-third:])]
        first, last = (max(part) if name.endswith(" max") else sum(part) / len(part) for part in parts)
        if first or last:
            print(f"{name:<44} {first:12,.1f} {last:12,.1f} {last / first if first else float('inf'):11.2f}")


def settled(on, seconds=30):
    """Whether all facts were taken: until then, or until the time is over."""
    try:
        stage.wait_for("all facts", lambda: not any(on.server.streams().get("RISK_UPDATES_IN", (0, 0, 0, 0))[2:]), seconds)
        return True
    except AssertionError:
        return False


def watch_disk(folder, process, ended):
    while not ended.wait(1):
        if shutil.disk_usage(folder).free < FREE_BYTES_MIN:
            print(f"bench: less than {FREE_BYTES_MIN >> 30} GiB are free: the soak is ended", file=sys.stderr)
            process.terminate()
            return


def run(on, minutes, rate, options):
    """The exit status."""
    command = on.load("soak", ["--seconds", str(60 * minutes), "--rate", str(rate), *options])
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    ended = threading.Event()
    threading.Thread(target=watch_disk, args=(on.folder, process, ended), daemon=True).start()
    lines, end, reasons, begun = [], None, {}, None
    try:
        print_header()
        for text in process.stdout:
            heard = json.loads(text)
            if "lost" in heard:
                end = heard
                break
            if on.node.process.poll() is not None:
                print(f"bench: riskd ended with {on.node.process.returncode}", file=sys.stderr)
                return 1
            begun = begun or time.monotonic() - heard["seconds"]
            for reason, count in heard["reasons"].items():
                reasons[reason] = reasons.get(reason, 0) + count
            line = look(on, heard)
            # The last one has what was left: alone it is no interval.
            if heard["seconds"] > 5:
                lines.append(line)
            print_line((time.monotonic() - begun) / 60, line)
        process.wait(60)
    finally:
        ended.set()
        if process.poll() is None:
            process.terminate()
            process.wait()
    return judge(on, lines, end, reasons)


def judge(on, lines, end, reasons):
    if end is None:
        print("bench: the load generator ended early", file=sys.stderr)
        return 1
    facts = settled(on)
    metrics = on.node.get("/metrics")[1]
    dead = counters(metrics, "riskd_dead_letters_total")
    taken = counters(metrics, "riskd_inputs_total", source="nats-updates", fate="settled")
    if lines:
        compare(lines)
    total = max(1, sum(reasons.values()))
    print("\nreasons of reduced and rejected signals: " +
          ", ".join(f"{name} {100 * count / total:.0f}%" for name, count in sorted(reasons.items(), key=lambda r: -r[1])[:8]))
    print(f"sent {end['sent']}, answered {end['answered']}, lost {end['lost']}, came twice {end['copies']}; "
          f"facts sent {end['fills']}, taken {taken:.0f}; dead letters {dead:.0f}")
    good = end["lost"] == 0 and dead == 0 and facts and taken >= end["fills"]
    if not good:
        print("bench: something was lost, or is not taken", file=sys.stderr)
    return 0 if good else 1

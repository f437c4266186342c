#!/usr/bin/python3
"""scripts/check_layers finds every breach of a rule: each is put alone into a copy of the tree clean/, which keeps
every rule, and must be the only violation reported, at its file and line. Every rule has a breach here."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CHECK = HERE.parent.parent / "scripts" / "check_layers"

# (rule, file, line that breaks it): appended to the file, which is made when it is not there.
BREACHES = [
    # ARCHITECTURE.md, section 3, Never 1-6.
    ("arrow", "src/risk/a.cpp", '#include "messages/codec.hpp"'),
    ("package", "src/risk/a.cpp", "#include <caf/actor.hpp>"),
    ("package", "src/files/a.cpp", "#include <caf/actor.hpp>"),
    ("arrow", "src/files/a.cpp", '#include "messages/codec.hpp"'),
    ("unlisted-folder", "actors/portfolio.cpp", '#include "core/time.hpp"'),
    ("arrow", "src/core/a.cpp", '#include "risk/returns.hpp"'),
    ("package", "src/risk/a.cpp", "#include <nlohmann/json.hpp>"),
    ("arrow", "src/risk/a.cpp", '#include "files/text_file.hpp"'),
    ("package", "src/risk/a.cpp", "#include <spdlog/spdlog.h>"),
    ("package", "src/risk/a.cpp", "#include <google/protobuf/message.h>"),
    ("generated", "src/risk/a.cpp", '#include "risk/returns.pb.h"'),
    ("generated", "src/files/a.cpp", '#include "risk/returns.pb.h"'),
    ("generated", "src/riskd.cpp", '#include "risk/returns.pb.h"'),
    ("generated", "messages/a.hpp", '#include "risk/returns.pb.h"'),
    ("driver-in-header", "messages/a.hpp", "#include <google/protobuf/message.h>"),
    ("driver-in-header", "src/files/a.hpp", "#include <date/tz.h>"),
    ("driver-in-header", "src/core/a.hpp", "#include <xxhash.h>"),
    ("driver-in-header", "src/risk/a.hpp", "#include <Eigen/SVD>"),
    # Pure folders: no surroundings.
    ("pure-header", "src/risk/a.cpp", "#include <thread>"),
    ("pure-header", "src/risk/a.hpp", "#include <filesystem>"),
    ("pure-header", "src/core/a.cpp", "#include <iostream>"),
    ("pure-header", "src/core/a.cpp", "#  include <fstream>"),
    ("pure-header", "src/core/a.cpp", "#include <mutex>"),
    ("pure-header", "src/core/a.cpp", "#include <condition_variable>"),
    ("pure-header", "src/core/a.cpp", "#include <future>"),
    ("pure-header", "src/core/time.cpp", "#include <ctime>"),
    ("chrono", "src/risk/a.cpp", "#include <chrono>"),
    ("clock", "src/risk/a.cpp", "auto now() { return std::chrono::steady_clock::now(); }"),
    ("clock", "src/core/time.cpp", "auto now() { return std::chrono::system_clock::now(); }"),
    ("clock", "src/risk/a.cpp", "auto seed = time(nullptr);"),
    ("clock", "src/risk/a.cpp", "auto seed = std::time(nullptr);"),
    ("global-random", "src/risk/a.cpp", "std::random_device device;"),
    ("global-random", "src/risk/a.cpp", "int draw = rand();"),
    ("global-random", "src/risk/a.cpp", "auto noise = Eigen::VectorXd::Random(3);"),
    ("process", "src/risk/a.cpp", 'auto* place = std::getenv("HOME");'),
    ("print", "src/risk/a.cpp", 'void say() { std::printf("x"); }'),
    ("posix", "src/risk/a.cpp", "#include <unistd.h>"),
    ("posix", "messages/a.cpp", "#include <sys/stat.h>"),
    # Once, and in one place.
    ("one-home", "src/core/a.cpp", "#include <xxhash.h>"),
    ("once-per-layer", "src/risk/z.cpp", "#include <Eigen/Dense>"),
    ("once-per-layer", "messages/z.cpp", "#include <nlohmann/json.hpp>"),
    ("once-per-layer", "messages/z.cpp", "#include <google/protobuf/util/json_util.h>"),
    ("once-per-layer", "src/z.cpp", "#include <CLI/App.hpp>"),
    # Nothing escapes.
    ("unknown-header", "src/files/a.cpp", "#include <boost/asio.hpp>"),
    ("unknown-header", "src/files/a.cpp", "#include <immintrin.h>"),
    ("unknown-header", "src/files/a.cpp", '#include "support/skip.hpp"'),
    ("written-from-src", "src/risk/a.cpp", '#include "returns.hpp"'),
    ("written-from-src", "src/risk/a.cpp", '#include "../core/time.hpp"'),
    ("written-from-src", "src/risk/a.cpp", "#include RISK_HEADER"),
    ("unlisted-folder", "src/journal/a.cpp", "int x;"),
    ("unlisted-folder", "src/risk/detail/a.hpp", "int x;"),
    ("file-ending", "src/risk/a.h", "int x;"),
    ("table-and-links", "CMakeLists.txt", "riskcluster_layer(journal src/journal LINK core)"),
    ("table-and-links", "CMakeLists.txt", "riskcluster_program(riskctl src/riskctl.cpp LINK spdlog_package)"),
    ("table-and-links", "CMakeLists.txt", "riskcluster_layer(early src/core LINK risk)"),
]

# (what stands in the table, what is put instead, words of the complaint): a table that cannot be read ends with 2.
TABLES = [
    ('src/core                           | date"', 'src/core src/nowhere | date"', "src/nowhere, which has no row"),
    ("| date", "| dates", "unknown package dates"),
    ("DOOR src/files", "GATE src/files", "a row is"),
    ('"PURE src/risk  : src/core                           | eigen"', '"PURE src/risk src/core"', "a row is"),
    ("RISKCLUSTER_LAYERS", "LAYERS", "no table RISKCLUSTER_LAYERS"),
]
# A permission that nothing links is stale, or a link is missing: found as table-and-links in the row's line.
STALE = ("| date", "| date nats")


def run(root, *options):
    done = subprocess.run([sys.executable, CHECK, "--root", root, *options], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def violations(output):
    return [line for line in output.splitlines() if re.search(r"\[[a-z-]+\]$", line)]


def breach_faults(copy, rule, name, text):
    path = copy / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text() if path.exists() else ""
    path.write_text(before + text + "\n")
    line = before.count("\n") + 1 if rule not in ("unlisted-folder", "file-ending") else 1
    status, output, _ = run(copy)
    found = violations(output)
    if status == 1 and len(found) == 1 and found[0].startswith(f"{name}:{line}: ") and found[0].endswith(f"[{rule}]"):
        return []
    return [f"{rule}: {name}: {text}\n  exit {status}, expected one violation at line {line}, got: {found}"]


def table_faults(copy, old, new, complaint):
    path = copy / "CMakeLists.txt"
    text = path.read_text()
    assert old in text, old
    path.write_text(text.replace(old, new))
    status, _, errors = run(copy)
    return [] if status == 2 and complaint in errors else [f"table with {new}: exit {status}, {errors!r}"]


def stale_faults(copy):
    path = copy / "CMakeLists.txt"
    path.write_text(path.read_text().replace(*STALE))
    status, output, _ = run(copy)
    found = violations(output)
    good = status == 1 and len(found) == 1 and "may include nats and does not link it" in found[0]
    return [] if good else [f"stale permission: exit {status}, {found}"]


def in_copy(test, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "tree"
        shutil.copytree(HERE / "clean", copy)
        return test(copy, *arguments)


def main():
    faults = []
    status, output, errors = run(HERE / "clean")
    if status != 0:
        faults.append(f"the clean tree: exit {status}\n{output}{errors}")
    for breach in BREACHES:
        faults += in_copy(breach_faults, *breach)
    for table in TABLES:
        faults += in_copy(table_faults, *table)
    faults += in_copy(stale_faults)
    rules = {line.split()[0] for line in run(HERE / "clean", "--rules")[1].splitlines()}
    faults += [f"rule {rule} has no breach here" for rule in sorted(rules - {breach[0] for breach in BREACHES})]
    print("\n".join(faults + [f"{len(BREACHES)} breaches of {len(rules)} rules, {len(TABLES)} unreadable tables: "
                              f"{len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

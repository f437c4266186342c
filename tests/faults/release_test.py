"""What is shipped has no failpoint.

    release_test.py SHIPPED TESTED OBJECT...
        SHIPPED  riskd of the release build; without it that part is skipped (77)
        TESTED   riskd of a build with failpoints: shows that the search would find them
        OBJECT   compiled without failpoints
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "deploy/sample"
SHIPPED, TESTED, OBJECTS = None, None, []


def names():
    """Of all failpoints in the sources."""
    found = set()
    for folder in ("src", "actors", "messages"):
        for path in (ROOT / folder).rglob("*.cpp"):
            found.update(re.findall(r'\bfailpoint\("(\w+)"\)', path.read_text()))
    return sorted(found)


def traces(program):
    """Names of failpoints, and of what reads them, in a program's bytes."""
    content = pathlib.Path(program).read_bytes()
    return [name for name in [*names(), "RISKCLUSTER_FAILPOINTS"] if name.encode() in content]


def replay(program, failpoints):
    with tempfile.TemporaryDirectory() as folder:
        lines = SAMPLE.joinpath("signals.jsonl").read_text().splitlines(keepends=True)[:50]
        signals = pathlib.Path(folder) / "signals.jsonl"
        signals.write_text("".join(lines))
        command = [program, "replay", "--market", SAMPLE / "market", "--tenants", SAMPLE / "tenants.json", "--companies",
                   SAMPLE / "companies.json", "--instruments", SAMPLE / "instruments.json", "--signals", signals]
        done = subprocess.run(command, env={**os.environ, "RISKCLUSTER_FAILPOINTS": failpoints}, capture_output=True)
    return done.returncode, re.sub(rb'"performance_metrics":\{[^{}]*\}', b"", done.stdout)


class Shipped(unittest.TestCase):
    def setUp(self):
        if not SHIPPED.exists():
            self.skipTest(f"{SHIPPED} is not there: cmake --preset release && cmake --build --preset release")

    def test_the_program_knows_no_failpoint(self):
        self.assertEqual(traces(SHIPPED), [])

    def test_the_environment_changes_nothing(self):
        plain = replay(SHIPPED, "")
        for text in [f"{name}=kill@1" for name in names()] + ["not to be read"]:
            self.assertEqual(replay(SHIPPED, text), plain)


class Built(unittest.TestCase):
    def test_a_build_with_failpoints_is_found_out(self):
        self.assertEqual(traces(TESTED), [*names(), "RISKCLUSTER_FAILPOINTS"])
        self.assertEqual(replay(TESTED, "before_append=kill@1")[0], -9)
        self.assertLess(replay(TESTED, "not to be read")[0], 0)

    def test_without_the_definition_no_object_has_a_trace(self):
        self.assertEqual(len(OBJECTS), 2)
        for path in OBJECTS:
            symbols = subprocess.run(["nm", "-C", path], check=True, capture_output=True, text=True).stdout
            self.assertNotIn("riskcluster::failpoint(", symbols)
            self.assertNotIn(b"name_of_a_failpoint", pathlib.Path(path).read_bytes())

    def test_a_release_with_failpoints_is_not_configured(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(["cmake", "-S", ROOT, "-B", folder, "-DCMAKE_BUILD_TYPE=Release",
                                   "-DRISKCLUSTER_FAILPOINTS=ON"], capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("what is shipped has no failpoint", " ".join(done.stderr.split()))


def main():
    global SHIPPED, TESTED, OBJECTS
    SHIPPED, TESTED, *OBJECTS = map(pathlib.Path, sys.argv[1:])
    ran = unittest.main(argv=sys.argv[:1], exit=False).result
    if ran.wasSuccessful() and ran.skipped:
        print("SKIPPED: " + ran.skipped[0][1])
        sys.exit(77)
    sys.exit(not ran.wasSuccessful())


if __name__ == "__main__":
    main()

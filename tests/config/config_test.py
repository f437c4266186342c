"""What `riskd config` reads, says and returns. usage: config_test.py RISKD"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "config" / "riskd.toml"


class Config(unittest.TestCase):
    riskd = ""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, text):
        path = self.folder / "riskd.toml"
        path.write_text(text)
        return path

    def call(self, *arguments):
        """(exit status, standard output, lines of standard error)"""
        done = subprocess.run([self.riskd, "config", *map(str, arguments)], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr.splitlines()

    def test_the_default_is_the_shipped_file_and_sound(self):
        self.assertEqual(self.call("default"), (0, SHIPPED.read_text(), []))
        status, out, err = self.call("check", SHIPPED)
        self.assertEqual((status, err), (0, []))
        settings = sum(" = " in line and not line.startswith("#") for line in SHIPPED.read_text().splitlines())
        self.assertEqual(out, f"{SHIPPED}: sound, {settings} settings set, the rest default\n")

    def test_a_sound_file_is_one_line_on_standard_output(self):
        path = self.file("[http]\nport = 0\n[node]\nworkers = 2\n")
        self.assertEqual(self.call("check", path), (0, f"{path}: sound, 2 settings set, the rest default\n", []))
        path = self.file("[http]\nport = 0\n")
        self.assertEqual(self.call("check", path), (0, f"{path}: sound, 1 setting set, the rest default\n", []))

    def test_every_fault_is_a_line_on_standard_error(self):
        path = self.file('[node]\nworker = 1\n[http]\nport = "x"\nlisten = "0.0.0.0"\n')
        status, out, err = self.call("check", path)
        self.assertEqual((status, out), (1, ""))
        self.assertEqual([line for line in err if "warning" not in line],
                         [f"{path}:2: node.worker: no such key; did you mean workers?",
                          f"{path}:4: http.port: is a text; allowed: 0 to 65535"])
        self.assertEqual([line[:len(f"{path}:5: warning: http.listen: ")] for line in err if "warning" in line],
                         [f"{path}:5: warning: http.listen: "])

    def test_a_warning_is_no_fault(self):
        path = self.file('[http]\nlisten = "0.0.0.0"\n')
        status, out, err = self.call("check", path)
        self.assertEqual((status, out.count("\n"), len(err)), (0, 1, 1))
        self.assertIn(f"{path}:2: warning: http.listen: ", err[0])

    def test_an_error_of_syntax_has_its_line(self):
        path = self.file("[http]\nport = \n")
        status, out, err = self.call("check", path)
        self.assertEqual((status, out, len(err)), (1, "", 1))
        self.assertTrue(err[0].startswith(f"{path}:2: is no TOML: "), err)

    def test_a_file_that_cannot_be_read_is_named(self):
        nowhere = self.folder / "nowhere.toml"
        self.assertEqual(self.call("check", nowhere), (1, "", [f"{nowhere}: cannot be read: No such file or directory"]))
        self.assertEqual(self.call("check", self.folder), (1, "", [f"{self.folder}: is a folder, not a file"]))

    def test_what_cannot_be_written_is_a_failure(self):
        for call in (("default",), ("check", SHIPPED)):
            with open("/dev/full", "w") as full:
                done = subprocess.run([self.riskd, "config", *call], stdout=full, timeout=60)
            self.assertEqual(done.returncode, 1)

    def test_help_shows_examples(self):
        for call in (("--help",), ("check", "--help"), ("default", "--help")):
            status, out, err = self.call(*call)
            self.assertEqual((status, err), (0, []))
            self.assertIn("Examples:\n  riskd config ", out)

    def test_what_cannot_be_meant_is_wrong_usage(self):
        for call in ((), ("check",), ("check", "a", "b"), ("default", "a"), ("chek", "a")):
            status, out, err = self.call(*call)
            self.assertEqual((status, out), (2, ""))
            self.assertNotEqual(err, [])


if __name__ == "__main__":
    Config.riskd = sys.argv.pop(1)
    unittest.main(verbosity=1)

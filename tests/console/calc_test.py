"""What `riskctl calc` prints, refuses and returns. usage: calc_test.py RISKCTL

Expected numbers are done by hand beside their test; the formulas at large are compared by tests/reference.
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest

RISKCTL = ""


def run(*arguments):
    done = subprocess.run([RISKCTL, *arguments], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def answer(*arguments):
    status, out, err = run("-o", "json", "calc", *arguments)
    assert status == 0, err
    return json.loads(out)


class WithFiles(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def file(self, name, text):
        path = pathlib.Path(self.folder.name, name)
        path.write_text(text, newline="")
        return str(path)

    def column_of(self, values, name="A"):
        return self.file("one.csv", "\n".join([name, *map(str, values)]) + "\n")

    def fails(self, status, *words_then_arguments, words=()):
        code, out, err = run(*words_then_arguments)
        self.assertEqual(code, status, err)
        self.assertEqual(out, "")
        for word in words:
            self.assertIn(word, err)


class Var(WithFiles):
    def test_historical_is_the_type_7_quantile(self):
        # -0.01 … -1.00: h = 99·0.05 = 4.95, hence 0.96 - 0.95·0.01 = 0.9505; ES = mean of 1.00 … 0.96.
        got = answer("var", "--returns", self.column_of(-i / 100 for i in range(1, 101)))
        self.assertAlmostEqual(got["var"], 0.9505, places=14)
        self.assertAlmostEqual(got["expected_shortfall"], 0.98, places=14)
        self.assertEqual((got["method"], got["confidence"], got["horizon_days"], got["observations"]),
                         ("historical", 0.95, 1, 100))
        self.assertIsNone(got["standard_error"])
        self.assertEqual(list(got["components"]), ["A"])

    def test_horizon_and_value_scale_the_historical_figures(self):
        file = self.column_of(-i / 100 for i in range(1, 101))
        got = answer("var", "--returns", file, "--horizon", "4", "--value", "1000")
        self.assertAlmostEqual(got["var"], 2 * 950.5, places=9)
        self.assertAlmostEqual(got["expected_shortfall"], 2 * 980, places=9)

    def test_all_prints_the_three_methods(self):
        file = self.column_of(math.sin(i * i) / 50 for i in range(300))
        got = answer("var", "--returns", file, "--method", "all", "--seed", "7")
        self.assertEqual([m["method"] for m in got["methods"]], ["historical", "parametric", "monte-carlo"])
        simulated = got["methods"][2]
        self.assertEqual((simulated["paths"], simulated["seed"]), (10000, 7))
        self.assertLess(abs(simulated["var"] - got["methods"][1]["var"]), 4 * simulated["standard_error"])
        self.assertAlmostEqual(sum(got["methods"][1]["components"].values()), got["methods"][1]["var"], places=14)

    def test_the_seed_alone_decides_the_simulation(self):
        file = self.column_of(math.sin(i * i) / 50 for i in range(300))
        simulated = [answer("var", "--returns", file, "--method", "monte-carlo", "--seed", s)["var"] for s in "112"]
        self.assertEqual(simulated[0], simulated[1])
        self.assertNotEqual(simulated[0], simulated[2])

    def two(self):
        rows = [f"2024-01-{i:02},{-i / 100},{i / 50}" for i in range(1, 31)]
        return self.file("two.csv", "\n".join(["date,A,B", *rows]) + "\n")

    def test_weights_are_equal_listed_or_filed(self):
        file = self.two()
        # P&L of day i: -0.01 i a + 0.02 i b. Equal: gains. (1, 0): 30 days, h = 1.45: 0.29 - 0.45·0.01 = 0.2855.
        self.assertEqual(answer("var", "--returns", file)["var"], 0)
        self.assertAlmostEqual(answer("var", "--returns", file, "--weights", "1,0")["var"], 0.2855, places=14)
        self.assertAlmostEqual(answer("var", "--returns", file, "--weights=-1,-1")["var"], 0.2855, places=14)
        for name, text in (("plain.csv", "A,1\n"), ("header.csv", "column,weight\r\nA,1\r\n")):
            got = answer("var", "--returns", file, "--weights", self.file(name, text))
            self.assertAlmostEqual(got["var"], 0.2855, places=14)
            self.assertEqual(list(got["components"]), ["A"])

    def test_wrong_weights_are_named(self):
        file = self.two()
        call = ("calc", "var", "--returns", file, "--weights")
        self.fails(1, *call, "1", words=["1 numbers for 2 columns", "A, B"])
        self.fails(1, *call, self.file("w.csv", "A,1\nC,2\n"), words=["w.csv, line 2", "C", "A, B"])
        self.fails(1, *call, self.file("w.csv", "A,1\nA,2\n"), words=["w.csv, line 2", "twice"])
        self.fails(1, *call, self.file("w.csv", "A,1\nB,inf\n"), words=["w.csv, line 2", "inf"])
        self.fails(1, *call, "nowhere.csv", words=["nowhere.csv"])

    def test_fewer_than_thirty_rows_are_too_few(self):
        self.fails(1, "calc", "var", "--returns", self.column_of([0.01] * 29), words=["29", "30"])
        self.assertEqual(answer("var", "--returns", self.column_of([0.01] * 30))["var"], 0)

    def test_a_confidence_needs_its_observations(self):
        self.fails(1, "calc", "var", "--returns", self.column_of([-0.01] * 99), "--confidence", ".99", words=["99"])
        self.assertAlmostEqual(
            answer("var", "--returns", self.column_of([-0.01] * 100), "--confidence", ".99")["var"], 0.01, places=15)


class Files(WithFiles):
    def test_blank_and_na_cells_drop_their_row_for_the_columns_used(self):
        rows = ["2024-01-%02d,%s,0.01" % (i, ["", "NA", "nan", "-0.01"][min(i - 1, 3)]) for i in range(1, 41)]
        file = self.file("gaps.csv", "Date,A,B\n" + "\n".join(rows))
        self.assertEqual(answer("ratios", "--returns", file, "--column", "A")["observations"], 37)
        self.assertEqual(answer("ratios", "--returns", file, "--column", "B")["observations"], 40)
        self.assertEqual(answer("var", "--returns", file)["observations"], 37)

    def test_dates_are_recognised_by_name_and_by_look(self):
        for header, cell in (("DATE", "20240101"), ("when", "1/4/1999"), ("t", "2024-01-31T00:00:00Z"), ("", "17")):
            file = self.file("dates.csv", f"{header},A\n" + f"{cell},0.01\n" * 30)
            self.assertEqual(list(answer("var", "--returns", file)["components"]), ["A"])

    def test_excel_and_r_files_are_read(self):
        text = '\ufeff"date","A, inc."\r\n' + '"2024-01-01",+0.01\r\n' * 30 + "\r\n"
        self.assertEqual(list(answer("var", "--returns", self.file("r.csv", text))["components"]), ["A, inc."])

    def test_what_cannot_be_read_is_named_by_file_line_and_column(self):
        def says(text, *words):
            self.fails(1, "calc", "var", "--returns", self.file("bad.csv", text), words=["bad.csv", *words])

        says("A,B\n0.1,0.2\n0.1,x\n", "line 3", "column B", "x")
        says("A,B\n0.1,0.2\n0.1,inf\n", "line 3", "column B")
        says("A,B\n0.1,1e999\n", "line 2", "column B")
        says("A,B\n0.1\n", "line 2", "1 cells", "2")
        says('A,B\n"0.1,0.2\n', "line 2", "quote")
        says("A,A\n0.1,0.2\n", "two columns", "A")
        says("0.1,0.2\n0.1,0.2\n", "no header")
        says("date\n2024-01-01\n", "no column of figures")
        says("", "empty")
        self.fails(1, "calc", "var", "--returns", "nowhere.csv", words=["nowhere.csv", "No such file"])
        self.fails(1, "calc", "var", "--returns", self.folder.name, words=["is a folder"])

    def test_a_column_that_is_not_there_is_named_with_those_that_are(self):
        file = self.file("f.csv", "date,FUND,INDEX\n2024-01-01,0.1,0.2\n")
        for call in (("ratios", "--column", "X"), ("drawdown", "--column", "X"), ("backtest", "--column", "X"),
                     ("ratios", "--column", "FUND", "--benchmark", "X"),
                     ("ratios", "--column", "FUND", "--risk-free", "X")):
            self.fails(1, "calc", *call, "--returns", file, words=["f.csv", "no column X", "FUND, INDEX"])


class Ratios(WithFiles):
    def test_ratios_are_those_done_by_hand(self):
        # Mean 0.01, variance 0.001/3, downside √(0.0001/4); the fund is twice its benchmark.
        file = self.file("f.csv", "date,F,B,RF\n1/4/2024,.02,.01,0\n1/5/2024,-.01,-.005,0\n1/8/2024,.03,.015,0\n"
                                  "1/9/2024,0,0,0\n")
        got = answer("ratios", "--returns", file, "--column", "F", "--benchmark", "B", "--periods", "4")
        growth, half = 1.02 * 0.99 * 1.03 - 1, 1.01 * 0.995 * 1.015 - 1
        expected = {"observations": 4, "sharpe": 0.3 ** 0.5, "sharpe_annualized": 1.2 ** 0.5, "sortino": 2,
                    "sortino_annualized": 4, "treynor": growth / 2,
                    "information_ratio": (growth - half) / (0.001 / 3) ** 0.5, "beta": 2, "alpha": 0,
                    "max_drawdown": 0.01, "calmar": growth / 0.01, "volatility": (0.004 / 3) ** 0.5,
                    "tracking_error": (0.001 / 3) ** 0.5, "correlation": 1}
        self.assertEqual(list(got), list(expected))
        for name, value in expected.items():
            self.assertAlmostEqual(got[name], value, places=10, msg=name)
        by_column = answer("ratios", "--returns", file, "--column", "F", "--risk-free", "RF")
        self.assertEqual(by_column["sharpe"], answer("ratios", "--returns", file, "--column", "F")["sharpe"])

    def test_a_rate_is_per_period(self):
        file = self.column_of([0.02, -0.01, 0.03, 0.0])
        got = answer("ratios", "--returns", file, "--column", "A", "--risk-free", "0.005", "--mar", "0.01")
        self.assertAlmostEqual(got["sharpe"], 0.5 * 0.3 ** 0.5, places=12)
        self.assertAlmostEqual(got["sortino"], 0, places=12)

    def test_what_has_no_denominator_is_null_and_a_dash(self):
        file = self.column_of([0.01] * 5)
        got = answer("ratios", "--returns", file, "--column", "A")
        for name in ("sharpe", "sortino", "calmar", "beta", "tracking_error"):
            self.assertIsNone(got[name])
        _, out, _ = run("calc", "ratios", "--returns", file, "--column", "A")
        self.assertIn(["sharpe", "-"], [line.split() for line in out.splitlines()])

    def test_one_row_has_no_ratios(self):
        self.fails(1, "calc", "ratios", "--returns", self.column_of([0.01]), "--column", "A", words=["2"])


class Drawdown(WithFiles):
    def test_rows_are_dates_where_there_are_dates(self):
        rows = zip(("2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"), (0.1, "", -0.5, 1.0))
        file = self.file("d.csv", "date,A\n" + "\n".join(f"{d},{r}" for d, r in rows))
        got = answer("drawdown", "--returns", file, "--column", "A")
        self.assertAlmostEqual(got["max_drawdown"], 0.5, places=14)
        self.assertEqual((got["peak"], got["trough"], got["recovery"]), ("2024-01-02", "2024-01-04", "2024-01-05"))

    def test_rows_are_numbers_from_one_where_there_are_none(self):
        got = answer("drawdown", "--returns", self.column_of([0.1, "NA", -0.5, 0.2]), "--column", "A")
        self.assertEqual((got["peak"], got["trough"], got["recovery"]), (1, 3, None))

    def test_a_first_day_loss_counts_from_the_start(self):
        got = answer("drawdown", "--returns", self.column_of([-0.2, 0.1]), "--column", "A")
        self.assertAlmostEqual(got["max_drawdown"], 0.2, places=14)
        self.assertEqual((got["peak"], got["trough"]), (0, 1))
        dated = self.file("d.csv", "date,A\n2024-01-02,-0.2\n")
        self.assertEqual(answer("drawdown", "--returns", dated, "--column", "A")["peak"], "start")

    def test_no_fall_has_no_peak(self):
        got = answer("drawdown", "--returns", self.column_of([0.1, 0.1]), "--column", "A")
        self.assertEqual((got["max_drawdown"], got["peak"], got["trough"]), (0, None, None))


class Backtest(WithFiles):
    def test_counts_have_kupiec_and_basel_alone(self):
        # Jorion: 20 of 252 at 95% is 3.91. Basel Committee (1996): 5 … 9 of 250 at 99% are yellow.
        got = answer("backtest", "--observations", "252", "--breaches", "20", "--confidence", ".95")
        self.assertAlmostEqual(got["kupiec_lr"], 3.91, delta=0.005)
        self.assertIsNone(got["christoffersen_joint_lr"])
        zones = [answer("backtest", "--observations", "250", "--breaches", str(x), "--confidence", ".99")["basel_zone"]
                 for x in (4, 5, 9, 10)]
        self.assertEqual(zones, ["green", "yellow", "yellow", "red"])

    def test_a_series_is_judged_day_by_day(self):
        # A loss beyond everything before it on days 101 and 150 (the first judged day is 31): two breaches.
        returns = [0.001 * (-1) ** i for i in range(180)]
        returns[100], returns[149] = -0.5, -0.6
        file = self.column_of(returns)
        got = answer("backtest", "--returns", file, "--column", "A", "--window", "30")
        self.assertEqual((got["observations"], got["breaches"], got["expected"]), (150, 2, 150 * (1 - 0.95)))
        # Of 149 steps 145 stay without, 2 lead into and 2 out of a breach, none from one to the next.
        x = lambda n, p: n * math.log(p)
        free = x(145, 145 / 147) + x(2, 2 / 147)
        self.assertAlmostEqual(got["christoffersen_independence_lr"],
                               2 * (free - x(147, 147 / 149) - x(2, 2 / 149)), places=9)
        self.assertAlmostEqual(got["christoffersen_joint_lr"],
                               got["kupiec_lr"] + got["christoffersen_independence_lr"], places=12)
        every = answer("backtest", "--returns", file, "--column", "A", "--window", "30", "--method", "all")
        self.assertEqual(every["methods"][0], got)

    def test_too_short_a_history_or_window_fails(self):
        file = self.column_of([0.01, -0.01] * 20)
        call = ("calc", "backtest", "--returns", file, "--column", "A")
        self.fails(1, *call, words=["252", "40"])
        self.fails(1, *call, "--window", "29", words=["29"])
        self.fails(1, "calc", "backtest", "--observations", "10", "--breaches", "11", words=["11"])

    def test_either_a_series_or_counts(self):
        file = self.column_of([0.01] * 40)
        self.fails(2, "calc", "backtest")
        self.fails(2, "calc", "backtest", "--returns", file)
        self.fails(2, "calc", "backtest", "--observations", "10")
        self.fails(2, "calc", "backtest", "--returns", file, "--column", "A", "--observations", "9", "--breaches", "1")


class Kelly(WithFiles):
    def test_kelly_is_clamped_and_quartered(self):
        self.assertEqual(answer("kelly", "--win-rate", ".5", "--ratio", "2"),
                         {"full_kelly": 0.25, "kelly_percentage": 0.25, "fractional_kelly": 0.0625})
        self.assertEqual(answer("kelly", "--win-rate", ".25", "--ratio", "1"),
                         {"full_kelly": -0.5, "kelly_percentage": 0.0, "fractional_kelly": 0.0})
        self.assertEqual(answer("kelly", "--win-rate", "1", "--ratio", "1")["fractional_kelly"], 0.25)


class Usage(WithFiles):
    def test_what_cannot_be_meant_is_wrong_usage(self):
        file = self.column_of([0.01] * 40)
        for call in ((), ("calc",), ("nonsense",), ("calc", "nonsense"), ("calc", "var"), ("calc", "kelly"),
                     ("calc", "kelly", "--win-rate", "1.1", "--ratio", "1"),
                     ("calc", "kelly", "--win-rate", ".5", "--ratio", "0"),
                     ("calc", "kelly", "--win-rate", "nan", "--ratio", "1"),
                     ("-o", "xml", "calc", "kelly", "--win-rate", ".5", "--ratio", "1"),
                     *(("calc", "var", "--returns", file, *more) for more in (
                         ("--confidence", "0"), ("--confidence", "1"), ("--confidence", "95"),
                         ("--confidence", "nan"), ("--horizon", "0"), ("--horizon", "1.5"), ("--paths", "0"),
                         ("--method", "guess"), ("--seed", "-1"), ("--value", "0"), ("--value", "inf")))):
            with self.subTest(call):
                self.fails(2, *call)

    def test_help_has_examples_everywhere(self):
        for command in ((), ("calc",), *(("calc", c) for c in ("var", "ratios", "drawdown", "backtest", "kelly"))):
            status, out, _ = run(*command, "--help")
            self.assertEqual(status, 0)
            self.assertIn("Examples:", out)
            self.assertIn("riskctl calc", out)

    def test_the_format_may_stand_before_or_behind_the_command(self):
        kelly = ("kelly", "--win-rate", ".5", "--ratio", "2")
        outputs = {run("-o", "json", "calc", *kelly)[1], run("calc", *kelly, "-o", "json")[1],
                   run("calc", "-o", "json", *kelly)[1]}
        self.assertEqual(len(outputs), 1)
        self.assertEqual(run("calc", *kelly)[1].split(),
                         ["full_kelly", "0.25", "kelly_percentage", "0.25", "fractional_kelly", "0.0625"])

    def test_an_answer_that_cannot_be_written_is_a_failure(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([RISKCTL, "calc", "kelly", "--win-rate", ".5", "--ratio", "2"], stdout=full,
                                  stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    RISKCTL = sys.argv.pop(1)
    unittest.main(verbosity=1)

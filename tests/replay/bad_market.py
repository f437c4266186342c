"""Bad prices, which end the run by file, line and column: they are never guessed. Short histories approve nothing."""

from replaying import LAST_DAY, NOON, PAIRS, Replaying, batch, last, reason_of, signal, status_of, tenant, walk
from replaying import wide_csv

__all__ = ["BadMarket", "ShortMarket"]


class BadMarket(Replaying):
    def fails(self, place, *words):
        run = self.replay([batch("b1")])
        self.assertEqual((run.status, run.out), (1, ""), run.err)
        (complaint,) = run.complaints()
        for word in (place, *words):
            self.assertIn(word, complaint)

    def with_line(self, number, text):
        rows = wide_csv().split("\n")
        rows[number - 1] = text
        self.file("market/closes.csv", "\n".join(rows))

    def test_a_bad_price_ends_the_run(self):
        for price in ("0", "-1.2", "NaN", "nan", "inf", "-inf", "1e999", "x", "1,1", "1.1.1", "0x1", "1.1$", "NULL"):
            with self.subTest(price):
                self.with_line(120, f"{walk()[0][118]},1.1,{price},150")
                self.fails("closes.csv:120: ", "GBPUSD" if price != "1,1" else "more fields")
        for price in ("", "0", "-1"):
            with self.subTest(price):
                self.file("market/closes.csv", wide_csv())
                self.file("market/VIX.csv", f"DATE,OPEN,CLOSE\n01/02/2025,1,17\n01/03/2025,1,{price}\n")
                self.fails("VIX.csv:3: ", "close", f"'{price}'")

    def test_dates_must_rise(self):
        dates = walk()[0]
        for date, words in ((dates[117], "does not come after"), (dates[10], "does not come after"),
                            ("", "date"), ("2024-13-01", "date"), ("2024-02-30", "date"), ("yesterday", "date"),
                            ("31.12.2024", "date")):
            with self.subTest(str(date)):
                self.with_line(120, f"{date},1.1,1.2,150")
                self.fails("closes.csv:120: ", words)
        self.with_line(2, f"{LAST_DAY},1.1,1.2,150")
        self.fails("closes.csv:3: ", "does not come after", str(LAST_DAY))

    def test_rows_and_columns_must_fit_the_header(self):
        day = walk()[0][118]
        for row, word in ((f"{day},1.1", "GBPUSD"), (f"{day},1.1,1.2,150,7", "more fields")):
            self.with_line(120, row)
            self.fails("closes.csv:120: ", word)
        for header, word in (("date,EURUSD,EURUSD,USDJPY", "EURUSD"), ("date,date,EURUSD,USDJPY", "two columns"),
                             ("date,EUR*,GBPUSD,USDJPY", "EUR*"), ("date,,GBPUSD,USDJPY", "symbol")):
            self.with_line(1, header)
            self.fails("closes.csv:1: ", word)

    def test_two_files_for_one_symbol_are_an_error(self):
        self.file("market/GBPUSD.csv", "date,close\n2025-02-20,1.2\n")
        self.fails("closes.csv:1: ", "GBPUSD", "another file")
        (self.folder / "market/GBPUSD.csv").unlink()
        self.file("market/more.csv", "date,USDJPY\n2025-02-20,150\n")
        self.fails("more.csv:1: ", "USDJPY", "another file")

    def test_a_folder_without_prices_is_an_error(self):
        (self.folder / "market/closes.csv").unlink()
        self.fails("market: ", "no CSV")
        self.file("market/notes.csv", "a,b\n1,2\n")
        self.file("market/readme.txt", "date,EURUSD\n2025-02-20,1.1\n")
        self.fails("market: ", "no CSV")

    def test_other_files_do_not_matter(self):
        expected = self.answered([batch("b1")])[0]["view_id"]
        self.file("market/notes.csv", "a,b\n1,2\n")
        self.file("market/readme.txt", "\x00\x01")
        self.assertEqual(self.answered([batch("b1")])[0]["view_id"], expected)

    def test_spreadsheets_are_read_as_well(self):
        expected = self.answered([batch("b1")])[0]["view_id"]
        rows = wide_csv().splitlines()
        us = [rows[0].upper()] + [f"{int(r[5:7])}/{int(r[8:10])}/{r[:4]}{r[10:]}" for r in rows[1:]]
        self.file("market/closes.csv", "\ufeff" + "\r\n".join(us))
        self.assertEqual(self.answered([batch("b1")])[0]["view_id"], expected)


class ShortMarket(Replaying):
    def test_a_history_too_short_takes_no_increase(self):
        dates, closes = walk()
        held = {"symbol": "EURUSD", "quantity": 5_000, "average_price": last("EURUSD")}
        self.tenants(tenant(positions=[held]))
        sent = [batch("b1", signal("x1", "GBPUSD"), signal("x2"), signal("x3", side="SELL", reduce_only=True))]
        # 253 prices make the 252 returns of the window; with one less there is no figure, only the way out.
        for rows, expected in ((253, ["APPROVED", "APPROVED", "APPROVED"]), (252, ["REJECTED", "REJECTED", "APPROVED"]),
                               (2, ["REJECTED", "REJECTED", "APPROVED"])):
            with self.subTest(rows):
                text = wide_csv().splitlines()
                self.file("market/closes.csv", "\n".join([text[0], *text[-rows:]]) + "\n")
                (answer,) = self.answered(sent)
                self.assertEqual([status_of(answer, i) for i in range(3)], expected)
                if rows < 253:
                    self.assertEqual([reason_of(answer, i) for i in range(2)], ["INSUFFICIENT_HISTORY"] * 2)

    def test_no_rows_at_all_approve_nothing(self):
        self.file("market/closes.csv", "date," + ",".join(PAIRS) + "\n")
        (answer,) = self.answered([batch("b1")])
        self.assertEqual((status_of(answer), reason_of(answer)), ("REJECTED", "NO_MARKET_DATA"))

    def test_rows_after_the_batch_are_not_seen(self):
        (answer,) = self.answered([batch("b1", at=NOON - 900 * 86_400_000)])
        self.assertEqual((status_of(answer), reason_of(answer)), ("REJECTED", "NO_MARKET_DATA"))

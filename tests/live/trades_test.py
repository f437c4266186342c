"""Closed trades through the live node, and what sizing makes of them: Kelly, performance factor, NO_EDGE, as RISK.md's
formulas give them from the test's own list of trades. Arguments: riskd."""
import sys
import unittest

from desk import BALANCE, Desk, LiveDesks, account, end_of, fill, stage

KELLY_FRACTION = 0.25


class Trades(LiveDesks):
    USERS = ("winner", "loser", "slipping", "few", "partly")

    def setUp(self):
        super().setUp()
        self.notional = 1000.0  # wanted next; never the same twice, that would be a duplicate
        self.price = self.last["EURUSD"]

    def trade(self, desk, moves, strategy="trend"):
        """Opens one position at the last price, and closes it in as many orders as there are moves of the price, in
        their order. The P&L of each, in dollars."""
        count = len(moves)
        order, quantity = desk.approved("BUY", (count + 1) * (self.notional + count), strategy=strategy)
        desk.tell(fill(order, quantity, self.price))
        sells = [desk.signal("SELL", self.notional + i, strategy=strategy, reduce_only=True) for i in range(count)]
        self.notional += count
        answers = desk.send(*sells)["assessments"]
        fills, results = [], []
        for move, answer in zip(moves, answers):
            self.assertEqual(answer["approval_status"], "APPROVED", answer["rejection_reason"])
            size = answer["position_sizing"]["final_quantity"]
            fills.append(fill(answer["signal_id"], size, self.price + move, "SELL"))
            results.append(size * move)
        desk.tell(*fills)
        rest = quantity - sum(f["execution_report"]["quantity"] for f in fills)
        # No order of ours: it closes what is left, and is no trade of the strategy.
        desk.tell(fill("by-hand", rest, self.price, "SELL"))
        self.assertEqual(desk.exposure(), 0)
        return results

    def kelly(self, results):
        """(percentage, win probability, mean win / mean loss, unclamped)"""
        wins, losses = [r for r in results if r > 0], [-r for r in results if r < 0]
        p, b = len(wins) / (len(wins) + len(losses)), (sum(wins) / len(wins)) / (sum(losses) / len(losses))
        full = p - (1 - p) / b
        return min(1, max(0, full)) * KELLY_FRACTION, p, b, full

    def check_sizing(self, desk, results, factor, deposited=0):
        equity = BALANCE + deposited + sum(results)
        percentage, p, b, full = self.kelly(results)
        stop = self.price * 0.98
        answer = desk.judged("BUY", 700.0 + Desk.count, stop_loss=stop)
        self.assertEqual(answer["approval_status"], "APPROVED", answer["rejection_reason"])
        sizing = answer["position_sizing"]
        kelly = sizing["kelly_criterion"]
        self.assertTrue(kelly["own_statistics"])
        self.assertAlmostEqual(kelly["confidence_level"], p, places=12)
        self.assertAlmostEqual(kelly["win_loss_ratio"], b, places=9)
        self.assertAlmostEqual(kelly["full_kelly"], full, places=9)
        self.assertAlmostEqual(kelly["kelly_percentage"], percentage, places=9)
        self.assertAlmostEqual(kelly["position_size"] / (equity * percentage / 0.02), 1, places=9)
        self.assertAlmostEqual(sizing["performance_factor"], factor, places=9)
        desk.tell(end_of(answer["signal_id"], "CANCELLED"))

    def test_winning_trades_make_kelly_of_their_strategy_and_symbol_also_after_a_kill(self):
        desk = self.desk("winner")
        results = self.trade(desk, [0.004, -0.002, 0.003] * 10)
        self.assertAlmostEqual(desk.equity(), BALANCE + sum(results), places=6)
        self.check_sizing(desk, results, 1)
        desk.tell(account(deposit=20_000.0), account(withdrawal=5_000.0))  # neither won nor lost
        self.check_sizing(desk, results, 1, 15_000)
        self.kill_and_start()
        self.check_sizing(desk, results, 1, 15_000)

    def test_losing_trades_are_no_edge_in_their_strategy_and_symbol_and_in_no_other(self):
        desk = self.desk("loser")
        self.trade(desk, [0.002] * 5 + [-0.004] * 25)
        answer = desk.judged("BUY", 500.0)
        self.assertEqual((answer["approval_status"], answer["reason_code"]), ("REJECTED", "NO_EDGE"))
        self.assertLess(answer["position_sizing"]["kelly_criterion"]["full_kelly"], 0)
        for more in ({"strategy": "other"}, {"symbol": "GBPUSD"}):
            _, quantity = desk.approved("BUY", 500.0, **more)
            self.assertGreater(quantity, 0)
        self.kill_and_start()
        self.assertEqual(desk.judged("BUY", 501.0)["reason_code"], "NO_EDGE")

    def test_a_bad_last_month_of_trades_halves_at_most_and_only_the_last_thirty_count(self):
        desk = self.desk("slipping")
        results = self.trade(desk, [0.10] * 10 + [0.01] * 10 + [-0.03] * 20)
        factor = 1 + 10 * sum(results[-30:]) / (BALANCE + sum(results))
        self.assertLess(0.5, factor)
        self.assertLess(factor, 1)
        self.check_sizing(desk, results, factor)
        results += self.trade(desk, [0.60] + [-0.3] * 29)
        self.assertLess(1 + 10 * sum(results[-30:]) / (BALANCE + sum(results)), 0.5)
        self.assertEqual(desk.judged("BUY", 700.0)["position_sizing"]["performance_factor"], 0.5)

    def test_fewer_than_thirty_trades_say_nothing(self):
        desk = self.desk("few")
        self.trade(desk, [-0.004] * 24 + [0.001] * 5)
        sizing = desk.judged("BUY", 500.0)["position_sizing"]
        self.assertFalse(sizing["kelly_criterion"]["own_statistics"])
        self.assertNotIn("position_size", sizing["kelly_criterion"])
        self.assertIn("fewer than 30 own trades", sizing["kelly_criterion"]["absent_reason"])
        self.assertEqual(sizing["performance_factor"], 1)

    def test_an_order_filled_in_parts_is_one_trade(self):
        desk = self.desk("partly")
        results = self.trade(desk, [0.004] * 20 + [-0.002] * 9)
        order, quantity = desk.approved("BUY", 1500.0)
        desk.tell(fill(order, quantity, self.price))
        close, size = desk.approved("SELL", None, reduce_only=True)
        self.assertEqual(size, quantity)
        desk.tell(fill(close, 400, self.price + 0.001, "SELL", "PARTIAL"))
        desk.tell(fill(close, size - 400, self.price - 0.003, "SELL"))
        results.append((size - 400) * -0.003 + 400 * 0.001)
        self.check_sizing(desk, results, 1)


if __name__ == "__main__":
    stage.need_nats_server()
    LiveDesks.RISKD = sys.argv.pop(1)
    unittest.main(verbosity=2)

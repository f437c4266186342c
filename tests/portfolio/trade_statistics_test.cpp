// What Kelly and the performance factor may know of a tenant's closed trades.

#include <doctest/doctest.h>

#include "portfolio/trade_statistics.hpp"

using namespace riskcluster;

namespace {

TradeStatistics counts(std::uint32_t wins, std::uint32_t losses, double sum_win = 300, double sum_loss = 100) {
  return {.wins = wins, .losses = losses, .sum_win = sum_win, .sum_loss = sum_loss};
}

} // namespace

TEST_CASE("a closed trade is a win, a loss, or neither at exactly 0") {
  TradeStatistics statistics;
  for (const double pnl : {10.0, -4.0, 0.0, 5.0, -0.0, -6.0}) add_closed_trade(statistics, pnl);
  CHECK(statistics.wins == 2);
  CHECK(statistics.losses == 2);
  CHECK(statistics.sum_win == 15);
  CHECK(statistics.sum_loss == 10);
  CHECK(statistics.recent_pnl == std::vector<double>{10, -4, 0, 5, 0, -6});
}

TEST_CASE("own statistics are usable from 30 trades with 5 wins and 5 losses") {
  const struct {
    std::uint32_t wins, losses;
    bool usable;
  } table[] = {{15, 15, true}, {15, 14, false}, {25, 5, true}, {5, 25, true},     {26, 4, false},
               {4, 26, false}, {24, 5, false},  {0, 0, false}, {1'000, 4, false}, {1'000, 5, true}};
  for (const auto& [wins, losses, usable] : table) {
    const auto shown_wins = wins;
    CAPTURE(shown_wins);
    const auto shown_losses = losses;
    CAPTURE(shown_losses);
    CHECK(own_win_loss(counts(wins, losses)).has_value() == usable);
  }
}

TEST_CASE("p is the share of wins, b the mean win over the mean loss") {
  const auto own = own_win_loss(counts(30, 10, 600, 50)); // 20 a win, 5 a loss
  REQUIRE(own);
  CHECK(own->probability == doctest::Approx(0.75));
  CHECK(own->ratio == doctest::Approx(4));
}

TEST_CASE("sums that cannot be make no odds") {
  CHECK_FALSE(own_win_loss(counts(20, 20, 0, 100)));
  CHECK_FALSE(own_win_loss(counts(20, 20, 100, 0)));
  CHECK_FALSE(own_win_loss(counts(20, 20, -1, 100)));
}

TEST_CASE("only the last thirty trades are recent, and fewer than thirty have no sum") {
  TradeStatistics statistics;
  for (int i = 1; i <= 29; ++i) add_closed_trade(statistics, i);
  CHECK_FALSE(last_30_pnl(statistics));
  add_closed_trade(statistics, 30);
  REQUIRE(last_30_pnl(statistics));
  CHECK(*last_30_pnl(statistics) == 465); // 30·31/2
  add_closed_trade(statistics, -1'000);
  CHECK(*last_30_pnl(statistics) == -536); // 465 - 1 - 1,000
  CHECK(statistics.recent_pnl.size() == 30);
  CHECK(statistics.wins == 30);
}

TEST_CASE("a known sum of the last trades is spread evenly, and leaves one by one") {
  auto statistics = counts(20, 20);
  seed_recent(statistics, 300);
  REQUIRE(last_30_pnl(statistics));
  CHECK(*last_30_pnl(statistics) == doctest::Approx(300));
  add_closed_trade(statistics, 0);
  CHECK(*last_30_pnl(statistics) == doctest::Approx(290));
  CHECK(statistics.wins == 20); // the seed is no new trade
}

TEST_CASE("fewer than thirty known trades seed no sum yet") {
  auto statistics = counts(10, 10);
  seed_recent(statistics, 100);
  CHECK_FALSE(last_30_pnl(statistics));
  for (int i = 0; i < 10; ++i) add_closed_trade(statistics, 2);
  CHECK(*last_30_pnl(statistics) == doctest::Approx(120));
  TradeStatistics none;
  seed_recent(none, 100);
  CHECK(none.recent_pnl.empty());
}

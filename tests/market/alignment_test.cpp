// Which symbols a view may use, and on which dates: join first, then returns.

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "market/small_market.hpp"
#include "risk/returns.hpp"

using namespace riskcluster;
using riskcluster::test::cfd;
using riskcluster::test::daily_closes;
using riskcluster::test::date;
using riskcluster::test::SmallMarket;

namespace {

std::string names(const AlignedPrices& prices) {
  std::string text;
  for (const auto& symbol : prices.symbols) text += symbol.value + " ";
  return text;
}

/// The reason why a symbol is left out; empty when it is not.
std::string left_out(const AlignedPrices& prices, const char* symbol) {
  for (const auto& entry : prices.left_out)
    if (entry.symbol.value == symbol) return entry.reason;
  return "";
}

void remove_day(SmallMarket& market, const char* symbol, Date day) {
  auto& closes = market.history.closes[Symbol{symbol}];
  REQUIRE(std::erase_if(closes, [&](const DailyClose& row) { return row.date == day; }) == 1);
}

std::vector<DailyClose> flat(const char* last, int count) {
  return daily_closes(date(last), count, [](int t) { return 1.0 - 1e-4 * t; });
}

constexpr std::size_t all_rows = 10'000;

} // namespace

TEST_CASE("a row is used only when every eligible symbol has it") {
  SmallMarket market;
  market.history.closes[Symbol{"EURUSD"}] = flat("2026-03-31", 260);
  market.history.closes[Symbol{"GBPUSD"}] = flat("2026-03-31", 260);
  market.history.closes[Symbol{"AUDUSD"}] = flat("2026-03-31", 260);
  remove_day(market, "EURUSD", date("2026-03-10"));
  remove_day(market, "GBPUSD", date("2026-02-01"));
  remove_day(market, "AUDUSD", date("2026-03-31"));
  const auto prices = align(market.history, market.instruments, market.before, all_rows);
  CHECK(names(prices) == "AUDUSD EURUSD GBPUSD ");
  CHECK(prices.dates.size() == 257);
  CHECK(prices.closes.rows() == 257);
  CHECK(prices.dates.back() == date("2026-03-30"));
  CHECK(std::is_sorted(prices.dates.begin(), prices.dates.end()));
  for (const char* const gone : {"2026-03-10", "2026-02-01", "2026-03-31"})
    CHECK(std::count(prices.dates.begin(), prices.dates.end(), date(gone)) == 0);
}

TEST_CASE("what a symbol loses over a day that another lacks stays in its returns") {
  // EURUSD: 1 … 1, then 0.9 on the 30th, 0.95 on the 31st. GBPUSD has no 30th. Join first: one return of -5 %;
  // returns first would keep +5.6 % (0.95/0.9) and drop the loss of 10 %.
  SmallMarket market;
  market.history.closes[Symbol{"EURUSD"}] = daily_closes(date("2026-03-31"), 260, [](int t) {
    return t == 0 ? 0.95 : t == -1 ? 0.9 : 1.0;
  });
  market.history.closes[Symbol{"GBPUSD"}] = flat("2026-03-31", 260);
  remove_day(market, "GBPUSD", date("2026-03-30"));
  const auto prices = align(market.history, market.instruments, market.before, all_rows);
  const auto returns = simple_returns(prices.closes);
  REQUIRE(returns);
  CHECK((*returns)(returns->rows() - 1, 0) == doctest::Approx(-0.05));
  CHECK((1 + returns->col(0).array()).prod() == doctest::Approx(0.95)); // last over first
}

TEST_CASE("the compounded returns of every symbol are its last price over its first, whatever days others lack") {
  SmallMarket market;
  market.pair("EURUSD", 1.1).pair("GBPUSD", 1.3).pair("USDJPY", 150);
  for (auto& [symbol, closes] : market.history.closes)
    closes = daily_closes(date("2026-03-31"), 400, [&, p = closes.back().close](int t) {
      return p * (1 + 0.1 * std::sin(0.7 * t) * p / (p + 1));
    });
  for (int back = 3; back < 300; back += 7) remove_day(market, "GBPUSD", Date{date("2026-03-31").days - back});
  for (int back = 2; back < 300; back += 11) remove_day(market, "USDJPY", Date{date("2026-03-31").days - back});
  const auto prices = align(market.history, market.instruments, market.before, all_rows);
  REQUIRE(prices.symbols.size() == 3);
  REQUIRE(prices.dates.size() < 400);
  const auto returns = simple_returns(prices.closes);
  REQUIRE(returns);
  for (Eigen::Index i = 0; i < 3; ++i) {
    const auto& closes = market.history.closes[prices.symbols[static_cast<std::size_t>(i)]];
    const double first = closes.front().close, last = closes.back().close;
    CHECK((1 + returns->col(i).array()).prod() == doctest::Approx(last / first).epsilon(1e-12));
  }
}

TEST_CASE("a symbol needs 253 closes") {
  SmallMarket market;
  market.history.closes[Symbol{"EURUSD"}] = flat("2026-03-31", 253);
  market.history.closes[Symbol{"GBPUSD"}] = flat("2026-03-31", 252);
  const auto prices = market.aligned();
  CHECK(names(prices) == "EURUSD ");
  CHECK(left_out(prices, "GBPUSD") == "252 closes, 253 needed");
}

TEST_CASE("a symbol's last close may lie 96 hours behind the newest row, not more") {
  SmallMarket market;
  market.history.closes[Symbol{"EURUSD"}] = flat("2026-03-31", 300);
  market.history.closes[Symbol{"GBPUSD"}] = flat("2026-03-27", 300);
  market.history.closes[Symbol{"USDJPY"}] = flat("2026-03-26", 300);
  const auto prices = market.aligned();
  CHECK(names(prices) == "EURUSD GBPUSD ");
  CHECK(left_out(prices, "USDJPY") == "last close 2026-03-26, newest row 2026-03-31");
}

TEST_CASE("a symbol must be in the instrument table, or be a pair of known currencies") {
  SmallMarket market;
  for (const char* const symbol : {"EURUSD", "US30", "XXXUSD", "EURUSDX", "USDUSD"})
    market.history.closes[Symbol{symbol}] = flat("2026-03-31", 300);
  auto prices = market.aligned();
  CHECK(names(prices) == "EURUSD ");
  for (const char* const symbol : {"US30", "XXXUSD", "EURUSDX", "USDUSD"})
    CHECK(left_out(prices, symbol) == "not in the instrument table");
  market.instruments.add(cfd("US30", AssetClass::index, "USD"));
  prices = market.aligned();
  CHECK(names(prices) == "EURUSD US30 ");
}

TEST_CASE("the VIX is never a column, even as an instrument") {
  SmallMarket market;
  market.history.closes[Symbol{"EURUSD"}] = flat("2026-03-31", 300);
  market.history.closes[Symbol{"VIX"}] = flat("2026-03-31", 300);
  market.instruments.add(cfd("VIX", AssetClass::index, "USD"));
  CHECK(names(market.aligned()) == "EURUSD ");
}

TEST_CASE("a symbol that is left out shortens nobody") {
  SmallMarket market;
  market.pair("EURUSD", 1.1).pair("USDJPY", 150);
  const auto alone = market.aligned();
  market.history.closes[Symbol{"GBPUSD"}] = flat("2026-03-31", 20);   // too short
  market.history.closes[Symbol{"AUDUSD"}] = flat("2025-12-31", 1000); // too old
  market.history.closes[Symbol{"GOLD"}] = flat("2026-02-28", 20);     // unknown
  market.history.closes[Symbol{"VIX"}] = {{date("2026-03-31"), 20}};
  const auto together = market.aligned();
  CHECK(together.symbols == alone.symbols);
  CHECK(together.dates == alone.dates);
  CHECK(together.closes == alone.closes);
  CHECK(together.left_out.size() == 3);
}

TEST_CASE("only rows dated before the view's day are seen") {
  SmallMarket market;
  market.history.closes[Symbol{"EURUSD"}] = flat("2026-03-31", 300);
  CHECK(align(market.history, market.instruments, date("2026-04-01"), all_rows).dates.back() == date("2026-03-31"));
  CHECK(align(market.history, market.instruments, date("2026-03-31"), all_rows).dates.back() == date("2026-03-30"));
  const auto early = align(market.history, market.instruments, date("2026-02-13"), all_rows); // 253 rows before it
  CHECK(early.dates.size() == 253);
  const auto too_early = align(market.history, market.instruments, date("2026-02-12"), all_rows);
  CHECK(names(too_early).empty());
  CHECK(left_out(too_early, "EURUSD") == "252 closes, 253 needed");
}

TEST_CASE("a future row changes nothing that is seen before it") {
  SmallMarket market;
  market.pair("EURUSD", 1.1).pair("USDJPY", 150);
  const auto before = market.aligned();
  market.history.closes[Symbol{"EURUSD"}].push_back({date("2026-04-01"), 99});
  market.history.closes[Symbol{"USDJPY"}].push_back({date("2026-12-31"), 99});
  const auto after = market.aligned();
  CHECK(after.dates == before.dates);
  CHECK(after.closes == before.closes);
}

TEST_CASE("at most the last rows asked for are kept") {
  SmallMarket market;
  market.history.closes[Symbol{"EURUSD"}] = flat("2026-03-31", 300);
  const auto prices = align(market.history, market.instruments, market.before, 10);
  CHECK(prices.dates.size() == 10);
  CHECK(prices.dates.front() == date("2026-03-22"));
  CHECK(prices.dates.back() == date("2026-03-31"));
}

TEST_CASE("symbols without a common day have no rows, and that is no error") {
  SmallMarket market;
  for (int t = 0; t < 600; ++t)
    market.history.closes[Symbol{t % 2 == 0 ? "EURUSD" : "USDJPY"}].push_back(
        {Date{date("2024-01-01").days + t}, 1.0 + t});
  market.before = date("2025-12-31");
  const auto prices = market.aligned();
  CHECK(names(prices) == "EURUSD USDJPY ");
  CHECK(prices.dates.empty());
  const auto model = build_model(prices, {}, 0);
  REQUIRE(model);
  CHECK_FALSE(model->has_var);
  CHECK_FALSE(model->has_correlation);
}

TEST_CASE("an empty history aligns to nothing") {
  const SmallMarket market;
  const auto prices = market.aligned();
  CHECK(prices.symbols.empty());
  CHECK(prices.dates.empty());
  const auto model = build_model(prices, {}, 0);
  REQUIRE(model);
  CHECK_FALSE(model->has_var);
}

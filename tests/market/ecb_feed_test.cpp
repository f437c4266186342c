// Twenty-five years of real closes sent as bars. Data: European Central Bank and Cboe, not part of the project; the
// folder is named by RISKCLUSTER_MARKET_DATA and holds fx_daily_ecb_10pairs.csv and VIX.csv.

#include <cstdlib>

#include <doctest/doctest.h>

#include "files/market_folder.hpp"
#include "market/feed_fixture.hpp"
#include "support/skip.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

std::optional<PriceHistory> real_market() {
  const char* const folder = std::getenv("RISKCLUSTER_MARKET_DATA");
  if (folder == nullptr) {
    test::skip("RISKCLUSTER_MARKET_DATA names no folder of real prices");
    return std::nullopt;
  }
  auto history = read_market_folder(folder);
  if (!history) FAIL(history.error().message);
  return std::move(*history);
}

} // namespace

TEST_CASE("of real closes none is refused, the VIX of February 2018 included") {
  const auto history = real_market();
  if (!history) return;
  auto feed = live({});
  for (const auto& [symbol, closes] : history->closes)
    for (const auto& row : closes) {
      const Bar next{.symbol = symbol, .date = row.date, .close = row.close};
      CAPTURE(row.date.iso());
      REQUIRE(name(feed.take(next, row.date.end_ms())) == "TAKEN");
    }
  const DailyClose before{date("2018-02-02"), 17.31};
  const Bar panic{.symbol = Symbol{"VIX"}, .date = date("2018-02-05"), .close = 37.32};
  CHECK(judge(panic, &before, {.vix_jump_max_pct = 50}, panic.date.end_ms()) == FeedVerdict::jump);
}

TEST_CASE("the last 400 real closes sent as bars give the view of the folder") {
  const auto history = real_market();
  if (!history) return;
  auto whole = live({.history = *history});
  PriceHistory older = *history;
  for (auto& [symbol, closes] : older.closes) closes.resize(closes.size() - 400);
  auto feed = live({.history = older});
  for (const auto& [symbol, closes] : history->closes)
    for (std::size_t i = closes.size() - 400; i < closes.size(); ++i)
      REQUIRE(feed.take(Bar{.symbol = symbol, .date = closes[i].date, .close = closes[i].close},
                        closes[i].date.end_ms()) == FeedVerdict::taken);
  const TimeMs now = date("2026-04-14").begin_ms();
  CHECK(view_at(feed, now)->id() == view_at(whole, now)->id());
}

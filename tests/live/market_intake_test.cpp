#include <doctest/doctest.h>

#include "live/market_intake.hpp"
#include "messages/codec_market.hpp"

using namespace riskcluster;

namespace {

struct Market {
  MarketIntake intake{[this](MarketNews news, std::function<void()> taken) {
                        portions.push_back(std::move(news));
                        release = std::move(taken);
                      },
                      3};
  Result<bool> tick(const std::string& symbol, double price, const std::string& subject) {
    return intake.take(subject, encode_tick_bytes({.symbol = Symbol{symbol}, .last = price, .at = 1'700'000'000'000}),
                       false);
  }
  std::vector<MarketNews> portions;
  std::function<void()> release;
};

} // namespace

TEST_CASE("prices that come while the market is at work wait, up to the bound, and leave together") {
  Market market;
  for (int i = 1; i <= 6; ++i) REQUIRE(market.tick("EURUSD", i, "market.ticks.EURUSD"));
  REQUIRE(market.portions.size() == 1);
  CHECK(market.portions[0].ticks.size() == 1);
  market.release();
  REQUIRE(market.portions.size() == 2);
  CHECK(market.portions[1].ticks.size() == 3); // of five; the newest two were dropped
  CHECK(market.portions[1].ticks.back().last == 4);
  CHECK(market.intake.dropped_count() == 2);
  market.release();
  CHECK(market.portions.size() == 2); // nothing waits
  REQUIRE(market.tick("EURUSD", 7, "market.ticks.EURUSD"));
  CHECK(market.portions.size() == 3);
}

TEST_CASE("a price is for the symbol that its subject names") {
  Market market;
  CHECK(market.tick("EURUSD", 1, "market.ticks.GBPUSD").error().code == Errc::denied);
  CHECK(market.tick("EURUSD", 1, "market.bars.EURUSD").error().code == Errc::malformed);
  CHECK_FALSE(market.intake.take("market.news", "", false));
  CHECK_FALSE(market.intake.take("market.ticks.EURUSD", "nonsense", true));
  CHECK(market.intake.malformed_count() == 4);
  CHECK(market.portions.empty());
  const Bar bar{.symbol = Symbol{"EURUSD"}, .date = *parse_date("2026-10-30"), .close = 1.1};
  REQUIRE(market.intake.take("market.bars.EURUSD", encode_bar_json(bar), true));
  CHECK(market.portions.at(0).bars.size() == 1);
}

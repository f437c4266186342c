#include "controls/opening.hpp"

#include <doctest/doctest.h>

#include "controls/daily_var.hpp"
#include "support/market.hpp"
#include "tenant/merge_limits.hpp"

using namespace riskcluster;
using test::view_of;

namespace {

/// A USD book of 100,000 with the enterprise defaults; positions in units.
struct Scene {
  MarketViewPtr view = view_of(test::usual_symbols());
  Limits limits = default_limits(SubscriptionTier::enterprise);
  std::vector<Position> positions;
  std::vector<Reservation> reservations;
  std::optional<Book> book;

  Opening opening(const std::string& symbol, double direction, double price = 0) {
    book.emplace(*view, Currency{"USD"}, 100'000, class_leverages(limits), positions, reservations);
    for (const auto& position : positions) CHECK(book->find(position.symbol) != nullptr);
    const BookLine& line = **book->line(Symbol{symbol});
    return {.book = *book,
            .line = line,
            .direction = direction,
            .equity = 100'000,
            .price = price > 0 ? price : line.view->quote.price,
            .limits = limits};
  }
  /// At the last price, so that equity stays 100,000.
  Scene& hold(const std::string& symbol, double quantity) {
    positions.push_back({Symbol{symbol}, quantity, view->find(Symbol{symbol})->quote.price});
    return *this;
  }
};

} // namespace

// EURUSD 1.10, GBPUSD 1.30, USDJPY 150, EURJPY 165, US30 40,000, XAUUSD 2,500 x 100 oz. Expected sizes by pencil.

TEST_CASE("max positions: a fourth symbol for three places is refused, an addition is not new") {
  Scene scene;
  scene.limits[LimitId::max_positions] = {3, Origin::tier};
  scene.hold("EURUSD", 100).hold("GBPUSD", 100).hold("USDJPY", 100);
  CHECK(max_positions(scene.opening("US30", 1)).allowed() == 0);
  CHECK(max_positions(scene.opening("EURUSD", 1)).allowed() == unlimited);
}

TEST_CASE("max positions counts reservations") {
  Scene scene;
  scene.limits[LimitId::max_positions] = {1, Origin::tier};
  scene.reservations = {{.signal = SignalId{"r"}, .symbol = Symbol{"GBPUSD"}, .opening_quantity = 10, .price = 1.3}};
  CHECK(max_positions(scene.opening("EURUSD", 1)).allowed() == 0);
}

TEST_CASE("max position size: what is held counts") {
  Scene scene;
  scene.limits[LimitId::max_position_size_notional] = {1'000, Origin::tier};
  scene.hold("EURUSD", 500); // 550 USD
  CHECK(max_position_size(scene.opening("EURUSD", 1)).allowed() == doctest::Approx(450));
}

TEST_CASE("order size and concentration measure notional over class leverage") {
  Scene scene;
  // 5 % of 100,000 is 5,000: 150,000 of FX at 30, 50,000 of gold at 10.
  CHECK(order_size(scene.opening("EURUSD", 1)).allowed() == doctest::Approx(150'000));
  CHECK(order_size(scene.opening("XAUUSD", -1)).allowed() == doctest::Approx(50'000));
  // 10 % of E less what is held: 100,000 at most in gold, 25,000 held (0.1 x 100 x 2,500).
  scene.hold("XAUUSD", 0.1);
  CHECK(position_concentration(scene.opening("XAUUSD", 1)).allowed() == doctest::Approx(75'000));
}

TEST_CASE("sector: every line of the sector counts, and the class stands in for a missing sector") {
  Scene scene;
  scene.hold("EURUSD", 100'000).hold("US30", 2); // FX 110,000, INDEX 80,000
  // 20 % of E = 20,000 of measure = 600,000 of FX notional.
  CHECK(sector_concentration(scene.opening("GBPUSD", 1)).allowed() == doctest::Approx(490'000));
}

TEST_CASE("currency: both legs of a pair are bound, the account's own is not") {
  Scene scene; // 20 % x 3.0 x E = 60,000 per currency
  CHECK(currency_exposure(scene.opening("EURUSD", 1)).allowed() == doctest::Approx(60'000));
  scene.hold("EURUSD", 20'000); // 22,000 USD of EUR
  CHECK(currency_exposure(scene.opening("EURUSD", 1)).allowed() == doctest::Approx(38'000));
  CHECK(currency_exposure(scene.opening("EURUSD", -1)).allowed() == doctest::Approx(82'000));
  // EURJPY: EUR + (22,000 held) and JPY -; the euro side is the tighter.
  CHECK(currency_exposure(scene.opening("EURJPY", 1)).allowed() == doctest::Approx(38'000));
  CHECK(currency_exposure(scene.opening("EURJPY", -1)).allowed() == doctest::Approx(60'000));
}

TEST_CASE("currency: the base leg of an order away from the market is worth what the base currency is worth") {
  Scene scene;
  // At 1.05 one dollar of notional buys 1/1.05 euro, each worth 1.10.
  CHECK(currency_exposure(scene.opening("EURUSD", 1, 1.05)).allowed() == doctest::Approx(60'000 * 1.05 / 1.10));
}

TEST_CASE("currency: a CFD touches no currency until it earns or loses") {
  Scene scene;
  CHECK(currency_exposure(scene.opening("XAUUSD", 1)).allowed() == unlimited);
}

TEST_CASE("leverage: gross over equity, for the book and for the class") {
  Scene scene;
  scene.hold("EURUSD", -100'000).hold("US30", 1); // 110,000 + 40,000
  CHECK(portfolio_leverage(scene.opening("GBPUSD", 1)).allowed() == doctest::Approx(150'000));
  CHECK(portfolio_leverage(scene.opening("EURUSD", 1)).allowed() == doctest::Approx(370'000)); // through zero
  scene.limits[LimitId::max_class_leverage_fx] = {2, Origin::company};
  CHECK(class_leverage(scene.opening("GBPUSD", 1)).allowed() == doctest::Approx(90'000));
  CHECK(class_leverage(scene.opening("US30", 1)).allowed() == doctest::Approx(1'960'000));
}

TEST_CASE("correlation: a position that moves with the trade is in its group, its hedge is not") {
  Scene scene;
  scene.limits[LimitId::max_correlation] = {0.0, Origin::company};
  scene.hold("GBPUSD", 100'000); // 130,000 / 30; moves with EURUSD (common factor .6 x .6)
  const auto together = correlation_group(scene.opening("EURUSD", 1));
  CHECK(together.others == std::vector{Symbol{"GBPUSD"}});
  CHECK(together.others_measure == doctest::Approx(130'000.0 / 30));
  CHECK(together.max_signed_correlation > 0.1);
  CHECK(correlation(scene.opening("EURUSD", 1), together).allowed() == doctest::Approx(300'000 - 130'000));
  const auto hedge = correlation_group(scene.opening("EURUSD", -1));
  CHECK(hedge.others.empty());
  CHECK(hedge.max_signed_correlation < -0.1);
}

TEST_CASE("correlation without enough data: +1 within a class whatever the sides, 0 across classes") {
  Scene scene;
  scene.view = view_of(test::usual_symbols(), 300, 7, {.window_days = 29});
  scene.hold("GBPUSD", -100'000).hold("US30", 1);
  const auto group = correlation_group(scene.opening("EURUSD", 1));
  CHECK(group.others == std::vector{Symbol{"GBPUSD"}});
  CHECK(group.max_signed_correlation == 1);
}

TEST_CASE("VaR per trade is linear in the size") {
  Scene scene;
  scene.limits[LimitId::max_var_per_trade] = {500, Origin::tier};
  CHECK(var_per_trade(scene.opening("EURUSD", 1), 0.01).allowed() == doctest::Approx(50'000));
}

TEST_CASE("daily VaR: the solved size uses the limit to within the tolerance and never exceeds it") {
  std::mt19937_64 random{20'251'009};
  MESSAGE("seed 20251009");
  const auto view = view_of(test::usual_symbols());
  const auto count = view->model().returns.cols();
  BookRiskScratch scratch;
  constexpr double lot = 0.001;
  int solved = 0;
  for (int i = 0; i < 2'000; ++i) {
    Eigen::VectorXd weights(count);
    for (auto& weight : weights) weight = test::uniform(random, -50'000, 50'000);
    const BookRisk book{view->model(), weights, scratch};
    const double limit = book.var() * test::uniform(random, 0.6, 1.5);
    const auto column = static_cast<Eigen::Index>(random() % static_cast<std::uint64_t>(count));
    const double side = random() % 2 == 0 ? 1 : -1;
    const double desired = test::uniform(random, 100, 200'000);
    const auto allowance = allowed_by_daily_var(book, column, side, desired, limit, lot);
    CHECK(allowance.evaluations <= 2 * var_evaluations_max);
    CHECK(allowance.size >= 0);
    CHECK(allowance.size <= desired);
    const double at = book.with(column, side * allowance.size).largest_var();
    CHECK(at == doctest::Approx(allowance.figures.largest_var()));
    CHECK(at <= std::max(limit, book.var()) * (1 + 1e-6));
    const bool crossed = book.var() <= limit && allowance.size > 0 && allowance.size < desired;
    if (!crossed) continue;
    ++solved;
    CHECK(at >= limit * (1 - 2 * var_solve_tolerance));
  }
  CHECK(solved > 200);
}

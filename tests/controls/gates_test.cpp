#include "controls/gates.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "support/market.hpp"

using namespace riskcluster;

namespace {

TradingSignal good() {
  return {.signal_id = SignalId{"s1"},
          .symbol = Symbol{"EURUSD"},
          .side = Side::buy,
          .strategy_id = StrategyId{"trend"},
          .strategy_type = StrategyType::trend_following,
          .confidence = 0.6,
          .entry_price = 1.10};
}

Limits limits_with(LimitId id, double value, Origin origin = Origin::company) {
  Limits limits;
  limits[LimitId::price_collar_pct] = {3};
  limits[LimitId::price_collar_fx_pct] = {1};
  limits[id] = {value, origin};
  return limits;
}

} // namespace

TEST_CASE("a malformed signal is refused, and the message names the field") {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinite = std::numeric_limits<double>::infinity();
  const auto refused = [](const char* field, auto&& change) {
    TradingSignal signal = good();
    change(signal);
    const auto gate = signal_gate(signal, test::noon_ms);
    CAPTURE(field);
    CHECK_FALSE(gate.passed);
    CHECK(gate.reason_code == "INVALID_SIGNAL");
    CHECK(gate.message.starts_with(field));
  };
  CHECK(signal_gate(good(), test::noon_ms).passed);
  refused("signal_id", [](auto& s) { s.signal_id.value = "a*"; });
  refused("signal_id", [](auto& s) { s.signal_id.value = ""; });
  refused("symbol", [](auto& s) { s.symbol.value = "EUR.USD"; });
  refused("symbol", [](auto& s) { s.symbol.value = ">"; });
  refused("side", [](auto& s) { s.side = Side::unspecified; });
  refused("strategy_id", [](auto& s) { s.strategy_id.value = "a b"; });
  refused("confidence", [&](auto& s) { s.confidence = nan; });
  refused("confidence", [](auto& s) { s.confidence = 1.01; });
  refused("confidence", [](auto& s) { s.confidence = -0.1; });
  refused("entry_price", [](auto& s) { s.entry_price = -1.0; });
  refused("entry_price", [&](auto& s) { s.entry_price = infinite; });
  refused("stop_loss", [&](auto& s) { s.stop_loss = nan; });
  refused("take_profit", [](auto& s) { s.take_profit = 0.0; });
  refused("entry_price", [](auto& s) { s.entry_price = 1.1e12; });
  refused("requested_notional", [](auto& s) { s.requested_notional = 1.1e15; });
  refused("requested_notional", [](auto& s) { s.requested_notional = -5.0; });
  refused("requested_notional", [&](auto& s) { s.requested_notional = infinite; });
  refused("timestamp_ms", [](auto& s) { s.timestamp_ms = 1; });
  refused("expires_at_ms", [](auto& s) { s.expires_at_ms = std::numeric_limits<TimeMs>::max(); });
}

TEST_CASE("a signal past its own deadline is refused; the deadline itself is past") {
  TradingSignal signal = good();
  signal.expires_at_ms = test::noon_ms;
  CHECK(signal_gate(signal, test::noon_ms).reason_code == "SIGNAL_EXPIRED");
  CHECK(signal_gate(signal, test::noon_ms - 1).passed);
}

TEST_CASE("the same wish within 500 ms is a duplicate") {
  CHECK(duplicate_gate(std::nullopt).passed);
  CHECK_FALSE(duplicate_gate(0).passed);
  CHECK_FALSE(duplicate_gate(499).passed);
  CHECK(duplicate_gate(500).passed);
}

TEST_CASE("tokens come back at the rate, up to the burst, and never from a clock that runs backwards") {
  CHECK(tokens_at({}, 100, 200, test::noon_ms) == 200);
  const TokenBucket used{.tokens = 10, .at = test::noon_ms};
  CHECK(tokens_at(used, 100, 200, test::noon_ms) == 10);
  CHECK(tokens_at(used, 100, 200, test::noon_ms + 50) == doctest::Approx(15));
  CHECK(tokens_at(used, 100, 200, test::noon_ms + minute_ms) == 200);
  CHECK(tokens_at(used, 100, 200, test::noon_ms - minute_ms) == 10);
  CHECK_FALSE(message_rate_gate(0.99, limits_with(LimitId::message_burst, 8)).passed);
  CHECK(message_rate_gate(1, limits_with(LimitId::message_burst, 8)).passed);
}

TEST_CASE("instruments: unknown, denied or not on the allow list are refused") {
  const auto pair = test::fx("EURUSD");
  Limits limits;
  CHECK(instrument_gate(pair, pair.symbol, limits).passed);
  CHECK(instrument_gate(std::nullopt, Symbol{"NOPE"}, limits).reason_code == "UNKNOWN_INSTRUMENT");
  limits.denied_instruments = {Symbol{"EURUSD"}};
  CHECK(instrument_gate(pair, pair.symbol, limits).reason_code == "INSTRUMENT_DENIED");
  limits.denied_instruments.clear();
  limits.allowed_instruments = {Symbol{"GBPUSD"}};
  CHECK(instrument_gate(pair, pair.symbol, limits).reason_code == "INSTRUMENT_NOT_ALLOWED");
  limits.allowed_instruments = std::vector<Symbol>{};
  CHECK(instrument_gate(pair, pair.symbol, limits).reason_code == "INSTRUMENT_NOT_ALLOWED");
  Instrument classless = pair;
  classless.asset_class = AssetClass::unspecified;
  CHECK(instrument_gate(classless, pair.symbol, {}).reason_code == "UNKNOWN_CLASS");
}

TEST_CASE("trading hours hold unless the company switched them off or the instrument has none") {
  ViewSymbol symbol{.instrument = test::fx("EURUSD"), .quote = {}, .column = {}, .open_intervals = {{100, 200}}};
  Limits limits;
  CHECK(trading_hours_gate(symbol, limits, 50).passed);
  symbol.instrument.trading_hours_text = {"Mon-Fri 09:30-16:00"};
  CHECK(trading_hours_gate(symbol, limits, 100).passed);
  CHECK_FALSE(trading_hours_gate(symbol, limits, 99).passed);
  CHECK_FALSE(trading_hours_gate(symbol, limits, 200).passed);
  limits.trading_hours_restriction = false;
  CHECK(trading_hours_gate(symbol, limits, 99).passed);
}

TEST_CASE("an entry may differ from the last price by the collar: 1 % for FX, 3 % for others") {
  const ViewSymbol pair{.instrument = test::fx("EURUSD"), .quote = {.price = 1.0}, .column = {}, .open_intervals = {}};
  const ViewSymbol index{.instrument = test::cfd("US30", AssetClass::index, "USD", 1, 1),
                         .quote = {.price = 100},
                         .column = {},
                         .open_intervals = {}};
  const Limits limits = limits_with(LimitId::price_collar_fx_pct, 1);
  TradingSignal signal = good();
  const auto passes = [&](const ViewSymbol& symbol, double entry) {
    signal.entry_price = entry;
    return price_collar_gate(signal, symbol, limits).passed;
  };
  CHECK(passes(pair, 1.01));
  CHECK_FALSE(passes(pair, 1.0101));
  CHECK(passes(pair, 0.99));
  CHECK_FALSE(passes(pair, 0.9899));
  CHECK(passes(index, 103));
  CHECK_FALSE(passes(index, 96.9));
  signal.entry_price.reset();
  CHECK(price_collar_gate(signal, pair, limits).passed);
}

TEST_CASE("a collar for everything that is narrower than that for FX holds for FX, too") {
  const auto collar = collar_of(test::fx("EURUSD"), limits_with(LimitId::price_collar_pct, 0.5, Origin::user));
  CHECK(collar.per_cent == 0.5);
  CHECK(collar.origin == Origin::user);
}

TEST_CASE("stop and target stand on their sides of the entry") {
  const auto code = [](Side side, std::optional<double> stop, std::optional<double> target) {
    TradingSignal signal = good();
    signal.side = side;
    signal.stop_loss = stop;
    signal.take_profit = target;
    return std::string{levels_gate(signal, 9.9).reason_code};
  };
  CHECK(code(Side::buy, 1.09, 1.12).empty());
  CHECK(code(Side::sell, 1.11, 1.08).empty());
  CHECK(code(Side::buy, 1.10, {}) == "INVALID_STOP");
  CHECK(code(Side::buy, 1.11, {}) == "INVALID_STOP");
  CHECK(code(Side::sell, 1.09, {}) == "INVALID_STOP");
  CHECK(code(Side::buy, {}, 1.09) == "INVALID_TARGET");
  CHECK(code(Side::sell, {}, 1.10) == "INVALID_TARGET");
}

TEST_CASE("a market order's levels are held against the last price") {
  TradingSignal signal = good();
  signal.entry_price.reset();
  signal.stop_loss = 1.05;
  CHECK(levels_gate(signal, 1.06).passed);
  CHECK_FALSE(levels_gate(signal, 1.04).passed);
}

TEST_CASE("banned strategies and types are refused, and so is a type that is not named where types are banned") {
  TradingSignal signal = good();
  Limits limits;
  CHECK(strategy_type_gate(signal, limits).passed);
  limits.banned_strategies = {StrategyId{"trend"}};
  CHECK_FALSE(strategy_type_gate(signal, limits).passed);
  limits.banned_strategies.clear();
  limits.banned_strategy_types = {StrategyType::momentum};
  CHECK(strategy_type_gate(signal, limits).passed);
  signal.strategy_type = StrategyType::momentum;
  CHECK_FALSE(strategy_type_gate(signal, limits).passed);
  signal.strategy_type = StrategyType::unspecified;
  CHECK_FALSE(strategy_type_gate(signal, limits).passed);
}

TEST_CASE("without equity nothing can be risked") {
  CHECK(equity_gate(0.01).passed);
  CHECK_FALSE(equity_gate(0).passed);
  CHECK_FALSE(equity_gate(-5).passed);
  CHECK_FALSE(equity_gate(std::numeric_limits<double>::quiet_NaN()).passed);
}

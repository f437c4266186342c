// Ticks, bars and what is remembered of them: whatever can be said survives a round trip, and every refusal names the
// field.

#include <limits>

#include <doctest/doctest.h>

#include "market/market_data.pb.h"
#include "messages/codec_market.hpp"
#include "messages/random_wire.hpp"
#include "messages/wire_forms.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

constexpr std::uint64_t seed = 20261122;

Date random_date(RandomWire& random) { return {random.below(40'000)}; }

template <class Wire>
Wire random_price(RandomWire& random) {
  Wire wire;
  random.fill(wire);
  wire.set_symbol(random.id());
  wire.set_source(random.coin() ? random.id() : "");
  if constexpr (std::is_same_v<Wire, market::Bar>) wire.set_date(random_date(random).iso());
  return wire;
}

market::FeedMemory random_memory(RandomWire& random) {
  market::FeedMemory wire;
  random.fill(wire);
  wire.set_symbol(random.id());
  if (wire.has_tick()) wire.mutable_tick()->set_source(random.coin() ? random.id() : "");
  Date date = random_date(random);
  for (auto& bar : *wire.mutable_bars()) {
    date.days += 1 + random.below(5);
    bar.set_date(date.iso());
  }
  return wire;
}

const std::string good_tick =
    R"({"symbol":"EURUSD","bid":1.09,"ask":1.11,"last":1.1,"at_ms":"1793000000000","source":"main"})";
const std::string good_bar =
    R"({"symbol":"EURUSD","date":"2026-11-20","open":1.08,"high":1.12,"low":1.07,"close":1.1,"volume":5e6,)"
    R"("at_ms":"1793000000000","source":"main"})";

struct Case {
  const char* from;
  const char* to;
  const char* fault; ///< begins with
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

template <class T>
void expect_fault(const Result<T>& result, std::string_view fault) {
  REQUIRE_FALSE(result);
  CAPTURE(result.error().message);
  CHECK(result.error().code == Errc::malformed);
  CHECK(std::string_view{result.error().message}.starts_with(fault));
}

} // namespace

TEST_CASE("3,000 random ticks, bars and memories of them are the same after a round trip") {
  MESSAGE("seed " << seed);
  RandomWire random{seed};
  for (int i = 0; i < 3'000; ++i) {
    const auto wire_tick = random_price<market::Tick>(random);
    const auto tick = good(decode_tick_bytes(wire_tick.SerializeAsString()));
    require_equal(wire_tick, wire_of_bytes<market::Tick>(encode_tick_bytes(tick)));
    require_equal(wire_tick, wire_of_json<market::Tick>(encode_tick_json(tick)));
    REQUIRE(good(decode_tick_json(json_of(wire_tick))) == tick);

    const auto wire_bar = random_price<market::Bar>(random);
    const auto bar = good(decode_bar_bytes(wire_bar.SerializeAsString()));
    require_equal(wire_bar, wire_of_bytes<market::Bar>(encode_bar_bytes(bar)));
    require_equal(wire_bar, wire_of_json<market::Bar>(encode_bar_json(bar)));
    REQUIRE(good(decode_bar_json(json_of(wire_bar))) == bar);

    const auto wire_memory = random_memory(random);
    const auto memory = good(decode_feed_memory(wire_memory.SerializeAsString()));
    require_equal(wire_memory, wire_of_bytes<market::FeedMemory>(encode_feed_memory(memory)));
    REQUIRE(good(decode_feed_memory(encode_feed_memory(memory))) == memory);
  }
}

TEST_CASE("a tick and a bar say what they say, and what is left out is 0") {
  CHECK(*decode_tick_json(good_tick) == Tick{Symbol{"EURUSD"}, 1.09, 1.11, 1.1, 1'793'000'000'000, SourceId{"main"}});
  const Date day = *parse_date("2026-11-20");
  CHECK(*decode_bar_json(good_bar) ==
        Bar{Symbol{"EURUSD"}, day, 1.08, 1.12, 1.07, 1.1, 5e6, 1'793'000'000'000, SourceId{"main"}});
  CHECK(*decode_tick_json(R"({"symbol":"EURUSD","last":1.1,"at_ms":7})") ==
        Tick{.symbol = Symbol{"EURUSD"}, .last = 1.1, .at = 7});
  CHECK(*decode_bar_json(R"({"symbol":"EURUSD","date":"2026-11-20","close":1.1})") ==
        Bar{.symbol = Symbol{"EURUSD"}, .date = day, .close = 1.1});
}

TEST_CASE("prices that cannot be true are readable: they are for the verdict, and counted there") {
  for (const char* last : {R"("last":0)", R"("last":-1.1)", R"("last":1e300)"})
    CHECK(decode_tick_json(replaced(good_tick, R"("last":1.1)", last)));
  CHECK(decode_tick_json(replaced(good_tick, R"("1793000000000")", "-5")));
}

TEST_CASE("a bad tick is an error that names the field") {
  const Case cases[] = {
      {R"("bid":1.09)", R"("bid":"NaN")", "bid: not a finite number"},
      {R"("ask":1.11)", R"("ask":Infinity)", "ask: not a finite number: Infinity"},
      {R"("last":1.1)", R"("last":"dear")", "last: not a finite number: \"dear\""},
      {R"("last":1.1)", R"("price":1.1)", "price: unknown field"},
      {R"("last":1.1)", R"("last":1.1,"last":1.2)", "last: is there twice"},
      {R"("symbol":"EURUSD",)", "", "symbol: not a valid id"},
      {R"("symbol":"EURUSD")", R"("symbol":"EUR.USD")", "symbol: not a valid id"},
      {R"("symbol":"EURUSD")", R"("symbol":7)", "symbol: not a string"},
      {R"("source":"main")", R"("source":"*")", "source: not a valid id"},
      {R"("source":"main")", R"("source":"a123456789012345678901234567890123456789012345678901234567890123")",
       "source: longer than 63"},
      {R"("at_ms":"1793000000000")", R"("at_ms":"soon")", "at_ms: not a whole number"},
  };
  for (const auto& [from, to, fault] : cases) {
    const auto shown_value = std::string{to};
    CAPTURE(shown_value);
    expect_fault(decode_tick_json(replaced(good_tick, from, to)), fault);
  }
  expect_fault(decode_tick_json(""), "empty");
  expect_fault(decode_tick_json("[]"), "not an object");
  expect_fault(decode_tick_json(std::string(2'000'000, ' ')), "longer than 1048576 bytes");
  expect_fault(decode_tick_bytes("\xff\xff"), "");
}

TEST_CASE("a bad bar is an error that names the field; its date is ISO and exists") {
  const Case cases[] = {
      {R"("close":1.1)", R"("close":"NaN")", "close: not a finite number"},
      {R"("volume":5e6)", R"("volume":-Infinity)", "volume: not a finite number"},
      {R"("date":"2026-11-20",)", "", "date: not like 2026-11-20"},
      {R"("2026-11-20")", R"("2026-02-30")", "date: not like 2026-11-20: 2026-02-30"},
      {R"("2026-11-20")", R"("11/20/2026")", "date: not like 2026-11-20: 11/20/2026"},
      {R"("2026-11-20")", R"("2026-11-20T00:00:00Z")", "date: not like"},
      {R"("2026-11-20")", "20261120", "date: not a string"},
      {R"("symbol":"EURUSD")", R"("symbol":"EUR/USD")", "symbol: not a valid id"},
  };
  for (const auto& [from, to, fault] : cases) {
    const auto shown_value = std::string{to};
    CAPTURE(shown_value);
    expect_fault(decode_bar_json(replaced(good_bar, from, to)), fault);
  }
}

TEST_CASE("in bytes, too, a number is finite") {
  market::Tick wire;
  wire.set_symbol("EURUSD");
  wire.set_ask(std::numeric_limits<double>::quiet_NaN());
  expect_fault(decode_tick_bytes(wire.SerializeAsString()), "ask: not a finite number");
}

TEST_CASE("a memory that was changed is an error that names the field") {
  const auto bytes = [](auto&& change) {
    market::FeedMemory wire;
    wire.set_symbol("EURUSD");
    wire.mutable_tick()->set_price(1.1);
    for (const char* day : {"2026-11-19", "2026-11-20"}) {
      auto& bar = *wire.add_bars();
      bar.set_date(day);
      bar.set_close(1.1);
    }
    change(wire);
    return wire.SerializeAsString();
  };
  CHECK(decode_feed_memory(bytes([](auto&) {})));
  expect_fault(decode_feed_memory(bytes([](auto& w) { w.clear_symbol(); })), "symbol: not a valid id");
  expect_fault(decode_feed_memory(bytes([](auto& w) { w.mutable_bars(1)->set_date("2026-11-19"); })),
               "bars[1].date: does not rise");
  expect_fault(decode_feed_memory(bytes([](auto& w) { w.mutable_bars(1)->set_date("x"); })),
               "bars[1].date: not like 2026-11-20: x");
  expect_fault(
      decode_feed_memory(bytes([](auto& w) { w.mutable_tick()->set_price(std::numeric_limits<double>::infinity()); })),
      "tick.price: not a finite number");
  expect_fault(decode_feed_memory(bytes([](auto& w) {
                 for (int i = 0; i < 399; ++i) *w.add_bars() = w.bars(0);
               })),
               "bars: more than 400");
}

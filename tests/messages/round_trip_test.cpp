// Whatever can be said on the wire survives the way into the domain and back, as bytes and as JSON: random messages,
// filled by reflection, so that a field added to a contract and forgotten in a codec fails here.

#include <functional>

#include <doctest/doctest.h>

#include "journal/tenant_events.pb.h"
#include "messages/codec_journal.hpp"
#include "messages/codec_portfolio.hpp"
#include "messages/codec_risk.hpp"
#include "messages/codec_trading.hpp"
#include "messages/random_wire.hpp"
#include "messages/wire_forms.hpp"
#include "portfolio/portfolio_data.pb.h"
#include "risk/risk_assessment.pb.h"
#include "trading/trading_signals.pb.h"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

constexpr std::uint64_t seed = 20261030;

trading::TradingSignalBatch random_batch(RandomWire& random) {
  trading::TradingSignalBatch wire;
  random.fill(wire);
  wire.set_batch_id(random.id());
  wire.set_company_id(random.id());
  wire.set_user_id(random.id());
  wire.set_strategy_id(random.coin() ? random.id() : "");
  wire.set_source(random.id());
  wire.set_correlation_id(random.coin() ? random.id() : "Größe \"5\" €");
  wire.set_created_at_ms(1'700'000'000'000 + random.below(1'000'000));
  if (wire.trading_signals().empty()) random.fill(*wire.add_trading_signals());
  return wire;
}

portfolio::PortfolioUpdate random_update(RandomWire& random) {
  portfolio::PortfolioUpdate wire;
  wire.set_company_id(random.id());
  wire.set_user_id(random.id());
  const auto common = [&](auto& part) {
    random.fill(part);
    part.set_source(random.id());
    part.set_at_ms(1'700'000'000'000 + random.below(1'000'000));
  };
  if (random.coin()) {
    auto& report = *wire.mutable_execution_report();
    common(report);
    report.set_execution_id(random.id());
    report.set_signal_id(random.coin() ? random.id() : "");
    report.set_symbol(random.id());
    report.set_side(random.coin() ? portfolio::ExecutionReport::BUY : portfolio::ExecutionReport::SELL);
    report.set_status(static_cast<portfolio::ExecutionReport::Status>(1 + random.below(5)));
    report.set_fees(random.amount());
    report.set_quantity(random.positive());
    report.set_price(random.positive());
    report.set_remaining_quantity(random.positive());
  } else {
    auto& update = *wire.mutable_account_update();
    common(update);
    update.set_update_id(random.id());
    if (update.has_balance()) update.set_balance(random.amount());
    update.set_deposit(random.positive());
    if (update.has_withdrawal()) update.set_withdrawal(random.positive());
  }
  return wire;
}

// Limits, origins and strategy types travel by name, so these must be names.

void name_strategy_types(RandomWire& random, auto& wire) {
  for (auto& type : *wire.mutable_banned_strategy_types()) type = name(static_cast<StrategyType>(1 + random.below(8)));
}

void name_own(RandomWire& random, journal::OwnSettings& own) {
  own.clear_limits();
  for (std::size_t i = 0; i < limit_count; ++i) {
    if (random.coin()) continue;
    auto& limit = *own.add_limits();
    limit.set_name(std::string{name(static_cast<LimitId>(i))});
    limit.set_value(random.number());
  }
  name_strategy_types(random, own);
}

void name_merged(RandomWire& random, auto& wire) {
  wire.clear_limits();
  for (std::size_t i = 0; i < limit_count; ++i) {
    auto& limit = *wire.add_limits();
    limit.set_name(std::string{name(static_cast<LimitId>(i))});
    limit.set_value(random.number());
    limit.set_origin(std::string{name(static_cast<Origin>(random.below(4)))});
  }
  wire.set_tolerance_origin(std::string{name(static_cast<Origin>(random.below(4)))});
  if (!wire.has_allowed_instruments()) wire.clear_allowed_instruments();
  name_strategy_types(random, wire);
}

void order_gap(RandomWire& random, auto& wire) {
  if (!wire.has_gap()) return;
  wire.mutable_gap()->set_first(static_cast<std::uint64_t>(1 + random.below(100)));
  wire.mutable_gap()->set_last(wire.gap().first() + static_cast<std::uint64_t>(random.below(100)));
}

journal::TenantEvent random_event(RandomWire& random) {
  journal::TenantEvent wire;
  // One of the oneof's messages, all of which stand before the fields of the trace.
  const auto& events = *journal::TenantEvent::descriptor()->oneof_decl(0);
  const auto* chosen = events.field(random.below(events.field_count()));
  random.fill(*wire.GetReflection()->MutableMessage(&wire, chosen));
  wire.set_at_ms(random.below(1'000'000));
  wire.set_correlation_id(random.id());
  wire.set_traceparent(random.id());
  if (wire.has_tenant_opened()) {
    name_merged(random, *wire.mutable_tenant_opened());
    name_own(random, *wire.mutable_tenant_opened()->mutable_own());
  }
  if (wire.has_limits_merged()) name_merged(random, *wire.mutable_limits_merged());
  if (wire.has_policy_opened()) name_own(random, *wire.mutable_policy_opened()->mutable_own());
  if (wire.has_limits_set()) name_own(random, *wire.mutable_limits_set()->mutable_own());
  if (wire.has_batch_decided()) order_gap(random, *wire.mutable_batch_decided());
  if (wire.has_fill_applied()) order_gap(random, *wire.mutable_fill_applied());
  if (wire.has_account_changed()) order_gap(random, *wire.mutable_account_changed());
  return wire;
}

const std::set<std::string> always_there = {"kelly_criterion",    "fixed_fractional",  "volatility_based",
                                            "risk_parity",        "volatility_budget", "correlation_analysis",
                                            "concentration_risk", "exposure_analysis"};

} // namespace

TEST_CASE("3,000 random batches are the same after a round trip, as bytes and as JSON") {
  MESSAGE("seed " << seed);
  RandomWire random{seed};
  for (int i = 0; i < 3'000; ++i) {
    const auto wire = random_batch(random);
    const auto batch = good(decode_batch_bytes(wire.SerializeAsString()));
    for (const auto& signal : batch.trading_signals) REQUIRE(signal.fault.empty());
    require_equal(wire, wire_of_bytes<trading::TradingSignalBatch>(encode_batch_bytes(batch)));
    REQUIRE(good(decode_batch_json(json_of(wire))) == batch);
    REQUIRE(good(decode_batch_json(encode_batch_json(batch))) == batch);
  }
}

TEST_CASE("2,000 random answers are the same after a round trip, as bytes and as JSON") {
  MESSAGE("seed " << seed);
  RandomWire random{seed + 1, always_there};
  for (int i = 0; i < 2'000; ++i) {
    risk::RiskAssessmentBatch wire;
    random.fill(wire);
    const auto answer = good(decode_answer_bytes(wire.SerializeAsString()));
    require_equal(wire, wire_of_bytes<risk::RiskAssessmentBatch>(encode_answer_bytes(answer)));
    require_equal(wire, wire_of_json<risk::RiskAssessmentBatch>(encode_answer_json(answer)));
    REQUIRE(good(decode_answer_json(encode_answer_json(answer))) == answer);
  }
}

TEST_CASE("3,000 random commands are the same after a round trip, as bytes and as JSON") {
  MESSAGE("seed " << seed);
  RandomWire random{seed + 2};
  for (int i = 0; i < 3'000; ++i) {
    const auto wire = random_update(random);
    const auto update = good(decode_update_bytes(wire.SerializeAsString()));
    require_equal(wire, wire_of_bytes<portfolio::PortfolioUpdate>(encode_update_bytes(update)));
    require_equal(wire, wire_of_json<portfolio::PortfolioUpdate>(encode_update_json(update)));
    REQUIRE(good(decode_update_json(json_of(wire))) == update);
  }
}

TEST_CASE("5,000 random events are the same after a round trip") {
  MESSAGE("seed " << seed);
  RandomWire random{seed + 3, {"own", "halt"}};
  for (int i = 0; i < 5'000; ++i) {
    const auto wire = random_event(random);
    const auto event = good(decode_event(wire.SerializeAsString()));
    require_equal(wire, wire_of_bytes<journal::TenantEvent>(encode_event(event)));
    REQUIRE(good(decode_event(encode_event(event))) == event);
  }
}

TEST_CASE("bytes cut off anywhere are an error or a shorter message, never a crash") {
  MESSAGE("seed " << seed);
  RandomWire random{seed + 4, always_there};
  risk::RiskAssessmentBatch answer;
  random.fill(answer);
  const std::pair<std::string, std::function<bool(std::string_view)>> inputs[] = {
      {random_batch(random).SerializeAsString(), [](auto bytes) { return bool{decode_batch_bytes(bytes)}; }},
      {random_update(random).SerializeAsString(), [](auto bytes) { return bool{decode_update_bytes(bytes)}; }},
      {random_event(random).SerializeAsString(), [](auto bytes) { return bool{decode_event(bytes)}; }},
      {answer.SerializeAsString(), [](auto bytes) { return bool{decode_answer_bytes(bytes)}; }}};
  for (const auto& [bytes, decodes] : inputs) {
    CHECK(decodes(bytes));
    std::size_t failed = 0;
    for (std::size_t length = 0; length < bytes.size(); ++length)
      failed += !decodes(std::string_view{bytes}.substr(0, length));
    CHECK(failed > bytes.size() / 2);
  }
}

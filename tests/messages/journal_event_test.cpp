// An event is read back exactly, or not at all.

#include <limits>

#include <doctest/doctest.h>

#include "journal/tenant_events.pb.h"
#include "messages/codec_journal.hpp"

using namespace riskcluster;

namespace {

TenantEvent opened() {
  TenantOpened fact;
  fact.id = {CompanyId{"acme"}, UserId{"ann"}};
  fact.tier = SubscriptionTier::enterprise;
  fact.currency = Currency{"EUR"};
  fact.balance = 1e6;
  fact.positions = {{Symbol{"EURUSD"}, -1000, 1.1}};
  fact.trade_statistics = {{StrategyId{"trend"}, Symbol{"EURUSD"}, 3, 1, 40, 5, {10, 20, 10, -5}}};
  for (std::size_t i = 0; i < limit_count; ++i)
    fact.limits.values[i] = {.value = 1.0 + static_cast<double>(i), .origin = static_cast<Origin>(i % 4)};
  fact.limits.denied_instruments = {Symbol{"XAUUSD"}};
  fact.limits.banned_strategies = {StrategyId{"carry-one"}};
  fact.limits.banned_strategy_types = {StrategyType::momentum, StrategyType::scalping};
  fact.limits.trading_hours_restriction = false;
  fact.tolerance = RiskTolerance::aggressive;
  fact.tolerance_origin = Origin::user;
  fact.strategies = {StrategyId{"trend"}};
  return {.at_ms = 1'793'000'000'000, .fact = std::move(fact)};
}

/// The error after a change of the bytes' message.
template <class Change>
std::string error_after(const TenantEvent& event, Change&& change) {
  journal::TenantEvent wire;
  REQUIRE(wire.ParseFromString(encode_event(event)));
  change(wire);
  const auto decoded = decode_event(wire.SerializeAsString());
  return decoded ? "decoded" : decoded.error().message;
}

} // namespace

TEST_CASE("no list, an empty list and a list of allowed instruments stay three different things") {
  using List = std::optional<std::vector<Symbol>>;
  for (const auto& allowed : {List{}, List{std::vector<Symbol>{}}, List{std::vector{Symbol{"EURUSD"}}}}) {
    auto event = opened();
    std::get<TenantOpened>(event.fact).limits.allowed_instruments = allowed;
    const auto decoded = decode_event(encode_event(event));
    REQUIRE(decoded);
    CHECK(*decoded == event);
  }
}

TEST_CASE("the answer in a batch's event is any bytes") {
  BatchDecided fact;
  fact.batch_id = BatchId{"b1"};
  fact.seed = std::numeric_limits<std::uint64_t>::max();
  fact.answer = std::string{"\0\xff\x80 answer", 10};
  const TenantEvent event{.at_ms = 5, .fact = fact};
  const auto decoded = decode_event(encode_event(event));
  REQUIRE(decoded);
  CHECK(*decoded == event);
}

TEST_CASE("an event that is not exactly understood is an error, never a default") {
  const auto event = opened();
  const auto limits = [](auto& wire) -> auto& { return *wire.mutable_tenant_opened()->mutable_limits(); };
  CHECK(error_after(event, [](auto&) {}) == "decoded");
  CHECK(error_after(event, [](auto& wire) { wire.clear_event(); }) == "event: none that this version knows");
  CHECK(error_after(event, [&](auto& wire) { limits(wire).RemoveLast(); }) ==
        "tenant_opened.limits: message_burst is missing");
  CHECK(error_after(event, [&](auto& wire) { limits(wire).Mutable(3)->set_name("max_hope"); }) ==
        "tenant_opened.limits[3]: unknown name max_hope");
  CHECK(error_after(event, [&](auto& wire) { limits(wire).Mutable(3)->set_name("max_positions"); }) ==
        "tenant_opened.limits[3]: max_positions twice");
  CHECK(error_after(event, [&](auto& wire) { limits(wire).Mutable(3)->set_origin("luck"); }) ==
        "tenant_opened.limits[3]: unknown origin luck");
  CHECK(error_after(event, [&](auto& wire) { limits(wire).Mutable(3)->set_value(std::nan("")); }) ==
        "tenant_opened.limits[3]: not a finite number");
  CHECK(error_after(event, [](auto& wire) { wire.mutable_tenant_opened()->set_tolerance_origin(""); }) ==
        "tenant_opened.tolerance_origin: unknown origin ");
  CHECK(error_after(event, [](auto& wire) { wire.mutable_tenant_opened()->add_banned_strategy_types("HOPING"); }) ==
        "tenant_opened.banned_strategy_types[2]: unknown type HOPING");
  CHECK(error_after(event, [](auto& wire) { wire.mutable_tenant_opened()->add_allowed_instruments("EURUSD"); }) ==
        "tenant_opened.allowed_instruments: a list that has_allowed_instruments denies");
  CHECK(error_after(event, [](auto& wire) {
          wire.mutable_tenant_opened()->set_tier(static_cast<common::UserContext::SubscriptionTier>(9));
        }) == "tenant_opened.tier: unknown enum number 9");
  CHECK(error_after(event, [](auto& wire) {
          wire.mutable_tenant_opened()->mutable_positions(0)->set_quantity(-std::numeric_limits<double>::infinity());
        }) == "tenant_opened.positions[0].quantity: not a finite number");
  CHECK_FALSE(decode_event(""));
  CHECK_FALSE(decode_event("nonsense"));
}

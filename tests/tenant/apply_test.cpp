#include <doctest/doctest.h>

#include "support/tenant.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

const MarketViewPtr& market() {
  static const MarketViewPtr view = view_of(usual_symbols());
  return view;
}

} // namespace

TEST_CASE("a fill turns its reservation into a position, part by part") {
  Desk desk{market()};
  desk.send(order(Side::buy, "EURUSD", 1'111)); // 1,000 units at 1.111
  desk.fill("s1", Side::buy, "EURUSD", 400, 1.10, ExecutionStatus::partial);
  REQUIRE(desk.state.positions.size() == 1);
  CHECK(desk.state.positions[0].quantity == 400);
  CHECK(desk.state.reservations[0].opening_quantity == 600);
  desk.fill("s1", Side::buy, "EURUSD", 600, 1.12);
  CHECK(desk.state.positions[0].quantity == 1'000);
  CHECK(desk.state.positions[0].average_price == doctest::Approx((400 * 1.10 + 600 * 1.12) / 1'000));
  CHECK(desk.state.reservations.empty());
}

TEST_CASE("cancelled, rejected and expired orders free their reservation") {
  for (const auto status : {ExecutionStatus::cancelled, ExecutionStatus::rejected, ExecutionStatus::expired}) {
    Desk desk{market()};
    desk.send(order(Side::buy, "EURUSD", 1'000));
    desk.fill("s1", Side::buy, "EURUSD", 0, 0, status);
    CHECK(desk.state.reservations.empty());
    CHECK(desk.state.positions.empty());
  }
}

TEST_CASE(
    "a closing fill realises its P&L in the account currency and counts as a closed trade of the order's strategy") {
  TenantSetup setup = tenant();
  setup.positions = {{Symbol{"USDJPY"}, 1'000, 147.0}};
  Desk desk{market(), setup};
  desk.send(order(Side::sell, "USDJPY", {}));
  desk.fill("s1", Side::sell, "USDJPY", 400, 150.0, ExecutionStatus::partial);
  desk.fill("s1", Side::sell, "USDJPY", 600, 151.5);
  // (400 x 3 + 600 x 4.5) JPY at 150 JPY a dollar.
  const double pnl = (400 * 3.0 + 600 * 4.5) / 150;
  CHECK(desk.state.balance == doctest::Approx(100'000 + pnl));
  const auto* trades = find_statistics(desk.state, StrategyId{"trend"}, Symbol{"USDJPY"});
  REQUIRE(trades);
  CHECK(trades->wins == 1);
  CHECK(trades->sum_win == doctest::Approx(pnl));
}

TEST_CASE("a fact is never refused: an unknown order's fill and one after its reservation's end are booked") {
  Desk desk{market()};
  desk.fill("nobody", Side::sell, "GBPUSD", 300, 1.29);
  CHECK(desk.state.positions[0].quantity == -300);
  TradingSignal brief = order(Side::buy, "EURUSD", 1'000);
  brief.expires_at_ms = noon_ms + 1;
  desk.send(brief);
  desk.fill("s1", Side::buy, "EURUSD", 900, 1.10, ExecutionStatus::filled, noon_ms + day_ms);
  CHECK(find_position(desk.state, Symbol{"EURUSD"})->quantity == 900);
}

TEST_CASE("the same execution is booked once") {
  Desk desk{market()};
  const ExecutionReport report{.execution_id = ExecutionId{"x1"},
                               .symbol = Symbol{"EURUSD"},
                               .side = Side::buy,
                               .quantity = 10,
                               .price = 1.1,
                               .status = ExecutionStatus::filled,
                               .at_ms = noon_ms};
  desk.commit(*decide(desk.state, report, desk.view(), noon_ms));
  CHECK(decide(desk.state, report, desk.view(), noon_ms)->empty());
}

TEST_CASE("a fact that comes again after many batches is still the same fact") {
  Desk desk{market()};
  const AccountUpdate deposit{.deposit = 1'000, .at_ms = noon_ms, .update_id = "d1"};
  desk.commit(*decide(desk.state, deposit, desk.view(), noon_ms));
  for (int i = 0; i < 100; ++i)
    desk.send(order(Side::buy, "NOPE", 1, "n" + std::to_string(i)), noon_ms + i * second_ms);
  CHECK(decide(desk.state, deposit, desk.view(), noon_ms)->empty());
}

TEST_CASE(
    "facts of numbered sources: a new id under a used number is applied, one far behind is an error, not silence") {
  Desk desk{market()};
  const auto fill = [&](const std::string& id, const std::string& source, std::uint64_t sequence) {
    const ExecutionReport report{.execution_id = ExecutionId{id},
                                 .symbol = Symbol{"EURUSD"},
                                 .side = Side::buy,
                                 .quantity = 1,
                                 .price = 1.1,
                                 .status = ExecutionStatus::filled,
                                 .at_ms = noon_ms,
                                 .source = SourceId{source},
                                 .sequence = sequence};
    auto events = decide(desk.state, report, desk.view(), noon_ms);
    if (events) desk.commit(*events);
    return events ? static_cast<int>(events->size()) : -1;
  };
  CHECK(fill("x1", "venue", 5'000) == 1);
  CHECK(fill("x1", "venue", 5'000) == 0);
  CHECK(fill("x2", "venue", 5'000) == 1);
  CHECK(fill("x3", "venue", 1) == -1);
  for (int i = 0; i < 20; ++i) CHECK(fill("y" + std::to_string(i), "source" + std::to_string(i), 1) == 1);
  CHECK(fill("y19", "source19", 1) == 0);
}

TEST_CASE("account updates: balance replaces, deposits add, withdrawals subtract") {
  Desk desk{market()};
  AccountUpdate update{.deposit = 500, .withdrawal = 200, .at_ms = noon_ms, .update_id = "u1"};
  desk.commit(*decide(desk.state, update, desk.view(), noon_ms));
  CHECK(desk.state.balance == 100'300);
  update = {.balance = 7, .at_ms = noon_ms, .update_id = "u2"};
  desk.commit(*decide(desk.state, update, desk.view(), noon_ms));
  CHECK(desk.state.balance == 7);
}

TEST_CASE("P&L in a currency that cannot be converted is an error, not a guess") {
  std::vector<Listed> with_odd = usual_symbols();
  with_odd.push_back({cfd("HK50", AssetClass::index, "HKD", 1, 1), 20'000});
  TenantSetup setup = tenant();
  setup.positions = {{Symbol{"HK50"}, 2, 19'000}};
  Desk desk{view_of(with_odd), setup};
  const ExecutionReport report{.execution_id = ExecutionId{"x1"},
                               .symbol = Symbol{"HK50"},
                               .side = Side::sell,
                               .quantity = 1,
                               .price = 20'000,
                               .status = ExecutionStatus::filled,
                               .at_ms = noon_ms};
  CHECK(decide(desk.state, report, desk.view(), noon_ms).error().code == Errc::unavailable);
}

TEST_CASE("folding the same events gives the same state hash, and every field counts in it") {
  Desk desk{market()};
  desk.send({order(Side::buy, "EURUSD", 1'000, "a"), order(Side::sell, "US30", 90'000, "b")});
  desk.fill("a", Side::buy, "EURUSD", 100, 1.10, ExecutionStatus::partial);
  TenantState again;
  std::uint64_t n = 0;
  for (const auto& event : desk.history) apply(again, event, {++n});
  CHECK(state_hash(again) == state_hash(desk.state));
  const auto changed = [&](auto&& change) {
    TenantState other = again;
    change(other);
    return state_hash(other) != state_hash(again);
  };
  CHECK(changed([](auto& s) { s.balance += 0.01; }));
  CHECK(changed([](auto& s) { s.positions[0].average_price += 1e-9; }));
  CHECK(changed([](auto& s) { s.reservations[0].expires_at += 1; }));
  CHECK(changed([](auto& s) { s.limits[LimitId::max_daily_var].value += 1; }));
  CHECK(changed([](auto& s) { s.signal_digests[0].at += 1; }));
  CHECK(changed([](auto& s) { s.batch_digests[0].n += 1; }));
  CHECK(changed([](auto& s) { s.tokens.tokens -= 1; }));
  CHECK(changed([](auto& s) { s.version += 1; }));
}

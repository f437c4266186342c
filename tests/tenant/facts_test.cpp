// Facts that come in another order than they happened, or that no open approval stands for.

#include <doctest/doctest.h>

#include "support/tenant.hpp"
#include "tenant/outputs.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

const MarketViewPtr& market() {
  static const MarketViewPtr view = view_of(usual_symbols());
  return view;
}

struct Venue : Desk {
  Venue() : Desk{market()} {}

  /// An execution of order s1, 1,000 units of EURUSD unless it is changed; the fact that it makes.
  FillApplied report(std::uint64_t sequence, double quantity, ExecutionStatus status = ExecutionStatus::filled,
                     TimeMs at = noon_ms, const std::string& signal = "s1", Side side = Side::buy) {
    const ExecutionReport report{.execution_id = ExecutionId{"x" + std::to_string(++reports)},
                                 .signal_id = SignalId{signal},
                                 .symbol = Symbol{"EURUSD"},
                                 .side = side,
                                 .quantity = quantity,
                                 .price = 1.1,
                                 .status = status,
                                 .at_ms = at,
                                 .source = SourceId{sequence == 0 ? "" : "venue"},
                                 .sequence = sequence};
    const auto events = decide(state, report, view(), noon_ms);
    commit(*events);
    last = events->front();
    return std::get<FillApplied>(last.fact);
  }
  std::vector<std::string> alerts() const {
    std::vector<std::string> types;
    for (const auto& alert : alerts_of(last)) types.push_back(alert.type);
    return types;
  }
  AccountChanged account(std::uint64_t sequence, std::optional<double> balance, std::optional<double> deposit = {}) {
    const AccountUpdate update{.balance = balance,
                               .deposit = deposit,
                               .at_ms = noon_ms,
                               .source = SourceId{"bank"},
                               .sequence = sequence,
                               .update_id = "u" + std::to_string(++reports)};
    const auto events = decide(state, update, view(), noon_ms);
    commit(*events);
    last = events->front();
    return std::get<AccountChanged>(last.fact);
  }
  double reserved() const { return state.reservations.empty() ? 0 : state.reservations[0].opening_quantity; }

  TenantEvent last;
  int reports = 0;
};

using Types = std::vector<std::string>;

} // namespace

TEST_CASE("a last fill frees the rest of its order, unless a number before it is missing") {
  Venue venue;
  venue.send(order(Side::buy, "EURUSD", 1'111)); // 1,000 units at 1.111
  venue.report(2, 600);
  CHECK(venue.reserved() == 400);
  CHECK(venue.report(1, 400, ExecutionStatus::partial).match == FillMatch::matched);
  CHECK(venue.state.reservations.empty());
  venue.send(order(Side::buy, "EURUSD", 1'111, "s2"));
  venue.report(3, 600, ExecutionStatus::filled, noon_ms, "s2");
  CHECK(venue.state.reservations.empty());
  venue.send(order(Side::buy, "EURUSD", 1'111, "s3"));
  venue.report(0, 600, ExecutionStatus::filled, noon_ms, "s3"); // no numbers: nobody can know
  CHECK(venue.state.reservations.empty());
}

TEST_CASE("a last fill ends an order that still had something to close: the book must not look smaller than it is") {
  Venue venue;
  venue.report(0, 1'000, ExecutionStatus::filled, noon_ms, "by-hand");
  venue.send(order(Side::sell, "EURUSD", {}));
  venue.report(2, 600, ExecutionStatus::filled, noon_ms, "s1", Side::sell);
  CHECK(venue.state.reservations.empty());
  CHECK(find_position(venue.state, Symbol{"EURUSD"})->quantity == 400);
  venue.send(order(Side::sell, "EURUSD", 1'111, "s2")); // closes 400, opens the rest
  const double opens = venue.reserved();
  REQUIRE(opens < -400);
  venue.report(4, 700, ExecutionStatus::filled, noon_ms, "s2", Side::sell);
  REQUIRE(venue.state.reservations.size() == 1);
  CHECK(venue.state.reservations[0].closing_quantity == 0);
  CHECK(venue.reserved() == opens + 300);
}

TEST_CASE("an order that ended otherwise frees all that is left, whatever is missing") {
  Venue venue;
  venue.send(order(Side::buy, "EURUSD", 1'111));
  venue.report(5, 0, ExecutionStatus::cancelled);
  CHECK(venue.state.reservations.empty());
  CHECK(venue.alerts() == Types{"SEQUENCE_GAP"});
  CHECK(venue.report(4, 100, ExecutionStatus::partial).match == FillMatch::late);
  CHECK(venue.alerts() == Types{"LATE_FILL"});
  CHECK(find_position(venue.state, Symbol{"EURUSD"})->quantity == 100);
}

TEST_CASE("a fill that no open approval stands for is booked and named") {
  Venue venue;
  venue.send(order(Side::buy, "EURUSD", 1'111));
  CHECK(venue.report(0, 100, ExecutionStatus::partial).match == FillMatch::matched);
  CHECK(venue.alerts().empty());
  CHECK(venue.report(0, 900.5, ExecutionStatus::partial).match == FillMatch::excess);
  CHECK(venue.alerts() == Types{"EXCESS_FILL"});
  CHECK(venue.report(0, 1, ExecutionStatus::partial).match == FillMatch::late); // it was used up
  CHECK(venue.report(0, 1, ExecutionStatus::filled, noon_ms, "other").match == FillMatch::unknown);
  CHECK(venue.alerts() == Types{"UNKNOWN_ORDER"});
  CHECK(venue.report(0, 1, ExecutionStatus::filled, noon_ms, "").match == FillMatch::unknown);
  CHECK(venue.report(0, 0, ExecutionStatus::cancelled, noon_ms, "other").match == FillMatch::matched);
  CHECK(venue.alerts().empty()); // no money moved
  CHECK(find_position(venue.state, Symbol{"EURUSD"})->quantity == doctest::Approx(1'003.5));

  venue.send(order(Side::sell, "GBPUSD", 1'000, "s2"));
  venue.send(order(Side::buy, "EURUSD", 2'222, "s3"));
  CHECK(venue.report(0, 1, ExecutionStatus::partial, noon_ms, "s3", Side::sell).match == FillMatch::excess);
  CHECK(venue.report(0, 1, ExecutionStatus::partial, noon_ms, "s2").match == FillMatch::late); // of another symbol
}

TEST_CASE("a fill is late when it was made after its order's deadline, not when word of it came after that") {
  Venue venue;
  TradingSignal brief = order(Side::buy, "EURUSD", 1'111);
  brief.expires_at_ms = noon_ms + 10;
  venue.send(brief);
  CHECK(venue.report(0, 100, ExecutionStatus::partial, noon_ms + 10).match == FillMatch::matched);
  CHECK(venue.report(0, 100, ExecutionStatus::partial, noon_ms + 11).match == FillMatch::late);
  CHECK(venue.reserved() == 800);
}

TEST_CASE("a balance that its source has gone beyond is not booked; deposits are, whenever they come") {
  Venue venue;
  venue.account(3, 50'000);
  CHECK(venue.account(2, 60'000).stale_balance == 60'000);
  CHECK(venue.alerts() == Types{"STALE_BALANCE"});
  CHECK(venue.state.balance == 50'000);
  CHECK_FALSE(venue.account(1, {}, 500).stale_balance);
  CHECK(venue.alerts().empty());
  CHECK(venue.state.balance == 50'500);
  CHECK_FALSE(venue.account(4, 70'000).stale_balance);
  CHECK(venue.state.balance == 70'000);
}

TEST_CASE("a fact may be worth two alerts") {
  Venue venue;
  venue.report(2, 100, ExecutionStatus::filled, noon_ms, "nobody");
  CHECK(venue.alerts() == Types{"SEQUENCE_GAP", "UNKNOWN_ORDER"});
  for (const auto& alert : alerts_of(venue.last)) CHECK(alert.created_at_ms == noon_ms);
}

TEST_CASE(
    "an order that closes at what the position had cost is a closed trade: neither won nor lost, but a recent one") {
  Venue venue;
  venue.report(0, 1'000, ExecutionStatus::filled, noon_ms, "by-hand");
  venue.send(order(Side::sell, "EURUSD", {}));
  venue.report(0, 1'000, ExecutionStatus::filled, noon_ms, "s1", Side::sell);
  const auto* trades = find_statistics(venue.state, StrategyId{"trend"}, Symbol{"EURUSD"});
  REQUIRE(trades);
  CHECK(trades->wins + trades->losses == 0);
  CHECK(trades->recent_pnl == std::vector<double>{0});
}

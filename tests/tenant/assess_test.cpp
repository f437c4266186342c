#include "tenant/assess.hpp"

#include <doctest/doctest.h>

#include "support/tenant.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

const MarketViewPtr& market() {
  static const MarketViewPtr view = view_of(usual_symbols());
  return view;
}

TenantSetup holding(const std::string& symbol, double quantity, double price, double balance = 100'000) {
  TenantSetup setup = tenant(SubscriptionTier::pro, balance);
  setup.positions = {{Symbol{symbol}, quantity, price}};
  return setup;
}

CompanySetup limited(LimitId id, double value) {
  CompanySetup company = generous();
  with(company.limits, id, value);
  return company;
}

double held_notional(const Desk& desk, const std::string& symbol) {
  const Book book = desk.book();
  const BookLine* line = book.find(Symbol{symbol});
  return line ? line->notional() : 0;
}

TradingSignal stopped(TradingSignal signal, double stop, double target) {
  signal.stop_loss = stop;
  signal.take_profit = target;
  return signal;
}

} // namespace

TEST_CASE("every answer has one row per control, in the table's order, whatever the outcome") {
  Desk desk{market()};
  TradingSignal broken = order(Side::unspecified, "EURUSD", 100, "bad");
  const auto answer = desk.send({order(Side::buy, "EURUSD", 1'000), broken, order(Side::buy, "NOPE", 100, "s3")});
  for (const auto& assessment : answer.assessments) {
    REQUIRE(assessment.checks.size() == control_count);
    for (std::size_t i = 0; i < control_count; ++i) CHECK(assessment.checks[i].name == controls[i].name);
  }
}

TEST_CASE("what was asked and is within everything is approved in whole lots") {
  Desk desk{market()};
  const auto answer = desk.send(stopped(order(Side::buy, "EURUSD", 1'000.5), 1.05, 1.25));
  CHECK(answer.approval_status == ApprovalStatus::approved);
  CHECK(answer.reason_code.empty());
  // A market order is valued 1 % beyond the last price: floor(1000.5 / 1.111) = 900 units.
  CHECK(answer.position_sizing->final_quantity == 900);
  CHECK(answer.position_sizing->final_size == doctest::Approx(900 * 1.10 * 1.01));
  CHECK(answer.adjusted_stop_loss == 1.05);
  REQUIRE(desk.state.reservations.size() == 1);
  CHECK(desk.state.reservations[0].opening_quantity == 900);
  CHECK(desk.state.reservations[0].expires_at == noon_ms + day_ms);
}

TEST_CASE("halt, company VaR, drawdown and regime say that they are not evaluated") {
  Desk desk{market()};
  const auto answer = desk.send(order(Side::buy, "EURUSD", 1'000));
  for (const auto id : {ControlId::halt, ControlId::company_var, ControlId::drawdown, ControlId::regime})
    CHECK(row(answer, id).outcome == Outcome::not_evaluated);
}

TEST_CASE("a limit that cuts names itself, its value and where it comes from") {
  Desk desk{market(), tenant(), limited(LimitId::max_position_size_notional, 400)};
  const auto answer = desk.send(order(Side::buy, "EURUSD", 1'000));
  CHECK(answer.approval_status == ApprovalStatus::reduced);
  CHECK(answer.reason_code == "POSITION_SIZE_LIMIT");
  CHECK(answer.position_sizing->final_size <= 400);
  CHECK(answer.position_sizing->final_size > 398);
  const auto& check = row(answer, ControlId::max_position_size);
  CHECK(check.outcome == Outcome::reduced);
  CHECK(check.source == "company");
  CHECK(check.allowed_size == doctest::Approx(400));
  CHECK(answer.risk_adjustments.size() == 1);
}

TEST_CASE("signals of a batch are judged on the book that the earlier approvals leave") {
  Desk desk{market(), tenant(), limited(LimitId::max_position_size_notional, 1'000)};
  const auto answer = desk.send({order(Side::buy, "EURUSD", 700, "a"), order(Side::buy, "EURUSD", 701, "b"),
                                 order(Side::buy, "EURUSD", 702, "c")});
  CHECK(answer.assessments[0].approval_status == ApprovalStatus::approved);
  CHECK(answer.assessments[1].approval_status == ApprovalStatus::reduced);
  CHECK(answer.assessments[2].approval_status == ApprovalStatus::rejected);
  CHECK(answer.assessments[2].reason_code == "POSITION_SIZE_LIMIT");
  CHECK(held_notional(desk, "EURUSD") <= 1'000);
}

TEST_CASE("without a request, a static cap is no reduction, but a limit that depends on the book is") {
  const auto wish = stopped(order(Side::buy, "EURUSD", {}), 1.05, 1.30);
  Desk capped{market(), tenant(), limited(LimitId::max_position_size_notional, 400)};
  CHECK(capped.send(wish).approval_status == ApprovalStatus::approved);
  Desk led{market(), tenant(), limited(LimitId::max_portfolio_leverage, 0.001)};
  const auto answer = led.send(wish);
  CHECK(answer.approval_status == ApprovalStatus::reduced);
  CHECK(answer.reason_code == "LEVERAGE_LIMIT");
}

TEST_CASE("a full close leaves nothing, whatever the limits say") {
  CompanySetup nothing = generous();
  for (const auto id : {LimitId::max_position_size_notional, LimitId::max_order_size_pct, LimitId::max_daily_var,
                        LimitId::max_portfolio_leverage, LimitId::max_var_per_trade, LimitId::max_positions})
    with(nothing.limits, id, 0);
  for (const double quantity : {1'234.5, -1'234.5}) {
    Desk desk{market(), holding("EURUSD", quantity, 1.08), nothing};
    const auto answer = desk.send(order(quantity > 0 ? Side::sell : Side::buy, "EURUSD", {}));
    CHECK(answer.approval_status == ApprovalStatus::approved);
    CHECK(answer.position_sizing->closing_quantity == 1'234.5);
    CHECK(held_notional(desk, "EURUSD") == 0);
    desk.fill("s1", quantity > 0 ? Side::sell : Side::buy, "EURUSD", 1'234.5, 1.10);
    CHECK(desk.state.positions.empty());
    CHECK(desk.state.reservations.empty());
  }
}

TEST_CASE("closing works with stale data, without equity, outside hours and in a denied symbol") {
  CompanySetup closed = generous();
  closed.trading_hours_restriction = true;
  closed.denied_instruments = {Symbol{"EURUSD"}};
  Desk desk{market(), holding("EURUSD", 1'000, 1.08, -5'000), closed};
  const auto answer = desk.send(order(Side::sell, "EURUSD", 550), noon_ms + 30 * day_ms);
  CHECK(answer.approval_status == ApprovalStatus::approved);
  CHECK(answer.position_sizing->closing_quantity == 500);
}

TEST_CASE("the price collar only warns a close") {
  Desk desk{market(), holding("EURUSD", 1'000, 1.08)};
  TradingSignal signal = order(Side::sell, "EURUSD", {});
  signal.entry_price = 1.20;
  const auto answer = desk.send(signal);
  CHECK(answer.approval_status == ApprovalStatus::approved);
  CHECK(row(answer, ControlId::price_collar).outcome == Outcome::warning);
}

TEST_CASE("what is being closed already cannot be closed again") {
  Desk desk{market(), holding("EURUSD", 1'000, 1.08)};
  TradingSignal second = order(Side::sell, "EURUSD", {}, "s2");
  second.reduce_only = true;
  CHECK(desk.send(order(Side::sell, "EURUSD", {})).approval_status == ApprovalStatus::approved);
  const auto answer = desk.send(second, noon_ms + second_ms);
  CHECK(answer.approval_status == ApprovalStatus::rejected);
  CHECK(answer.reason_code == "REDUCE_ONLY");
}

TEST_CASE("a reversal closes first; a refused rest makes it REDUCED and names the control") {
  Desk desk{market(), holding("EURUSD", 1'000, 1.10), limited(LimitId::max_positions, 0)};
  const auto answer = desk.send(order(Side::sell, "EURUSD", 2'500));
  CHECK(answer.approval_status == ApprovalStatus::reduced);
  CHECK(answer.reason_code == "MAX_POSITIONS");
  CHECK(answer.position_sizing->closing_quantity == 1'000);
  CHECK(answer.position_sizing->final_quantity == 1'000);
}

TEST_CASE("data: stale, missing or short history refuses increases") {
  Desk desk{market()};
  CHECK(desk.send(order(Side::buy, "EURUSD", 500), noon_ms + 5 * day_ms).reason_code == "STALE_MARKET_DATA");
  CHECK(desk.send(order(Side::buy, "AUDUSD", 500, "s2"), noon_ms + 5 * day_ms).reason_code == "NO_MARKET_DATA");
  CHECK(desk.send(order(Side::buy, "BTCUSDT", 500, "s3"), noon_ms + 5 * day_ms).reason_code == "UNKNOWN_INSTRUMENT");
  Desk young{view_of(usual_symbols(), 200)};
  CHECK(young.send(order(Side::buy, "EURUSD", 500)).reason_code == "INSUFFICIENT_HISTORY");
}

TEST_CASE("whatever becomes of a signal, its answer says where the price comes from") {
  Desk desk{market(), holding("EURUSD", 1'000, 1.10)};
  CHECK(desk.send(order(Side::buy, "EURUSD", 500)).data_source == "cache");
  CHECK(desk.send(order(Side::sell, "EURUSD", 500, "s2")).data_source == "cache"); // closes
  const auto stale = desk.send(order(Side::buy, "EURUSD", 500, "s3"), noon_ms + 5 * day_ms);
  CHECK(stale.reason_code == "STALE_MARKET_DATA");
  CHECK(stale.data_source == "cache");
  CHECK(desk.send(order(Side::buy, "AUDUSD", 500, "s4")).data_source.empty()); // there is none
}

TEST_CASE("no equity refuses every increase") {
  Desk desk{market(), tenant(SubscriptionTier::pro, 0)};
  CHECK(desk.send(order(Side::buy, "EURUSD", 500)).reason_code == "NO_EQUITY");
}

TEST_CASE("own trades without an edge refuse the signal where the tier has Kelly") {
  TenantSetup setup = tenant();
  setup.trade_statistics = {{.strategy = StrategyId{"trend"},
                             .symbol = Symbol{"EURUSD"},
                             .wins = 10,
                             .losses = 30,
                             .sum_win = 100,
                             .sum_loss = 300}};
  CHECK(Desk{market(), setup}.send(order(Side::buy, "EURUSD", 500)).reason_code == "NO_EDGE");
  setup.tier = SubscriptionTier::free;
  CHECK(Desk{market(), setup}.send(order(Side::buy, "EURUSD", 500)).approval_status == ApprovalStatus::approved);
}

TEST_CASE("a losing streak halves the size at most, and only from 30 trades on") {
  TenantSetup setup = tenant(SubscriptionTier::free);
  TradeStatistics trades{.strategy = StrategyId{"trend"},
                         .symbol = Symbol{"EURUSD"},
                         .wins = 15,
                         .losses = 15,
                         .sum_win = 3e3,
                         .sum_loss = 4e3};
  seed_recent(trades, -1'000); // 1 + 10 x (-1,000 / 100,000) = 0.9
  setup.trade_statistics = {trades};
  const auto factor = [&] {
    return Desk{market(), setup}.send(order(Side::buy, "EURUSD", 500)).position_sizing->performance_factor;
  };
  CHECK(factor() == doctest::Approx(0.9));
  seed_recent(setup.trade_statistics[0], -80'000);
  CHECK(factor() == doctest::Approx(0.5));
  setup.trade_statistics[0].recent_pnl.pop_back();
  CHECK(factor() == 1);
}

TEST_CASE("the daily VaR limit binds last and is used to a ten-thousandth") {
  Desk desk{market(), tenant(SubscriptionTier::enterprise), limited(LimitId::max_daily_var, 50)};
  const auto answer = desk.send(stopped(order(Side::buy, "EURUSD", 50'000), 1.05, 1.30));
  CHECK(answer.approval_status == ApprovalStatus::reduced);
  CHECK(answer.reason_code == "VAR_LIMIT");
  const auto& check = row(answer, ControlId::daily_var);
  CHECK(*check.value <= 50);
  CHECK(*check.value > 50 * 0.999);
}

TEST_CASE("a hedge of a book over its VaR limit passes, an increase does not") {
  const TenantSetup setup = [] {
    TenantSetup s = holding("EURUSD", 50'000, 1.10);
    s.tier = SubscriptionTier::enterprise;
    return s;
  }();
  Desk desk{market(), setup, limited(LimitId::max_daily_var, 100)};
  CHECK(desk.send(stopped(order(Side::buy, "GBPUSD", 5'000), 1.25, 1.50)).reason_code == "VAR_LIMIT");
  const auto hedge = desk.send(stopped(order(Side::sell, "GBPUSD", 5'000, "s2"), 1.35, 1.10), noon_ms + second_ms);
  CHECK(hedge.approval_status != ApprovalStatus::rejected);
  CHECK(hedge.var_analysis->portfolio_var_impact < 0);
}

TEST_CASE("the same signal_id in one batch has one answer and one reservation") {
  Desk desk{market()};
  const auto signal = order(Side::buy, "EURUSD", 500);
  const auto answer = desk.send({signal, signal});
  CHECK(answer.assessments[0] == answer.assessments[1]);
  CHECK(desk.state.reservations.size() == 1);
}

TEST_CASE("the same wish under another id within 500 ms is refused, afterwards it is not") {
  Desk desk{market()};
  CHECK(desk.send(order(Side::buy, "EURUSD", 500)).approval_status == ApprovalStatus::approved);
  CHECK(desk.send(order(Side::buy, "EURUSD", 500, "s2"), noon_ms + 499).reason_code == "DUPLICATE_SIGNAL");
  CHECK(desk.send(order(Side::buy, "EURUSD", 500, "s3"), noon_ms + 500).approval_status == ApprovalStatus::approved);
  CHECK(desk.send(order(Side::buy, "EURUSD", 501, "s4"), noon_ms + 501).approval_status == ApprovalStatus::approved);
}

TEST_CASE("an order that opens on the other side refuses an opening: either could fill alone") {
  Desk desk{market()};
  CHECK(desk.send(order(Side::buy, "EURUSD", 1'000)).approval_status == ApprovalStatus::approved);
  CHECK(desk.send(order(Side::sell, "EURUSD", 1'001, "s2"), noon_ms + second_ms).reason_code == "OPPOSITE_ORDER");
  desk.fill("s1", Side::buy, "EURUSD", 0, 0, ExecutionStatus::cancelled);
  CHECK(desk.send(order(Side::sell, "EURUSD", 1'002, "s3"), noon_ms + 2 * second_ms).approval_status ==
        ApprovalStatus::approved);
}

TEST_CASE("a flood of refused signals does not make an approved one fresh again") {
  Desk desk{market()};
  desk.send(order(Side::buy, "EURUSD", 1'000));
  std::vector<TradingSignal> flood;
  for (int i = 0; i < 600; ++i) {
    flood.push_back(order(Side::buy, "EURUSD", 100 + i, "f" + std::to_string(i)));
    flood.back().confidence = 2;
  }
  desk.send(flood, noon_ms + second_ms);
  CHECK(decided_at(desk.state, SignalId{"s1"}));
}

TEST_CASE("an id whose order is still open is never decided again, however long ago it was") {
  Desk desk{market()};
  desk.send(order(Side::buy, "EURUSD", 1'000));
  desk.state.signal_digests.clear();
  CHECK(desk.send(order(Side::buy, "EURUSD", 1'000), noon_ms + hour_ms).reason_code == "DUPLICATE_SIGNAL");
}

TEST_CASE("a sell below the last price is valued at the last: it fills there") {
  Desk desk{market(), tenant(), limited(LimitId::max_position_size_notional, 500)};
  TradingSignal low = order(Side::sell, "EURUSD", 2'000);
  low.entry_price = 1.095; // last 1.10
  const auto answer = desk.send(low);
  CHECK(answer.position_sizing->valuation_price == doctest::Approx(1.10));
  CHECK(std::abs(held_notional(desk, "EURUSD")) <= 500);
}

TEST_CASE("one bad signal costs nobody else in its batch") {
  Desk desk{market()};
  TradingSignal bad = order(Side::buy, "EURUSD", 500, "bad");
  bad.fault = "entry_price: not a finite number";
  const auto answer = desk.send({order(Side::buy, "EURUSD", 500, "a"), bad, order(Side::buy, "GBPUSD", 500, "c")});
  CHECK(answer.assessments[0].approval_status == ApprovalStatus::approved);
  CHECK(answer.assessments[1].reason_code == "INVALID_SIGNAL");
  CHECK(answer.assessments[2].approval_status == ApprovalStatus::approved);
}

TEST_CASE("messages beyond rate and burst are refused one by one, and a batch without a token leaves no trace") {
  CompanySetup slow = generous();
  with(slow.limits, LimitId::message_rate_per_s, 1);
  with(slow.limits, LimitId::message_burst, 2);
  Desk desk{market(), tenant(), slow};
  const auto answer = desk.send(
      {order(Side::buy, "EURUSD", 500, "a"), order(Side::buy, "GBPUSD", 500, "b"), order(Side::buy, "US30", 500, "c")});
  CHECK(answer.assessments[1].approval_status == ApprovalStatus::approved);
  CHECK(answer.assessments[2].reason_code == "MESSAGE_RATE_LIMIT");
  const auto version = desk.state.version;
  const auto refused = desk.send(std::vector{order(Side::buy, "USDJPY", 500, "d")}, noon_ms + 10);
  CHECK(refused.refusal == "RATE_LIMIT");
  CHECK(desk.state.version == version);
  CHECK(desk.send(order(Side::buy, "USDJPY", 500, "e"), noon_ms + second_ms).approval_status ==
        ApprovalStatus::approved);
}

TEST_CASE("an expired reservation frees its room, and its end is a fact of its own") {
  Desk desk{market(), tenant(), limited(LimitId::max_position_size_notional, 500)};
  TradingSignal brief = order(Side::buy, "EURUSD", 500);
  brief.expires_at_ms = noon_ms + minute_ms;
  CHECK(desk.send(brief).approval_status == ApprovalStatus::approved);
  CHECK(desk.send(order(Side::buy, "EURUSD", 499, "s2"), noon_ms + minute_ms - 1).approval_status ==
        ApprovalStatus::rejected);
  CHECK(desk.send(order(Side::buy, "EURUSD", 498, "s3"), noon_ms + minute_ms).approval_status ==
        ApprovalStatus::approved);
  CHECK(std::holds_alternative<ReservationExpired>(desk.history[desk.history.size() - 2].fact));
}

TEST_CASE("the risk score is the weighted shares, and the largest once one is used up") {
  Desk desk{market(), tenant(SubscriptionTier::enterprise), limited(LimitId::max_daily_var, 50)};
  const auto answer = desk.send(stopped(order(Side::buy, "EURUSD", 50'000), 1.05, 1.30));
  CHECK(answer.overall_risk_score > 39.9);
  CHECK(answer.overall_risk_score <= 100);
}

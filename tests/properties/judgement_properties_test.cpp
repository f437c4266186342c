// What must hold for every signal, whatever the tenant, its book and its limits: 10,000 random cases a rule, from a
// printed seed.

#include <algorithm>
#include <cstdlib>

#include <doctest/doctest.h>

#include "support/tenant.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

constexpr int cases = 10'000;

std::uint64_t seed_of_run() {
  const char* given = std::getenv("RISKCLUSTER_SEED");
  return given ? std::strtoull(given, nullptr, 10) : 20'261'120;
}

/// A few markets: calm, correlated, and one with a column twice.
const MarketViewPtr& any_market(std::mt19937_64& random) {
  static const std::vector<MarketViewPtr> markets = [] {
    auto tight = usual_symbols();
    for (auto& listed : tight) listed.common = 0.95;
    return std::vector{view_of(usual_symbols(), 300, 1), view_of(usual_symbols(), 280, 2), view_of(tight, 300, 3)};
  }();
  return markets[random() % markets.size()];
}

/// The limits on a size, and what of it a tighter one may be.
constexpr LimitId size_limits[] = {LimitId::max_positions,
                                   LimitId::max_position_size_notional,
                                   LimitId::max_order_size_pct,
                                   LimitId::max_position_concentration_pct,
                                   LimitId::max_sector_concentration_pct,
                                   LimitId::max_currency_exposure_pct,
                                   LimitId::max_portfolio_leverage,
                                   LimitId::max_class_leverage_fx,
                                   LimitId::max_class_leverage_index,
                                   LimitId::max_class_leverage_commodity,
                                   LimitId::max_correlation,
                                   LimitId::max_correlated_exposure_pct,
                                   LimitId::max_var_per_trade,
                                   LimitId::max_daily_var,
                                   LimitId::risk_per_trade,
                                   LimitId::kelly_fraction};

struct Case {
  MarketViewPtr view;
  TenantState state;
  TradingSignal signal;
};

std::string any_symbol(std::mt19937_64& random, const MarketView& view) {
  return view.symbols()[random() % view.symbols().size()].instrument.symbol.value;
}

double unit_value(const MarketView& view, const std::string& symbol) {
  const ViewSymbol& entry = *view.find(Symbol{symbol});
  return entry.quote.price * entry.instrument.contract_size * view.fx(entry.instrument.quote, Currency{"USD"})->rate;
}

Case any_case(std::mt19937_64& random) {
  Case made{.view = any_market(random), .state = {}, .signal = {}};
  TenantSetup setup = tenant(static_cast<SubscriptionTier>(1 + random() % 3), std::pow(10, uniform(random, 3, 6)));
  for (std::uint64_t i = random() % 7; i > 0; --i) {
    const std::string symbol = any_symbol(random, *made.view);
    const auto held = [&](const Position& p) { return p.symbol.value == symbol; };
    if (std::any_of(setup.positions.begin(), setup.positions.end(), held)) continue;
    const double lot = made.view->find(Symbol{symbol})->instrument.lot_step;
    const double units = setup.balance * uniform(random, -0.6, 0.6) / unit_value(*made.view, symbol);
    const double quantity = std::round(units / lot) * lot;
    if (quantity != 0)
      setup.positions.push_back({Symbol{symbol}, quantity, made.view->find(Symbol{symbol})->quote.price});
  }
  CompanySetup company = generous();
  const auto bind = [&](LimitId id, double low, double high) {
    if (random() % 3 == 0) with(company.limits, id, uniform(random, low, high));
  };
  bind(LimitId::max_positions, 0, 8);
  bind(LimitId::max_position_size_notional, 0, 2 * setup.balance);
  bind(LimitId::max_order_size_pct, 0, 5);
  bind(LimitId::max_position_concentration_pct, 0, 20);
  bind(LimitId::max_sector_concentration_pct, 0, 20);
  bind(LimitId::max_currency_exposure_pct, 0, 50);
  bind(LimitId::max_portfolio_leverage, 0.1, 4);
  bind(LimitId::max_correlated_exposure_pct, 0, 20);
  bind(LimitId::max_var_per_trade, 0, 0.01 * setup.balance);
  bind(LimitId::max_daily_var, 0, 0.02 * setup.balance);
  for (const auto id :
       {LimitId::max_class_leverage_fx, LimitId::max_class_leverage_index, LimitId::max_class_leverage_commodity})
    with(company.limits, id, uniform(random, 1, 30));
  apply(made.state, open_tenant(setup, &company, 0), {1});
  for (std::uint64_t i = random() % 3; i > 0; --i) {
    const std::string symbol = any_symbol(random, *made.view);
    made.state.reservations.push_back(
        {.signal = SignalId{"r" + std::to_string(i)},
         .symbol = Symbol{symbol},
         .opening_quantity = std::round(setup.balance * uniform(random, -0.3, 0.3) / unit_value(*made.view, symbol)),
         .price = made.view->find(Symbol{symbol})->quote.price,
         .expires_at = noon_ms + day_ms});
  }
  made.signal = order(random() % 2 == 0 ? Side::buy : Side::sell, any_symbol(random, *made.view), {});
  if (random() % 4 != 0) made.signal.requested_notional = setup.balance * std::pow(10, uniform(random, -3, 0.5));
  made.signal.confidence = uniform(random, 0, 1);
  const double last = made.view->find(made.signal.symbol)->quote.price;
  const double side = direction(made.signal.side);
  if (random() % 2 == 0) made.signal.entry_price = last * uniform(random, 0.992, 1.008);
  if (random() % 3 != 0) made.signal.stop_loss = last * (1 - side * uniform(random, 0.01, 0.05));
  if (random() % 3 != 0) made.signal.take_profit = last * (1 + side * uniform(random, 0.01, 0.1));
  return made;
}

struct Judged {
  RiskAssessment answer;
  SignalDecided decided;
};

Judged judged(const Case& made, const TenantState& state) {
  AssessScratch scratch;
  const SignalBatch batch{.batch_id = BatchId{"b"},
                          .company_id = state.id.company,
                          .user_id = state.id.user,
                          .trading_signals = {made.signal},
                          .created_at_ms = noon_ms};
  Candidate candidate = assess(state, batch, *made.view, noon_ms, {}, scratch);
  return {std::move(candidate.answer.assessments.front()),
          std::get<BatchDecided>(candidate.events.back().fact).signals.front()};
}

bool was_halved(const RiskAssessment& answer) {
  return std::any_of(answer.risk_adjustments.begin(), answer.risk_adjustments.end(),
                     [](const std::string& text) { return text.starts_with(halved_adjustment); });
}

struct Run {
  std::uint64_t seed = seed_of_run();
  std::mt19937_64 random{seed};
  Run() { MESSAGE("RISKCLUSTER_SEED=" << seed); }
};

} // namespace

TEST_CASE("a tighter limit never approves more") {
  Run run;
  int halved = 0, approved = 0, less = 0;
  for (int i = 0; i < cases; ++i) {
    const Case made = any_case(run.random);
    TenantState tighter = made.state;
    for (const auto id : size_limits) {
      if (run.random() % 4 != 0) continue;
      auto& limit = tighter.limits[id].value;
      const double floor = name(id).starts_with("max_class_leverage") ? 1 : 0;
      limit = floor + (limit - floor) * uniform(run.random, 0, 1);
    }
    const Judged loose = judged(made, made.state);
    const Judged tight = judged(made, tighter);
    if (was_halved(loose.answer) || was_halved(tight.answer)) {
      ++halved;
      continue;
    }
    const double before = std::abs(loose.decided.opening_quantity);
    const double after = std::abs(tight.decided.opening_quantity);
    CAPTURE(i);
    CAPTURE(loose.answer.reason_code);
    CAPTURE(tight.answer.reason_code);
    CAPTURE(row(loose.answer, ControlId::daily_var).value.value_or(0));
    CAPTURE(row(loose.answer, ControlId::daily_var).limit.value_or(0));
    CAPTURE(row(tight.answer, ControlId::daily_var).value.value_or(0));
    CAPTURE(row(tight.answer, ControlId::daily_var).limit.value_or(0));
    CHECK(after <= before * (1 + 1e-12));
    approved += before > 0 ? 1 : 0;
    less += after < before ? 1 : 0;
  }
  MESSAGE(cases << " cases, " << approved << " with an opening, " << less << " with less under the tighter limits, "
                << halved << " halved");
  CHECK(approved > cases / 10);
  CHECK(less > cases / 100);
}

TEST_CASE("the closing part is never blocked by a size rule") {
  Run run;
  int closings = 0;
  for (int i = 0; i < cases; ++i) {
    Case made = any_case(run.random);
    TenantState nothing_allowed = made.state;
    for (const auto id : size_limits)
      nothing_allowed.limits[id].value = name(id).starts_with("max_class_leverage") ? 1 : 0;
    const Judged loose = judged(made, made.state);
    const Judged strict = judged(made, nothing_allowed);
    CAPTURE(i);
    CHECK(strict.decided.closing_quantity == loose.decided.closing_quantity);
    if (loose.decided.closing_quantity == 0) continue;
    ++closings;
    CHECK(strict.answer.approval_status != ApprovalStatus::rejected);
  }
  MESSAGE(closings << " closings in " << cases << " cases");
  CHECK(closings > cases / 20);
}

TEST_CASE("a full close leaves nothing") {
  Run run;
  int closed = 0;
  while (closed < cases) {
    Case made = any_case(run.random);
    made.state.reservations.clear();
    if (made.state.positions.empty()) continue;
    const Position held = made.state.positions[run.random() % made.state.positions.size()];
    made.signal = order(held.quantity > 0 ? Side::sell : Side::buy, held.symbol.value, {});
    if (run.random() % 2 == 0) {
      made.signal.reduce_only = true;
      made.signal.requested_notional =
          std::abs(held.quantity) * unit_value(*made.view, held.symbol.value) * uniform(run.random, 1, 3);
    }
    const Judged result = judged(made, made.state);
    CAPTURE(closed);
    CHECK(result.answer.approval_status == ApprovalStatus::approved);
    CHECK(result.decided.closing_quantity == -held.quantity);
    CHECK(result.decided.opening_quantity == 0);
    TenantState after = made.state;
    after.reservations.push_back({.signal = SignalId{"s1"},
                                  .symbol = held.symbol,
                                  .closing_quantity = result.decided.closing_quantity,
                                  .expires_at = noon_ms + 1});
    const Book book{*made.view,      after.currency,    after.balance, class_leverages(after.limits),
                    after.positions, after.reservations};
    CHECK(book.find(held.symbol)->notional() == 0);
    ++closed;
  }
}

TEST_CASE("every answer has one row per control, a status that fits, and finite figures") {
  Run run;
  int by_status[4] = {};
  for (int i = 0; i < cases; ++i) {
    Case made = any_case(run.random);
    if (i % 50 == 0) made.signal.entry_price = std::nan("");
    if (i % 50 == 1) made.signal.symbol = Symbol{"NOPE"};
    const Judged result = judged(made, made.state);
    CAPTURE(i);
    REQUIRE(result.answer.checks.size() == control_count);
    for (std::size_t row = 0; row < control_count; ++row) CHECK(result.answer.checks[row].name == controls[row].name);
    const bool something = result.decided.closing_quantity != 0 || result.decided.opening_quantity != 0;
    CHECK(something == (result.answer.approval_status != ApprovalStatus::rejected));
    CHECK(result.decided.approved == something);
    CHECK((result.answer.approval_status == ApprovalStatus::approved) == result.answer.reason_code.empty());
    CHECK(std::isfinite(result.answer.overall_risk_score));
    CHECK(result.answer.overall_risk_score >= 0);
    CHECK(result.answer.overall_risk_score <= 100);
    ++by_status[static_cast<std::size_t>(result.answer.approval_status)];
  }
  MESSAGE(by_status[1] << " approved, " << by_status[2] << " reduced, " << by_status[3] << " rejected");
  for (int status = 1; status <= 3; ++status) CHECK(by_status[status] > cases / 20);
}

#pragma once
// Tenants and signals for tests, in as few words as the rule under test needs.

#include <string>
#include <vector>

#include "support/market.hpp"
#include "tenant/assess.hpp"
#include "tenant/decide.hpp"

namespace riskcluster::test {

inline TenantSetup tenant(SubscriptionTier tier = SubscriptionTier::pro, double balance = 100'000) {
  return {.id = {CompanyId{"acme"}, UserId{"ann"}}, .tier = tier, .currency = Currency{"USD"}, .balance = balance};
}

inline LimitSettings& with(LimitSettings& settings, LimitId id, double value) {
  settings.values.set(id, value);
  return settings;
}

/// A company that lets everything pass but what a test tightens.
inline CompanySetup generous() {
  CompanySetup company{.id = CompanyId{"acme"}, .trading_hours_restriction = false};
  with(company.limits, LimitId::max_positions, 1'000);
  with(company.limits, LimitId::max_position_size_notional, 1e12);
  with(company.limits, LimitId::max_order_size_pct, 1e6);
  with(company.limits, LimitId::max_position_concentration_pct, 1e6);
  with(company.limits, LimitId::max_sector_concentration_pct, 1e6);
  with(company.limits, LimitId::max_currency_exposure_pct, 1e6);
  with(company.limits, LimitId::max_portfolio_leverage, 1e6);
  with(company.limits, LimitId::max_class_leverage_fx, 1e6);
  with(company.limits, LimitId::max_class_leverage_index, 1e6);
  with(company.limits, LimitId::max_class_leverage_commodity, 1e6);
  with(company.limits, LimitId::max_correlated_exposure_pct, 1e6);
  with(company.limits, LimitId::max_var_per_trade, 1e12);
  with(company.limits, LimitId::max_daily_var, 1e12);
  return company;
}

inline TradingSignal order(Side side, const std::string& symbol, std::optional<double> notional,
                           const std::string& id = "s1") {
  return {.signal_id = SignalId{id},
          .symbol = Symbol{symbol},
          .side = side,
          .strategy_id = StrategyId{"trend"},
          .strategy_type = StrategyType::trend_following,
          .confidence = 0.6,
          .requested_notional = notional};
}

/// One tenant on one view: judges, commits what was decided, and remembers n.
class Desk {
public:
  explicit Desk(MarketViewPtr view, const TenantSetup& setup = tenant(), const CompanySetup& company = generous())
      : view_{std::move(view)} {
    commit({open_tenant(setup, &company, 0)});
  }

  RiskAssessmentBatch send(std::vector<TradingSignal> signals, TimeMs now = noon_ms) {
    SignalBatch batch{.batch_id = BatchId{"b" + std::to_string(++batches_)},
                      .company_id = state.id.company,
                      .user_id = state.id.user,
                      .trading_signals = std::move(signals),
                      .created_at_ms = now};
    Candidate candidate = assess(state, batch, *view_, now, {}, scratch_);
    commit(candidate.events);
    return std::move(candidate.answer);
  }
  RiskAssessment send(const TradingSignal& signal, TimeMs now = noon_ms) {
    return send(std::vector{signal}, now).assessments.front();
  }

  void fill(const std::string& signal, Side side, const std::string& symbol, double quantity, double price,
            ExecutionStatus status = ExecutionStatus::filled, TimeMs now = noon_ms) {
    const ExecutionReport report{.execution_id = ExecutionId{"x" + std::to_string(++executions_)},
                                 .signal_id = SignalId{signal},
                                 .symbol = Symbol{symbol},
                                 .side = side,
                                 .quantity = quantity,
                                 .price = price,
                                 .status = status,
                                 .at_ms = now};
    commit(*decide(state, report, *view_, now));
  }

  void commit(const std::vector<TenantEvent>& events) {
    for (const auto& event : events) {
      apply(state, event, SequenceNumber{++n_});
      history.push_back(event);
    }
  }

  const MarketView& view() const { return *view_; }
  Book book() const {
    return {*view_, state.currency, state.balance, class_leverages(state.limits), state.positions, state.reservations};
  }

  TenantState state;
  std::vector<TenantEvent> history;

private:
  MarketViewPtr view_;
  AssessScratch scratch_;
  std::uint64_t n_ = 0;
  int batches_ = 0;
  int executions_ = 0;
};

inline const LimitCheck& row(const RiskAssessment& answer, ControlId id) {
  return answer.checks.at(static_cast<std::size_t>(id));
}

} // namespace riskcluster::test

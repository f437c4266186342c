#pragma once
// The road of a signal on one thread: repeat or fresh → assess → journal → apply → answer. The pure core does the
// judging; this only looks up, calls and keeps.

#include <functional>
#include <map>
#include <memory>

#include "core/result.hpp"
#include "journal/journal.hpp"
#include "market/market_view.hpp"
#include "placement/shard_of.hpp"
#include "tenant/assess.hpp"
#include "tenant/command.hpp"
#include "tenant/setup.hpp"

namespace riskcluster {

/// The view that holds at an instant.
using ViewAt = std::function<Result<MarketViewPtr>(TimeMs now)>;

class Engine {
public:
  /// @param journal empty; it and `view_at` must outlive this.
  Engine(Journal& journal, ViewAt view_at, std::uint32_t shard_count = shard_count_default);

  /// An error when the tenant exists already, or the journal refuses.
  Result<bool> open(const TenantSetup& setup, const CompanySetup* company);

  /// The answer to a batch of one tenant; a refusal is an answer, too. An error only when the journal or the view
  /// fails: then nothing was decided.
  Result<RiskAssessmentBatch> judge(const SignalBatch& batch);

  /// Applies a fact. False: a repeat. Errors: unknown tenant, no conversion for its P&L, the journal.
  Result<bool> update(const PortfolioUpdate& update);

  /// By company, then user.
  std::vector<TenantId> subscribers(const StrategyId& strategy) const;
  const std::map<TenantId, TenantState>& tenants() const { return tenants_; }

private:
  Result<RiskAssessmentBatch> decide_batch(TenantState& state, const SignalBatch& batch, TimeMs now);
  Result<RiskAssessmentBatch> answer_at(const TenantState& state, SequenceNumber n) const;
  Result<std::vector<PriorAnswer>> prior_answers(const TenantState& state, const SignalBatch& batch) const;
  /// Journal, then apply. @returns n of the last event.
  Result<SequenceNumber> commit(TenantState& state, const std::vector<TenantEvent>& events);

  Journal& journal_;
  ViewAt view_at_;
  std::uint32_t shard_count_;
  std::map<TenantId, TenantState> tenants_;
  AssessScratch scratch_;
};

/// Folds a journal's encoded records afresh, shard by shard: what the live states must agree with.
Result<std::map<TenantId, TenantState>> fold(const Journal& journal, std::uint32_t shard_count = shard_count_default);

} // namespace riskcluster

#pragma once
// Was any decision in this journal unsound? Reads records as bytes, keeps its own books, measures every approval
// again. Shares neither the controls nor the state nor the codec with what it judges: only prices, returns and risk
// figures (src/market, src/risk) and the generated classes of the contracts.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "acceptance/finding.hpp"
#include "acceptance/ledger.hpp"
#include "acceptance/measures.hpp"
#include "acceptance/wishes.hpp"
#include "core/result.hpp"
#include "journal/journal.hpp"
#include "risk/risk_assessment.pb.h"
#include "trading/trading_signals.pb.h"

namespace riskcluster::acceptance {

class JournalChecker {
public:
  using ViewAt = std::function<Result<MarketViewPtr>(TimeMs)>;

  /// @param view_at the market by time, made afresh from the price files. @param wishes must outlive this.
  /// @param live_pct prices came from feeds, at most so far from the last close, in percent: decisions are measured at
  /// the prices that they recorded. Nothing: prices were the last closes.
  JournalChecker(ViewAt view_at, const Wishes& wishes, std::optional<double> live_pct = std::nullopt)
      : view_at_{std::move(view_at)}, wishes_{wishes}, live_pct_{live_pct} {}

  /// The next record of its shard.
  void check(const JournalRecord& record);

  const std::vector<Finding>& findings() const { return findings_; }
  std::map<std::string, std::uint64_t> findings_by_control() const;

  struct Counts {
    std::uint64_t records = 0, batches = 0, decided = 0, repeats = 0, closings = 0, openings = 0, measures = 0;
    std::uint64_t over_before = 0; ///< openings that a measure allowed because the book was beyond the limit already
    std::uint64_t fills = 0, expired = 0, without_wish = 0;
  };
  const Counts& counts() const { return counts_; }

private:
  struct Decision; ///< one signal being judged again

  void check_chain(const JournalRecord& record);
  void check_fill(Ledger& ledger, const journal::FillApplied& fill);
  void check_batch(Ledger& ledger, const journal::BatchDecided& batch);
  void check_order(const JournalRecord& record, const journal::TenantEvent& event);
  Result<MarketViewPtr> view_of(const journal::BatchDecided& batch);
  void check_view(const journal::BatchDecided& batch, const MarketView& view);
  void check_rate(Ledger& ledger, const journal::SignalDecided& decided);
  void check_repeat(const Ledger& ledger, const risk::RiskAssessment& assessment);
  void check_status(const Decision& decision);
  void check_wish(const Decision& decision);
  void check_closing(Decision& decision);
  void check_opening(Decision& decision);
  void check_permission(const Decision& decision, const Line& line);
  void check_measures(const Decision& decision, const Trade& trade);
  void check_after(const risk::RiskAssessmentBatch& answer, const ValuedBook& book);
  const trading::TradingSignal* wish_for(const std::string& batch, const std::string& signal) const;
  void find(std::string control, std::string what, double value = 0, double limit = 0, double before = 0);

  ViewAt view_at_;
  const Wishes& wishes_;
  std::optional<double> live_pct_;
  std::map<std::string, Ledger> ledgers_;
  struct ShardEnd {
    std::uint64_t n = 0;
    Epoch epoch;
    Hash128 hash;
  };
  std::map<ShardId, ShardEnd> shards_;
  std::vector<Finding> findings_;
  Counts counts_;
  Finding place_; ///< where we are
  std::int64_t now_ms_ = 0;
};

} // namespace riskcluster::acceptance

#pragma once
// One signal's decision and all that it is held against. Private to the checker.

#include "acceptance/journal_checker.hpp"

namespace riskcluster::acceptance {

inline constexpr double relative = 1e-6; ///< of every comparison, unless it says another

struct JournalChecker::Decision {
  Ledger& ledger;
  ValuedBook& book;
  const MarketView& view;
  const journal::SignalDecided& decided;
  const risk::RiskAssessment& assessment;
  const trading::TradingSignal* wish; ///< null when its line could not be read
};

} // namespace riskcluster::acceptance

#pragma once
// The tenant's own closed trades of one strategy in one symbol: what Kelly and the performance factor look at.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/ids.hpp"

namespace riskcluster {

inline constexpr std::size_t recent_trades_max = 30;

struct TradeStatistics {
  StrategyId strategy;
  Symbol symbol;
  std::uint32_t wins = 0;
  std::uint32_t losses = 0;
  double sum_win = 0;             ///< account currency
  double sum_loss = 0;            ///< account currency, positive
  std::vector<double> recent_pnl; ///< of the last 30 closed trades, oldest first

  bool operator==(const TradeStatistics&) const = default;
};

/// Adds a closed trade; one that ends at exactly 0 is neither a win nor a loss, but recent.
void add_closed_trade(TradeStatistics& statistics, double pnl);

/// Seeds the recent trades from their sum, spread evenly: a sum cannot say which of them comes first.
void seed_recent(TradeStatistics& statistics, double last_30_pnl);

/// Sum of the last 30 closed trades; nothing with fewer than 30.
std::optional<double> last_30_pnl(const TradeStatistics& statistics);

/// Win probability and mean win / mean loss; usable from 30 trades with 5 wins and 5 losses.
struct WinLoss {
  double probability = 0;
  double ratio = 0;
};
std::optional<WinLoss> own_win_loss(const TradeStatistics& statistics);

} // namespace riskcluster

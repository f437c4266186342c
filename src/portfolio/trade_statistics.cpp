#include "portfolio/trade_statistics.hpp"

#include <algorithm>

namespace riskcluster {

namespace {

constexpr std::uint32_t trades_min = 30;
constexpr std::uint32_t wins_min = 5;
constexpr std::uint32_t losses_min = 5;

} // namespace

void add_closed_trade(TradeStatistics& statistics, double pnl) {
  if (pnl > 0) {
    ++statistics.wins;
    statistics.sum_win += pnl;
  } else if (pnl < 0) {
    ++statistics.losses;
    statistics.sum_loss -= pnl;
  }
  auto& recent = statistics.recent_pnl;
  if (recent.size() == recent_trades_max) recent.erase(recent.begin());
  recent.push_back(pnl);
}

void seed_recent(TradeStatistics& statistics, double last_30_pnl) {
  const auto trades = std::min<std::size_t>(std::size_t{statistics.wins} + statistics.losses, recent_trades_max);
  statistics.recent_pnl.assign(trades, trades > 0 ? last_30_pnl / static_cast<double>(trades) : 0);
}

std::optional<double> last_30_pnl(const TradeStatistics& statistics) {
  if (statistics.recent_pnl.size() < recent_trades_max) return std::nullopt;
  double sum = 0;
  for (const double pnl : statistics.recent_pnl) sum += pnl;
  return sum;
}

std::optional<WinLoss> own_win_loss(const TradeStatistics& statistics) {
  const auto trades = statistics.wins + statistics.losses;
  if (trades < trades_min || statistics.wins < wins_min || statistics.losses < losses_min) return std::nullopt;
  if (!(statistics.sum_win > 0) || !(statistics.sum_loss > 0)) return std::nullopt;
  const double mean_win = statistics.sum_win / statistics.wins;
  const double mean_loss = statistics.sum_loss / statistics.losses;
  return WinLoss{.probability = static_cast<double>(statistics.wins) / trades, .ratio = mean_win / mean_loss};
}

} // namespace riskcluster

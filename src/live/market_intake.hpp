#pragma once
// Prices on their way to the market: bytes in, bounded portions out.

#include <atomic>
#include <functional>
#include <mutex>
#include <string_view>

#include "core/result.hpp"
#include "messages/message_types.hpp"

namespace riskcluster {

/// Collects what comes while the market is at work, and hands it over in one portion. Any thread.
class MarketIntake {
public:
  using Feed = std::function<void(MarketNews, std::function<void()> taken)>;

  /// @param waiting_max  prices that may wait; more are dropped, newest first, and counted: newer ones follow.
  MarketIntake(Feed feed, std::size_t waiting_max) : feed_{std::move(feed)}, waiting_max_{waiting_max} {}

  /// @param subject market.ticks.<symbol> or market.bars.<symbol>, which the message must name itself.
  /// Errors: malformed, denied.
  Result<bool> take(std::string_view subject, std::string_view bytes, bool json);
  /// A line with "tick" or "bar" as its only member.
  Result<bool> take_tick(Result<Tick> tick);
  Result<bool> take_bar(Result<Bar> bar);

  std::uint64_t malformed_count() const { return malformed_.load(); }
  std::uint64_t dropped_count() const { return dropped_.load(); }

private:
  bool room() const { return waiting_.ticks.size() + waiting_.bars.size() < waiting_max_; }
  template <class Price>
  Result<bool> add(std::vector<Price> MarketNews::*list, Result<Price> price, std::string_view symbol);
  void hand_over();

  Feed feed_;
  const std::size_t waiting_max_;
  std::mutex mutex_;
  MarketNews waiting_;
  bool under_way_ = false;
  std::atomic<std::uint64_t> malformed_{0}, dropped_{0};
};

} // namespace riskcluster

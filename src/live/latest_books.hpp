#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "tenant/outputs.hpp"

namespace riskcluster {

/// Of each tenant's books the one of its last decision, an interval after the first that was not handed out: no tenant
/// comes more often than once in an interval, and none later than one. Told the time, never asks for it. One thread.
class LatestBooks {
public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// @param tenants_max  who are remembered; of others a book of before may be handed out again, never of these.
  LatestBooks(std::chrono::milliseconds interval, std::size_t tenants_max)
      : interval_{interval}, tenants_max_{tenants_max} {}

  /// False: there is no room, and it is not kept. One of a decision before the last is not wanted.
  bool put(RiskMetrics book, TimePoint now) {
    const TenantId tenant{book.company_id, book.user_id};
    const auto known = tenants_.find(tenant);
    if (known == tenants_.end() && !make_room()) return false;
    Tenant& here = known == tenants_.end() ? tenants_[tenant] : known->second;
    const Place place = place_of(book);
    if (place <= here.last) return true;
    here.last = place;
    if (!here.waiting) due_.emplace_back(now + interval_, tenant);
    here.waiting = std::move(book);
    return true;
  }

  /// When the next one is to be handed out.
  std::optional<TimePoint> due_at() const { return due_.empty() ? std::nullopt : std::optional{due_.front().first}; }

  /// Nothing: not yet.
  std::optional<RiskMetrics> take(TimePoint now) {
    if (due_.empty() || due_.front().first > now) return std::nullopt;
    auto book = std::exchange(tenants_.at(due_.front().second).waiting, std::nullopt);
    due_.pop_front();
    return book;
  }

private:
  using Place = std::pair<std::uint64_t, std::uint64_t>; ///< epoch, n: a tenant's shard is always the same
  struct Tenant {
    Place last{0, 0};
    std::optional<RiskMetrics> waiting;
  };

  static Place place_of(const RiskMetrics& book) {
    const auto position = book.journal_position.value_or(JournalPosition{});
    return {position.epoch.value, position.n.value};
  }
  bool make_room() {
    if (tenants_.size() < tenants_max_) return true;
    std::erase_if(tenants_, [](const auto& tenant) { return !tenant.second.waiting; });
    return tenants_.size() < tenants_max_;
  }

  const std::chrono::milliseconds interval_;
  const std::size_t tenants_max_;
  std::map<TenantId, Tenant> tenants_;
  std::deque<std::pair<TimePoint, TenantId>> due_; ///< of those that wait, oldest first
};

} // namespace riskcluster

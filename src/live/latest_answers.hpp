#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "messages/message_types.hpp"

namespace riskcluster {

/// Of each tenant's answers the last one, an interval after the first that was not handed out: no tenant comes more
/// often than once in an interval, and none later than one. Told the time, never asks for it. One thread.
class LatestAnswers {
public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// @param tenants_max  of whom answers may wait.
  LatestAnswers(std::chrono::milliseconds interval, std::size_t tenants_max)
      : interval_{interval}, tenants_max_{tenants_max} {}

  /// False: there is no room, and it is not kept.
  bool put(AnswerPtr answer, TimePoint now) {
    TenantId tenant{answer->company_id, answer->user_id};
    if (const auto waiting = latest_.find(tenant); waiting != latest_.end()) {
      waiting->second = std::move(answer);
      return true;
    }
    if (latest_.size() >= tenants_max_) return false;
    due_.emplace_back(now + interval_, tenant);
    latest_.emplace(std::move(tenant), std::move(answer));
    return true;
  }

  /// When the next one is to be handed out.
  std::optional<TimePoint> due_at() const { return due_.empty() ? std::nullopt : std::optional{due_.front().first}; }

  /// Null: not yet.
  AnswerPtr take(TimePoint now) {
    if (due_.empty() || due_.front().first > now) return nullptr;
    auto answer = std::move(latest_.extract(due_.front().second).mapped());
    due_.pop_front();
    return answer;
  }

private:
  const std::chrono::milliseconds interval_;
  const std::size_t tenants_max_;
  std::map<TenantId, AnswerPtr> latest_;
  std::deque<std::pair<TimePoint, TenantId>> due_; ///< those of latest_, oldest first
};

} // namespace riskcluster

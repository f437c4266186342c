#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "live/latest_books.hpp"
#include "transport/publisher.hpp"

namespace riskcluster {

/// risk.metrics.<company>.<user>: a tenant's book after what was just decided, for whoever draws it. At most once, and
/// not more often than once in an interval; decisions wait for none of it.
class RiskMetricsFeed {
public:
  static constexpr std::size_t tenants_max = 65'536;

  /// @param to  for these alone; outlives this. @param json  else protobuf.
  RiskMetricsFeed(Publisher& to, std::chrono::milliseconds interval, bool json);
  /// What waits is not sent.
  ~RiskMetricsFeed();

  /// Only where the book could be measured, and of what was decided since then: an answer of before says how the book
  /// was before. Any thread.
  void take(const RiskAssessmentBatch& answer, TimeMs since);
  /// Not sent for want of room.
  std::uint64_t dropped() const { return no_room_.load() + to_.dropped(); }

private:
  void run();
  void send(const RiskMetrics& book);

  Publisher& to_;
  const bool json_;
  std::mutex mutex_;
  std::condition_variable woken_;
  LatestBooks waiting_;
  bool ended_ = false;
  std::atomic<std::uint64_t> no_room_{0};
  std::thread thread_;
};

} // namespace riskcluster

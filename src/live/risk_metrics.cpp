#include "live/risk_metrics.hpp"

#include "messages/codec_risk.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

RiskMetricsFeed::RiskMetricsFeed(Publisher& to, std::chrono::milliseconds interval, bool json)
    : to_{to}, json_{json}, waiting_{interval, tenants_max}, thread_{[this] { run(); }} {}

RiskMetricsFeed::~RiskMetricsFeed() {
  {
    const std::lock_guard lock{mutex_};
    ended_ = true;
  }
  woken_.notify_one();
  thread_.join();
}

void RiskMetricsFeed::take(const RiskAssessmentBatch& answer, TimeMs since) {
  if (answer.decided_at_ms < since) return;
  auto book = metrics_of(answer);
  if (!book) return;
  {
    const std::lock_guard lock{mutex_};
    const bool first = !waiting_.due_at();
    if (!waiting_.put(std::move(*book), std::chrono::steady_clock::now())) no_room_.fetch_add(1);
    if (!first) return;
  }
  woken_.notify_one();
}

void RiskMetricsFeed::run() {
  std::unique_lock lock{mutex_};
  while (!ended_) {
    if (const auto book = waiting_.take(std::chrono::steady_clock::now())) {
      lock.unlock();
      send(*book);
      lock.lock();
    } else if (const auto due = waiting_.due_at()) {
      woken_.wait_until(lock, *due, [this] { return ended_; });
    } else {
      woken_.wait(lock);
    }
  }
}

void RiskMetricsFeed::send(const RiskMetrics& book) {
  Publication publication{.channel = "metrics",
                          .tenant = {book.company_id, book.user_id},
                          .bytes = json_ ? encode_metrics_json(book) : encode_metrics_bytes(book)};
  if (json_) publication.content_type = json_type;
  to_.publish(output_message(publication, output_subject(publication))); // it counts what it drops
}

} // namespace riskcluster

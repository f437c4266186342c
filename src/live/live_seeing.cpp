// What a live node shows of itself: the HTTP port and what is behind its pages, and what people are told.

#include <chrono>

#include "live/live_parts.hpp"
#include "live/road_metrics.hpp"
#include "live/wall_clock.hpp"
#include "telemetry/log.hpp"
#include "telemetry/process_figures.hpp"

namespace riskcluster {

Result<bool> LiveNode::start_http() {
  show_process_and_log();
  HttpRoutes routes{
      {"/livez",
       [this] {
         const Node* node = running_.load();
         return livez_answer(node == nullptr || !node->failure(), "a part of the node has failed");
       }},
      {"/readyz", [this] { return readyz_answer(board_.readiness(wall_clock(), journal_->trouble())); }},
      {"/health", [this] { return health_answer(board_.health(wall_clock(), seen())); }},
      {"/metrics",
       [this] {
         return HttpAnswer{200, std::string{metrics_content_type}, board_.metrics().text()};
       }},
  };
  auto server = HttpServer::start(
      {.host = settings_.http.listen, .port = settings_.http.port, .max_connections = settings_.http.max_connections},
      std::move(routes));
  if (!server) return server.error();
  http_ = std::move(*server);
  log_event(LogLevel::info, "http is open", {{"host", settings_.http.listen}, {"port", http_->port()}});
  return true;
}

/// From the alerts' actor or the market's.
void LiveNode::tell(const Alert& alert) {
  board_.alert(alert);
  log_event(LogLevel::warn, "alert", {{"type", alert.type}, {"subject", alert.subject}, {"what", alert.message}});
  if (alerts_) alerts_->tell(alert, wall_clock());
}

void LiveNode::draw_books(const IntakeNotice& notice) {
  if (!notice.reply) return;
  for (const auto& answer : notice.reply->answers) books_->take(*answer, notice.taken_at);
}

Seen LiveNode::seen() const {
  const TimeMs written = journal_->written_at();
  Seen seen{.journal_trouble = journal_->trouble()};
  seen.journal.emplace_back("written_at", written == 0 ? Figure::absent("nothing was written since the start")
                                                       : Figure{format_rfc3339(written)});
  seen.journal.emplace_back("dead_letters", dead_letters_->count());
  if (nats_) seen.nats = nats_->figures();
  if (running_.load() != nullptr) seen.troubles = troubles();
  return seen;
}

/// Of the road and of what is around it. Short ones of what comes and goes are no troubles.
std::vector<std::string> LiveNode::troubles() const {
  constexpr std::chrono::seconds lag_max{5};
  std::vector<std::string> all;
  if (nats_ && !nats_->connected()) all.emplace_back("no NATS server is connected");
  for (std::size_t shard = 0; shard < watch_->shards.size(); ++shard)
    if (watch_->shards[shard].owned == 0) all.push_back("shard " + std::to_string(shard) + " is halted");
  for (std::size_t i = 0; i < outlets_.size(); ++i) {
    const auto lag = waiting_for(watch_->outlets[i]);
    if (lag < lag_max) continue;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(lag).count();
    all.push_back("outputs to " + outlets_[i]->name() + " have waited for " + std::to_string(seconds) + " s");
  }
  return all;
}

void LiveNode::show_process_and_log() {
  Metrics& metrics = board_.metrics();
  show_process(metrics);
  metrics.counter_of("riskd_log_lines_dropped_total", "Lines that the log's file or pipe did not take", {},
                     [] { return static_cast<double>(log_lines_dropped()); });
  metrics.gauge_of("riskd_ready", "What /readyz says: 1 while the node should be sent signals", {},
                   [this] { return board_.readiness(wall_clock(), journal_->trouble()).ready() ? 1.0 : 0.0; });
}

} // namespace riskcluster

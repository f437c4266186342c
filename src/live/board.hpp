#pragma once
// What the node knows about itself, for scrapers, probes and people.

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/health.hpp"
#include "live/intake.hpp"
#include "market/live_market.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/rolling_day.hpp"

namespace riskcluster {

/// What others know, at the moment that they are asked.
struct Seen {
  std::string journal_trouble;       ///< why the journal takes nothing; empty: it does
  std::vector<std::string> troubles; ///< what is missing of a node that judges, in words
  Figures journal;
  std::optional<Figures> nats; ///< absent: the node does without
};

/// Every member may be called from any thread.
class Board {
public:
  explicit Board(std::string version);

  // What happens.
  void seen(const IntakeNotice& notice, TimeMs now);
  void alert(const Alert& alert);
  /// @returns what a person must be told of it: sources that are cut off, or listened to again.
  std::vector<Alert> market(const LiveMarket& market, TimeMs now);
  void recovered(std::size_t tenants, std::size_t companies);

  // What is asked.
  Metrics& metrics() { return metrics_; }
  Readiness readiness(TimeMs now, const std::string& journal_trouble) const;
  HealthReport health(TimeMs now, const Seen& others) const;

private:
  Counter dead_letters(const std::string& reason);
  void count_source(const std::string& source, const SourceStatus& told, const SourceStatus& now);
  void count_answer(const RiskAssessmentBatch& answer, TimeMs now);

  const std::string version_;
  Metrics metrics_;
  Histogram took_;
  RollingDay assessments_, approvals_, sized_, measured_, compliant_, within_var_, batches_, seconds_;

  mutable std::mutex mutex_;
  bool recovered_ = false;
  std::size_t tenants_ = 0, companies_ = 0;
  TimeMs newest_price_at_ = 0; ///< of all symbols; 0: no price at all
  TimeMs newest_price_age_max_ = 0;
  std::size_t symbols_ = 0, live_symbols_ = 0;
  std::map<std::string, SourceStatus> sources_; ///< as they were told to the metrics
};

} // namespace riskcluster

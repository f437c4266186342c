#pragma once
// What a live node is made of, in the order in which it can be taken apart. Private to live_*.cpp.

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "api/http_server.hpp"
#include "config/node_settings.hpp"
#include "live/board.hpp"
#include "live/guarded_destination.hpp"
#include "live/intake.hpp"
#include "live/line_source.hpp"
#include "live/market_intake.hpp"
#include "live/nats_doors.hpp"
#include "live/node_alerts.hpp"
#include "live/risk_metrics.hpp"
#include "live/stop_signals.hpp"
#include "live/watched_journal.hpp"
#include "node/store.hpp"
#include "replay/inputs.hpp"
#include "replay/replay.hpp"
#include "transport/file_destination.hpp"

namespace riskcluster {

class LiveNode {
public:
  LiveNode(const NodeSettings& settings, const std::string& version, StopSignals& signals)
      : settings_{settings}, signals_{signals}, board_{version} {}
  ~LiveNode() {
    stop_sources();
    for (const auto& outlet : outlets_) outlet->close();
  }
  LiveNode(const LiveNode&) = delete;
  LiveNode& operator=(const LiveNode&) = delete;

  Result<bool> open();
  ExitCode run();

private:
  Result<bool> open_doors();
  Result<bool> open_market(Inputs& inputs);
  Result<bool> start_node();
  OpeningOutcome open_patiently(const std::vector<TenantEvent>& openings);
  Result<bool> open_tenants(const Inputs& inputs);
  Result<bool> start_http();
  Result<bool> start_sources();
  void tell(const Alert& alert);
  void draw_books(const IntakeNotice& notice);
  void stop_sources();
  ExitCode stop(bool failed);
  Seen seen() const;
  std::vector<std::string> troubles() const;
  void show_process_and_log();

  const NodeSettings& settings_;
  StopSignals& signals_;
  Board board_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<WatchedJournal> journal_;
  std::unique_ptr<DeadLetters> dead_letters_;
  std::unique_ptr<NatsDoors> nats_;
  std::optional<NodeAlerts> alerts_; ///< where there is somebody to tell them to
  std::optional<RiskMetricsFeed> books_;
  std::unique_ptr<FileDestination> answers_;
  std::vector<std::unique_ptr<GuardedDestination>> outlets_;
  std::shared_ptr<LiveMarket> market_;
  std::unique_ptr<Intake> intake_; ///< called back by the node, so it goes after it
  std::unique_ptr<MarketIntake> prices_;
  RoadWatchPtr watch_;
  std::unique_ptr<Node> node_;
  std::atomic<const Node*> running_{nullptr}; ///< for the threads of the HTTP port: what stands above is there, too
  std::unique_ptr<LineSource> lines_;
  std::unique_ptr<HttpServer> http_;
  std::atomic<bool> input_ended_{false};
};

} // namespace riskcluster

#pragma once
// A file of signals through a node: line by line, each answered before the next, with the facts of the commands between
// them by their time. Prints nothing and keeps no answers; whoever starts it is told what happens.

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "files/daily_views.hpp"
#include "files/text_file.hpp"
#include "node/node.hpp"
#include "node/store.hpp"
#include "replay/inputs.hpp"

namespace riskcluster {

/// How far a run has come: what it needs to go on after its process died.
struct Progress {
  std::uint64_t lines = 0;     ///< done
  std::uint64_t commands = 0;  ///< done
  std::uint64_t out_bytes = 0; ///< of the answers to these lines
  bool finished = false;
  bool operator==(const Progress&) const = default;
};

/// What happens on the way, in order.
class DriverSink {
public:
  using Clock = std::chrono::steady_clock;
  virtual ~DriverSink() = default;

  /// A line was read as a batch; its answers follow: one, or one for each subscriber of a fan-out.
  virtual void batch_read(const SignalBatch& batch) = 0;
  /// A line could not be read; a refusal follows when it still named its batch.
  virtual void line_refused() = 0;
  virtual void command_done(bool applied) = 0;
  /// @param started when the work on its line began.
  virtual void answered(RiskAssessmentBatch& answer, Clock::time_point started) = 0;
  /// After each line that is not empty. An error ends the run.
  virtual Result<bool> line_done(const LineReader& reader) = 0;
  /// Before each line: nothing of it may be in the journal before this is kept. An error ends the run.
  virtual Result<bool> progressed(const Progress&) { return true; }
};

struct DriverOptions {
  std::string signals;      ///< the file's name, for complaints
  std::optional<TimeMs> at; ///< fixes the view; gives `now` to batches without created_at_ms
  std::uint64_t seed = 0;   ///< mixed into the scenario seed
  std::size_t workers = 0;  ///< 0: as many as there are cores
  bool keep_snapshots = false;
};

/// One run over one store. Not copied, not moved: the node refers to its neighbours.
class Driver {
public:
  /// @param store, @param complaints and @param sink outlive this.
  Driver(DriverOptions options, Inputs inputs, Store& store, Complaints& complaints, DriverSink& sink);
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  /// Opens the tenants, then goes through all lines that `from` has not done, then through the commands that are left.
  /// An error when the node or the sink gives up.
  Result<bool> run(LineReader& reader, Progress from = {});

private:
  using Clock = DriverSink::Clock;

  Result<bool> open_tenants();
  Result<bool> answer_line(const LineReader& reader, std::string_view line);
  Result<bool> refuse_line(const LineReader& reader, std::string_view line, const std::string& why);
  Result<bool> pass_on(const Result<ReplyPtr>& reply);
  Result<bool> apply_commands(TimeMs until);
  void pass_alerts();
  std::string place(const LineReader& reader) const;

  DriverOptions options_;
  Complaints& complaints_;
  DriverSink& sink_;
  std::vector<TenantEvent> openings_;
  std::vector<PortfolioUpdate> commands_;
  Progress progress_;
  DailyViews views_;
  Store& store_;
  Clock::time_point work_started_;
  std::mutex alerts_mutex_; ///< they come on an actor's thread
  std::vector<std::string> alerts_;
  std::unique_ptr<Node> node_; ///< last: it works with the others
};

} // namespace riskcluster

#pragma once
// A file of signals through an engine: line by line, with the facts of the commands between them by their time. Prints
// nothing and keeps no answers; whoever starts it is told what happens.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "files/text_file.hpp"
#include "journal/memory_journal.hpp"
#include "replay/daily_views.hpp"
#include "replay/engine.hpp"
#include "replay/inputs.hpp"

namespace riskcluster {

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
  /// @param started when the work on this answer began.
  virtual void answered(RiskAssessmentBatch& answer, Clock::time_point started) = 0;
  /// After each line that is not empty. An error ends the run.
  virtual Result<bool> line_done(const LineReader& reader) = 0;
};

struct DriverOptions {
  std::string signals;      ///< the file's name, for complaints
  std::optional<TimeMs> at; ///< fixes the view; gives `now` to batches without created_at_ms
  std::uint64_t seed = 0;   ///< mixed into the scenario seed
};

/// One run on one thread, over a journal in memory. Not copied, not moved: the engine refers to its neighbours.
class Driver {
public:
  /// Opens the tenants. @param complaints and @param sink must outlive this.
  Driver(DriverOptions options, Inputs inputs, Complaints& complaints, DriverSink& sink);
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  /// All lines, then the commands that are left. An error when the engine or the sink gives up.
  Result<bool> run(LineReader& reader);

  DailyViews& views() { return views_; }
  const Journal& journal() const { return journal_; }
  const Engine& engine() const { return engine_; }

private:
  using Clock = DriverSink::Clock;

  Result<bool> answer_line(const LineReader& reader, std::string_view line);
  Result<bool> answer(const SignalBatch& batch);
  void refuse_line(const LineReader& reader, std::string_view line, const std::string& why);
  void apply_commands(TimeMs until);
  std::string place(const LineReader& reader) const;

  DriverOptions options_;
  Complaints& complaints_;
  DriverSink& sink_;
  std::vector<PortfolioUpdate> commands_;
  std::size_t next_command_ = 0;
  DailyViews views_;
  MemoryJournal journal_;
  Engine engine_;
  Clock::time_point work_started_;
};

} // namespace riskcluster

#include "replay/replay.hpp"

#include <chrono>
#include <cstdio>
#include <ostream>

#include "messages/codec_risk.hpp"
#include "replay/driver.hpp"
#include "replay/summary.hpp"

namespace riskcluster {

namespace {

class Complainer final : public Complaints {
public:
  explicit Complainer(std::ostream& out, bool progress) : out_{out}, progress_{progress} {}
  void complain(const std::string& message) override {
    ++count;
    if (progress_) out_ << "\r\033[K";
    if (count <= shown_max) out_ << "riskd: " << one_line(message) << '\n';
    if (count == shown_max) out_ << "riskd: further complaints are counted, not shown\n";
  }
  std::uint64_t count = 0;

private:
  /// Messages quote what senders wrote: it must neither end the line nor steer a terminal.
  static std::string one_line(std::string text) {
    for (char& c : text)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    return text;
  }

  static constexpr std::uint64_t shown_max = 1'000;
  std::ostream& out_;
  bool progress_;
};

/// Writes what the driver tells: answers to one stream, progress and the summary to the other.
class Replay final : public DriverSink {
public:
  Replay(const ReplayOptions& options, std::ostream& answers, std::ostream& messages)
      : options_{options}, answers_{answers}, messages_{messages} {}

  Result<bool> run(Inputs inputs, LineReader& reader, Complaints& complaints) {
    Driver driver{{options_.signals, options_.at, options_.seed}, std::move(inputs), complaints, *this};
    started_ = Clock::now();
    if (auto done = driver.run(reader); !done) return done;
    answers_.flush();
    if (options_.progress) messages_ << "\r\033[K";
    summary_.print(messages_, Clock::now() - started_);
    return still_writable();
  }

  void batch_read(const SignalBatch&) override { summary_.count_batch(); }
  void line_refused() override { summary_.count_bad_line(); }
  void command_done(bool applied) override { summary_.count_command(applied); }

  void answered(RiskAssessmentBatch& answer, Clock::time_point started) override {
    // The time goes into the answer, so it is taken before the answer is printed; the summary's includes printing.
    const auto thinking = Clock::now() - started;
    answer.performance_metrics = PerformanceMetrics{std::chrono::duration<double, std::milli>(thinking).count()};
    answers_ << encode_answer_json(answer) << '\n';
    summary_.count(answer, Clock::now() - started);
  }

  Result<bool> line_done(const LineReader& reader) override {
    draw_progress(reader);
    return still_writable();
  }

private:
  Result<bool> still_writable() const {
    if (!answers_) return Error{Errc::unavailable, "the answers cannot be written"};
    return true;
  }

  void draw_progress(const LineReader& reader) {
    if (!options_.progress) return;
    const auto now = Clock::now();
    if (now - drawn_ < std::chrono::milliseconds{200}) return;
    drawn_ = now;
    const double seconds = std::chrono::duration<double>(now - started_).count();
    char text[128];
    const double done = reader.bytes_total() == 0 ? 0
                                                  : 100.0 * static_cast<double>(reader.bytes_read()) /
                                                        static_cast<double>(reader.bytes_total());
    std::snprintf(text, sizeof text, "\r%3.0f %%  %llu batches, %llu signals, %.0f signals/s", done,
                  static_cast<unsigned long long>(summary_.batches()),
                  static_cast<unsigned long long>(summary_.signals()),
                  static_cast<double>(summary_.signals()) / (seconds > 0 ? seconds : 1));
    messages_ << text << std::flush;
  }

  const ReplayOptions& options_;
  std::ostream& answers_;
  std::ostream& messages_;
  Summary summary_;
  Clock::time_point started_, drawn_{};
};

} // namespace

ExitCode replay(const ReplayOptions& options, std::ostream& answers, std::ostream& messages) {
  Complainer complainer{messages, options.progress};
  const auto failed = [&](const Error& error) {
    messages << "riskd: " << error.message << '\n';
    return ExitCode::failed;
  };
  auto inputs = read_inputs(options.paths, complainer);
  if (!inputs) return failed(inputs.error());
  auto reader = LineReader::open(options.signals);
  if (!reader) return failed(reader.error());
  Replay run{options, answers, messages};
  if (auto done = run.run(std::move(*inputs), *reader, complainer); !done) return failed(done.error());
  return complainer.count == 0 ? ExitCode::ok : ExitCode::partly_failed;
}

} // namespace riskcluster

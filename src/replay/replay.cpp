#include "replay/replay.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "messages/codec_risk.hpp"
#include "placement/shard_of.hpp"
#include "replay/driver.hpp"
#include "replay/resume.hpp"
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

/// Where the answers go: a file that a continued run takes up where it was, or a stream.
class Answers {
public:
  static Result<std::unique_ptr<Answers>> open(const std::string& path, std::uint64_t keep_bytes,
                                               std::ostream& stream) {
    auto made = std::make_unique<Answers>(stream);
    if (path.empty()) return made;
    std::error_code failed;
    if (keep_bytes > 0 && std::filesystem::file_size(path, failed) < keep_bytes)
      return malformed("--out: " + path + " is shorter than what was already written to it");
    if (failed) return Error{Errc::unavailable, "--out: " + path + ": " + failed.message()};
    if (keep_bytes > 0) std::filesystem::resize_file(path, keep_bytes, failed); // a line that was cut off goes
    made->file_.open(path, keep_bytes > 0 ? std::ios::binary | std::ios::app : std::ios::binary | std::ios::trunc);
    if (failed || !made->file_) return Error{Errc::unavailable, "--out: " + path + " cannot be written"};
    made->out_ = &made->file_;
    made->bytes_ = keep_bytes;
    return made;
  }
  explicit Answers(std::ostream& stream) : out_{&stream} {}

  void write(const std::string& line) {
    *out_ << line << '\n';
    bytes_ += line.size() + 1;
  }
  /// With the operating system, so that it survives the process. @returns bytes so far.
  std::uint64_t flush() {
    out_->flush();
    return bytes_;
  }
  bool good() const { return static_cast<bool>(*out_); }

private:
  std::ofstream file_;
  std::ostream* out_;
  std::uint64_t bytes_ = 0;
};

/// Writes what the driver tells: answers to one stream, progress and the summary to the other.
class Replay final : public DriverSink {
public:
  Replay(const ReplayOptions& options, Answers& answers, std::ostream& messages, Store& store, Resume& resume)
      : options_{options}, answers_{answers}, messages_{messages}, store_{store}, resume_{resume} {}

  Result<bool> run(Inputs inputs, LineReader& reader, Complaints& complaints) {
    Driver driver{{options_.signals, options_.at, options_.seed, options_.workers, !options_.data.empty()},
                  std::move(inputs),
                  store_,
                  complaints,
                  *this};
    started_ = Clock::now();
    if (auto done = driver.run(reader, resume_.from()); !done) return done;
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
    answers_.write(encode_answer_json(answer));
    summary_.count(answer, Clock::now() - started);
  }

  Result<bool> line_done(const LineReader& reader) override {
    draw_progress(reader);
    return still_writable();
  }

  Result<bool> progressed(const Progress& progress) override {
    if (options_.data.empty()) return true;
    Progress now = progress;
    now.out_bytes = answers_.flush();
    if (auto kept = resume_.keep(now); !kept) return kept;
    const auto time = Clock::now();
    if (!progress.finished && time - synced_ < std::chrono::seconds{1}) return true;
    synced_ = time;
    return store_.sync();
  }

private:
  Result<bool> still_writable() const {
    if (!answers_.good()) return Error{Errc::unavailable, "the answers cannot be written"};
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
  Answers& answers_;
  std::ostream& messages_;
  Store& store_;
  Resume& resume_;
  Summary summary_;
  Clock::time_point started_, drawn_{}, synced_{};
};

ExitCode run(const ReplayOptions& options, Store& store, std::ostream& stream, std::ostream& messages) {
  Complainer complainer{messages, options.progress};
  const auto failed = [&](const Error& error) {
    messages << "riskd: " << error.message << '\n';
    return error.code == Errc::fenced ? ExitCode::fenced : ExitCode::failed;
  };
  auto resume =
      options.data.empty() ? Result<Resume>{Resume{}} : Resume::of(store, options.signals, options.paths.commands);
  if (!resume) return failed(resume.error());
  const Progress& from = resume->from();
  if (from.finished) {
    messages << "riskd: " << options.signals << " was replayed into " << options.data
             << " before, to its end: nothing is left to do\n";
    return ExitCode::ok;
  }
  if (from.lines > 0)
    messages << "riskd: goes on behind line " << from.lines << " of " << options.signals << "; what comes before is in "
             << options.data << '\n';
  auto inputs = read_inputs(options.paths, complainer);
  if (!inputs) return failed(inputs.error());
  auto reader = LineReader::open(options.signals);
  if (!reader) return failed(reader.error());
  auto answers = Answers::open(options.out, from.out_bytes, stream);
  if (!answers) return failed(answers.error());
  Replay replay{options, **answers, messages, store, *resume};
  if (auto done = replay.run(std::move(*inputs), *reader, complainer); !done) return failed(done.error());
  return complainer.count == 0 ? ExitCode::ok : ExitCode::partly_failed;
}

} // namespace

ExitCode replay(const ReplayOptions& options, std::ostream& answers, std::ostream& messages) {
  auto store = options.data.empty() ? Store::open_temporary(shard_count_default)
                                    : Store::open(options.data, shard_count_default, SyncPolicy::by_caller);
  if (!store) {
    messages << "riskd: " << store.error().message << '\n';
    return ExitCode::failed;
  }
  return run(options, **store, answers, messages);
}

} // namespace riskcluster

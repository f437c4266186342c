#include "replay/replay.hpp"

#include <chrono>
#include <cstdio>
#include <ostream>

#include "files/text_file.hpp"
#include "journal/memory_journal.hpp"
#include "messages/codec_risk.hpp"
#include "messages/codec_trading.hpp"
#include "replay/daily_views.hpp"
#include "replay/engine.hpp"
#include "replay/summary.hpp"

namespace riskcluster {

namespace {

using Clock = std::chrono::steady_clock;

class Complainer final : public Complaints {
public:
  explicit Complainer(std::ostream& out, bool progress) : out_{out}, progress_{progress} {}
  void complain(const std::string& message) override {
    ++count;
    if (progress_) out_ << "\r\033[K";
    if (count <= shown_max) out_ << "riskd: " << message << '\n';
    if (count == shown_max) out_ << "riskd: further complaints are counted, not shown\n";
  }
  std::uint64_t count = 0;

private:
  static constexpr std::uint64_t shown_max = 1'000;
  std::ostream& out_;
  bool progress_;
};

class Replay {
public:
  Replay(const ReplayOptions& options, Inputs inputs, std::ostream& answers, std::ostream& messages,
         Complainer& complainer)
      : options_{options},
        answers_{answers},
        messages_{messages},
        complainer_{complainer},
        commands_{std::move(inputs.commands)},
        views_{std::move(inputs.history), std::move(inputs.instruments), VarSettings{}, options.seed,
               options.at ? std::optional{date_of(*options.at)} : std::nullopt},
        journal_{shard_count_default},
        engine_{journal_, [this](TimeMs now) { return views_.at(now); }} {
    for (const auto& tenant : inputs.tenants) {
      const auto company = inputs.companies.find(tenant.id.company);
      const auto opened = engine_.open(tenant, company == inputs.companies.end() ? nullptr : &company->second);
      if (!opened) complainer_.complain(opened.error().message);
    }
  }

  Result<bool> run(LineReader& reader) {
    started_ = Clock::now();
    while (const auto line = reader.next()) {
      if (line->empty()) continue;
      auto answered =
          reader.too_long() ? Result<bool>{bad_line(reader, *line, "longer than 1 MiB")} : answer_line(reader, *line);
      if (!answered) return answered;
      draw_progress(reader);
      if (!answers_) return Error{Errc::unavailable, "the answers cannot be written"};
    }
    apply_commands(time_max_ms);
    answers_.flush();
    if (options_.progress) messages_ << "\r\033[K";
    summary_.print(messages_, Clock::now() - started_);
    if (!answers_) return Error{Errc::unavailable, "the answers cannot be written"};
    return true;
  }

private:
  Result<bool> answer_line(const LineReader& reader, std::string_view line) {
    line_started_ = Clock::now();
    auto batch = decode_batch_json(line);
    if (!batch) return bad_line(reader, line, batch.error().message);
    if (batch->created_at_ms == 0) {
      if (!options_.at) return bad_line(reader, line, "created_at_ms: needed without --at");
      batch->created_at_ms = *options_.at;
    }
    summary_.count_batch();
    for (const auto& signal : batch->trading_signals)
      if (!signal.fault.empty()) complain_of_signal(reader, signal);
    apply_commands(batch->created_at_ms);
    if (!batch->is_fan_out()) return answer(*batch);
    for (const auto& tenant : engine_.subscribers(batch->strategy_id)) {
      SignalBatch own = *batch;
      own.company_id = tenant.company;
      own.user_id = tenant.user;
      if (auto answered = answer(own); !answered) return answered;
      line_started_ = Clock::now();
    }
    return true;
  }

  Result<bool> answer(const SignalBatch& batch) {
    auto judged = engine_.judge(batch);
    if (!judged) return judged.error();
    write(*judged);
    return true;
  }

  void write(RiskAssessmentBatch& answer) {
    // The time goes into the answer, so it is taken before the answer is printed; the summary's includes printing.
    const auto thinking = Clock::now() - line_started_;
    answer.performance_metrics = PerformanceMetrics{std::chrono::duration<double, std::milli>(thinking).count()};
    answers_ << encode_answer_json(answer) << '\n';
    summary_.count(answer, Clock::now() - line_started_);
  }

  void apply_commands(TimeMs until) {
    for (; next_command_ < commands_.size() && commands_[next_command_].at_ms() <= until; ++next_command_) {
      const auto applied = engine_.update(commands_[next_command_]);
      if (applied)
        summary_.count_command(*applied);
      else
        complainer_.complain("command for " + commands_[next_command_].tenant.text() + ": " + applied.error().message);
    }
    line_started_ = Clock::now();
  }

  void complain_of_signal(const LineReader& reader, const TradingSignal& signal) {
    complainer_.complain(place(reader) + "signal '" + signal.signal_id.value + "': " + signal.fault);
  }

  Result<bool> bad_line(const LineReader& reader, std::string_view line, const std::string& why) {
    complainer_.complain(place(reader) + why);
    summary_.count_bad_line();
    const auto header = batch_header_of(line);
    if (!header) return true;
    SignalBatch batch{.batch_id = header->batch_id,
                      .company_id = header->company_id,
                      .user_id = header->user_id,
                      .correlation_id = header->correlation_id};
    for (const auto& id : header->signals) batch.trading_signals.push_back({.signal_id = id});
    auto answer = refuse(batch, "MALFORMED", why, 0);
    write(answer);
    return true;
  }

  std::string place(const LineReader& reader) const {
    return options_.signals + ":" + std::to_string(reader.line()) + ": ";
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
  Complainer& complainer_;
  std::vector<PortfolioUpdate> commands_;
  std::size_t next_command_ = 0;
  DailyViews views_;
  MemoryJournal journal_;
  Engine engine_;
  Summary summary_;
  Clock::time_point started_, line_started_, drawn_{};
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
  Replay run{options, std::move(*inputs), answers, messages, complainer};
  if (auto done = run.run(*reader); !done) return failed(done.error());
  return complainer.count == 0 ? ExitCode::ok : ExitCode::partly_failed;
}

} // namespace riskcluster

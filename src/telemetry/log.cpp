#include "telemetry/log.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include "telemetry/log_limit.hpp"

namespace riskcluster {

namespace {

template <class Clock>
TimeMs now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count();
}

bool terminal_has_colours() {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  return ::isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string_view{terminal} != "dumb";
}

/// spdlog opens and writes; lines come to it ready made.
/// @param refused called for each line that could not be written, by whoever writes.
std::shared_ptr<spdlog::logger> logger_to(const std::string& file, spdlog::err_handler refused) {
  std::shared_ptr<spdlog::sinks::sink> sink;
  if (file.empty())
    sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
  else
    sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(file);
  auto logger = std::make_shared<spdlog::logger>("riskcluster", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);
  logger->set_error_handler(std::move(refused));
  return logger;
}

/// Writes lines on a thread of its own, so that a disk or a pipe that does not take them holds up nobody for long.
class LineWriter {
public:
  using Clock = std::chrono::steady_clock;

  LineWriter() {
    std::thread{[this] { run(); }}.detach(); // as the log: it ends with the process
  }

  /// @returns the line's number, for wait(); 0: it was dropped, so much waits.
  std::uint64_t put(const std::shared_ptr<spdlog::logger>& to, std::string line, std::size_t waiting_max) {
    const std::scoped_lock lock{mutex_};
    if (bytes_ + line.size() > waiting_max) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return 0;
    }
    bytes_ += line.size();
    lines_.push_back({to, std::move(line)});
    if (lines_.size() == 1) woken_.notify_one();
    return ++put_;
  }

  /// Until all lines up to that number are written, or the time is over. Whoever comes while an earlier one waits in
  /// vain does not wait at all.
  void wait(std::uint64_t number, std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    if (stuck_) return;
    stuck_ = !written_.wait_for(lock, time, [&] { return done_ >= number; });
  }

  void flush(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    written_.wait_for(lock, time, [&] { return done_ == put_; });
  }

  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  /// Of a line that could not be written: counted, and complained about once a second.
  void refused(const std::string& why) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    if (complained_ != Clock::time_point{} && Clock::now() - complained_ < std::chrono::seconds{1}) return;
    complained_ = Clock::now();
    std::fprintf(stderr, "riskd: the log cannot be written: %s\n", why.c_str());
  }

private:
  struct Line {
    std::shared_ptr<spdlog::logger> to;
    std::string text;
  };

  void run() {
    std::unique_lock lock{mutex_};
    for (;;) {
      woken_.wait(lock, [this] { return !lines_.empty(); });
      const auto lines = std::exchange(lines_, {});
      lock.unlock();
      for (const auto& line : lines) {
        line.to->log(spdlog::level::info, line.text);
        lock.lock();
        ++done_;
        bytes_ -= line.text.size();
        stuck_ = false;
        written_.notify_all();
        lock.unlock();
      }
      lock.lock();
    }
  }

  std::mutex mutex_; ///< guards everything below but the two at the end
  std::condition_variable woken_, written_;
  std::deque<Line> lines_;
  std::uint64_t put_ = 0, done_ = 0; ///< lines taken, and lines written or given up
  std::size_t bytes_ = 0;            ///< of lines that are not written
  bool stuck_ = false;               ///< somebody waited in vain since the last line was written
  std::atomic<std::uint64_t> dropped_{0};
  Clock::time_point complained_; ///< the writing thread's own
};

class Log {
public:
  /// Never destroyed: also what is said while the process ends is said.
  static Log& process() {
    static Log& log = *new Log; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): it guards itself
    return log;
  }

  bool enabled(LogLevel level) const noexcept { return level >= level_.load(std::memory_order_relaxed); }

  Result<bool> open(const LogOptions& options) {
    std::shared_ptr<spdlog::logger> logger;
    try {
      logger = logger_to(options.file, refused());
    } catch (const std::exception& error) {
      return Error{Errc::unavailable, "log file " + options.file + ": " + error.what()};
    }
    flush();
    const std::scoped_lock lock{mutex_};
    logger_ = std::move(logger);
    format_ = options.format;
    coloured_ = options.file.empty() && terminal_has_colours();
    level_ = options.level;
    return true;
  }

  void write(LogLevel level, std::string_view message, std::span<const LogField> fields) {
    std::uint64_t number = 0;
    {
      const std::scoped_lock lock{mutex_};
      // The wall clock may be set back; whoever does so must not silence the log.
      tell(limit_.held(now_ms<std::chrono::steady_clock>()));
      // Who asks for debug lines follows single requests, and must not miss one of their hops.
      if (level == LogLevel::debug || limit_.admit(level, message)) number = print(level, message, fields);
    }
    if (number != 0 && level == LogLevel::error) writer_.wait(number, log_wait_max);
  }

  void flush() {
    {
      const std::scoped_lock lock{mutex_};
      tell(limit_.held());
    }
    writer_.flush(log_flush_max);
  }

  std::uint64_t dropped() const { return writer_.dropped(); }

private:
  spdlog::err_handler refused() {
    return [this](const std::string& why) { writer_.refused(why); };
  }
  void tell(const std::vector<HeldLines>& held) {
    for (const auto& kind : held) {
      const LogField fields[] = {{"of", kind.message}, {"lines", kind.lines}};
      print(kind.level, "lines held back", fields);
    }
  }
  std::uint64_t print(LogLevel level, std::string_view message, std::span<const LogField> fields) {
    // A flood of debug lines leaves room for what a person must see.
    const auto waiting_max = level == LogLevel::debug ? log_waiting_bytes_max / 2 : log_waiting_bytes_max;
    return writer_.put(logger_,
                       log_line(format_, now_ms<std::chrono::system_clock>(), level, message, fields, coloured_),
                       waiting_max);
  }

  LineWriter writer_;
  std::atomic<LogLevel> level_ = LogLevel::warn;
  std::mutex mutex_; ///< guards everything below
  std::shared_ptr<spdlog::logger> logger_ = logger_to("", refused());
  LogFormat format_ = LogFormat::human;
  bool coloured_ = terminal_has_colours();
  LogLimit limit_;
};

} // namespace

Result<bool> open_log(const LogOptions& options) { return Log::process().open(options); }
bool log_enabled(LogLevel level) noexcept { return Log::process().enabled(level); }

void log_event(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  Log& log = Log::process();
  if (log.enabled(level)) log.write(level, message, {fields.begin(), fields.size()});
}

void flush_log() { Log::process().flush(); }

std::uint64_t log_lines_dropped() { return Log::process().dropped(); }

} // namespace riskcluster

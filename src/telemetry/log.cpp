#include "telemetry/log.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>

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

/// spdlog opens, writes and reports what it could not write, at most once a second; lines come to it ready made.
std::shared_ptr<spdlog::logger> logger_to(const std::string& file) {
  std::shared_ptr<spdlog::sinks::sink> sink;
  if (file.empty())
    sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
  else
    sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(file);
  auto logger = std::make_shared<spdlog::logger>("riskcluster", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);
  return logger;
}

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
      logger = logger_to(options.file);
    } catch (const std::exception& error) {
      return Error{Errc::unavailable, "log file " + options.file + ": " + error.what()};
    }
    const std::scoped_lock lock{mutex_};
    tell(limit_.held());
    logger_ = std::move(logger);
    format_ = options.format;
    coloured_ = options.file.empty() && terminal_has_colours();
    level_ = options.level;
    return true;
  }

  void write(LogLevel level, std::string_view message, std::span<const LogField> fields) {
    const std::scoped_lock lock{mutex_};
    // The wall clock may be set back; whoever does so must not silence the log.
    tell(limit_.held(now_ms<std::chrono::steady_clock>()));
    if (limit_.admit(level, message)) print(level, message, fields);
  }

  void flush() {
    const std::scoped_lock lock{mutex_};
    tell(limit_.held());
    logger_->flush();
  }

private:
  void tell(const std::vector<HeldLines>& held) {
    for (const auto& kind : held) {
      const LogField fields[] = {{"of", kind.message}, {"lines", kind.lines}};
      print(kind.level, "lines held back", fields);
    }
  }
  void print(LogLevel level, std::string_view message, std::span<const LogField> fields) {
    logger_->log(spdlog::level::info,
                 log_line(format_, now_ms<std::chrono::system_clock>(), level, message, fields, coloured_));
  }

  std::atomic<LogLevel> level_ = LogLevel::warn;
  std::mutex mutex_; ///< guards everything below
  std::shared_ptr<spdlog::logger> logger_ = logger_to("");
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

} // namespace riskcluster

#pragma once
// The process's log: lines for people or for machines, to a file or to standard error.

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "telemetry/log_line.hpp"

namespace riskcluster {

struct LogOptions {
  LogLevel level = LogLevel::info; ///< lines below are not made
  LogFormat format = LogFormat::human;
  std::string file; ///< appended to, made with the folders above it; empty: standard error
};

/// From now on lines go there; before the first call they go to standard error for people, from `warn` up. Called again
/// it opens the file anew, after somebody has moved it away. Error: unavailable, naming the file; all stays as it was.
/// Human lines are coloured on a terminal, unless NO_COLOR is set or TERM is "dumb".
Result<bool> open_log(const LogOptions& options);

/// Cheap: what only a line needs, need not be computed when it is false.
bool log_enabled(LogLevel level) noexcept;

/// One line, with the operating system when it returns; what cannot be written is dropped. `message` says what happened
/// and is the same each time; what differs is in `fields`: the correlation id first, as "correlation_id", wherever a
/// request is spoken of. Of one level and message at most log_repeats_max lines a second are printed, the others
/// counted and told before the first line of a later second. Any thread; lines stand in the order of their times.
void log_event(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

/// Tells what is held back, and hands everything to the operating system: before the process ends.
void flush_log();

} // namespace riskcluster

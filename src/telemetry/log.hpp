#pragma once
// The process's log: lines for people or for machines, to a file or to standard error.

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "telemetry/log_line.hpp"

namespace riskcluster {

inline constexpr std::size_t log_waiting_bytes_max = std::size_t{4} << 20; ///< of lines; debug has half of it
inline constexpr std::chrono::milliseconds log_wait_max{100};              ///< that a line holds up its caller
inline constexpr std::chrono::milliseconds log_flush_max{1'000};

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

/// One line, written soon, behind those before it, by a thread of its own. An error is with the operating system when
/// it returns, because the process may be about to end; a file or a pipe that does not take it holds up the caller for
/// log_wait_max at most, once until it takes lines again. Beyond log_waiting_bytes_max lines are dropped and counted,
/// as is what cannot be written. `message` says what happened and is the same each time; what differs is in `fields`:
/// the correlation id first, as "correlation_id", wherever a request is spoken of. Of one level above debug and message
/// at most log_repeats_max lines a second are printed, the others counted and told before the first line of a later
/// second. Any thread; lines stand in the order of their times.
void log_event(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

/// Tells what is held back, and hands everything to the operating system, within log_flush_max: before the process
/// ends.
void flush_log();

/// Lines that were not written since the process began: too many waited, or they could not be.
std::uint64_t log_lines_dropped();

} // namespace riskcluster

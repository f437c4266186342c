#pragma once
// Keeps a fault that repeats from drowning everything else: at most so many lines of one kind a second.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/time.hpp"
#include "telemetry/log_line.hpp"

namespace riskcluster {

inline constexpr std::size_t log_repeats_max = 100;    ///< lines of one level and message in a second
inline constexpr std::size_t log_messages_max = 1'024; ///< different ones in a second; all further ones share one share

/// Lines that were not printed.
struct HeldLines {
  LogLevel level = LogLevel::info;
  std::string message;
  std::size_t lines = 0;
  bool operator==(const HeldLines&) const = default;
};

/// Confined: one thread at a time. `now` may be any clock; another second is another allowance, also a past one.
class LogLimit {
public:
  /// Whether the line may be printed. Call after `held`, with the same `now`.
  bool admit(LogLevel level, std::string_view message);

  /// What was held back in the second before that of `now`, each kind once; empty while the second lasts.
  std::vector<HeldLines> held(TimeMs now);

  /// The same at once, in the middle of a second, whose allowance stays used up.
  std::vector<HeldLines> held();

private:
  struct Kind {
    std::size_t printed = 0;
    HeldLines held;
  };
  TimeMs second_ = 0;
  std::unordered_map<std::uint64_t, Kind> kinds_; ///< by hash
};

} // namespace riskcluster

#pragma once
// The main job offline: signals from a file, answers to a file, the same answers every time.

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "core/time.hpp"
#include "replay/inputs.hpp"

namespace riskcluster {

struct ReplayOptions {
  InputPaths paths;
  std::string signals;      ///< "-": standard input
  std::optional<TimeMs> at; ///< fixes the view; gives `now` to batches without created_at_ms
  std::uint64_t seed = 0;   ///< mixed into the scenario seed
  bool progress = false;    ///< draw a progress line on `messages`
  bool colour = false;
};

/// Exit codes of the programs.
enum class ExitCode : int { ok = 0, failed = 1, usage = 2, partly_failed = 3 };

/// One answer a line to `answers`; complaints, progress and the summary to `messages`.
ExitCode replay(const ReplayOptions& options, std::ostream& answers, std::ostream& messages);

} // namespace riskcluster

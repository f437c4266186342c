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
  std::string out;          ///< file for the answers; empty: the stream that replay() is given
  std::string data;         ///< folder of the journal, to go on from; empty: a temporary one
  std::optional<TimeMs> at; ///< fixes the view; gives `now` to batches without created_at_ms
  std::uint64_t seed = 0;   ///< mixed into the scenario seed
  std::size_t workers = 0;  ///< 0: as many as there are cores
  bool progress = false;    ///< draw a progress line on `messages`
};

/// Exit codes of the programs.
enum class ExitCode : int { ok = 0, failed = 1, usage = 2, partly_failed = 3, fenced = 5 };

/// One answer a line to options.out or `answers`; complaints, progress and the summary to `messages`. With a data
/// folder, a run that died is continued where it was, and a file that was done is not done again.
ExitCode replay(const ReplayOptions& options, std::ostream& answers, std::ostream& messages);

} // namespace riskcluster

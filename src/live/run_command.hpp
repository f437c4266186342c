#pragma once
// `riskd run` as it is called: a settings file, and what the command line says instead.

#include <iosfwd>
#include <optional>
#include <string>

#include "replay/replay.hpp"

namespace riskcluster {

/// Empty: not given, the settings file's counts.
struct RunOptions {
  std::string config; ///< empty: the embedded default, no server beside it
  std::string data, market, tenants, companies, instruments, signals, answers;
  std::optional<int> http_port;
  std::string version;
};

/// Faults of the settings go to `messages`, one a line.
ExitCode run_command(const RunOptions& options, std::ostream& messages);

} // namespace riskcluster

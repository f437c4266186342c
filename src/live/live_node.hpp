#pragma once
// `riskd run`: a node that stays up.

#include <iosfwd>
#include <string>

#include "config/node_settings.hpp"
#include "replay/replay.hpp"

namespace riskcluster {

/// Runs until it is told to stop (SIGTERM, SIGINT), until its only input, standard input, has ended, or until a part
/// that is the node itself fails. Says what it does in the log; `messages` hears only what happens before there is one.
/// @returns ok after an orderly stop, failed with the reason in the log.
ExitCode run_node(const NodeSettings& settings, const std::string& version, std::ostream& messages);

} // namespace riskcluster

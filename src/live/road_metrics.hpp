#pragma once
// How full the road is, for scrapers. Every figure is read from an atomic or a short lock: no scrape waits for an
// actor.

#include <chrono>
#include <string>
#include <vector>

#include "config/node_settings.hpp"
#include "journal/journal.hpp"
#include "node/node.hpp"
#include "telemetry/metrics.hpp"

namespace riskcluster {

class DeadLetters;
class MarketIntake;

/// For how long the oldest output of a destination has waited.
std::chrono::steady_clock::duration waiting_for(const OutletFigures& shown);

/// @param journal outlives the last scrape. @param destinations their names, in the order of the watch.
void show_road(Metrics& metrics, const RoadWatchPtr& watch, const Journal& journal, const NodeSettings& settings,
               const std::vector<std::string>& destinations);
/// @param letters outlives the last scrape.
void show_dead_letters(Metrics& metrics, const DeadLetters& letters, std::size_t kept_max);
/// @param prices outlives the last scrape.
void show_prices(Metrics& metrics, const MarketIntake& prices);

} // namespace riskcluster

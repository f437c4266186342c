#include "live/road_metrics.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "live/market_intake.hpp"
#include "storage/dead_letters.hpp"

namespace riskcluster {

namespace {

/// Keeps the watch alive for as long as it may be asked.
std::function<double()> figure(const RoadWatchPtr& watch, const Shown& shown) {
  return [watch, &shown] { return static_cast<double>(shown.load(std::memory_order_relaxed)); };
}

void show_way_in(Metrics& metrics, const RoadWatchPtr& watch, const RoadSettings& road) {
  const auto bound = [&](const char* name, const char* help, std::size_t value) {
    metrics.gauge(name, help).set(static_cast<double>(value));
  };
  metrics.gauge_of("riskd_batches_in_flight", "Batches under way in the node", {}, figure(watch, watch->batches));
  bound("riskd_batches_in_flight_max", "How many may be", road.in_flight_max);
  metrics.gauge_of("riskd_facts_in_flight", "Fills, account updates and orders under way in the node", {},
                   figure(watch, watch->facts));
  bound("riskd_facts_in_flight_max", "How many may be", road.facts_in_flight_max);
  for (const auto& [lane, shown] : {std::pair{"interactive", &watch->interactive_jobs}, {"bulk", &watch->bulk_jobs}})
    metrics.gauge_of("riskd_jobs_waiting", "Judgements that wait for a worker", {{"lane", lane}},
                     figure(watch, *shown));
  bound("riskd_jobs_waiting_max", "How many may wait in each lane", road.jobs_max);
  metrics.gauge_of("riskd_workers_busy", "Workers that judge", {}, figure(watch, watch->busy_workers));
  metrics.gauge_of("riskd_journal_appends_waiting", "Appends sent to the committer and not answered", {},
                   figure(watch, watch->appends));
  for (std::size_t place = 0; place < bound_names.size(); ++place)
    metrics.counter_of("riskd_overload_refusals_total", "What was refused because there was no room, by whose it was",
                       {{"bound", bound_names.at(place)}}, figure(watch, watch->refusals.at(place)));
  metrics.counter_of("riskd_repeats_total", "Batches that had been decided before: answered from the journal", {},
                     figure(watch, watch->repeats));
}

void show_shard(Metrics& metrics, const RoadWatchPtr& watch, const Journal& journal, std::uint32_t number) {
  const auto& shown = watch->shards[number];
  const MetricLabels labels{{"shard", std::to_string(number)}};
  metrics.gauge_of("riskd_shard_owned", "1 while the node works for the shard, 0 when it is halted", labels,
                   figure(watch, shown.owned));
  metrics.gauge_of("riskd_shard_epoch", "The epoch in which the shard's owner writes", labels,
                   figure(watch, shown.epoch));
  metrics.gauge_of("riskd_shard_tenants", "Tenants that the shard knows, companies among them", labels,
                   figure(watch, shown.tenants));
  metrics.gauge_of("riskd_shard_tenants_awake", "Of these, in memory", labels, figure(watch, shown.awake));
  metrics.gauge_of("riskd_shard_items_waiting", "Items of tenants that are waking or falling asleep", labels,
                   figure(watch, shown.waiting));
  metrics.gauge_of("riskd_shard_sequence", "The n of the shard's last durable record", labels, [&journal, number] {
    const auto end = journal.end({number});
    return end ? static_cast<double>(end->n.value) : std::numeric_limits<double>::quiet_NaN();
  });
}

void show_outlet(Metrics& metrics, const RoadWatchPtr& watch, const OutletFigures& shown, const std::string& name) {
  const MetricLabels labels{{"destination", name}};
  metrics.gauge_of("riskd_output_lag_records", "Durable records whose outputs the destination has not confirmed",
                   labels, figure(watch, shown.records_waiting));
  metrics.gauge_of("riskd_output_lag_seconds", "For how long the oldest of them has waited", labels,
                   [watch, &shown] { return std::chrono::duration<double>(waiting_for(shown)).count(); });
}

} // namespace

std::chrono::steady_clock::duration waiting_for(const OutletFigures& shown) {
  using Clock = std::chrono::steady_clock;
  const auto since = shown.waiting_since.load(std::memory_order_relaxed);
  return since == 0 ? Clock::duration{} : Clock::now() - Clock::time_point{Clock::duration{since}};
}

void show_road(Metrics& metrics, const RoadWatchPtr& watch, const Journal& journal, const NodeSettings& settings,
               const std::vector<std::string>& destinations) {
  show_way_in(metrics, watch, settings.road);
  for (std::uint32_t shard = 0; shard < watch->shards.size(); ++shard) show_shard(metrics, watch, journal, shard);
  for (std::size_t outlet = 0; outlet < destinations.size(); ++outlet)
    show_outlet(metrics, watch, watch->outlets.at(outlet), destinations[outlet]);
  metrics
      .gauge("riskd_output_lag_records_max",
             "Of one shard: beyond it no increase is decided until the slowest destination has caught up")
      .set(static_cast<double>(settings.road.egress_lag_max));
}

void show_dead_letters(Metrics& metrics, const DeadLetters& letters, std::size_t kept_max) {
  metrics.gauge_of("riskd_dead_letters_kept", "Dead letters that can be looked at", {}, [&letters, kept_max] {
    return static_cast<double>(std::min<std::uint64_t>(letters.count(), kept_max));
  });
  metrics.gauge("riskd_dead_letters_kept_max", "How many are kept; the oldest goes").set(static_cast<double>(kept_max));
}

void show_prices(Metrics& metrics, const MarketIntake& prices) {
  metrics.counter_of("riskd_prices_malformed_total", "Prices that could not be read, or were not for their subject", {},
                     [&prices] { return static_cast<double>(prices.malformed_count()); });
  metrics.counter_of("riskd_prices_dropped_total", "Prices for which there was no room; newer ones follow", {},
                     [&prices] { return static_cast<double>(prices.dropped_count()); });
}

} // namespace riskcluster

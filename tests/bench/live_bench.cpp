// What a live node does over a real NATS server, seen from beside it. scripts/bench live and soak start both.
//   bench_live setups|3|4|5|6|flood|hops|soak … --url nats://… --market DIR --instruments FILE [--pid riskd=4711] …

#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "bench/live_node.hpp"

using namespace riskcluster;
using namespace riskcluster::bench;

namespace {

bool run(const std::string& row, const LiveOptions& options, const Fixture& fixture) {
  if (row == "3" || row == "4") return live_rate(options, fixture, row);
  if (row == "5") return live_in_flight(options, fixture);
  if (row == "6") return live_fan_out(options, fixture);
  if (row == "flood") return live_flood(options, fixture);
  if (row == "hops") return live_hops(options, fixture);
  if (row == "soak") return live_soak(options, fixture);
  write_setups(options, fixture, options.data);
  return true;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Times a node beside this process, over NATS"};
  LiveOptions options;
  std::string row;
  std::vector<std::string> pids;
  bool core = false;
  const std::vector<std::string> rows{"setups", "3", "4", "5", "6", "flood", "hops", "soak"};
  app.add_option("row", row, "setups (write tenants.json and companies.json to --data), 3, 4, 5, 6, flood, hops, soak")
      ->required()
      ->check(CLI::IsMember(rows));
  app.add_option("--url", options.url, "of the server");
  app.add_option("--market", options.fixture.market, "folder of daily closes")->required();
  app.add_option("--instruments", options.fixture.instruments, "instruments.json")->required();
  app.add_option("--data", options.data, "folder on the disk to be measured");
  app.add_option("--tenants", options.fixture.tenants, "that send signals")->check(CLI::PositiveNumber);
  app.add_option("--companies", options.companies, "of them")->check(CLI::PositiveNumber);
  app.add_option("--subscribers", options.subscribers, "further tenants, of row 6")->check(CLI::NonNegativeNumber);
  app.add_option("--seed", options.fixture.seed, "of books and signals");
  app.add_option("--seconds", options.seconds, "of the measured load")->check(CLI::PositiveNumber);
  app.add_option("--rate", options.rate_per_s, "signals a second")->check(CLI::PositiveNumber);
  app.add_option("--in-flight", options.in_flight, "of row 5 and the warm-up")->check(CLI::PositiveNumber);
  app.add_option("--warm-up", options.warm_up_per_tenant, "batches of each tenant before")->check(CLI::PositiveNumber);
  app.add_option("--flood-rate", options.flood_per_s, "signals a second of the one, of flood")
      ->check(CLI::PositiveNumber);
  app.add_option("--fills", options.fill_share, "share of the approved orders that is filled, of soak")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--pid", pids, "NAME=PID of a process whose processor time is told");
  app.add_flag("--core", core, "the node does without JetStream");
  CLI11_PARSE(app, argc, argv);
  options.jetstream = !core;
  for (const auto& pid : pids) {
    const auto equals = pid.find('=');
    options.watched.emplace_back(pid.substr(0, equals),
                                 equals == std::string::npos ? 0 : std::stoi(pid.substr(equals + 1)));
  }
  const Fixture fixture{options.fixture};
  const bool all = run(row, options, fixture);
  std::fflush(stdout);
  return all ? 0 : 1;
}

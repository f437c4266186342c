// What the road of actors does in one process, durable on a real disk: rows 3, 5, 6, 8, 9 and 10, and where time goes.
//   bench_road sync|3|5|6|8|9|10|hops|parts … --market DIR --instruments FILE [--data DIR] [--json] [--seconds N] …

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "bench/road_node.hpp"

using namespace riskcluster;
using namespace riskcluster::bench;

namespace {

void run(const std::string& row, const RoadOptions& options, const Fixture& fixture) {
  if (row == "sync") bare_sync(options);
  if (row == "3") row_3(options, fixture);
  if (row == "5") row_5(options, fixture);
  if (row == "6") row_6(options, fixture);
  if (row == "8") row_8(options, fixture);
  if (row == "9") row_9(options, fixture);
  if (row == "10") row_10(options, fixture);
  if (row == "hops") hops(options, fixture);
  if (row == "parts") parts(options, fixture);
  std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Times a node in this process; the driver shares the cores with it"};
  RoadOptions options;
  options.data = std::filesystem::current_path().string();
  std::vector<std::string> rows;
  bool json = false;
  app.add_option("rows", rows, "sync, 3, 5, 6, 8, 9, 10, hops, parts")
      ->required()
      ->check(CLI::IsMember({"sync", "3", "5", "6", "8", "9", "10", "hops", "parts"}));
  app.add_option("--market", options.fixture.market, "folder of daily closes")->required();
  app.add_option("--instruments", options.fixture.instruments, "instruments.json")->required();
  app.add_option("--data", options.data, "folder on the disk to be measured");
  app.add_option("--tenants", options.fixture.tenants, "books")->check(CLI::PositiveNumber);
  app.add_option("--seed", options.fixture.seed, "of books and signals");
  app.add_option("--seconds", options.seconds, "of rows 3 and 5")->check(CLI::PositiveNumber);
  app.add_option("--rate", options.rate_per_s, "signals a second of row 3 and hops")->check(CLI::PositiveNumber);
  app.add_option("--in-flight", options.in_flight, "of row 5")->check(CLI::PositiveNumber);
  app.add_option("--warm-up", options.warm_up_per_tenant, "batches of each tenant before")->check(CLI::PositiveNumber);
  app.add_option("--known", options.known, "tenants of row 8")->check(CLI::PositiveNumber);
  app.add_option("--awake", options.awake, "of these awake")->check(CLI::PositiveNumber);
  app.add_option("--restarted", options.restarted, "tenants of row 9")->check(CLI::PositiveNumber);
  app.add_option("--history", options.history, "batches of row 9")->check(CLI::PositiveNumber);
  app.add_option("--journal-setting", options.journal_settings,
                 "NAME=VALUE of RocksDB's family journal, to try others");
  app.add_flag("--json", json, "requests of rows 3, 6, 10 and hops as JSON, not protobuf");
  app.add_flag("--outlet", options.outlet, "with a destination for the outputs, which drops them");
  CLI11_PARSE(app, argc, argv);
  if (json) options.format = Input::Format::json;

  const Fixture fixture{options.fixture};
  std::printf("%zu tenants with %d positions, %zu symbols, %d paths, seed %llu; the driver shares the cores; "
              "load average %s\n",
              fixture.tenants().size(), options.fixture.positions, fixture.view().model().symbols.size(),
              fixture.view().model().settings.paths, static_cast<unsigned long long>(options.fixture.seed),
              load_average().c_str());
  print_header();
  // Rows 8 and 9 fork, and a child would have RocksDB's pool of threads without the threads: nothing may run before
  // them.
  std::stable_partition(rows.begin(), rows.end(), [](const auto& row) { return row == "8" || row == "9"; });
  for (const auto& row : rows) run(row, options, fixture);
  return 0;
}

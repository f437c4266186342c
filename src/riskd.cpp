// riskd: a node of the cluster. Here: its offline mode.

#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "replay/replay.hpp"

namespace {

using riskcluster::ExitCode;

int run_replay(riskcluster::ReplayOptions options, const std::string& at, const std::string& out_path) {
  if (!at.empty()) {
    options.at = riskcluster::parse_rfc3339(at);
    if (!options.at) {
      std::cerr << "riskd: --at: '" << at << "' is not like 2026-10-30T16:00:00Z\n";
      return static_cast<int>(ExitCode::usage);
    }
  }
  options.progress = isatty(STDERR_FILENO) == 1;
  if (out_path.empty()) return static_cast<int>(riskcluster::replay(options, std::cout, std::cerr));
  std::ofstream out{out_path, std::ios::binary};
  if (!out) {
    std::cerr << "riskd: --out: " << out_path << " cannot be written\n";
    return static_cast<int>(ExitCode::failed);
  }
  return static_cast<int>(riskcluster::replay(options, out, std::cerr));
}

} // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  CLI::App app{"riskd: says yes, smaller or no to trading signals, and keeps watching", "riskd"};
  app.set_version_flag("--version", "riskd " RISKCLUSTER_VERSION);
  app.require_subcommand(1);
  app.footer("Examples:\n"
             "  riskd replay --market deploy/sample/market --tenants deploy/sample/tenants.json \\\n"
             "      --instruments deploy/sample/instruments.json --signals deploy/sample/signals.jsonl\n"
             "  riskd replay --help");

  riskcluster::ReplayOptions options;
  std::string at, out_path;
  auto* replay = app.add_subcommand("replay", "Judge the signals of a file: the main job offline, no server");
  replay->add_option("--market", options.paths.market, "folder of CSV files with daily closes")->required();
  replay->add_option("--tenants", options.paths.tenants, "tenants.json: accounts, positions, limits")->required();
  replay->add_option("--signals", options.signals, "one TradingSignalBatch a line; - is standard input")->required();
  replay->add_option("--companies", options.paths.companies, "companies.json: the companies' policies");
  replay->add_option("--instruments", options.paths.instruments, "instruments.json; FX pairs are built in");
  replay->add_option("--commands", options.paths.commands, "fills and account updates, one PortfolioUpdate a line");
  replay->add_option("--at", at, "fix the market view: rows dated up to this day (RFC 3339)");
  replay->add_option("--out", out_path, "where the answers go; default: standard output");
  replay->add_option("--seed", options.seed, "mixed into the seed of the Monte Carlo scenarios")
      ->check(CLI::NonNegativeNumber); // CLI11 would wrap a negative one around
  replay->footer("Writes one RiskAssessmentBatch a line, in input order; the same inputs give the same bytes but for\n"
                 "performance_metrics. Complaints and a summary go to standard error.\n"
                 "Exit status: 0 all was read, 1 failed, 2 usage, 3 some lines or entries were bad.\n"
                 "Examples:\n"
                 "  riskd replay --market prices/ --tenants tenants.json --signals signals.jsonl --out answers.jsonl\n"
                 "  tail -n 100 signals.jsonl | riskd replay --market prices/ --tenants tenants.json --signals - \\\n"
                 "      --at 2026-10-30T16:00:00Z | head -1");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  return run_replay(std::move(options), at, out_path);
}

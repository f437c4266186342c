// riskd: a node of the cluster. Here: what it is called with.

#include <iostream>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "config/default_toml.hpp"
#include "config/read_settings.hpp"
#include "live/dead_letter_list.hpp"
#include "live/run_command.hpp"
#include "node/repair.hpp"
#include "node/verify.hpp"
#include "replay/replay.hpp"

namespace {

using riskcluster::ExitCode;

struct Options {
  riskcluster::RunOptions run;
  riskcluster::ReplayOptions replay;
  std::string at; ///< of replay, as text
  riskcluster::VerifyOptions verify;
  std::string format = "table"; ///< of verify
  riskcluster::RepairOptions repair;
  riskcluster::DeadLetterListOptions letters;
  std::string letters_format = "table";
  std::string settings; ///< file of config check
};

int failed(const riskcluster::Error& error) {
  std::cerr << "riskd: " << error.message << '\n';
  return static_cast<int>(ExitCode::failed);
}

int run_replay(Options options) {
  if (!options.at.empty()) {
    options.replay.at = riskcluster::parse_rfc3339(options.at);
    if (!options.replay.at) {
      std::cerr << "riskd: --at: '" << options.at << "' is not like 2026-10-30T16:00:00Z\n";
      return static_cast<int>(ExitCode::usage);
    }
  }
  options.replay.progress = isatty(STDERR_FILENO) == 1;
  return static_cast<int>(riskcluster::replay(options.replay, std::cout, std::cerr));
}

int run_verify(Options options) {
  options.verify.json = options.format == "json";
  options.verify.progress = isatty(STDERR_FILENO) == 1;
  const auto sound = riskcluster::verify(options.verify, std::cout, std::cerr);
  if (!sound) return failed(sound.error());
  return static_cast<int>(*sound ? ExitCode::ok : ExitCode::failed);
}

int run_repair(Options options) {
  using riskcluster::RepairOutcome;
  options.repair.progress = isatty(STDERR_FILENO) == 1;
  const auto outcome = riskcluster::repair(options.repair, std::cout, std::cerr);
  if (!outcome) return failed(outcome.error());
  if (*outcome == RepairOutcome::would) return static_cast<int>(ExitCode::partly_failed);
  return static_cast<int>(*outcome == RepairOutcome::left ? ExitCode::failed : ExitCode::ok);
}

int run_dead_letters(Options options) {
  options.letters.json = options.letters_format == "json";
  const auto listed = riskcluster::list_dead_letters(options.letters, std::cout);
  return listed ? static_cast<int>(ExitCode::ok) : failed(listed.error());
}

int run_config_check(const std::string& path) {
  const auto file = riskcluster::read_settings(path);
  for (const auto& warning : file.warnings) std::cerr << text_of(path, warning, "warning") << '\n';
  for (const auto& fault : file.faults) std::cerr << text_of(path, fault) << '\n';
  if (!file.settings) return static_cast<int>(ExitCode::failed);
  std::cout << path << ": sound, " << file.settings_set << (file.settings_set == 1 ? " setting" : " settings")
            << " set, the rest default\n"
            << std::flush;
  return static_cast<int>(std::cout ? ExitCode::ok : ExitCode::failed);
}

int run_config_default() {
  std::cout << riskcluster::default_toml() << std::flush;
  return static_cast<int>(std::cout ? ExitCode::ok : ExitCode::failed);
}

CLI::App* add_run(CLI::App& app, Options& all) {
  riskcluster::RunOptions& options = all.run;
  options.version = RISKCLUSTER_VERSION;
  auto* run = app.add_subcommand("run", "Run a node: takes signals, answers, stays up");
  run->add_option("--config", options.config,
                  "settings as `riskd config default` prints them; what follows overrules it");
  run->add_option("--data", options.data, "folder of the database; default without --config: riskd-data");
  run->add_option("--market", options.market, "folder of CSV files with daily closes");
  run->add_option("--tenants", options.tenants, "tenants.json: accounts, positions, limits");
  run->add_option("--companies", options.companies, "companies.json: the companies' policies");
  run->add_option("--instruments", options.instruments, "instruments.json; FX pairs are built in");
  run->add_option("--signals", options.signals, "folder watched for *.jsonl files; - is standard input");
  run->add_option("--answers", options.answers,
                  "file for outputs as lines; - is standard output, the default without --config");
  run->add_option("--http-port", options.http_port, "port of /livez, /readyz, /health, /metrics; 0: any free one")
      ->check(CLI::Range(0, 65'535));
  run->footer(
      "Without --config nothing beside it is needed: loopback only, files in, lines out. A line of input is a\n"
      "TradingSignalBatch, a PortfolioUpdate, a command, {\"tick\":…} or {\"bar\":…}. Each output is one line.\n"
      "SIGTERM or Ctrl-C: an orderly stop; a second one hastens it. With --signals - it ends with its input.\n"
      "Exit status: 0 stopped as asked, 1 failed, 2 usage.\n"
      "Examples:\n"
      "  riskd run --market prices/ --tenants tenants.json --signals inbox/ --answers outputs.jsonl\n"
      "  riskd run --market prices/ --tenants tenants.json --signals - < signals.jsonl\n"
      "  riskd run --config /etc/riskd.toml");
  return run;
}

void add_replay(CLI::App& app, Options& all) {
  riskcluster::ReplayOptions& options = all.replay;
  auto* replay = app.add_subcommand("replay", "Judge the signals of a file: the main job offline, no server");
  replay->add_option("--market", options.paths.market, "folder of CSV files with daily closes")->required();
  replay->add_option("--tenants", options.paths.tenants, "tenants.json: accounts, positions, limits")->required();
  replay->add_option("--signals", options.signals, "one TradingSignalBatch a line; - is standard input")->required();
  replay->add_option("--companies", options.paths.companies, "companies.json: the companies' policies");
  replay->add_option("--instruments", options.paths.instruments, "instruments.json; FX pairs are built in");
  replay->add_option("--commands", options.paths.commands, "fills and account updates, one PortfolioUpdate a line");
  replay->add_option("--at", all.at, "fix the market view: rows dated up to this day (RFC 3339)");
  replay->add_option("--out", options.out, "where the answers go; default: standard output");
  replay->add_option("--data", options.data,
                     "keep the journal in this folder and go on from it; default: a temporary one");
  replay
      ->add_option("--workers", options.workers, "actors that judge, 1 to 64; the answers are the same with any number")
      ->check(CLI::Range(1, 64));
  replay->add_option("--seed", options.seed, "mixed into the seed of the Monte Carlo scenarios")
      ->check(CLI::NonNegativeNumber); // CLI11 would wrap a negative one around
  replay->footer("Writes one RiskAssessmentBatch a line, in input order; the same inputs give the same bytes but for\n"
                 "performance_metrics. Complaints and a summary go to standard error.\n"
                 "Exit status: 0 all was read, 1 failed, 2 usage, 3 some lines or entries were bad.\n"
                 "Examples:\n"
                 "  riskd replay --market prices/ --tenants tenants.json --signals signals.jsonl --out answers.jsonl\n"
                 "  tail -n 100 signals.jsonl | riskd replay --market prices/ --tenants tenants.json --signals - \\\n"
                 "      --at 2026-10-30T16:00:00Z | head -1");
}

CLI::App* add_verify(CLI::App& app, Options& options) {
  auto* verify = app.add_subcommand("verify", "Prove a data folder, or name what is wrong in it; reads only");
  verify->add_option("--data", options.verify.data, "the folder")->required();
  verify->add_option("-o,--output", options.format, "table for people, json for programs")
      ->check(CLI::IsMember({"table", "json"}));
  verify->footer(
      "Checks of every shard: each record's hash, the chain, gaps and epochs; that every record can be read;\n"
      "that the index agrees; that each snapshot is what the records make; that no cursor is ahead.\n"
      "Exit status: 0 all is sound, 1 something is wrong, 2 usage.\n"
      "Examples:\n"
      "  riskd verify --data /var/lib/riskd\n"
      "  riskd verify --data /var/lib/riskd -o json | jq '.shards[] | select(.sound | not)'");
  return verify;
}

CLI::App* add_repair(CLI::App& app, Options& options) {
  auto* repair = app.add_subcommand("repair", "Say what can be done about what verify finds; --apply does it");
  repair->add_option("--data", options.repair.data, "the folder; nobody else may use it meanwhile")->required();
  repair->add_flag("--apply", options.repair.apply, "do it; without, nothing is changed");
  repair->footer("Never invents data. Snapshots that are wrong are dropped, the index is made anew; a journal that is\n"
                 "damaged ends before the damage, what stands behind it is moved to DIR/repair-<UTC time>/.\n"
                 "Exit status: 0 nothing was to be done or all is done, 1 failed or something is left, 2 usage,\n"
                 "3 something would be done with --apply.\n"
                 "Examples:\n"
                 "  riskd repair --data /var/lib/riskd\n"
                 "  riskd repair --data /var/lib/riskd --apply && riskd verify --data /var/lib/riskd");
  return repair;
}

CLI::App* add_dead_letters(CLI::App& app, Options& options) {
  auto* letters = app.add_subcommand("deadletters", "List inputs that were refused for good; reads only");
  letters->add_option("--data", options.letters.data, "the folder; its node may be running")->required();
  letters->add_option("-n", options.letters.count, "how many, the newest first; default 20")
      ->check(CLI::Range(1, 10'000'000));
  letters
      ->add_option("-o,--output", options.letters_format,
                   "table for people; json: an object a line, with what is kept of the input")
      ->check(CLI::IsMember({"table", "json"}));
  letters->footer(
      "Exit status: 0 listed, also when there are none, 1 failed, 2 usage.\n"
      "Examples:\n"
      "  riskd deadletters --data /var/lib/riskd\n"
      "  riskd deadletters --data /var/lib/riskd -n 1000 -o json | jq 'select(.reason_code == \"MALFORMED\")'");
  return letters;
}

struct ConfigCommands {
  CLI::App* check = nullptr;
  CLI::App* defaults = nullptr;
};

ConfigCommands add_config(CLI::App& app, Options& options) {
  auto* config = app.add_subcommand("config", "A node's settings: prove a file, or print all there are");
  config->require_subcommand(1);
  auto* check = config->add_subcommand("check", "Name everything that is wrong with a settings file, with its line");
  check->add_option("FILE", options.settings, "in TOML; what does not stand in it has its default")->required();
  check->footer("Files that the settings name are not looked at: they may be on another machine.\n"
                "Exit status: 0 sound, though there may be warnings, 1 something is wrong, 2 usage.\n"
                "Examples:\n"
                "  riskd config check /etc/riskd/riskd.toml");
  auto* defaults = config->add_subcommand("default", "Print every setting with its default, its bounds and its reason");
  defaults->footer("Examples:\n"
                   "  riskd config default > riskd.toml && riskd config check riskd.toml");
  config->footer("Examples:\n"
                 "  riskd config default > riskd.toml\n"
                 "  riskd config check riskd.toml");
  return {check, defaults};
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
  Options options;
  const auto* const run = add_run(app, options);
  add_replay(app, options);
  const auto* const verify = add_verify(app, options);
  const auto* const repair = add_repair(app, options);
  const auto* const letters = add_dead_letters(app, options);
  const auto config = add_config(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  if (config.check->parsed()) return run_config_check(options.settings);
  if (config.defaults->parsed()) return run_config_default();
  if (letters->parsed()) return run_dead_letters(std::move(options));
  if (run->parsed()) return static_cast<int>(riskcluster::run_command(options.run, std::cerr));
  if (verify->parsed()) return run_verify(std::move(options));
  return repair->parsed() ? run_repair(std::move(options)) : run_replay(std::move(options));
}

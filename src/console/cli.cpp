// The command line as a table: which commands there are, what they take, and what may stand there.

#include "console/cli.hpp"

#include <functional>
#include <limits>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "console/calc.hpp"
#include "console/csv_text.hpp"
#include "console/output.hpp"

namespace riskcluster {

namespace {

constexpr int exit_ok = 0, exit_failed = 1, exit_usage = 2;
constexpr int horizon_days_max = 2'520, paths_max = 10'000'000, window_max = 100'000;

/// What the command line chose; run after it was read as a whole.
struct Chosen {
  std::function<Result<Report>()> command;
};

CLI::Validator number(const std::string& range, bool (*allowed)(double)) {
  return {[range, allowed](std::string& text) {
            const auto value = parse_number(text);
            return value && allowed(*value) ? std::string{} : "\"" + text + "\" is not a number " + range;
          },
          range};
}
CLI::Validator finite() {
  return number("(finite)", [](double) { return true; });
}
CLI::Validator open_unit() {
  return number("in (0, 1), both ends excluded", [](double x) { return x > 0 && x < 1; });
}
CLI::Validator closed_unit() {
  return number("in [0, 1]", [](double x) { return x >= 0 && x <= 1; });
}
CLI::Validator positive() {
  return number("> 0", [](double x) { return x > 0; });
}

/// Adds `name` below `parent`; `run` gets the request that the options returned by `describe` filled.
template <class Request, class Describe>
void add_command(CLI::App& parent, Chosen& chosen, const std::string& name, const std::string& about,
                 const std::string& examples, Result<Report> (*run)(const Request&), Describe describe) {
  CLI::App* command = parent.add_subcommand(name, about);
  command->footer("Examples:\n" + examples);
  auto request = std::make_shared<Request>();
  describe(*command, *request);
  command->final_callback([&chosen, run, request] { chosen.command = [run, request] { return run(*request); }; });
}

template <class Request>
void add_method(CLI::App& command, Request& request) {
  command.add_option("--method", request.method, "how VaR is measured; all: the three side by side")
      ->check(CLI::IsMember({"historical", "parametric", "monte-carlo", "all"}))
      ->capture_default_str();
  command.add_option("--confidence", request.confidence, "of the VaR")->check(open_unit())->capture_default_str();
  command.add_option("--seed", request.seed, "of the Monte Carlo simulation")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()).description("INT >= 0"))
      ->capture_default_str();
}

void add_calc_var(CLI::App& calc, Chosen& chosen) {
  add_command(
      calc, chosen, "var", "Value at risk and expected shortfall of a portfolio of the file's columns",
      "  riskctl calc var --returns returns.csv\n"
      "  riskctl calc var --returns returns.csv --weights .5,.3,.2 --value 100000 --method all\n"
      "  riskctl calc var --returns returns.csv --weights weights.csv --confidence .99 --horizon 10 -o json\n"
      "A list that begins with a sign is joined by =: --weights=-.5,.5. Figures are fractions of the portfolio unless\n"
      "--value is given; components are the parametric ones, whatever the method.\n",
      calc_var, [](CLI::App& command, VarRequest& request) {
        command.add_option("--returns", request.returns, "CSV of returns, a column each; every row is used")
            ->required();
        command.add_option("--weights", request.weights,
                           "one number a column, or a CSV of column name and weight; default 1/N each");
        command.add_option("--value", request.value, "value of the portfolio")->check(positive());
        add_method(command, request);
        command.add_option("--horizon", request.horizon_days, "days")
            ->check(CLI::Range(1, horizon_days_max))
            ->capture_default_str();
        command.add_option("--paths", request.paths, "of the Monte Carlo simulation")
            ->check(CLI::Range(1, paths_max))
            ->capture_default_str();
      });
}

void add_calc_ratios(CLI::App& calc, Chosen& chosen) {
  add_command(
      calc, chosen, "ratios", "Performance ratios of one column",
      "  riskctl calc ratios --returns returns.csv --column FUND\n"
      "  riskctl calc ratios --returns returns.csv --column FUND --benchmark INDEX --risk-free 0.0001\n"
      "  riskctl calc ratios --returns monthly.csv --column FUND --risk-free BILL --periods 12 -o json\n"
      "A ratio whose denominator is nothing is absent: a dash, or null in JSON.\n",
      calc_ratios, [](CLI::App& command, RatiosRequest& request) {
        command.add_option("--returns", request.returns, "CSV of returns")->required();
        command.add_option("--column", request.column, "the column to judge")->required();
        command.add_option("--benchmark", request.benchmark, "column of the benchmark");
        command.add_option("--risk-free", request.risk_free, "a column, or a rate per period; default 0");
        command
            .add_option("--mar", request.minimum_acceptable_return, "minimum acceptable return per period, for Sortino")
            ->check(finite())
            ->capture_default_str();
        command.add_option("--periods", request.periods, "periods a year")->check(positive())->capture_default_str();
      });
}

void add_calc_drawdown(CLI::App& calc, Chosen& chosen) {
  add_command(
      calc, chosen, "drawdown", "The deepest fall of compounded wealth, from its start on",
      "  riskctl calc drawdown --returns returns.csv --column FUND\n"
      "Peak, trough and recovery are date cells, or row numbers from 1; \"start\" or 0 is before the first row.\n",
      calc_drawdown, [](CLI::App& command, DrawdownRequest& request) {
        command.add_option("--returns", request.returns, "CSV of returns")->required();
        command.add_option("--column", request.column, "the column to judge")->required();
      });
}

void add_calc_backtest(CLI::App& calc, Chosen& chosen) {
  add_command(calc, chosen, "backtest", "How often losses went beyond VaR: Kupiec, Christoffersen, Basel zone",
              "  riskctl calc backtest --returns returns.csv --column FUND --window 252 --method all\n"
              "  riskctl calc backtest --observations 250 --breaches 6 --confidence .99\n"
              "From counts alone there is no Christoffersen test.\n",
              calc_backtest, [](CLI::App& command, BacktestRequest& request) {
                auto* returns = command.add_option("--returns", request.returns, "CSV of returns");
                auto* column = command.add_option("--column", request.column, "the column to judge");
                command.add_option("--window", request.window, "days before each judged day")
                    ->check(CLI::Range(1, window_max))
                    ->capture_default_str();
                add_method(command, request);
                auto* observations = command.add_option("--observations", request.observations, "days judged");
                auto* breaches = command.add_option("--breaches", request.breaches, "days beyond VaR");
                returns->needs(column);
                column->needs(returns);
                observations->needs(breaches)->excludes(returns);
                breaches->needs(observations)->excludes(returns);
                command.parse_complete_callback([returns, observations] {
                  if (returns->count() + observations->count() == 0)
                    throw CLI::RequiredError("--returns and --column, or --observations and --breaches");
                });
              });
}

void add_calc_kelly(CLI::App& calc, Chosen& chosen) {
  add_command(calc, chosen, "kelly", "Kelly's fraction p - (1 - p)/b, clamped to [0, 1], and a quarter of it",
              "  riskctl calc kelly --win-rate .55 --ratio 1.5\n", calc_kelly,
              [](CLI::App& command, KellyRequest& request) {
                command.add_option("--win-rate", request.win_rate, "p: how often a trade wins")
                    ->required()
                    ->check(closed_unit());
                command.add_option("--ratio", request.ratio, "b: mean win / mean loss")->required()->check(positive());
              });
}

void add_calc_size(CLI::App& calc, Chosen& chosen) {
  add_command(calc, chosen, "size",
              "How a signal would be sized for each tenant of a file: every method, and why one is absent",
              "  riskctl calc size --tenants tenants.json --market prices/ \\\n"
              "      --signal '{\"symbol\":\"EURUSD\",\"side\":\"BUY\",\"confidence\":0.6,\"stop_loss\":1.05}'\n",
              calc_size, [](CLI::App& command, SizeRequest& request) {
                command.add_option("--tenants", request.tenants, "tenants.json")->required();
                command.add_option("--market", request.market, "folder of CSV files with daily closes")->required();
                command.add_option("--signal", request.signal, "a TradingSignal as JSON")->required();
                command.add_option("--companies", request.companies, "companies.json");
                command.add_option("--instruments", request.instruments, "instruments.json; FX pairs are built in");
                command.add_option("--tenant", request.tenant, "only this one: company/user");
                command.add_option("--at", request.at, "RFC 3339; default: the end of the newest day");
              });
}

void add_calc(CLI::App& app, Chosen& chosen) {
  CLI::App* calc = app.add_subcommand("calc", "Compute risk figures from files alone");
  calc->require_subcommand(1);
  calc->footer("Examples:\n"
               "  riskctl calc var --returns returns.csv --method all\n"
               "  riskctl -o json calc ratios --returns returns.csv --column FUND\n"
               "  riskctl calc kelly --help\n");
  add_calc_var(*calc, chosen);
  add_calc_ratios(*calc, chosen);
  add_calc_drawdown(*calc, chosen);
  add_calc_backtest(*calc, chosen);
  add_calc_kelly(*calc, chosen);
  add_calc_size(*calc, chosen);
}

} // namespace

int run_console(int argc, const char* const* argv, const std::string& version, std::ostream& out, std::ostream& err) {
  CLI::App app{"riskctl: the console of riskcluster"};
  app.set_version_flag("--version", "riskctl " + version);
  app.require_subcommand(1);
  app.fallthrough(); // -o may stand behind the command, too
  std::string format = "table";
  app.add_option("-o,--output", format, "how the answer is printed")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  app.footer("Examples:\n"
             "  riskctl calc var --returns returns.csv --method all\n"
             "  riskctl calc var --help\n"
             "Exit status: 0 ok, 1 failed, 2 wrong usage.\n");
  Chosen chosen;
  add_calc(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, err) == 0 ? exit_ok : exit_usage;
  }
  const auto report = chosen.command();
  if (!report) {
    err << "riskctl: " << report.error().message << "\n";
    return exit_failed;
  }
  out << formatted(*report, format == "json" ? OutputFormat::json : OutputFormat::table) << std::flush;
  if (out) return exit_ok;
  err << "riskctl: cannot write the answer\n";
  return exit_failed;
}

} // namespace riskcluster

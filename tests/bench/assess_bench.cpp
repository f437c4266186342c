// How long a judgement takes: one signal, a batch of 50, and the same signals as the Python versions get.
//   bench_assess --market DIR --instruments FILE [--race FILE --answers FILE] [--samples N]

#include <cstdio>
#include <fstream>
#include <map>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "bench/fixture.hpp"
#include "tenant/decide.hpp"

namespace {

using namespace riskcluster;
using namespace riskcluster::bench;
using Json = nlohmann::ordered_json;

constexpr int warm_up = 2'000;

/// One batch a call, spread over all tenants; every call has its own inputs.
Distribution judge_batches(const Fixture& fixture, std::mt19937_64& random, int samples, int signals,
                           std::map<std::string, int>& statuses, std::vector<double>* solved = nullptr) {
  AssessScratch scratch;
  std::vector<double> times;
  for (int i = 0; i < warm_up / signals + samples; ++i) {
    const SignalBatch batch = fixture.batch(random, i, signals);
    const TenantState& state = fixture.tenants()[static_cast<std::size_t>(i) % fixture.tenants().size()];
    Candidate candidate;
    const double took = micros([&] { candidate = assess(state, batch, fixture.view(), fixture.now(), {}, scratch); });
    if (i < warm_up / signals) continue;
    times.push_back(took);
    for (const auto& assessment : candidate.answer.assessments) {
      ++statuses[assessment.approval_status == ApprovalStatus::rejected ? "rejected"
                 : assessment.reason_code.empty()                       ? "approved"
                                                                        : "reduced"];
      if (assessment.reason_code != "VAR_LIMIT") continue;
      ++statuses["by book VaR"];
      if (solved) solved->push_back(took);
    }
  }
  return Distribution{std::move(times)};
}

void print_statuses(const std::map<std::string, int>& statuses) {
  std::printf("     ");
  for (const auto& [name, count] : statuses) std::printf("  %s %d", name.c_str(), count);
  std::printf("\n");
}

Json signal_json(const TradingSignal& signal) {
  return {{"signal_id", signal.signal_id.value},
          {"symbol", signal.symbol.value},
          {"side", signal.side == Side::buy ? "BUY" : "SELL"},
          {"strategy_id", signal.strategy_id.value},
          {"strategy_type", "TREND_FOLLOWING"},
          {"confidence", signal.confidence},
          {"stop_loss", *signal.stop_loss},
          {"take_profit", *signal.take_profit},
          {"requested_notional", *signal.requested_notional}};
}

/// The last 253 closes behind the view, made from its returns and last prices.
Json closes_json(const MarketView& view) {
  const auto& model = view.model();
  const auto rows = model.returns.rows();
  std::vector<std::vector<double>> closes(static_cast<std::size_t>(rows + 1));
  for (auto& row : closes) row.resize(model.symbols.size());
  for (std::size_t column = 0; column < model.symbols.size(); ++column) {
    double price = view.find(model.symbols[column])->quote.price;
    for (auto row = rows; row >= 0; --row) {
      closes[static_cast<std::size_t>(row)][column] = price;
      if (row > 0) price /= 1 + model.returns(row - 1, static_cast<Eigen::Index>(column));
    }
  }
  return closes;
}

Json race_input(const Fixture& fixture, const TenantState& state, const std::vector<TradingSignal>& signals,
                const std::string& instruments_path) {
  Json limits;
  for (std::size_t i = 0; i < limit_count; ++i) {
    const std::string key{name(static_cast<LimitId>(i))};
    if (key.starts_with("max_class_leverage_") || key.starts_with("max_drawdown_")) continue;
    limits[key] = state.limits.values[i].value;
  }
  Json positions = Json::array();
  for (const auto& position : state.positions)
    positions.push_back({{"symbol", position.symbol.value},
                         {"quantity", position.quantity},
                         {"average_price", position.average_price}});
  Json symbols = Json::array();
  for (const auto& symbol : fixture.view().model().symbols) symbols.push_back(symbol.value);
  Json list = Json::array();
  for (const auto& signal : signals) {
    list.push_back(signal_json(signal));
    if (signal.entry_price) list.back()["entry_price"] = *signal.entry_price;
  }
  return {{"closes", closes_json(fixture.view())},
          {"symbols", symbols},
          {"instruments", Json::parse(std::ifstream{instruments_path})},
          {"account", {{"currency", state.currency.value}, {"balance", state.balance}}},
          {"tier", "ENTERPRISE"},
          {"limits", limits},
          {"positions", positions},
          {"signals", list},
          {"seed", std::to_string(fixture.view().seed())}};
}

Json answer_row(const RiskAssessment& a, double lot_step, double took) {
  const auto size = [](const auto& method) {
    return method.position_size ? Json(*method.position_size) : Json(nullptr);
  };
  const auto& sizing = *a.position_sizing;
  Json row{{"signal_id", a.signal_id.value},
           {"status", a.approval_status == ApprovalStatus::rejected  ? "REJECTED"
                      : a.approval_status == ApprovalStatus::reduced ? "REDUCED"
                                                                     : "APPROVED"},
           {"code", a.reason_code},
           {"final_size", a.approval_status == ApprovalStatus::rejected ? 0 : sizing.final_size},
           {"final_quantity", a.approval_status == ApprovalStatus::rejected ? 0 : sizing.final_quantity},
           {"lot_step", lot_step},
           {"sizes",
            {{"kelly", size(sizing.kelly_criterion)},
             {"fixed_fractional", size(sizing.fixed_fractional)},
             {"volatility_based", size(sizing.volatility_based)},
             {"risk_parity", size(sizing.risk_parity)},
             {"volatility_budget", size(sizing.volatility_budget)}}},
           {"microseconds", took}};
  if (a.var_analysis) {
    row["judged_size"] = a.var_analysis->position_size;
    row["historical"] = a.var_analysis->historical_var_95;
    row["parametric"] = a.var_analysis->parametric_var_95;
    row["monte_carlo"] = a.var_analysis->monte_carlo_var_95;
  }
  return row;
}

/// Every signal a full assessment on one and the same book, as the Python versions do it.
void race(const Fixture& fixture, std::mt19937_64& random, int count, const std::string& instruments,
          const std::string& input, const std::string& answers) {
  const TenantState& state = fixture.tenants().front();
  std::vector<TradingSignal> signals;
  while (std::ssize(signals) < count) {
    TradingSignal signal = fixture.signal(random, static_cast<int>(std::ssize(signals)));
    const Position* held = find_position(state, signal.symbol);
    if (held && held->quantity * direction(signal.side) < 0) continue; // full assessments only: no closings
    signals.push_back(std::move(signal));
  }
  AssessScratch scratch;
  Json rows = Json::array();
  std::vector<double> times;
  for (const auto& signal : signals) {
    const SignalBatch batch{.batch_id = BatchId{"race"},
                            .company_id = state.id.company,
                            .user_id = state.id.user,
                            .trading_signals = {signal},
                            .created_at_ms = fixture.now()};
    Candidate candidate;
    times.push_back(micros([&] { candidate = assess(state, batch, fixture.view(), fixture.now(), {}, scratch); }));
    rows.push_back(answer_row(candidate.answer.assessments.front(),
                              fixture.view().find(signal.symbol)->instrument.lot_step, times.back()));
  }
  std::ofstream{input} << race_input(fixture, state, signals, instruments).dump();
  std::ofstream{answers} << rows.dump();
  print_row("7", "the same signals as the Python versions get", Distribution{std::move(times)}, "");
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Times assess(); microseconds on one core, samples after a warm-up"};
  Settings settings;
  std::string race_path, answers_path;
  int samples = 20'000;
  int race_signals = 1'000;
  app.add_option("--market", settings.market, "folder of daily closes")->required();
  app.add_option("--instruments", settings.instruments, "instruments.json")->required();
  app.add_option("--samples", samples, "single-signal calls")->check(CLI::PositiveNumber);
  app.add_option("--seed", settings.seed, "of books and signals");
  app.add_option("--race", race_path, "write the input of the Python versions here");
  app.add_option("--answers", answers_path, "write our answers to it here");
  app.add_option("--race-signals", race_signals, "signals in the race")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);

  const Fixture fixture{settings};
  const auto& model = fixture.view().model();
  std::printf("%zu symbols, %zu tenants with %d positions, %d paths, seed %llu\n", model.symbols.size(),
              fixture.tenants().size(), settings.positions, model.settings.paths,
              static_cast<unsigned long long>(settings.seed));
  print_header();
  std::mt19937_64 random{settings.seed + 1};
  std::map<std::string, int> single, fifty;
  std::vector<double> solved;
  print_row("1", "one signal", judge_batches(fixture, random, samples, 1, single, &solved), "mean <= 45, p99 <= 100");
  if (!solved.empty()) print_row("", "  of these, solved for the book VaR", Distribution{std::move(solved)}, "");
  print_statuses(single);
  print_row("2", "batch of 50 signals", judge_batches(fixture, random, samples / 20, 50, fifty), "p99 <= 2500");
  print_statuses(fifty);
  if (!race_path.empty()) race(fixture, random, race_signals, settings.instruments, race_path, answers_path);
  return 0;
}

#include "bench/live_node.hpp"

#include <fstream>

#include <unistd.h>

#include <nlohmann/json.hpp>

namespace riskcluster::bench {

namespace {

using Json = nlohmann::ordered_json;

/// The two VaR limits are the tenant's own; a company's are as wide as its users' are together.
Json limits_of(const TenantOpened& opened, bool company) {
  constexpr double no_bound = 1e12;
  Json limits = Json::object();
  for (std::size_t i = 0; i < limit_count; ++i) {
    const auto id = static_cast<LimitId>(i);
    if (opened.limits[id].origin != Origin::company) continue;
    const bool own = id == LimitId::max_daily_var || id == LimitId::max_var_per_trade;
    if (company)
      limits[std::string{name(id)}] = own ? no_bound : opened.limits[id].value;
    else if (own)
      limits[std::string{name(id)}] = opened.limits[id].value;
  }
  return limits;
}

Json tenant_of(const TenantOpened& opened) {
  Json positions = Json::array();
  for (const auto& position : opened.positions)
    positions.push_back({{"symbol", position.symbol.value},
                         {"quantity", position.quantity},
                         {"average_price", position.average_price}});
  Json strategies = Json::array();
  for (const auto& strategy : opened.strategies) strategies.push_back(strategy.value);
  return {{"company_id", opened.id.company.value},
          {"user_id", opened.id.user.value},
          {"tier", "ENTERPRISE"},
          {"account", {{"currency", opened.currency.value}, {"balance", opened.balance}}},
          {"positions", positions},
          {"limits", limits_of(opened, false)},
          {"strategies", strategies}};
}

void write(const std::string& path, const Json& list) {
  std::ofstream file{path};
  file << list.dump(1) << '\n';
  if (!file.flush()) must(Result<bool>{Error{Errc::unavailable, path + " cannot be written"}});
}

/// User and system time, whole process.
double cpu_seconds_of(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string line;
  std::getline(file, line);
  const auto name_end = line.rfind(')'); // the name may hold anything
  if (name_end == std::string::npos) return 0;
  std::istringstream rest{line.substr(name_end + 1)};
  constexpr int before_utime = 11;
  std::string skipped;
  for (int i = 0; i < before_utime; ++i) rest >> skipped;
  double user = 0, system = 0;
  rest >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

} // namespace

LiveRoute LiveOptions::route() const {
  return {.url = url, .jetstream = jetstream, .tenants = fixture.tenants, .companies = companies};
}

void write_setups(const LiveOptions& options, const Fixture& fixture, const std::string& folder) {
  Json tenants = Json::array(), companies = Json::array();
  for (int i = 0; i < options.fixture.tenants + options.subscribers; ++i) {
    std::vector<StrategyId> strategies;
    if (i >= options.fixture.tenants) strategies.emplace_back(fan_strategy);
    const auto event = fixture.opening(i, options.companies, strategies);
    const auto& opened = std::get<TenantOpened>(event.fact);
    tenants.push_back(tenant_of(opened));
    if (i < options.companies)
      companies.push_back({{"company_id", opened.id.company.value},
                           {"limits", limits_of(opened, true)},
                           {"trading_hours_restriction", false}});
  }
  write(folder + "/tenants.json", tenants);
  write(folder + "/companies.json", companies);
}

CpuTimes::CpuTimes(const LiveOptions& options) : watched_{options.watched}, own_began_{process_cpu_seconds()} {
  for (const auto& [name, pid] : watched_) began_.push_back(cpu_seconds_of(pid));
}

std::string CpuTimes::per(double answers) const {
  const auto each = [&](double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.0f", answers > 0 ? seconds / answers * 1e6 : 0);
    return std::string{text};
  };
  std::string text = "CPU us per answer:";
  for (std::size_t i = 0; i < watched_.size(); ++i)
    text += " " + watched_[i].first + " " + each(cpu_seconds_of(watched_[i].second) - began_[i]) + ",";
  return text + " driver " + each(process_cpu_seconds() - own_began_);
}

void warm_up(const LiveOptions& options, Requests& requests) {
  constexpr double seconds_max = 300;
  const auto count =
      static_cast<std::size_t>(options.warm_up_per_tenant) * static_cast<std::size_t>(options.fixture.tenants);
  LiveLoad load{options.route(), requests, count};
  load.closed_loop(options.in_flight, count, seconds_max);
  if (load.open() == 0) return;
  std::fprintf(stderr, "bench: the node left %zu of %zu signals of the warm-up without an answer\n", load.open(),
               load.sent());
  std::exit(1);
}

bool tell(const LiveLoad& load, double rate_per_s, const CpuTimes& cpu) {
  const auto trips = load.trips();
  const auto answered = static_cast<double>(load.answered());
  std::vector<double> late;
  for (const auto& trip : trips) late.push_back(static_cast<double>(trip.sent - trip.due) / 1e3);
  std::printf("       %s\n", fates(trips).c_str());
  std::printf("       %.0f answers/s in %.1f s", answered / load.seconds(), load.seconds());
  if (rate_per_s > 0)
    std::printf(", %.0f/s offered%s; the driver itself late by p50 %.0f, p99 %.0f us", rate_per_s,
                answered / load.seconds() < 0.95 * rate_per_s ? ": NOT SUSTAINED" : "", Distribution{late}.p50,
                Distribution{late}.p99);
  std::printf("\n       %s; load average %s\n", cpu.per(answered).c_str(), load_average().c_str());
  if (load.copies() > 0) std::printf("       %llu came twice\n", static_cast<unsigned long long>(load.copies()));
  if (load.open() == 0) return true;
  std::printf(
      "       LOST: %zu of %zu signals have no answer, or no ApprovedSignal behind an approval, %.0f s after the "
      "last one came\n",
      load.open(), load.sent(), LiveLoad::patience);
  return false;
}

} // namespace riskcluster::bench

#include "api/health.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

namespace riskcluster {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* service = "risk-management";

/// In the order of the answer; the names are a contract.
constexpr struct {
  const char* name;
  Figure HealthReport::*figure;
} named_figures[] = {
    {"avg_risk_calc_time_ms", &HealthReport::avg_risk_calc_time_ms},
    {"var_calculation_accuracy", &HealthReport::var_calculation_accuracy},
    {"position_sizing_success_rate", &HealthReport::position_sizing_success_rate},
    {"kelly_criterion_performance", &HealthReport::kelly_criterion_performance},
    {"portfolio_risk_compliance", &HealthReport::portfolio_risk_compliance},
    {"drawdown_protection_active", &HealthReport::drawdown_protection_active},
    {"market_data_circuit_breaker", &HealthReport::market_data_circuit_breaker},
    {"active_risk_profiles", &HealthReport::active_risk_profiles},
    {"company_risk_policies", &HealthReport::company_risk_policies},
    {"cache_hit_rate", &HealthReport::cache_hit_rate},
    {"risk_assessments_24h", &HealthReport::risk_assessments_24h},
    {"risk_approval_rate", &HealthReport::risk_approval_rate},
    {"portfolio_var_compliance", &HealthReport::portfolio_var_compliance},
    {"error", &HealthReport::error},
};

/// Null for an absent one, whose reason goes to `absent` under `path`.
Json json_of(const Figure& figure, const std::string& path, Json& absent) {
  return std::visit(
      [&](const auto& value) -> Json {
        if constexpr (std::same_as<decltype(value), const Figure::Absent&>) {
          absent[path] = value.reason;
          return nullptr;
        } else {
          return value;
        }
      },
      figure.value());
}

Json json_of(const Figures& figures, const std::string& path, Json& absent) {
  Json object = Json::object();
  for (const auto& [name, figure] : figures) object[name] = json_of(figure, path + "." + name, absent);
  return object;
}

/// Text from outside may hold bytes that are no UTF-8: replaced, not thrown about.
HttpAnswer answer_with(int status, const Json& json) {
  return {.status = status, .body = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"};
}

} // namespace

Figure::Figure(double number) {
  if (std::isfinite(number))
    value_ = number;
  else
    value_ = Absent{"not a finite number"};
}

Figure Figure::absent(std::string reason) {
  Figure figure;
  figure.value_ = Absent{std::move(reason)};
  return figure;
}

Figure Figure::share(double part, double whole, std::string reason_if_none) {
  return whole > 0 ? Figure{part / whole} : absent(std::move(reason_if_none));
}

std::string_view name(HealthStatus status) {
  switch (status) {
  case HealthStatus::healthy:
    return "healthy";
  case HealthStatus::degraded:
    return "degraded";
  case HealthStatus::unhealthy:
    return "unhealthy";
  }
  return "unknown";
}

HttpAnswer livez_answer(bool alive, const std::string& reason) {
  return {.status = alive ? 200 : 503, .content_type = "text/plain", .body = (alive ? "ok" : reason) + "\n"};
}

HttpAnswer readyz_answer(const Readiness& readiness) {
  Json json = {{"ready", readiness.ready()}};
  const auto add = [&](const char* name, const ReadyCheck& check) {
    json["checks"][name] = {{"ok", check.good}, {"reason", check.reason}};
  };
  add("journal_writable", readiness.journal_writable);
  add("market_view_fresh", readiness.market_view_fresh);
  add("recovery_done", readiness.recovery_done);
  return answer_with(readiness.ready() ? 200 : 503, json);
}

HttpAnswer health_answer(const HealthReport& report) {
  Json json = {{"service", service},
               {"status", name(report.status)},
               {"timestamp", format_rfc3339(report.timestamp)},
               {"version", report.version}};
  Json absent = Json::object();
  for (const auto& [name, figure] : named_figures) json[name] = json_of(report.*figure, name, absent);
  json["journal"] = json_of(report.journal, "journal", absent);
  json["market"] = json_of(report.market, "market", absent);
  json["nats"] = json_of(report.nats, "nats", absent);
  json["absent"] = std::move(absent);
  return answer_with(200, json);
}

} // namespace riskcluster

// What probes and people are told. The fields of /health are those of the service's description, in its words.

#include <limits>
#include <set>

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "api/health.hpp"

using namespace riskcluster;
using Json = nlohmann::ordered_json;

namespace {

const Figure none = Figure::absent("no reason");

Json health(const HealthReport& report) { return Json::parse(health_answer(report).body); }

std::vector<std::string> names_in(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

} // namespace

TEST_CASE("a live node says ok, one that should be started anew says why") {
  CHECK(livez_answer(true).status == 200);
  CHECK(livez_answer(true).body == "ok\n");
  CHECK(livez_answer(true).content_type == "text/plain");
  CHECK(livez_answer(false, "journal lost").status == 503);
  CHECK(livez_answer(false, "journal lost").body == "journal lost\n");
}

TEST_CASE("a node is ready when every check is good, and each check is told with its reason") {
  for (int bits = 0; bits < 8; ++bits) {
    const auto check = [&](int bit, const char* reason) {
      return ReadyCheck{(bits >> bit & 1) != 0, std::string{reason} + (bits >> bit & 1 ? "" : " not")};
    };
    const Readiness readiness{check(0, "writes"), check(1, "fresh"), check(2, "read")};
    CAPTURE(bits);
    CHECK(readiness.ready() == (bits == 7));
    const auto answer = readyz_answer(readiness);
    CHECK(answer.status == (bits == 7 ? 200 : 503));
    CHECK(answer.content_type == "application/json");
    const Json json = Json::parse(answer.body);
    CHECK(json["ready"] == (bits == 7));
    CHECK(names_in(json["checks"]) ==
          std::vector<std::string>{"journal_writable", "market_view_fresh", "recovery_done"});
    CHECK(json["checks"]["journal_writable"]["ok"] == ((bits & 1) != 0));
    CHECK(json["checks"]["journal_writable"]["reason"] == readiness.journal_writable.reason);
    CHECK(json["checks"]["market_view_fresh"]["ok"] == ((bits & 2) != 0));
    CHECK(json["checks"]["market_view_fresh"]["reason"] == readiness.market_view_fresh.reason);
    CHECK(json["checks"]["recovery_done"]["ok"] == ((bits & 4) != 0));
    CHECK(json["checks"]["recovery_done"]["reason"] == readiness.recovery_done.reason);
  }
}

TEST_CASE("nothing is ready that was not said to be") { CHECK_FALSE(Readiness{}.ready()); }

TEST_CASE("every field of /health is there, whether it has a value or not, and the answer is always 200") {
  const std::vector<std::string> fields = {"service",
                                           "status",
                                           "timestamp",
                                           "version",
                                           "avg_risk_calc_time_ms",
                                           "var_calculation_accuracy",
                                           "position_sizing_success_rate",
                                           "kelly_criterion_performance",
                                           "portfolio_risk_compliance",
                                           "drawdown_protection_active",
                                           "market_data_circuit_breaker",
                                           "active_risk_profiles",
                                           "company_risk_policies",
                                           "cache_hit_rate",
                                           "risk_assessments_24h",
                                           "risk_approval_rate",
                                           "portfolio_var_compliance",
                                           "error",
                                           "journal",
                                           "market",
                                           "nats",
                                           "absent"};
  const auto empty = health_answer({.status = HealthStatus::unhealthy});
  CHECK(empty.status == 200);
  CHECK(empty.content_type == "application/json");
  CHECK(names_in(Json::parse(empty.body)) == fields);

  HealthReport full{.timestamp = 1'760'011'200'123, .version = "1.2.3"}; // 2025-10-09T12:00:00.123Z
  full.avg_risk_calc_time_ms = 0.25;
  full.var_calculation_accuracy = 0.95;
  full.position_sizing_success_rate = 1.0;
  full.kelly_criterion_performance = -0.5;
  full.portfolio_risk_compliance = 0.99;
  full.drawdown_protection_active = true;
  full.market_data_circuit_breaker = "closed";
  full.active_risk_profiles = std::size_t{100'000};
  full.company_risk_policies = 1'000;
  full.cache_hit_rate = 0.5;
  full.risk_assessments_24h = 4'000'000'000;
  full.risk_approval_rate = 0.75;
  full.portfolio_var_compliance = 0.875;
  full.error = "one shard is halted";
  const Json json = health(full);
  CHECK(names_in(json) == fields);
  const Json expected = {{"service", "risk-management"},
                         {"status", "healthy"},
                         {"timestamp", "2025-10-09T12:00:00.123Z"},
                         {"version", "1.2.3"},
                         {"avg_risk_calc_time_ms", 0.25},
                         {"var_calculation_accuracy", 0.95},
                         {"position_sizing_success_rate", 1.0},
                         {"kelly_criterion_performance", -0.5},
                         {"portfolio_risk_compliance", 0.99},
                         {"drawdown_protection_active", true},
                         {"market_data_circuit_breaker", "closed"},
                         {"active_risk_profiles", 100'000},
                         {"company_risk_policies", 1'000},
                         {"cache_hit_rate", 0.5},
                         {"risk_assessments_24h", 4'000'000'000},
                         {"risk_approval_rate", 0.75},
                         {"portfolio_var_compliance", 0.875},
                         {"error", "one shard is halted"},
                         {"journal", Json::object()},
                         {"market", Json::object()},
                         {"nats", Json::object()},
                         {"absent", Json::object()}};
  CHECK(json == expected);
}

TEST_CASE("every field that is null has a reason, and no other has one") {
  HealthReport report;
  report.cache_hit_rate = none;
  report.risk_approval_rate = 0.5;
  report.avg_risk_calc_time_ms = std::numeric_limits<double>::quiet_NaN();
  report.var_calculation_accuracy = -std::numeric_limits<double>::infinity();
  report.journal = {{"shards", 16}, {"lag", Figure::absent("nothing was written yet")}};
  const Json json = health(report);
  std::set<std::string> nulls, reasons;
  for (const auto& [name, value] : json.items()) {
    if (value.is_null()) nulls.insert(name);
    if (value.is_object() && name != "absent")
      for (const auto& [inner, figure] : value.items())
        if (figure.is_null()) nulls.insert(name + "." + inner);
  }
  for (const auto& name : names_in(json["absent"])) reasons.insert(name);
  CHECK(nulls == reasons);
  CHECK(json["absent"]["cache_hit_rate"] == "no reason");
  CHECK(json["absent"]["avg_risk_calc_time_ms"] == "not a finite number");
  CHECK(json["absent"]["var_calculation_accuracy"] == "not a finite number");
  CHECK(json["absent"]["active_risk_profiles"] == "not reported");
  CHECK(json["absent"]["error"] == "nothing is wrong");
  CHECK(json["absent"]["journal.lag"] == "nothing was written yet");
  CHECK_FALSE(nulls.contains("risk_approval_rate"));
}

TEST_CASE("the lists about parts of the node are told as they were handed in") {
  HealthReport report;
  report.journal = {{"shards", 16}, {"writable", true}};
  report.market = {{"view", "a1b2"}, {"age_s", 1.5}};
  report.nats = {{"connected", false}, {"waiting", std::uint64_t{7}}};
  const Json json = health(report);
  CHECK(json["journal"] == Json{{"shards", 16}, {"writable", true}});
  CHECK(json["market"] == Json{{"view", "a1b2"}, {"age_s", 1.5}});
  CHECK(json["nats"] == Json{{"connected", false}, {"waiting", 7}});
}

TEST_CASE("a status has its word") {
  CHECK(health({.status = HealthStatus::healthy})["status"] == "healthy");
  CHECK(health({.status = HealthStatus::degraded})["status"] == "degraded");
  CHECK(health({.status = HealthStatus::unhealthy})["status"] == "unhealthy");
}

TEST_CASE("a share of nothing is absent, with the reason") {
  CHECK(Figure::share(1, 4, "none yet") == Figure{0.25});
  CHECK(Figure::share(0, 0, "none yet") == Figure::absent("none yet"));
}

TEST_CASE("text that is no UTF-8 is replaced, not thrown about") {
  HealthReport report;
  report.error = std::string{"bad \xFF byte"};
  CHECK(health(report)["error"] == "bad \xEF\xBF\xBD byte");
  CHECK(
      Json::parse(readyz_answer({.journal_writable = {false, "\xFF"}}).body)["checks"]["journal_writable"]["reason"] ==
      "\xEF\xBF\xBD");
}

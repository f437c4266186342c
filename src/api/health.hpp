#pragma once
// How the node is, for probes and people. Pure: figures in, answers out.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/http_answer.hpp"
#include "core/time.hpp"

namespace riskcluster {

/// A value, or the reason why there is none; never a number that is not one.
class Figure {
public:
  struct Absent {
    std::string reason;
    bool operator==(const Absent&) const = default;
  };
  using Value = std::variant<Absent, bool, std::int64_t, double, std::string>;

  Figure() : value_{Absent{"not reported"}} {}
  Figure(double number); ///< absent when it is not finite
  Figure(std::string text) : value_{std::move(text)} {}
  Figure(std::string_view text) : value_{std::string{text}} {}
  Figure(const char* text) : value_{std::string{text}} {}
  template <std::same_as<bool> Bool>
  Figure(Bool truth) : value_{truth} {}
  /// Counts; they stay below 2^63.
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) Figure(Integer number) : value_{static_cast<std::int64_t>(number)} {}

  static Figure absent(std::string reason);
  /// part / whole, or the reason when there was nothing to take a part of.
  static Figure share(double part, double whole, std::string reason_if_none);

  const Value& value() const { return value_; }
  bool operator==(const Figure&) const = default;

private:
  Value value_;
};

struct ReadyCheck {
  bool good = false;
  std::string reason; ///< what is wrong, or what was found
};

/// Whether the node may be sent signals: all of them.
struct Readiness {
  ReadyCheck journal_writable;
  ReadyCheck market_view_fresh;
  ReadyCheck recovery_done;
  bool ready() const { return journal_writable.good && market_view_fresh.good && recovery_done.good; }
};

enum class HealthStatus : std::uint8_t {
  healthy,
  degraded, ///< it judges, but something that it should have is missing
  unhealthy ///< it decides nothing
};
std::string_view name(HealthStatus status);

/// Free lists of figures about one part of the node.
using Figures = std::vector<std::pair<std::string, Figure>>;

/// Figures that a node cannot have say why. Rates and shares are from 0 to 1.
struct HealthReport {
  HealthStatus status = HealthStatus::healthy;
  TimeMs timestamp = 0;
  std::string version;
  Figure avg_risk_calc_time_ms;
  Figure var_calculation_accuracy;
  Figure position_sizing_success_rate;
  Figure kelly_criterion_performance;
  Figure portfolio_risk_compliance;
  Figure drawdown_protection_active;
  Figure market_data_circuit_breaker;
  Figure active_risk_profiles;
  Figure company_risk_policies;
  Figure cache_hit_rate;
  Figure risk_assessments_24h;
  Figure risk_approval_rate;
  Figure portfolio_var_compliance;
  Figure error = Figure::absent("nothing is wrong");
  Figures journal, market, nats;
};

/// /livez: 200 "ok", or 503 with the reason: restart me.
HttpAnswer livez_answer(bool alive, const std::string& reason = {});

/// /readyz: 200 or 503, with every check and its reason.
HttpAnswer readyz_answer(const Readiness& readiness);

/// /health: 200 always, the status is inside. Every field is there; one without a value is null, and "absent" has its
/// reason, those of the lists under "journal.name".
HttpAnswer health_answer(const HealthReport& report);

} // namespace riskcluster

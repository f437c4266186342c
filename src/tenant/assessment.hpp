#pragma once
// What a batch is answered with. Field names are those of the wire contract; money in the account currency.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controls/check.hpp"
#include "controls/signal.hpp"
#include "core/ids.hpp"

namespace riskcluster {

enum class ApprovalStatus : std::uint8_t { unspecified, approved, reduced, rejected };

struct KellyAnswer {
  double kelly_percentage = 0;
  std::optional<double> position_size;
  double confidence_level = 0;
  std::string absent_reason;
  double full_kelly = 0;
  double win_loss_ratio = 0;
  bool own_statistics = false;
  bool operator==(const KellyAnswer&) const = default;
};

struct FixedFractionalAnswer {
  std::optional<double> position_size;
  std::string absent_reason;
  double stop_distance = 0;
  bool operator==(const FixedFractionalAnswer&) const = default;
};

struct VolatilityBasedAnswer {
  std::optional<double> position_size;
  std::string absent_reason;
  double symbol_volatility = 0;
  double target_volatility = 0;
  double volatility_ratio = 0;
  std::string data_source;
  bool operator==(const VolatilityBasedAnswer&) const = default;
};

struct RiskParityAnswer {
  std::optional<double> position_size;
  std::string absent_reason;
  bool operator==(const RiskParityAnswer&) const = default;
};

struct VolatilityBudgetAnswer {
  std::optional<double> position_size;
  std::string absent_reason;
  double kelly_multiplier = 0;
  bool operator==(const VolatilityBudgetAnswer&) const = default;
};

struct PositionSizing {
  Symbol symbol;
  KellyAnswer kelly_criterion;
  FixedFractionalAnswer fixed_fractional;
  VolatilityBasedAnswer volatility_based;
  RiskParityAnswer risk_parity;
  VolatilityBudgetAnswer volatility_budget;
  double recommended_size = 0;
  double final_size = 0;
  double final_quantity = 0;
  std::string method_used;
  double closing_size = 0;
  double closing_quantity = 0;
  double valuation_price = 0;
  double performance_factor = 1;
  double volatility_adjustment = 1;
  double sized_notional = 0;
  bool operator==(const PositionSizing&) const = default;
};

struct VarCalculation {
  Symbol symbol;
  double position_size = 0;
  double historical_var_95 = 0;
  double parametric_var_95 = 0;
  double monte_carlo_var_95 = 0;
  double expected_shortfall_95 = 0;
  double portfolio_var_impact = 0;
  bool exceeds_var_limit = false;
  double confidence = 0;
  std::uint32_t horizon_days = 0;
  std::uint32_t observations = 0;
  std::uint32_t monte_carlo_paths = 0;
  double monte_carlo_standard_error = 0;
  bool operator==(const VarCalculation&) const = default;
};

struct CorrelationMatrix {
  std::vector<Symbol> symbols;
  std::vector<double> values; ///< row-major
  bool operator==(const CorrelationMatrix&) const = default;
};

struct CorrelationRisk {
  double max_signed_correlation = 0;
  std::vector<Symbol> group;
  double group_exposure_pct = 0;
  bool operator==(const CorrelationRisk&) const = default;
};

struct DrawdownAnalysis {
  std::string status;
  double size_factor = 1;
  bool operator==(const DrawdownAnalysis&) const = default;
};

/// Begins the adjustment that says how often a size was halved because the book's VaR is not convex in it.
inline constexpr std::string_view halved_adjustment = "halved, the VaR did not hold at the solved size: ";

struct RiskAssessment {
  SignalId signal_id;
  Symbol symbol;
  Side side = Side::unspecified;
  std::string correlation_id;
  ApprovalStatus approval_status = ApprovalStatus::rejected;
  std::string rejection_reason;
  std::string reason_code;
  std::optional<PositionSizing> position_sizing;
  std::optional<VarCalculation> var_analysis;
  std::optional<CorrelationRisk> correlation_risk;
  std::optional<DrawdownAnalysis> drawdown_analysis;
  std::vector<LimitCheck> checks;
  std::vector<std::string> risk_adjustments;
  double overall_risk_score = 0;
  std::optional<double> adjusted_stop_loss;
  std::optional<TimeMs> expires_at_ms;
  std::string data_source; ///< of the symbol's price: real_time, cache, fallback; empty: no price is known
  bool operator==(const RiskAssessment&) const = default;
};

struct NamedValue {
  std::string name;
  double value = 0;
  bool operator==(const NamedValue&) const = default;
};

struct ConcentrationRisk {
  double hhi_index = 0;
  double max_position_weight = 0;
  double max_currency_exposure_pct = 0;
  bool exceeds_position_limit = false;
  bool exceeds_currency_limit = false;
  bool operator==(const ConcentrationRisk&) const = default;
};

struct ExposureAnalysis {
  std::vector<NamedValue> by_currency; ///< each list sorted by name
  std::vector<NamedValue> by_sector;
  std::vector<NamedValue> by_asset_class;
  bool operator==(const ExposureAnalysis&) const = default;
};

struct PortfolioRisk {
  double current_exposure = 0;
  double current_var = 0;
  double projected_exposure = 0;
  double projected_var = 0;
  std::vector<NamedValue> component_var;
  CorrelationMatrix correlation_analysis;
  ConcentrationRisk concentration_risk;
  ExposureAnalysis exposure_analysis;
  bool risk_limit_compliance = false;
  double overall_risk_score = 0;
  double equity = 0;
  bool operator==(const PortfolioRisk&) const = default;
};

struct JournalPosition {
  ShardId shard;
  Epoch epoch;
  SequenceNumber n;
  bool operator==(const JournalPosition&) const = default;
};

/// What a record says to the outside, numbered: the k-th of the record n, from 0. Nothing else has this id, ever.
struct OutputId {
  ShardId shard;
  SequenceNumber n;
  std::uint32_t k = 0;
  bool operator==(const OutputId&) const = default;
};

struct PerformanceMetrics {
  double calculation_time_ms = 0;
  bool operator==(const PerformanceMetrics&) const = default;
};

struct RiskAssessmentBatch {
  BatchId batch_id;
  CompanyId company_id;
  UserId user_id;
  std::string correlation_id;
  std::vector<RiskAssessment> assessments;
  std::optional<PortfolioRisk> portfolio_risk;
  std::optional<PerformanceMetrics> performance_metrics;
  std::optional<JournalPosition> journal_position; ///< absent: refused at admission, not journaled
  std::string view_id;
  std::uint64_t seed = 0;
  TimeMs decided_at_ms = 0;
  std::string refusal; ///< reason code of a refusal at admission
  std::string refusal_reason;
  std::optional<OutputId> id; ///< where it is published; absent in an answer
  bool operator==(const RiskAssessmentBatch&) const = default;
};

} // namespace riskcluster

#include "console/calc.hpp"
#include "files/daily_views.hpp"
#include "messages/codec_trading.hpp"
#include "replay/inputs.hpp"
#include "tenant/assess.hpp"
#include "tenant/decide.hpp"

namespace riskcluster {

namespace {

/// The first complaint ends the command: figures from half of the inputs help nobody.
class FirstComplaint final : public Complaints {
public:
  void complain(const std::string& message) override {
    if (text.empty()) text = message;
  }
  std::string text;
};

Result<TradingSignal> read_signal(const std::string& json) {
  auto batch =
      decode_batch_json(R"({"batch_id":"calc","company_id":"calc","user_id":"calc","trading_signals":[)" + json + "]}");
  if (!batch) return malformed("--signal: " + batch.error().message);
  TradingSignal signal = std::move(batch->trading_signals.front());
  if (signal.signal_id.empty()) signal.signal_id = SignalId{"calc"};
  if (auto fault = fault_of(signal); !fault.empty()) return malformed("--signal: " + fault);
  return signal;
}

TimeMs end_of_newest_day(const PriceHistory& history) {
  Date newest{0};
  for (const auto& [symbol, closes] : history.closes)
    if (!closes.empty()) newest = std::max(newest, closes.back().date);
  return newest.end_ms();
}

std::string_view status_name(ApprovalStatus status) {
  return status == ApprovalStatus::approved ? "APPROVED" : status == ApprovalStatus::reduced ? "REDUCED" : "REJECTED";
}

template <class Method>
Report method_report(const Method& method) {
  Report report;
  report.add("position_size", Value{method.position_size}).add("absent_reason", method.absent_reason);
  return report;
}

Report sizing_report(const TenantId& tenant, const RiskAssessment& answer) {
  PositionSizing sizing = answer.position_sizing.value_or(PositionSizing{.symbol = answer.symbol});
  if (!answer.position_sizing) {
    // A gate refused it before anything was sized.
    for (auto* reason : {&sizing.kelly_criterion.absent_reason, &sizing.fixed_fractional.absent_reason,
                         &sizing.volatility_based.absent_reason, &sizing.risk_parity.absent_reason,
                         &sizing.volatility_budget.absent_reason})
      *reason = answer.reason_code;
  }
  Report kelly = method_report(sizing.kelly_criterion);
  kelly.add("kelly_percentage", sizing.kelly_criterion.kelly_percentage)
      .add("full_kelly", sizing.kelly_criterion.full_kelly)
      .add("confidence_level", sizing.kelly_criterion.confidence_level)
      .add("win_loss_ratio", sizing.kelly_criterion.win_loss_ratio);
  Report fractional = method_report(sizing.fixed_fractional);
  fractional.add("stop_distance", sizing.fixed_fractional.stop_distance);
  Report volatility = method_report(sizing.volatility_based);
  volatility.add("symbol_volatility", sizing.volatility_based.symbol_volatility)
      .add("target_volatility", sizing.volatility_based.target_volatility)
      .add("volatility_ratio", sizing.volatility_based.volatility_ratio)
      .add("data_source", sizing.volatility_based.data_source);
  Report budget = method_report(sizing.volatility_budget);
  budget.add("kelly_multiplier", sizing.volatility_budget.kelly_multiplier);

  Report report;
  report.add("tenant", tenant.text()).add("symbol", sizing.symbol.value);
  report.add("kelly_criterion", std::move(kelly)).add("fixed_fractional", std::move(fractional));
  report.add("volatility_based", std::move(volatility)).add("risk_parity", method_report(sizing.risk_parity));
  report.add("volatility_budget", std::move(budget));
  report.add("recommended_size", sizing.recommended_size).add("method_used", sizing.method_used);
  report.add("performance_factor", sizing.performance_factor)
      .add("volatility_adjustment", sizing.volatility_adjustment);
  report.add("sized_notional", sizing.sized_notional).add("closing_size", sizing.closing_size);
  report.add("final_size", sizing.final_size).add("final_quantity", sizing.final_quantity);
  report.add("approval_status", status_name(answer.approval_status)).add("reason_code", answer.reason_code);
  return report;
}

} // namespace

Result<Report> calc_size(const SizeRequest& request) {
  const auto signal = read_signal(request.signal);
  if (!signal) return signal.error();
  FirstComplaint complaint;
  auto inputs = read_inputs({.market = request.market,
                             .tenants = request.tenants,
                             .companies = request.companies,
                             .instruments = request.instruments,
                             .commands = {}},
                            complaint);
  if (!inputs) return inputs.error();
  if (!complaint.text.empty()) return malformed(complaint.text);
  TimeMs now = end_of_newest_day(inputs->history);
  if (!request.at.empty()) {
    const auto at = parse_rfc3339(request.at);
    if (!at) return invalid("--at: '" + request.at + "' is not like 2026-10-30T16:00:00Z");
    now = *at;
  }
  DailyViews views{std::move(inputs->history), std::move(inputs->instruments), VarSettings{}, 0, std::nullopt};
  const auto view = views.at(now);
  if (!view) return view.error();

  std::vector<Report> sizings;
  AssessScratch scratch;
  for (const auto& setup : inputs->tenants) {
    if (!request.tenant.empty() && setup.id.text() != request.tenant) continue;
    const auto company = inputs->companies.find(setup.id.company);
    TenantState state;
    apply(state, open_tenant(setup, company == inputs->companies.end() ? nullptr : &company->second, 0), {1});
    const SignalBatch batch{.batch_id = BatchId{"calc"},
                            .company_id = setup.id.company,
                            .user_id = setup.id.user,
                            .trading_signals = {*signal},
                            .created_at_ms = now};
    sizings.push_back(
        sizing_report(setup.id, assess(state, batch, **view, now, {}, scratch).answer.assessments.front()));
  }
  if (sizings.empty()) return Error{Errc::not_found, request.tenants + ": no tenant " + request.tenant};
  Report report;
  report.add("at", format_rfc3339(now)).add("sizings", std::move(sizings));
  return report;
}

} // namespace riskcluster

#pragma once
// One signal's way through the controls. Private to assess().

#include <optional>
#include <vector>

#include "controls/daily_var.hpp"
#include "controls/gates.hpp"
#include "controls/opening.hpp"
#include "portfolio/book_risk.hpp"
#include "tenant/assess.hpp"
#include "tenant/event.hpp"
#include "tenant/state.hpp"

namespace riskcluster {

/// What the signals of a batch share: the book as it is projected so far.
struct BatchContext {
  const TenantState& state;
  const MarketView& view;
  TimeMs now;
  std::vector<Reservation> reservations; ///< without the expired, with this batch's approvals
  Book book;
  std::optional<BookRisk> risk; ///< absent while the book cannot be measured
  BookRiskScratch& scratch;
  double tokens;
  Restrictions restrictions;
  std::vector<SignalDecided> decided; ///< of this batch, so far

  /// Makes `risk` when the book can be measured. In quarantine it never is: a closing must not need what failed.
  bool measure();
  /// Brings `risk` up to a book that has the trade already. @param figures of that book, when they are known.
  void add_trade(Eigen::Index column, double notional, const std::optional<VarFigures>& figures);
};

/// Whole lots in a quantity: floor(x / lot_step + 1e-9) x lot_step.
double whole_lots(double quantity, double lot_step);

/// What can be closed of a symbol. Quantities >= 0; unit_value of one unit at the last price, 0 when unknown.
struct Closable {
  double quantity = 0;
  double unit_value = 0;
  double lot_step = 1;
};

/// The closing and the opening part of a signal, before any judgement.
struct Split {
  double closing_quantity = 0; ///< >= 0
  bool may_open = true;
  std::optional<double> opening_request; ///< absent: the size is ours to choose
  std::string_view fault;                ///< reason code when a wish to close cannot be met
};
Split split(const TradingSignal& signal, const Closable& closable);

/// All five sizes and the tenant's choice.
struct SizingChoice {
  PositionSizing answer;        ///< methods, recommended_size, method_used, factors
  double size = 0;              ///< after the multipliers
  std::string_view reason_code; ///< when there is nothing to go on with
  std::string_view message;
};
/// @param context with a measured book (after the closing part).
SizingChoice size_opening(const BatchContext& context, const TradingSignal& signal, const BookLine& line);

/// The opening part on its way through the limits. Sizes in account currency.
struct LimitedOpening {
  Opening opening;
  Eigen::Index column = 0;
  double unit = 0; ///< value of one unit at the valuation price
  double lot_step = 1;
  double quantity_min = 1;
  std::optional<double> request;
  double sized = 0; ///< what sizing gives, at most the request
  CorrelationGroup group;
  std::vector<SizeControl> controls; ///< static caps first

  double capped = 0;         ///< sized, cut by the static caps
  double final_quantity = 0; ///< 0: refused
  double refused_size = 0;   ///< what was refused, when it was
  VarAllowance var;          ///< solved up to what the other limits leave
  VarFigures figures;        ///< of the book with the final size, or with the refused one
  ControlId binding = ControlId::sizing;
  bool cut = false; ///< status REDUCED
  int halvings = 0;

  double lots(double size) const { return whole_lots(size / unit, lot_step); }
  double final_size() const { return final_quantity * unit; }
  bool refused() const { return final_quantity == 0; }
  double judged_size() const { return refused() ? refused_size : final_size(); }
};
/// Finds the largest sound size; fills everything from `capped` on.
void limit_opening(LimitedOpening& limited, const BookRisk& risk, const Limits& limits);
/// One row per limit, into the table of rows.
void report_limits(const LimitedOpening& limited, const Limits& limits, std::vector<LimitCheck>& rows);

/// The four shares of the risk score, of limits.
struct ScoreShares {
  double var = 0;
  double correlation = 0;
  double concentration = 0;
  double drawdown = 0;
};
/// 0–100: 100 x max(0.40 var + 0.20 the others each, the largest when one is >= 1), each clamped to [0, 1].
double risk_score(const ScoreShares& shares);
/// value / limit; a limit of 0 is used up by anything.
double share_of(double value, double limit);
/// The largest position or currency of the book against its limit.
double concentration_share(const Book& book, const Limits& limits);

/// The book after the batch, against what it was before.
PortfolioRisk portfolio_risk(const BatchContext& context, double exposure_before, double var_before);

/// An answer with nothing in it but whose it is.
RiskAssessmentBatch blank_answer(const SignalBatch& batch, TimeMs now);
/// REJECTED without a judgement: every row NOT_EVALUATED.
RiskAssessment refused_assessment(const TradingSignal& signal, const std::string& correlation_id,
                                  std::string_view reason_code, std::string_view reason);
/// Nothing changes by this signal, and nothing is remembered of it.
SignalDecided undecided(const TradingSignal& signal);

/// Judges one signal, makes its approval part of the context, and says what changes.
SignalDecided judge(BatchContext& context, const TradingSignal& signal, RiskAssessment& answer);

} // namespace riskcluster

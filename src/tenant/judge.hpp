#pragma once
// One signal's way through the controls. Private to judge*.cpp.

#include <algorithm>
#include <optional>
#include <string_view>

#include "tenant/judgement.hpp"

namespace riskcluster {

/// Gates that hold for everything, the closing part, then the opening part.
class Judge {
public:
  Judge(BatchContext& context, const TradingSignal& signal, RiskAssessment& answer);
  /// Once. Makes what it approves part of the context. @returns what the signal changes.
  SignalDecided run();

private:
  // judge.cpp
  LimitCheck& row(ControlId id) { return answer_.checks[static_cast<std::size_t>(id)]; }
  const Limits& limits() const { return context_.state.limits; }
  void refuse(ControlId id, std::string_view code, std::string_view message);
  bool pass(ControlId id, const GateResult& gate);
  /// Time since the fingerprint was last seen, in this batch or before.
  std::optional<TimeMs> duplicate_age() const;
  bool has_open_order(const SignalId& signal) const;
  /// What holds for closing and opening alike.
  bool shared_gates();
  /// |filled| - |open closing reservations|, when the signal is on the other side.
  Closable closable_part() const;
  /// Reducing stays possible whatever the limits, the halts and the data say.
  void close(double quantity, const Closable& closable);
  void remember_before();
  void finish();
  void approve();

  // judge_opening.cpp
  /// No opening order on the other side, and room for one more.
  bool orders_allow_another();
  /// Of the system, then the company, then the tenant.
  GateResult halt_gates() const;
  /// Quarantine, lagging outputs, halts.
  bool may_open_at_all();
  bool opening_gates(const ViewSymbol* symbol);
  void open(std::optional<double> request);
  double valuation_price(const ViewSymbol& symbol) const;
  /// What is left of a request behind its closing part may be less than can be traded: rounding, not a refusal.
  bool rest_is_rounding(const ViewSymbol& symbol, std::optional<double> request);
  static double smallest_quantity(const Instrument& instrument) {
    return std::max(instrument.min_quantity, instrument.lot_step) * (1 - 1e-12);
  }
  bool choose_size(LimitedOpening& limited, const BookLine& line);
  void build_controls(LimitedOpening& limited);
  void adjust(ControlId id, double from, double to);
  /// Turns what the limits left into an approval, or into a refusal that names its control.
  void conclude(const LimitedOpening& limited, BookLine& line);
  /// The trade alone, and what it does to the book.
  void analyse(double size, const VarFigures& after);

  BatchContext& context_;
  const TradingSignal& signal_;
  RiskAssessment& answer_;
  double side_;
  SignalDecided decided_;
  double closing_size_ = 0;
  double final_opening_ = 0;
  double valuation_price_ = 0;
  bool cut_ = false;
  bool scored_ = false;
  std::optional<Eigen::Index> column_;
  std::optional<VarFigures> before_; ///< of the book before this signal
  std::optional<VarFigures> after_;  ///< after the closing part
};

} // namespace riskcluster

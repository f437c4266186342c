#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "tenant/judgement.hpp"
#include "tenant/repeats.hpp"

namespace riskcluster {

namespace {

std::string money(double amount) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f", amount);
  return text.data();
}

std::vector<LimitCheck> blank_rows() {
  static const std::vector<LimitCheck> rows = [] {
    std::vector<LimitCheck> all;
    all.reserve(control_count);
    for (const auto& control : controls)
      all.push_back({.name = std::string{control.name}, .unit = std::string{control.unit}});
    return all;
  }();
  return rows;
}

/// One signal's way: gates that hold for everything, the closing part, then the opening part.
class Judge {
public:
  Judge(BatchContext& context, const TradingSignal& signal, RiskAssessment& answer)
      : context_{context}, signal_{signal}, answer_{answer}, side_{direction(signal.side)} {
    answer_.signal_id = signal.signal_id;
    answer_.symbol = signal.symbol;
    answer_.side = signal.side;
    answer_.checks = blank_rows();
    answer_.drawdown_analysis = DrawdownAnalysis{.status = "NOT_EVALUATED"};
    decided_.signal_id = is_valid_id(signal.signal_id.value) ? signal.signal_id : SignalId{};
    decided_.symbol = signal.symbol;
    decided_.strategy_id = signal.strategy_id;
  }

  SignalDecided run() {
    if (shared_gates()) {
      const Closable closable = closable_part();
      const Split parts = split(signal_, closable);
      if (!parts.fault.empty())
        refuse(ControlId::sizing, parts.fault, "nothing of the position can be closed by this signal");
      if (parts.closing_quantity > 0) close(parts.closing_quantity, closable);
      if (parts.may_open && parts.fault.empty()) open(parts.opening_request);
    }
    finish();
    return std::move(decided_);
  }

private:
  LimitCheck& row(ControlId id) { return answer_.checks[static_cast<std::size_t>(id)]; }
  const Limits& limits() const { return context_.state.limits; }

  void refuse(ControlId id, std::string_view code, std::string_view message) {
    row(id).outcome = Outcome::rejected;
    if (row(id).message.empty()) row(id).message = message;
    if (!answer_.reason_code.empty()) return;
    answer_.reason_code = code.empty() ? info(id).reason_code : code;
    answer_.rejection_reason = message;
  }

  bool pass(ControlId id, const GateResult& gate) {
    LimitCheck& check = row(id);
    check.value = gate.value;
    check.limit = gate.limit;
    check.source = gate.source;
    check.message = gate.message;
    check.outcome = gate.passed ? Outcome::pass : Outcome::rejected;
    if (!gate.passed) refuse(id, gate.reason_code, gate.message);
    return gate.passed;
  }

  /// Time since the fingerprint was last seen, in this batch or before.
  std::optional<TimeMs> duplicate_age() const {
    for (const auto& earlier : context_.decided)
      if (earlier.remembered && earlier.fingerprint == decided_.fingerprint) return 0;
    std::optional<TimeMs> age;
    for (const auto& digest : context_.state.signal_digests)
      if (digest.fingerprint == decided_.fingerprint)
        age = std::min(age.value_or(time_max_ms), context_.now - digest.at);
    return age;
  }

  /// What holds for closing and opening alike.
  bool shared_gates() {
    if (!pass(ControlId::signal, signal_gate(signal_, context_.now))) return false;
    decided_.fingerprint = fingerprint(signal_);
    if (!pass(ControlId::duplicate, duplicate_gate(duplicate_age()))) return false;
    if (!pass(ControlId::message_rate, message_rate_gate(context_.tokens, limits()))) return false;
    context_.tokens -= 1;
    decided_.takes_token = true;
    decided_.remembered = true;
    return true;
  }

  /// |filled| - |open closing reservations|, when the signal is on the other side.
  Closable closable_part() const {
    Closable closable;
    const Position* position = find_position(context_.state, signal_.symbol);
    if (!position || position->quantity * side_ >= 0) return closable;
    double reserved = 0;
    for (const auto& reservation : context_.reservations)
      if (reservation.symbol == signal_.symbol) reserved += std::abs(reservation.closing_quantity);
    closable.quantity = std::max(0.0, net_quantity(std::abs(position->quantity), -reserved));
    if (const BookLine* line = context_.book.find(signal_.symbol)) {
      closable.unit_value = line->unit_value;
      closable.lot_step = line->view->instrument.lot_step;
    }
    return closable;
  }

  /// Reducing stays possible whatever the limits, the halts and the data say.
  void close(double quantity, const Closable& closable) {
    const double signed_quantity = side_ * quantity;
    decided_.closing_quantity = signed_quantity;
    closing_size_ = quantity * closable.unit_value;
    remember_before();
    auto line = context_.book.line(signal_.symbol);
    if (!line) return; // no price: it closes by quantity, and counts nothing in the book meanwhile
    reserve(**line, signed_quantity, 0, 0);
    column_ = (*line)->view->column;
    if (context_.risk && column_) after_ = context_.add_trade(*column_, side_ * closing_size_, std::nullopt);
    const auto collar = price_collar_gate(signal_, *(*line)->view, limits());
    LimitCheck& check = row(ControlId::price_collar);
    check.value = collar.value;
    check.limit = collar.limit;
    check.source = collar.source;
    check.outcome = collar.passed ? Outcome::pass : Outcome::warning;
    check.message = collar.message;
    valuation_price_ = (*line)->view->quote.price;
  }

  void remember_before() {
    if (context_.measure()) before_ = context_.risk->figures();
  }

  bool opening_gates(const ViewSymbol* symbol) {
    if (!pass(ControlId::instrument,
              instrument_gate(context_.view.instrument(signal_.symbol), signal_.symbol, limits())))
      return false;
    if (symbol && !pass(ControlId::trading_hours, trading_hours_gate(*symbol, limits(), context_.now))) return false;
    if (!pass(ControlId::market_data, market_data_gate(symbol, context_.book, context_.now))) return false;
    const bool closes = decided_.closing_quantity != 0;
    if (!pass(ControlId::price_collar, price_collar_gate(signal_, *symbol, limits()))) {
      if (!closes) return false;
      row(ControlId::price_collar).message += " (the closing part goes on)";
      return false;
    }
    return pass(ControlId::levels, levels_gate(signal_, symbol->quote.price)) &&
           pass(ControlId::strategy_type, strategy_type_gate(signal_, limits())) &&
           pass(ControlId::equity, equity_gate(context_.book.equity()));
  }

  void open(std::optional<double> request) {
    const ViewSymbol* symbol = context_.view.find(signal_.symbol);
    if (symbol && rest_is_rounding(*symbol, request)) return;
    if (!opening_gates(symbol)) return;
    auto line = context_.book.line(signal_.symbol);
    if (!line || !context_.measure()) {
      refuse(ControlId::market_data, "INSUFFICIENT_HISTORY", "the book cannot be measured");
      return;
    }
    if (!before_) before_ = context_.risk->figures();
    const auto& instrument = symbol->instrument;
    const double price = valuation_price(*symbol);
    LimitedOpening limited{.opening = {.book = context_.book,
                                       .line = **line,
                                       .direction = side_,
                                       .equity = context_.book.equity(),
                                       .price = price,
                                       .limits = limits()},
                           .column = *symbol->column,
                           .unit = price * instrument.contract_size * (*line)->quote_to_account,
                           .lot_step = instrument.lot_step,
                           .quantity_min = smallest_quantity(instrument),
                           .request = request};
    valuation_price_ = price;
    column_ = limited.column;
    if (!choose_size(limited, **line)) return;
    build_controls(limited);
    limit_opening(limited, *context_.risk, limits());
    report_limits(limited, limits(), answer_.checks);
    conclude(limited, **line);
  }

  double valuation_price(const ViewSymbol& symbol) const {
    const double market = symbol.quote.price * (1 + collar_of(symbol.instrument, limits()).per_cent / 100);
    return signal_.entry_price.value_or(market);
  }

  /// What is left of a request behind its closing part may be less than can be traded: rounding, not a refusal.
  bool rest_is_rounding(const ViewSymbol& symbol, std::optional<double> request) {
    if (decided_.closing_quantity == 0 || !request) return false;
    const auto line = context_.book.line(signal_.symbol);
    if (!line) return false;
    const auto& instrument = symbol.instrument;
    const double unit = valuation_price(symbol) * instrument.contract_size * (*line)->quote_to_account;
    return whole_lots(*request / unit, instrument.lot_step) < smallest_quantity(instrument);
  }

  static double smallest_quantity(const Instrument& instrument) {
    return std::max(instrument.min_quantity, instrument.lot_step) * (1 - 1e-12);
  }

  bool choose_size(LimitedOpening& limited, const BookLine& line) {
    SizingChoice choice = size_opening(context_, signal_, line);
    answer_.position_sizing = std::move(choice.answer);
    limited.sized = limited.request ? std::min(choice.size, *limited.request) : choice.size;
    answer_.position_sizing->sized_notional = limited.sized;
    LimitCheck& check = row(ControlId::sizing);
    check.value = limited.sized;
    check.limit = limited.request;
    check.allowed_size = choice.size;
    check.outcome = Outcome::pass;
    if (!choice.reason_code.empty()) {
      limited.sized = 0;
      refuse(ControlId::sizing, choice.reason_code, choice.message);
      return false;
    }
    if (limited.lots(limited.sized) < limited.quantity_min) {
      refuse(ControlId::sizing, "BELOW_MIN_QUANTITY", "the size is below the smallest quantity");
      return false;
    }
    if (limited.request && limited.lots(limited.sized) < limited.lots(*limited.request)) {
      check.outcome = Outcome::reduced;
      adjust(ControlId::sizing, *limited.request, limited.sized);
    }
    return true;
  }

  void build_controls(LimitedOpening& limited) {
    const Opening& opening = limited.opening;
    const auto& model = context_.view.model();
    const auto column = static_cast<std::size_t>(limited.column);
    const double unit_var = (side_ > 0 ? model.long_unit : model.short_unit)[column].figures.largest_var();
    limited.group = correlation_group(opening);
    limited.controls = {
        max_positions(opening),          max_position_size(opening),    order_size(opening),
        position_concentration(opening), sector_concentration(opening), currency_exposure(opening),
        portfolio_leverage(opening),     class_leverage(opening),       correlation(opening, limited.group),
        var_per_trade(opening, unit_var)};
  }

  void adjust(ControlId id, double from, double to) {
    answer_.risk_adjustments.push_back(std::string{info(id).name} + ": " + money(from) + " to " + money(to));
  }

  /// Turns what the limits left into an approval, or into a refusal that names its control.
  void conclude(const LimitedOpening& limited, BookLine& line) {
    for (const auto& check : answer_.checks) {
      const auto id = static_cast<ControlId>(&check - answer_.checks.data());
      if (id <= ControlId::sizing || check.outcome == Outcome::pass || check.outcome == Outcome::not_evaluated)
        continue;
      adjust(id, limited.sized, check.allowed_size.value_or(0));
    }
    if (limited.halvings > 0)
      answer_.risk_adjustments.push_back(std::string{halved_adjustment} + std::to_string(limited.halvings));
    if (limited.refused()) {
      const auto control = std::find_if(limited.controls.begin(), limited.controls.end(),
                                        [&](const SizeControl& c) { return c.id == limited.binding; });
      const auto code = control != limited.controls.end() ? control->reason_code : std::string_view{};
      refuse(limited.binding, code,
             "nothing of the size is left within the limit " + std::string{info(limited.binding).name});
    } else {
      final_opening_ = limited.final_size();
      decided_.opening_quantity = side_ * limited.final_quantity;
      decided_.price = limited.opening.price;
      cut_ = limited.cut;
      if (cut_) answer_.reason_code = info(limited.binding).reason_code;
    }
    const double judged = limited.judged_size();
    analyse(judged, limited.figures);
    answer_.correlation_risk = CorrelationRisk{limited.group.max_signed_correlation, limited.group.others,
                                               row(ControlId::correlation).value.value_or(0)};
    const auto used = [&](ControlId id) { return share_of(row(id).value.value_or(0), row(id).limit.value_or(0)); };
    answer_.overall_risk_score = risk_score(
        {.var = used(ControlId::daily_var),
         .correlation = used(ControlId::correlation),
         .concentration = std::max(used(ControlId::position_concentration), used(ControlId::currency_exposure))});
    scored_ = true;
    if (limited.refused()) return;
    reserve(line, 0, decided_.opening_quantity, decided_.price);
    context_.add_trade(limited.column, side_ * final_opening_, limited.figures);
  }

  /// The trade alone, and what it does to the book.
  void analyse(double size, const VarFigures& after) {
    const auto& model = context_.view.model();
    const auto& unit = (side_ > 0 ? model.long_unit : model.short_unit)[static_cast<std::size_t>(*column_)];
    VarCalculation var{.symbol = signal_.symbol,
                       .position_size = size,
                       .historical_var_95 = size * unit.figures.historical.value_at_risk,
                       .parametric_var_95 = size * unit.figures.parametric.value_at_risk,
                       .monte_carlo_var_95 = size * unit.figures.monte_carlo.value_at_risk,
                       .expected_shortfall_95 = size * unit.figures.largest_shortfall(),
                       .portfolio_var_impact = after.largest_var() - before_->largest_var(),
                       .confidence = model.settings.confidence,
                       .horizon_days = static_cast<std::uint32_t>(model.settings.horizon_days),
                       .observations = static_cast<std::uint32_t>(model.observations()),
                       .monte_carlo_paths = static_cast<std::uint32_t>(model.settings.paths),
                       .monte_carlo_standard_error = size * unit.standard_error};
    var.exceeds_var_limit = !sound(size * unit.figures.largest_var(), 0, limits()[LimitId::max_var_per_trade].value);
    answer_.var_analysis = std::move(var);
  }

  void finish() {
    const bool closed = decided_.closing_quantity != 0;
    decided_.approved = closed || decided_.opening_quantity != 0;
    if (!decided_.approved)
      answer_.approval_status = ApprovalStatus::rejected;
    else
      answer_.approval_status =
          cut_ || !answer_.reason_code.empty() ? ApprovalStatus::reduced : ApprovalStatus::approved;
    if (decided_.approved) approve();
    if (closed && !answer_.var_analysis && after_) analyse(closing_size_, *after_);
    if (scored_ || answer_.reason_code == "INVALID_SIGNAL") return;
    const double var = context_.risk ? share_of(context_.risk->var(), limits()[LimitId::max_daily_var].value) : 0;
    answer_.overall_risk_score =
        risk_score({.var = var, .concentration = concentration_share(context_.book, limits())});
  }

  void approve() {
    decided_.expires_at_ms = signal_.expires_at_ms.value_or(context_.now + reservation_life_ms);
    answer_.expires_at_ms = decided_.expires_at_ms;
    answer_.adjusted_stop_loss = signal_.stop_loss;
    if (!answer_.position_sizing)
      answer_.position_sizing = PositionSizing{.symbol = signal_.symbol, .method_used = "close"};
    PositionSizing& sizing = *answer_.position_sizing;
    sizing.closing_size = closing_size_;
    sizing.closing_quantity = std::abs(decided_.closing_quantity);
    sizing.final_size = closing_size_ + final_opening_;
    sizing.final_quantity = sizing.closing_quantity + std::abs(decided_.opening_quantity);
    sizing.valuation_price = valuation_price_;
    context_.reservations.push_back({.signal = decided_.signal_id,
                                     .symbol = decided_.symbol,
                                     .strategy = decided_.strategy_id,
                                     .closing_quantity = decided_.closing_quantity,
                                     .opening_quantity = decided_.opening_quantity,
                                     .price = decided_.price,
                                     .expires_at = decided_.expires_at_ms});
  }

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

} // namespace

bool BatchContext::measure() {
  if (!risk && book.measurable()) risk.emplace(view.model(), book.weights(), scratch);
  return risk.has_value();
}

VarFigures BatchContext::add_trade(Eigen::Index column, double notional, const std::optional<VarFigures>& figures) {
  // Adding to a position keeps the P&L vectors exact enough; taking away would leave their rounding behind.
  if (figures && risk->weights()[column] * notional >= 0) {
    risk->add(column, notional, *figures);
  } else {
    risk.reset();
    measure();
  }
  return risk->figures();
}

SignalDecided judge(BatchContext& context, const TradingSignal& signal, RiskAssessment& answer) {
  return Judge{context, signal, answer}.run();
}

} // namespace riskcluster

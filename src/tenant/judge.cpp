// The parts of a judgement that every signal goes through, and its closing part.

#include "tenant/judge.hpp"

#include <cmath>

#include "tenant/repeats.hpp"

namespace riskcluster {

namespace {

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

} // namespace

Judge::Judge(BatchContext& context, const TradingSignal& signal, RiskAssessment& answer)
    : context_{context}, signal_{signal}, answer_{answer}, side_{direction(signal.side)} {
  answer_.signal_id = signal.signal_id;
  answer_.symbol = signal.symbol;
  answer_.side = signal.side;
  if (const ViewSymbol* known = context.view.find(signal.symbol)) answer_.data_source = name(known->quote.source);
  answer_.checks = blank_rows();
  answer_.drawdown_analysis = DrawdownAnalysis{.status = "NOT_EVALUATED"};
  decided_.signal_id = is_valid_id(signal.signal_id.value) ? signal.signal_id : SignalId{};
  decided_.symbol = signal.symbol;
  decided_.strategy_id = signal.strategy_id;
}

SignalDecided Judge::run() {
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

void Judge::refuse(ControlId id, std::string_view code, std::string_view message) {
  row(id).outcome = Outcome::rejected;
  if (row(id).message.empty()) row(id).message = message;
  if (!answer_.reason_code.empty()) return;
  answer_.reason_code = code.empty() ? info(id).reason_code : code;
  answer_.rejection_reason = message;
}

bool Judge::pass(ControlId id, const GateResult& gate) {
  LimitCheck& check = row(id);
  check.value = gate.value;
  check.limit = gate.limit;
  check.source = gate.source;
  check.message = gate.message;
  check.outcome = gate.passed ? Outcome::pass : Outcome::rejected;
  if (!gate.passed) refuse(id, gate.reason_code, gate.message);
  return gate.passed;
}

std::optional<TimeMs> Judge::duplicate_age() const {
  for (const auto& earlier : context_.decided)
    if (earlier.remembered && earlier.fingerprint == decided_.fingerprint) return 0;
  std::optional<TimeMs> age;
  for (const auto& digest : context_.state.signal_digests)
    if (digest.fingerprint == decided_.fingerprint) age = std::min(age.value_or(time_max_ms), context_.now - digest.at);
  return age;
}

bool Judge::has_open_order(const SignalId& signal) const {
  const auto& open = context_.reservations;
  return std::any_of(open.begin(), open.end(), [&](const Reservation& order) { return order.signal == signal; });
}

bool Judge::shared_gates() {
  if (!pass(ControlId::signal, signal_gate(signal_, context_.now))) return false;
  decided_.fingerprint = fingerprint(signal_);
  if (!pass(ControlId::duplicate, duplicate_gate(duplicate_age()))) return false;
  if (has_open_order(signal_.signal_id)) {
    refuse(ControlId::duplicate, "", "an order of this signal_id is still open");
    return false;
  }
  if (!pass(ControlId::message_rate, message_rate_gate(context_.tokens, limits()))) return false;
  context_.tokens -= 1;
  decided_.takes_token = true;
  decided_.remembered = true;
  const bool restricted = context_.restrictions.standing != Standing::normal || !halt_gates().passed;
  if (restricted || context_.restrictions.above != Above{})
    pass(ControlId::halt, {.message = restricted ? "only what reduces is taken" : ""});
  return true;
}

Closable Judge::closable_part() const {
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

void Judge::close(double quantity, const Closable& closable) {
  const double signed_quantity = side_ * quantity;
  decided_.closing_quantity = signed_quantity;
  closing_size_ = quantity * closable.unit_value;
  remember_before();
  auto line = context_.book.line(signal_.symbol);
  if (!line) return; // no price: it closes by quantity, and counts nothing in the book meanwhile
  reserve(**line, signed_quantity, 0, 0);
  column_ = (*line)->view->column;
  if (context_.risk && column_) {
    context_.add_trade(*column_, side_ * closing_size_, std::nullopt);
    if (context_.risk) after_ = context_.risk->figures();
  }
  const auto collar = price_collar_gate(signal_, *(*line)->view, limits());
  LimitCheck& check = row(ControlId::price_collar);
  check.value = collar.value;
  check.limit = collar.limit;
  check.source = collar.source;
  check.outcome = collar.passed ? Outcome::pass : Outcome::warning;
  check.message = collar.message;
  valuation_price_ = (*line)->view->quote.price;
}

void Judge::remember_before() {
  if (context_.measure()) before_ = context_.risk->figures();
}

void Judge::finish() {
  const bool closed = decided_.closing_quantity != 0;
  decided_.approved = closed || decided_.opening_quantity != 0;
  if (!decided_.approved)
    answer_.approval_status = ApprovalStatus::rejected;
  else
    answer_.approval_status = cut_ || !answer_.reason_code.empty() ? ApprovalStatus::reduced : ApprovalStatus::approved;
  if (decided_.approved) approve();
  if (closed && !answer_.var_analysis && after_) analyse(closing_size_, *after_);
  if (scored_ || answer_.reason_code == "INVALID_SIGNAL") return;
  const double var = context_.risk ? share_of(context_.risk->var(), limits()[LimitId::max_daily_var].value) : 0;
  answer_.overall_risk_score = risk_score({.var = var, .concentration = concentration_share(context_.book, limits())});
}

void Judge::approve() {
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

bool BatchContext::measure() {
  if (restrictions.standing == Standing::reduce_only) return false;
  if (!risk && book.measurable()) risk.emplace(view.model(), book.weights(), scratch);
  return risk.has_value();
}

void BatchContext::add_trade(Eigen::Index column, double notional, const std::optional<VarFigures>& figures) {
  // Adding to a position keeps the P&L vectors exact enough; taking away would leave their rounding behind.
  if (risk && figures && risk->weights()[column] * notional >= 0) {
    risk->add(column, notional, *figures);
    return;
  }
  risk.reset();
  measure();
}

SignalDecided judge(BatchContext& context, const TradingSignal& signal, RiskAssessment& answer) {
  return Judge{context, signal, answer}.run();
}

} // namespace riskcluster

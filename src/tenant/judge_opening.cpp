// The opening part of a signal: gates, sizing, limits, and what is said about them.

#include <array>
#include <cmath>
#include <cstdio>

#include "tenant/judge.hpp"

namespace riskcluster {

namespace {

std::string money(double amount) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f", amount);
  return text.data();
}

} // namespace

bool Judge::orders_allow_another() {
  const auto& open = context_.reservations;
  const auto opposite = [&](const Reservation& order) {
    return order.symbol == signal_.symbol && order.opening_quantity * side_ < 0;
  };
  if (std::any_of(open.begin(), open.end(), opposite)) {
    // Either may fill without the other: netted, the two would hide each other from every limit.
    refuse(ControlId::duplicate, "OPPOSITE_ORDER", "an order that opens on the other side of the symbol is still open");
    return false;
  }
  if (open.size() < reservations_max) return true;
  refuse(ControlId::max_positions, "TOO_MANY_ORDERS", "more open orders than are kept for one tenant");
  return false;
}

GateResult Judge::halt_gates() const {
  const auto& [system, company] = context_.restrictions.above;
  if (system)
    if (auto gate = halt_gate(system->halts, HaltLevel::system, signal_); !gate.passed) return gate;
  if (company)
    if (auto gate = halt_gate(company->halts, HaltLevel::company, signal_); !gate.passed) return gate;
  return halt_gate(context_.state.halts, HaltLevel::tenant, signal_);
}

bool Judge::may_open_at_all() {
  switch (context_.restrictions.standing) {
  case Standing::reduce_only:
    return pass(ControlId::halt,
                {.passed = false,
                 .reason_code = "TENANT_QUARANTINED",
                 .message = "in quarantine after repeated failures of its calculations: nothing is opened"});
  case Standing::outputs_lag:
    return pass(ControlId::halt, {.passed = false,
                                  .reason_code = "OUTPUTS_LAG",
                                  .message = "approvals do not reach their destinations in time: nothing is opened"});
  case Standing::policy_unknown:
    return pass(ControlId::halt, {.passed = false,
                                  .reason_code = "POLICY_UNKNOWN",
                                  .message = "what is halted cannot be read here: nothing is opened"});
  case Standing::normal:
    break;
  }
  const auto gate = halt_gates();
  return gate.passed || pass(ControlId::halt, gate);
}

bool Judge::opening_gates(const ViewSymbol* symbol) {
  if (!pass(ControlId::instrument, instrument_gate(context_.view.instrument(signal_.symbol), signal_.symbol, limits())))
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

void Judge::open(std::optional<double> request) {
  const ViewSymbol* symbol = context_.view.find(signal_.symbol);
  if (symbol && rest_is_rounding(*symbol, request)) return;
  if (!may_open_at_all()) return;
  if (!opening_gates(symbol) || !orders_allow_another()) return;
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

double Judge::valuation_price(const ViewSymbol& symbol) const {
  const double market = symbol.quote.price * (1 + collar_of(symbol.instrument, limits()).per_cent / 100);
  if (!signal_.entry_price) return market;
  // A sell below the last price fills at the market or better: it must not count for less.
  return side_ < 0 ? std::max(*signal_.entry_price, symbol.quote.price) : *signal_.entry_price;
}

bool Judge::rest_is_rounding(const ViewSymbol& symbol, std::optional<double> request) {
  if (decided_.closing_quantity == 0 || !request) return false;
  const auto line = context_.book.line(signal_.symbol);
  if (!line) return false;
  const auto& instrument = symbol.instrument;
  const double unit = valuation_price(symbol) * instrument.contract_size * (*line)->quote_to_account;
  return whole_lots(*request / unit, instrument.lot_step) < smallest_quantity(instrument);
}

bool Judge::choose_size(LimitedOpening& limited, const BookLine& line) {
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

void Judge::build_controls(LimitedOpening& limited) {
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

void Judge::adjust(ControlId id, double from, double to) {
  answer_.risk_adjustments.push_back(std::string{info(id).name} + ": " + money(from) + " to " + money(to));
}

void Judge::conclude(const LimitedOpening& limited, BookLine& line) {
  for (const auto& check : answer_.checks) {
    const auto id = static_cast<ControlId>(&check - answer_.checks.data());
    if (id <= ControlId::sizing || check.outcome == Outcome::pass || check.outcome == Outcome::not_evaluated) continue;
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

void Judge::analyse(double size, const VarFigures& after) {
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

} // namespace riskcluster

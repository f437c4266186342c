// A decision held against the rules: what it says, what it closes, what it opens.

#include "acceptance/decision.hpp"

#include <algorithm>
#include <cmath>

#include "acceptance/answer_form.hpp"

namespace riskcluster::acceptance {

namespace {

constexpr TimeMs life_ms = day_ms; ///< of a reservation whose signal names no end

bool beyond(double value, double bound) { return value > bound + relative * std::abs(bound); }
bool differ(double a, double b) { return beyond(std::max(a, b), std::min(a, b)); }

template <class List>
bool holds(const List& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

double unit_of(const Line& line, double price) {
  return price * line.terms->instrument.contract_size * line.quote_rate;
}

double collar_of(const Ledger& ledger, const Instrument& instrument) {
  const double all = ledger.limit("price_collar_pct");
  return instrument.asset_class == AssetClass::fx ? std::min(all, ledger.limit("price_collar_fx_pct")) : all;
}

} // namespace

void JournalChecker::check_status(const Decision& d) {
  const auto status = d.assessment.approval_status();
  const bool approved = d.decided.closing_quantity() != 0 || d.decided.opening_quantity() != 0;
  if (d.decided.approved() != approved) find("status", "approved, or not, against its quantities");
  if ((status != risk::RiskAssessment::REJECTED) != approved) find("status", "the status does not fit the quantities");
  if (!approved) return;
  const auto& sizing = d.assessment.position_sizing();
  const double closing = std::abs(d.decided.closing_quantity());
  const double total = closing + std::abs(d.decided.opening_quantity());
  if (differ(sizing.final_quantity(), total)) find("status", "final quantity", sizing.final_quantity(), total);
  if (differ(sizing.closing_quantity(), closing))
    find("status", "closing quantity", sizing.closing_quantity(), closing);
  if (d.assessment.expires_at_ms() != d.decided.expires_at_ms() || d.decided.expires_at_ms() <= now_ms_)
    find("status", "it expires at another time, or has expired");
  const Line* line = d.book.find(d.decided.symbol());
  if (!line) return;
  const double size = closing * line->unit + std::abs(d.decided.opening_quantity()) * unit_of(*line, d.decided.price());
  if (differ(sizing.final_size(), size)) find("status", "final size", sizing.final_size(), size);
}

/// What was asked for bounds what is given.
void JournalChecker::check_wish(const Decision& d) {
  if (!d.wish) {
    ++counts_.without_wish;
    return;
  }
  const double side = d.wish->side() == trading::TradingSignal::BUY ? 1 : -1;
  const auto& decided = d.decided;
  if (decided.closing_quantity() * side < 0 || decided.opening_quantity() * side < 0) find("request", "the other side");
  if (decided.symbol() != d.wish->symbol()) find("request", "another symbol");
  if (d.wish->reduce_only() && decided.opening_quantity() != 0) find("request", "reduce_only opens");
  const auto& sizing = d.assessment.position_sizing();
  if (d.wish->has_requested_notional() && beyond(sizing.final_size(), d.wish->requested_notional()))
    find("request", "more than was asked for", sizing.final_size(), d.wish->requested_notional());
  const TimeMs expiry = d.wish->has_expires_at_ms() ? d.wish->expires_at_ms() : now_ms_ + life_ms;
  if (decided.expires_at_ms() != expiry) find("request", "another life than asked for");
  if (decided.opening_quantity() == 0) return;
  const double last = d.book.find(decided.symbol())->terms->quote.price;
  const double entry = d.wish->has_entry_price() ? d.wish->entry_price() : last;
  const double valued = side < 0 ? std::max(entry, last) : entry; // a sell below the last price fills at the last
  if (d.wish->has_entry_price() && valued != decided.price())
    find("request", "valued at another price", decided.price(), valued);
  if (d.wish->has_stop_loss() && (entry - d.wish->stop_loss()) * side <= 0)
    find("levels", "the stop is on the wrong side", d.wish->stop_loss(), entry);
  if (d.wish->has_take_profit() && (d.wish->take_profit() - entry) * side <= 0)
    find("levels", "the target is on the wrong side", d.wish->take_profit(), entry);
  const auto& banned = d.ledger.terms.banned_strategy_types();
  const bool nameless = d.wish->strategy_type() == trading::TradingSignal::STRATEGY_TYPE_UNSPECIFIED;
  if (!banned.empty() &&
      (nameless || holds(banned, trading::TradingSignal::StrategyType_Name(d.wish->strategy_type()))))
    find("strategy_type", "a banned type");
}

void JournalChecker::check_closing(Decision& d) {
  const double quantity = d.decided.closing_quantity();
  if (quantity == 0) return;
  ++counts_.closings;
  const auto& symbol = d.decided.symbol();
  if (quantity * d.ledger.held(symbol) >= 0) find("closing", "nothing on the other side", quantity);
  const double most = d.ledger.closable(symbol);
  if (std::abs(quantity) > most * (1 + 1e-9)) find("closing", "more than is left to close", std::abs(quantity), most);
  d.book.close(symbol, quantity);
  // What opens while a part of the position could still be closed would be netted later, not now.
  if (d.decided.opening_quantity() != 0 && std::abs(quantity) < most * (1 - 1e-9))
    find("closing", "opens before all is closed", std::abs(quantity), most);
}

void JournalChecker::check_opening(Decision& d) {
  const auto& decided = d.decided;
  if (decided.opening_quantity() == 0) return;
  ++counts_.openings;
  if (d.ledger.halted) find("halt", "opens while the tenant is halted");
  if (live_pct_ && row_of(d.assessment, "halt").outcome() != risk::LimitCheck::PASS)
    find("halt", "opens, and nobody looked for a halt");
  const Line* line = d.book.find(decided.symbol());
  if (!line) return find("market_data", "opens without a mark");
  if (const auto symbol = d.book.unmeasurable(); !symbol.empty() || !line->terms->column)
    return find("market_data", "opens on a book without a VaR: " + symbol);
  if (decided.closing_quantity() == 0 && decided.opening_quantity() * d.ledger.held(decided.symbol()) < 0 &&
      d.ledger.closable(decided.symbol()) > 0)
    find("closing", "opens against a position that could be closed");
  if (!(d.book.equity > 0)) return find("equity", "opens without equity", d.book.equity);

  const auto& instrument = line->terms->instrument;
  const double quantity = std::abs(decided.opening_quantity());
  const double lots = quantity / instrument.lot_step;
  if (std::abs(lots - std::round(lots)) > 1e-6) find("lots", "not whole lots", quantity, instrument.lot_step);
  const double least = std::max(instrument.min_quantity, instrument.lot_step);
  if (quantity < least * (1 - 1e-9)) find("lots", "below the smallest quantity", quantity, least);
  const auto& sizing_row = row_of(d.assessment, "sizing");
  const double size = quantity * unit_of(*line, decided.price());
  if (sizing_row.has_limit() && beyond(size, sizing_row.limit()))
    find("sizing", "more than was left of the request", size, sizing_row.limit());
  if (beyond(size, sizing_row.value())) find("sizing", "more than the sizing rule gave", size, sizing_row.value());
  check_permission(d, *line);
  const Trade trade{decided.symbol(), decided.opening_quantity(), decided.price()};
  check_measures(d, trade);
  d.book.open(trade);
}

/// The gates that an opening part must have passed.
void JournalChecker::check_permission(const Decision& d, const Line& line) {
  const auto& terms = d.ledger.terms;
  const auto& symbol = d.decided.symbol();
  const auto& instrument = line.terms->instrument;
  if (terms.has_allowed_instruments() && !holds(terms.allowed_instruments(), symbol))
    find("instrument", "not on the list of allowed instruments");
  if (holds(terms.denied_instruments(), symbol)) find("instrument", "on the list of denied instruments");
  if (holds(terms.banned_strategies(), d.decided.strategy_id())) find("strategy_type", "a banned strategy");
  const auto& hours = line.terms->open_intervals;
  const bool open =
      std::any_of(hours.begin(), hours.end(), [&](const auto& i) { return i.open <= now_ms_ && now_ms_ < i.close; });
  if (terms.trading_hours_restriction() && !instrument.trading_hours_text.empty() && !open)
    find("trading_hours", "opens while " + symbol + " is closed");
  const auto age = static_cast<double>(now_ms_ - line.terms->quote.at);
  if (age > static_cast<double>(96 * hour_ms)) find("market_data", "stale", age / 1000, 96.0 * 3600);
  const double collar = collar_of(d.ledger, instrument);
  const double away = 100 * std::abs(d.decided.price() / line.terms->quote.price - 1);
  if (away > collar * (1 + relative)) find("price_collar", "too far from the last price", away, collar);
}

/// The heart: no measure of the book beyond its limit, unless it was beyond before, and then not further.
void JournalChecker::check_measures(const Decision& d, const Trade& trade) {
  std::map<std::string, double> largest;
  const auto measures = d.book.measures(trade);
  bool over = false;
  for (const auto& m : measures) {
    ++counts_.measures;
    const double bound = std::max(m.limit, m.before);
    if (m.after > bound + relative * std::abs(bound) + m.tolerance)
      find(m.control, "beyond its limit", m.after, m.limit, m.before);
    over = over || beyond(m.after, m.limit);
    largest[m.control] = std::max(largest[m.control], m.after);
  }
  counts_.over_before += over;
  // And the answer says so: a row's value is its measure at the final size.
  for (const auto& [control, value] : largest) {
    const auto& row = row_of(d.assessment, control);
    const auto own = std::find_if(measures.begin(), measures.end(),
                                  [&wanted = control](const auto& m) { return m.control == wanted; });
    if (!row.has_value() || std::abs(row.value() - value) > relative * std::max(1e-3, value) + own->tolerance)
      find("books", "row " + control, row.value(), value);
    if (differ(row.limit(), own->limit)) find("books", "limit in row " + control, row.limit(), own->limit);
  }
}

} // namespace riskcluster::acceptance

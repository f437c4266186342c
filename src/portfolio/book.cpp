#include "portfolio/book.hpp"

#include <algorithm>

#include "core/bounds.hpp"

namespace riskcluster {

namespace {

double leverage_of(const Instrument& instrument, const ClassLeverage& leverage) {
  switch (instrument.asset_class) {
  case AssetClass::fx:
  case AssetClass::index:
  case AssetClass::commodity: {
    // An instrument may be stricter than its class, never looser than the limits.
    const double of_class = leverage[static_cast<std::size_t>(instrument.asset_class)];
    return std::min(of_class, instrument.leverage.value_or(of_class));
  }
  default:
    return 1;
  }
}

/// Within what single-precision scenarios can hold.
bool is_measurable(const BookLine& line) { return is_amount(line.notional()); }

std::optional<BookFault> stale(const Symbol& symbol, TimeMs at, TimeMs age_max, TimeMs now) {
  if (now - at <= age_max) return std::nullopt;
  return BookFault{"STALE_MARKET_DATA", symbol.value + ": last price of " + format_rfc3339(at) + " is older than " +
                                            std::to_string(age_max / second_ms) + " s"};
}

} // namespace

Book::Book(const MarketView& view, const Currency& account, double balance, const ClassLeverage& leverage,
           const std::vector<Position>& positions, const std::vector<Reservation>& reservations)
    : view_{&view}, account_{account}, leverage_{leverage}, equity_{balance} {
  const auto keep_fault = [&](const Error& error, const Symbol& symbol) {
    faults_.push_back({"NO_MARKET_DATA", symbol.value + ": " + error.message});
  };
  lines_.reserve(positions.size() + reservations.size() + 8);
  for (const auto& position : positions) {
    auto made = line(position.symbol);
    if (!made) {
      keep_fault(made.error(), position.symbol);
      continue;
    }
    BookLine& entry = **made;
    entry.filled_quantity += position.quantity;
    const double move = entry.view->quote.price - position.average_price;
    entry.unrealized_pnl += position.quantity * move * entry.view->instrument.contract_size * entry.quote_to_account;
    equity_ += entry.unrealized_pnl;
  }
  for (const auto& reservation : reservations) {
    auto made = line(reservation.symbol);
    if (made)
      reserve(**made, reservation.closing_quantity, reservation.opening_quantity, reservation.price);
    else
      keep_fault(made.error(), reservation.symbol);
  }
}

Result<BookLine> Book::make_line(const Symbol& symbol) const {
  BookLine entry;
  entry.symbol = symbol;
  entry.view = view_->find(symbol);
  if (!entry.view) return Error{Errc::not_found, "no price"};
  const auto& instrument = entry.view->instrument;
  const auto quote = view_->fx(instrument.quote, account_);
  if (!quote) return Error{Errc::not_found, "no rate " + instrument.quote.value + " to " + account_.value};
  entry.quote_to_account = quote->rate;
  if (instrument.asset_class == AssetClass::fx) {
    const auto base = view_->fx(instrument.base, account_);
    if (!base) return Error{Errc::not_found, "no rate " + instrument.base.value + " to " + account_.value};
    entry.base_to_account = base->rate;
  }
  entry.unit_value = entry.view->quote.price * instrument.contract_size * quote->rate;
  entry.class_leverage = leverage_of(instrument, leverage_);
  return entry;
}

const BookLine* Book::find(const Symbol& symbol) const {
  const auto at = std::lower_bound(lines_.begin(), lines_.end(), symbol,
                                   [](const BookLine& a, const Symbol& s) { return a.symbol < s; });
  return at != lines_.end() && at->symbol == symbol ? &*at : nullptr;
}

Result<BookLine*> Book::line(const Symbol& symbol) {
  const auto at = std::lower_bound(lines_.begin(), lines_.end(), symbol,
                                   [](const BookLine& a, const Symbol& s) { return a.symbol < s; });
  if (at != lines_.end() && at->symbol == symbol) return &*at;
  auto made = make_line(symbol);
  if (!made) return made.error();
  return &*lines_.insert(at, std::move(*made));
}

void reserve(BookLine& line, double closing_quantity, double opening_quantity, double price) {
  // A position that was filled the other way meanwhile leaves orders that close on both sides.
  line.closing_quantity = net_quantity(line.closing_quantity, closing_quantity);
  line.opening_quantity = net_quantity(line.opening_quantity, opening_quantity);
  line.opening_notional = net_quantity(
      line.opening_notional, opening_quantity * price * line.view->instrument.contract_size * line.quote_to_account);
}

std::optional<BookFault> Book::fault(TimeMs now) const {
  if (!faults_.empty()) return faults_.front();
  for (const auto& entry : lines_) {
    const bool open = entry.notional() != 0;
    if (!open && entry.filled_quantity == 0) continue; // a filled one feeds the equity, however it is offset
    const auto& quote = entry.view->quote;
    if (auto old = stale(entry.symbol, quote.at, quote.age_max(), now)) return old;
    if (!is_measurable(entry))
      return BookFault{"BOOK_TOO_LARGE", entry.symbol.value + ": its notional cannot be measured"};
    if (open && (!entry.view->column || !view_->model().has_var))
      return BookFault{"INSUFFICIENT_HISTORY", entry.symbol.value + " is in the book, but has too few aligned returns"};
    for (const auto* currency : {&entry.view->instrument.quote, &entry.view->instrument.base}) {
      if (currency->empty()) continue;
      const auto rate = view_->fx(*currency, account_);
      if (!rate) continue;
      if (auto old = stale(Symbol{currency->value + account_.value}, rate->at, rate->age_max, now)) return old;
    }
  }
  return std::nullopt;
}

bool Book::measurable() const {
  return faults_.empty() && view_->model().has_var &&
         std::all_of(lines_.begin(), lines_.end(), [](const BookLine& line) {
           return line.notional() == 0 || (line.view->column && is_measurable(line));
         });
}

Eigen::VectorXd Book::weights() const {
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(view_->model().returns.cols());
  for (const auto& entry : lines_)
    if (entry.view->column) weights[*entry.view->column] += entry.notional();
  return weights;
}

} // namespace riskcluster

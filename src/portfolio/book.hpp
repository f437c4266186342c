#pragma once
// A tenant's positions and open reservations, valued on one market view. Risk is judged on this, never on positions
// alone.

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "core/result.hpp"
#include "market/market_view.hpp"
#include "portfolio/position.hpp"
#include "portfolio/reservation.hpp"

namespace riskcluster {

/// What limits are written against: class leverages, one per asset class (1 where a class has none).
using ClassLeverage = std::array<double, asset_class_count>;

/// One symbol of the book. Money in the account currency.
struct BookLine {
  Symbol symbol;
  const ViewSymbol* view = nullptr; ///< never null in a valued book
  double filled_quantity = 0;       ///< signed
  double closing_quantity = 0;      ///< signed sum of the open closing reservations
  double opening_quantity = 0;      ///< signed sum of the open opening reservations
  double opening_notional = 0;      ///< the same, each valued at its own price
  double unit_value = 0;            ///< of one unit at the last price: price x contract_size x fx(quote → account)
  double quote_to_account = 0;
  double base_to_account = 0; ///< FX only
  double unrealized_pnl = 0;  ///< of the filled quantity
  double class_leverage = 1;  ///< measure = |notional| / class_leverage

  /// Signed. What is left after closing at the last price, plus what may still open at its own price.
  /// An order that offsets the position exactly leaves 0, not the rounding of two products.
  double notional() const {
    return net_quantity(net_quantity(filled_quantity, closing_quantity) * unit_value, opening_notional);
  }
  /// FX only, signed: the base leg is worth what its currency is worth, whatever price an order names.
  double base_notional() const {
    return (net_quantity(filled_quantity, closing_quantity) + opening_quantity) * view->instrument.contract_size *
           base_to_account;
  }
  AssetClass asset_class() const { return view->instrument.asset_class; }
  double measure() const { return std::abs(notional()) / class_leverage; }
};

/// Why a book cannot be valued; the reason is a reason_code.
struct BookFault {
  std::string_view code; ///< a literal
  std::string message;
};

/// Adds an approved trade to a line. Quantities signed; `price` values the opening part.
void reserve(BookLine& line, double closing_quantity, double opening_quantity, double price);

/// Lines sorted by symbol; a line may be flat while reservations offset its position.
class Book {
public:
  /// @param leverage class leverage for the margin-like measure; EQUITY and CRYPTO count with their full notional.
  /// Symbols without a price or a conversion are kept out of the lines and recorded as a fault.
  Book(const MarketView& view, const Currency& account, double balance, const ClassLeverage& leverage,
       const std::vector<Position>& positions, const std::vector<Reservation>& reservations);

  const MarketView& view() const { return *view_; }
  const Currency& account() const { return account_; }
  const std::vector<BookLine>& lines() const { return lines_; }
  /// Cash plus unrealised P&L of the positions.
  double equity() const { return equity_; }
  /// The first reason why increases must be refused: a symbol unpriced, stale at `now`, unconvertible, without returns.
  std::optional<BookFault> fault(TimeMs now) const;

  /// True when every open line is priced and has returns: the book has a VaR.
  bool measurable() const;

  const BookLine* find(const Symbol& symbol) const;
  /// The line of a symbol, made flat when there is none; an error when it has no price or no conversion.
  Result<BookLine*> line(const Symbol& symbol);

  /// Signed notionals in the model's columns; symbols without a column count nothing (see fault()).
  Eigen::VectorXd weights() const;

private:
  Result<BookLine> make_line(const Symbol& symbol) const;

  const MarketView* view_;
  Currency account_;
  ClassLeverage leverage_;
  std::vector<BookLine> lines_;
  std::vector<BookFault> faults_;
  double equity_ = 0;
};

} // namespace riskcluster

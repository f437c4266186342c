#pragma once
// The opening part of a trade, as the limits see it: the book after the close, the symbol's line, a direction.

#include <vector>

#include "controls/limits.hpp"
#include "controls/solve.hpp"
#include "portfolio/book.hpp"

namespace riskcluster {

struct Opening {
  const Book& book;
  const BookLine& line; ///< of the trade's symbol, in that book
  double direction = 1; ///< +1 buy, -1 sell
  double equity = 0;    ///< > 0
  double price = 0;     ///< valuation price: n = quantity x price x contract_size x fx(quote → account)
  const Limits& limits;

  double per_cent_of_equity() const { return 100 / equity; }
};

SizeControl max_positions(const Opening& opening);
SizeControl max_position_size(const Opening& opening);
SizeControl order_size(const Opening& opening);
SizeControl position_concentration(const Opening& opening);
SizeControl sector_concentration(const Opening& opening);
/// One V per leg in a currency other than the account's; a CFD touches no currency until it earns or loses.
SizeControl currency_exposure(const Opening& opening);
SizeControl portfolio_leverage(const Opening& opening);
/// An unknown class allows nothing.
SizeControl class_leverage(const Opening& opening);

/// Open symbols that move with the trade.
struct CorrelationGroup {
  std::vector<Symbol> others;        ///< signed ρ above the limit; the trade's own symbol is always in the group
  double others_measure = 0;         ///< Σ measure of the others, account currency
  double max_signed_correlation = 0; ///< over all other open symbols; 0 without any
};
CorrelationGroup correlation_group(const Opening& opening);
SizeControl correlation(const Opening& opening, const CorrelationGroup& group);

/// Stand-alone VaR of one unit of notional, the largest of the three methods; linear in size.
SizeControl var_per_trade(const Opening& opening, double unit_var);

} // namespace riskcluster

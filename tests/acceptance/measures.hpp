#pragma once
// What a book measures, recomputed from marks, rates, instruments and returns: each measure taken on the whole book
// before a trade and again on the whole book after it, never as a function of the trade's size.

#include <map>
#include <string>
#include <vector>

#include "acceptance/ledger.hpp"
#include "market/market_view.hpp"

namespace riskcluster::acceptance {

/// On top of any comparison of VaR figures, of the largest gross exposure that the book had in its batch: scenario P&L
/// is kept in float and brought up to date trade by trade, so that what is closed leaves its rounding behind.
inline constexpr double float_share = 1e-7;

/// One symbol of a valued book. Money in the account currency.
struct Line {
  const ViewSymbol* terms = nullptr;
  double filled = 0, closing = 0, opening = 0; ///< signed quantities
  double opening_notional = 0;                 ///< each opening at its own price
  double unit = 0;                             ///< of quantity 1 at the mark
  double quote_rate = 0, base_rate = 0;
  double pnl = 0;      ///< unrealised, of what is filled
  double leverage = 1; ///< measure = |notional| / leverage
  double notional() const { return (filled + closing) * unit + opening_notional; }
  double measure() const;
  /// Less than a millionth of the account currency is the dust of binary fractions.
  bool is_open() const;
};

/// A trade to be measured: signed quantity at its own price.
struct Trade {
  std::string symbol;
  double quantity = 0;
  double price = 0;
};

/// One limit and what the book measured before and after the trade, in the limit's unit.
struct Measured {
  std::string control;
  double limit = 0;
  double before = 0;
  double after = 0;
  double tolerance = 0; ///< absolute, on top of the relative one
};

struct BookVar {
  double historical = 0, parametric = 0, monte_carlo = 0;
  double largest() const;
};

class ValuedBook {
public:
  /// Symbols without a mark or a rate are left out, and named in `unpriced`.
  ValuedBook(const Ledger& ledger, const journal::BatchDecided& decided, const MarketView& view);

  void close(const std::string& symbol, double quantity);
  void open(const Trade& trade);
  const Line* find(const std::string& symbol) const;
  /// All measures that a trade touches. Its symbol has a line, every open line a column in the model.
  std::vector<Measured> measures(const Trade& trade) const;

  double equity = 0;
  std::vector<std::string> unpriced;
  double gross() const;
  double gross_peak() const { return gross_peak_; } ///< since it was made
  BookVar var() const;
  /// The first open symbol without returns; empty when the book has a VaR.
  std::string unmeasurable() const;

private:
  Line* add_line(const std::string& symbol);
  double count() const;
  double sector(std::string_view name) const;
  double asset_class(AssetClass of) const;
  double currency(const Currency& of) const;
  double group(const std::string& symbol, double side, double rho_min) const;
  std::vector<Currency> touched_by(const Line& line) const;

  const Ledger* ledger_;
  const MarketView* view_;
  std::map<std::string, double> marks_, rates_;
  std::map<std::string, Line> lines_;
  double gross_peak_ = 0;
};

} // namespace riskcluster::acceptance

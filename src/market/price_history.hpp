#pragma once
// Daily closes of many symbols, and the one alignment that every figure of a view uses.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "market/instrument.hpp"

namespace riskcluster {

struct DailyClose {
  Date date;
  double close = 0; ///< quote currency, > 0
  bool operator==(const DailyClose&) const = default;
};

/// Dates strictly rising per symbol.
struct PriceHistory {
  std::map<Symbol, std::vector<DailyClose>> closes;
};

/// What a CSV text of a market folder holds.
enum class CsvKind { wide, one_symbol, neither };
/// By its header: a `close` column is one symbol, else a `date` column makes it wide, else it is not ours.
CsvKind csv_kind(std::string_view text);

/// Adds the closes of one CSV text. Empty cells of a wide file are days without a price.
/// Errors name file, line and field: not a date, dates not strictly rising, price not > 0, too few fields, a symbol
/// that is there already.
/// @param file name for messages. @param symbol of a one-symbol file (its stem); unused for a wide one.
Result<bool> add_csv(PriceHistory& history, std::string_view file, const Symbol& symbol, std::string_view text);

inline constexpr int closes_min = 253;                     ///< fewer: not enough for 252 returns
inline constexpr TimeMs last_close_age_max = 96 * hour_ms; ///< behind the newest row of all eligible symbols
inline constexpr std::string_view vix_symbol = "VIX";

/// Why a symbol is not in the model.
struct Ineligible {
  Symbol symbol;
  std::string reason;
};

/// Prices of all eligible symbols on their common dates, oldest first.
struct AlignedPrices {
  std::vector<Symbol> symbols; ///< sorted; the columns
  std::vector<Date> dates;     ///< the rows
  Eigen::MatrixXd closes;      ///< dates x symbols
  std::vector<Ineligible> left_out;
};

/// Join first, then returns. Uses rows dated before `before` only; keeps at most the last `rows_max` common dates.
/// Eligible: in the instrument table, >= 253 closes, last close at most 96 h older than the newest row; VIX never.
AlignedPrices align(const PriceHistory& history, const InstrumentTable& instruments, Date before, std::size_t rows_max);

} // namespace riskcluster

#pragma once
// What the rows dated before a day say: the half of a view that holds for the whole day.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "market/market_view.hpp"

namespace riskcluster {

/// When an instrument trades around a UTC day; from outside, where the time zones are.
using HoursOf = std::function<std::vector<UtcInterval>(const Instrument&, Date day)>;

struct DailyBasis {
  Date before; ///< the day; its own rows are not known yet
  std::shared_ptr<const MarketModel> model;
  std::vector<ViewSymbol> symbols; ///< last closes as quotes, sorted by symbol
};

/// Errors are build_model's.
Result<DailyBasis> daily_basis(const PriceHistory& history, const InstrumentTable& instruments, Date before,
                               const VarSettings& settings, std::uint64_t seed, const HoursOf& hours);

} // namespace riskcluster

#pragma once

#include <memory>
#include <optional>

#include "market/market_view.hpp"

namespace riskcluster {

/// Market views of a folder of daily closes: one for each UTC day, made when it is first asked for.
class DailyViews {
public:
  /// @param fixed when given, every instant has the view of the rows dated up to this day, it included.
  DailyViews(PriceHistory history, InstrumentTable instruments, VarSettings settings, std::uint64_t seed,
             std::optional<Date> fixed);

  /// The rows dated before the instant's own day.
  Result<MarketViewPtr> at(TimeMs now);
  /// The same, and for how long it holds.
  Result<DatedView> dated_at(TimeMs now);

  const PriceHistory& history() const { return history_; }
  const InstrumentTable& instruments() const { return *instruments_; }

private:
  Result<MarketViewPtr> build(Date before) const;

  PriceHistory history_;
  std::shared_ptr<const InstrumentTable> instruments_;
  VarSettings settings_;
  std::uint64_t seed_;
  std::optional<Date> fixed_;
  static constexpr std::size_t kept_max = 8; ///< views at hand, for clocks that jump to and fro
  struct Kept {
    Date before;
    MarketViewPtr view;
  };
  std::vector<Kept> kept_; ///< oldest first
};

} // namespace riskcluster

#include "files/daily_views.hpp"

#include <limits>

#include "files/trading_calendar.hpp"
#include "market/daily_basis.hpp"

namespace riskcluster {

DailyViews::DailyViews(PriceHistory history, InstrumentTable instruments, VarSettings settings, std::uint64_t seed,
                       std::optional<Date> fixed)
    : history_{std::move(history)},
      instruments_{std::make_shared<const InstrumentTable>(std::move(instruments))},
      settings_{settings},
      seed_{seed},
      fixed_{fixed} {}

Result<MarketViewPtr> DailyViews::at(TimeMs now) {
  const Date before = fixed_ ? Date{fixed_->days + 1} : date_of(now);
  for (const auto& kept : kept_)
    if (kept.before == before) return kept.view;
  auto view = build(before);
  if (!view) return view.error();
  if (kept_.size() == kept_max) kept_.erase(kept_.begin());
  kept_.push_back({before, *view});
  return view;
}

Result<DatedView> DailyViews::dated_at(TimeMs now) {
  auto view = at(now);
  if (!view) return view.error();
  if (fixed_) return DatedView{std::numeric_limits<TimeMs>::min(), std::numeric_limits<TimeMs>::max(), *view};
  const Date day = date_of(now);
  return DatedView{day.begin_ms(), day.end_ms(), *view};
}

Result<MarketViewPtr> DailyViews::build(Date before) const {
  auto basis = daily_basis(history_, *instruments_, before, settings_, seed_, open_intervals);
  if (!basis) return basis.error();
  return MarketViewPtr{
      std::make_shared<const MarketView>(std::move(basis->model), instruments_, std::move(basis->symbols))};
}

} // namespace riskcluster

#include "controls/opening.hpp"
#include "portfolio/exposure.hpp"

namespace riskcluster {

SizeControl currency_exposure(const Opening& opening) {
  const auto& limit = opening.limits[LimitId::max_currency_exposure_pct];
  // |net| <= limit % of E x the leverage that the tenant may use.
  const double leverage = opening.limits[LimitId::max_portfolio_leverage].value;
  SizeControl control{.id = ControlId::currency_exposure, .limit = limit.value * leverage, .origin = limit.origin};
  const auto& instrument = opening.line.view->instrument;
  const auto add_leg = [&](const Currency& currency, double per_unit) {
    if (currency == opening.book.account()) return;
    control.measures.push_back({.weight = opening.per_cent_of_equity(),
                                .at_zero = net_currency(opening.book, currency),
                                .slope = opening.direction * per_unit});
  };
  if (instrument.asset_class == AssetClass::fx) {
    // One unit of notional buys 1 / (price x fx(quote → account)) of the base currency.
    add_leg(instrument.base, opening.line.base_to_account / (opening.price * opening.line.quote_to_account));
    add_leg(instrument.quote, -1);
  } else if (instrument.settlement != Settlement::cfd) {
    add_leg(instrument.quote, 1);
  }
  return control;
}

} // namespace riskcluster

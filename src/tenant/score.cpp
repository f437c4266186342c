#include <algorithm>

#include "portfolio/exposure.hpp"
#include "tenant/judgement.hpp"

namespace riskcluster {

double share_of(double value, double limit) {
  if (limit > 0) return value / limit;
  return value > 0 ? 1 : 0;
}

double risk_score(const ScoreShares& shares) {
  const auto clamped = [](double u) { return std::clamp(u, 0.0, 1.0); };
  const double u[] = {clamped(shares.var), clamped(shares.correlation), clamped(shares.concentration),
                      clamped(shares.drawdown)};
  const double weighted = 0.40 * u[0] + 0.20 * u[1] + 0.20 * u[2] + 0.20 * u[3];
  const double largest = *std::max_element(std::begin(u), std::end(u));
  return 100 * (largest >= 1 ? std::max(weighted, largest) : weighted);
}

double concentration_share(const Book& book, const Limits& limits) {
  if (!(book.equity() > 0)) return book.lines().empty() ? 0 : 1;
  const double per_cent = 100 / book.equity();
  const double position_limit = limits[LimitId::max_position_concentration_pct].value;
  const double currency_limit =
      limits[LimitId::max_currency_exposure_pct].value * limits[LimitId::max_portfolio_leverage].value;
  double share = 0;
  for (const auto& line : book.lines()) share = std::max(share, share_of(per_cent * line.measure(), position_limit));
  for (const auto& [currency, net] : exposure_of(book).by_currency)
    share = std::max(share, share_of(per_cent * std::abs(net), currency_limit));
  return share;
}

} // namespace riskcluster

#include "market/daily_basis.hpp"

namespace riskcluster {

Result<DailyBasis> daily_basis(const PriceHistory& history, const InstrumentTable& instruments, Date before,
                               const VarSettings& settings, std::uint64_t seed, const HoursOf& hours) {
  const auto rows_max = static_cast<std::size_t>(settings.window_days) + 1;
  auto model = build_model(align(history, instruments, before, rows_max), settings, seed);
  if (!model) return model.error();
  auto shared = std::make_shared<const MarketModel>(std::move(*model));
  auto symbols = daily_quotes(history, instruments, *shared, before,
                              [&](const Instrument& instrument) { return hours(instrument, before); });
  return DailyBasis{before, std::move(shared), std::move(symbols)};
}

} // namespace riskcluster

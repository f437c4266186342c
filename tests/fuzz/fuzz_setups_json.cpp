#include <cmath>

#include "core/check.hpp"
#include "messages/codec_portfolio.hpp"

using namespace riskcluster;

namespace {

void check_limits(const LimitSettings& limits) {
  for (const auto& [id, value] : limits.values.all()) check(std::isfinite(value), "limits are finite");
}

void check_entry(const TenantSetup& setup) {
  check(std::isfinite(setup.balance), "the balance is finite");
  for (const auto& position : setup.positions)
    check(std::isfinite(position.quantity) && std::isfinite(position.average_price), "positions are finite");
  for (const auto& trades : setup.trade_statistics)
    check(trades.recent_pnl.size() <= recent_trades_max && std::isfinite(trades.sum_win + 0 * trades.sum_loss),
          "statistics are finite and bounded");
  check_limits(setup.limits);
}
void check_entry(const CompanySetup& setup) { check_limits(setup.limits); }
void check_entry(const Instrument& instrument) {
  auto copy = instrument;
  check(complete(copy).empty(), "an instrument without an error is complete");
  check(instrument.contract_size > 0 && instrument.lot_step > 0, "quantities can be rounded");
}

template <class Entry>
std::size_t check_all(const std::vector<Result<Entry>>& entries) {
  for (const auto& entry : entries) {
    if (entry)
      check_entry(*entry);
    else
      check(!entry.error().message.empty(), "an error says why");
  }
  return entries.size();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  // One kind a run, chosen by the length, so that a seed of any kind meets its own decoder soon.
  switch (size % 3) {
  case 0:
    check_all(decode_tenants_json(text));
    break;
  case 1:
    check_all(decode_companies_json(text));
    break;
  default:
    check_all(decode_instruments_json(text));
    break;
  }
  return 0;
}

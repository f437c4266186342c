#include <cmath>

#include "core/check.hpp"
#include "market/price_history.hpp"

using namespace riskcluster;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  PriceHistory history;
  const auto added = add_csv(history, "fuzz.csv", Symbol{"EURUSD"}, text);
  if (!added) {
    check(added.error().message.find("fuzz.csv") != std::string::npos, "an error names the file");
    return 0;
  }
  for (const auto& [symbol, closes] : history.closes) {
    for (std::size_t i = 0; i < closes.size(); ++i) {
      check(std::isfinite(closes[i].close) && closes[i].close > 0, "prices are finite and > 0");
      check(i == 0 || closes[i - 1].date < closes[i].date, "dates rise strictly");
    }
  }
  return 0;
}

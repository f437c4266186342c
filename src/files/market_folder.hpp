#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "market/price_history.hpp"

namespace riskcluster {

/// All CSV files of a folder that hold closes, in the order of their names; others are ignored.
/// The first bad row is an error naming file and line: prices are never guessed.
Result<PriceHistory> read_market_folder(const std::string& folder);

} // namespace riskcluster

#pragma once

#include <string>
#include <unordered_map>

#include "trading/trading_signals.pb.h"

namespace riskcluster::acceptance {

/// What was asked, by batch_id.
using Wishes = std::unordered_map<std::string, trading::TradingSignalBatch>;

/// Of a file with one batch a line. What the plain JSON reader cannot read is missing.
Wishes read_wishes(const std::string& path);

} // namespace riskcluster::acceptance

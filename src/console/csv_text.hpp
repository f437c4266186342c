#pragma once
// Comma-separated text as cells: quotes, CRLF and a byte-order mark are read; what a cell means is the reader's affair.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace riskcluster {

struct CsvRow {
  int line = 0; ///< in the file, from 1
  std::vector<std::string> cells;
};

/// Rows that are not blank. Cells are trimmed; every row has as many as the first. @param file for messages only.
Result<std::vector<CsvRow>> parse_csv(const std::string& file, std::string_view text);

/// A whole cell as a finite number; nothing for anything else (so "inf" and "1 %" are none).
std::optional<double> parse_number(std::string_view text);

/// "a, b, c", for messages.
std::string joined(const std::vector<std::string>& names);

} // namespace riskcluster

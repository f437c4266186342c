#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "core/result.hpp"

namespace riskcluster {

inline constexpr std::size_t file_bytes_max = std::size_t{256} << 20U;

/// A whole file of at most file_bytes_max. Errors name it.
Result<std::string> read_text(const std::string& path);

inline constexpr std::size_t line_bytes_max = 1U << 20U;

/// Lines of a file, one after the other; "-" is standard input.
class LineReader {
public:
  static Result<LineReader> open(const std::string& path);

  /// The next line without its end, or nothing. A line beyond line_bytes_max comes cut, with too_long() true.
  std::optional<std::string_view> next();
  std::uint64_t line() const { return line_; } ///< number of the last line, from 1
  bool too_long() const { return too_long_; }
  std::uint64_t bytes_read() const { return bytes_; }
  /// Size of the file; 0 for standard input.
  std::uint64_t bytes_total() const { return total_; }

private:
  std::ifstream file_;
  bool standard_input_ = false;
  std::string buffer_;
  std::uint64_t line_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t total_ = 0;
  bool too_long_ = false;
};

} // namespace riskcluster

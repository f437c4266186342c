#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "tenant/assessment.hpp"

namespace riskcluster {

/// What a run did, for the person who started it.
class Summary {
public:
  void count(const RiskAssessmentBatch& answer, std::chrono::nanoseconds took);
  void count_batch() { ++batches_; }
  void count_command(bool applied) { ++(applied ? commands_ : repeated_commands_); }
  void count_bad_line() { ++bad_lines_; }
  std::uint64_t batches() const { return batches_; }
  std::uint64_t signals() const { return signals_; }
  /// @param elapsed of the whole run.
  void print(std::ostream& out, std::chrono::nanoseconds elapsed) const;

private:
  std::uint64_t batches_ = 0, answers_ = 0, signals_ = 0, refused_batches_ = 0;
  std::uint64_t commands_ = 0, repeated_commands_ = 0, bad_lines_ = 0;
  std::array<std::uint64_t, 4> by_status_{};
  std::map<std::string, std::uint64_t> by_reason_;
  std::vector<float> micros_; ///< per answer
};

} // namespace riskcluster

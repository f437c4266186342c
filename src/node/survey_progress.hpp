#pragma once
// The progress line of a survey, on a terminal.

#include <chrono>
#include <iosfwd>

#include "node/survey.hpp"

namespace riskcluster {

class SurveyLine {
public:
  /// @param draw nothing is drawn without it; the time is taken all the same.
  SurveyLine(std::ostream& out, std::uint32_t shards, bool draw) : out_{out}, shards_{shards}, draw_{draw} {}
  void operator()(ShardId shard, std::uint64_t records);
  /// Removes the line. @returns seconds since the beginning.
  double end();

private:
  using Clock = std::chrono::steady_clock;
  double seconds() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

  std::ostream& out_;
  std::uint32_t shards_;
  bool draw_;
  Clock::time_point started_ = Clock::now(), drawn_{};
  ShardId shard_;
  std::uint64_t earlier_ = 0, of_shard_ = 0; ///< records
};

} // namespace riskcluster

#include "node/survey_progress.hpp"

#include <cstdio>
#include <ostream>

namespace riskcluster {

void SurveyLine::operator()(ShardId shard, std::uint64_t records) {
  if (shard != shard_) {
    earlier_ += std::exchange(of_shard_, 0);
    shard_ = shard;
  }
  of_shard_ = records;
  const auto now = Clock::now();
  if (!draw_ || now - drawn_ < std::chrono::milliseconds{200}) return;
  drawn_ = now;
  char text[128];
  const auto read = static_cast<double>(earlier_ + of_shard_);
  std::snprintf(text, sizeof text, "\rshard %u of %u: %.0f records, %.0f records/s\033[K", shard.value + 1, shards_,
                read, read / seconds());
  out_ << text << std::flush;
}

double SurveyLine::end() {
  if (draw_) out_ << "\r\033[K" << std::flush;
  return seconds();
}

} // namespace riskcluster

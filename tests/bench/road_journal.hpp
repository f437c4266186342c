#pragma once
// A journal that notes when each batch of a load came, when its commit began and when it was answered. It stands in
// front of the real one, so that the road is watched from outside and the product pays nothing for it.

#include <cstdint>
#include <string_view>
#include <vector>

#include "journal/journal.hpp"

namespace riskcluster::bench {

/// Nanoseconds of the steady clock.
struct JournalTimes {
  std::int64_t appended = 0;
  std::int64_t commit_began = 0;
  std::int64_t answered = 0;
};

class TimingJournal final : public Journal {
public:
  /// @param inner outlives this.
  explicit TimingJournal(Journal& inner) : inner_{inner} {}

  /// From now on batches with these numbers (road_requests.hpp) are noted. While nothing is under way.
  void watch(std::uint64_t first, std::size_t count);
  const std::vector<JournalTimes>& times() const { return times_; }
  struct Commits {
    std::vector<double> micros;
    std::uint64_t records = 0;
    std::uint64_t payload_bytes = 0;
  };
  const Commits& commits() const { return commits_; }

  void append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) override;
  void commit() override;
  Result<Epoch> claim(ShardId shard) override { return inner_.claim(shard); }
  Result<JournalEnd> cut(ShardId shard, SequenceNumber below) override { return inner_.cut(shard, below); }
  Result<JournalEnd> base(ShardId shard) const override { return inner_.base(shard); }
  Result<std::vector<JournalRecord>> read(ShardId shard, SequenceNumber from, std::size_t count_max) const override {
    return inner_.read(shard, from, count_max);
  }
  Result<std::vector<JournalRecord>> read_entity(ShardId shard, std::string_view entity, SequenceNumber from,
                                                 std::size_t count_max) const override {
    return inner_.read_entity(shard, entity, from, count_max);
  }
  Result<JournalEnd> end(ShardId shard) const override { return inner_.end(shard); }
  std::string trouble() const override { return inner_.trouble(); }

private:
  JournalTimes* times_of(const JournalEntries& entries);

  Journal& inner_;
  std::uint64_t first_ = 0;
  std::vector<JournalTimes> times_;
  Commits commits_;
  bool watching_ = false;
  std::size_t waiting_ = 0;
  std::int64_t commit_began_ = 0;
};

std::int64_t steady_ns();

} // namespace riskcluster::bench

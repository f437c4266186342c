#pragma once

#include "journal/journal.hpp"

namespace riskcluster {

/// A journal that lives as long as its process; answers at once, on the caller's thread. Not thread-safe.
class MemoryJournal final : public Journal {
public:
  explicit MemoryJournal(std::uint32_t shard_count) : shards_(shard_count) {}

  void append(ShardId shard, Epoch epoch, std::vector<JournalEntry> entries, Done done) override;
  Result<std::vector<JournalRecord>> read(ShardId shard, SequenceNumber from, std::size_t count_max) const override;

private:
  struct Shard {
    std::vector<JournalRecord> records;
    Hash128 last_hash;
  };
  std::vector<Shard> shards_;
};

} // namespace riskcluster

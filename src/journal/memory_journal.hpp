#pragma once

#include <mutex>
#include <unordered_map>

#include "journal/chain.hpp"

namespace riskcluster {

/// A journal that lives as long as its process.
class MemoryJournal final : public Journal {
public:
  explicit MemoryJournal(std::uint32_t shard_count) : claims_{shard_count}, shards_(shard_count) {}

  void append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) override;
  void commit() override;
  Result<Epoch> claim(ShardId shard) override;
  Result<JournalEnd> cut(ShardId shard, SequenceNumber below) override;
  Result<JournalEnd> base(ShardId shard) const override;
  Result<std::vector<JournalRecord>> read(ShardId shard, SequenceNumber from, std::size_t count_max) const override;
  Result<std::vector<JournalRecord>> read_entity(ShardId shard, std::string_view entity, SequenceNumber from,
                                                 std::size_t count_max) const override;
  Result<JournalEnd> end(ShardId shard) const override;

private:
  struct Shard {
    std::vector<JournalRecord> records;                                    ///< n at n - base - 1
    std::unordered_map<std::string, std::vector<std::uint64_t>> by_entity; ///< n, ascending
    JournalEnd base, end;
  };

  std::vector<WaitingAppend> waiting_; ///< the writer's own, as the next
  Claims claims_;
  mutable std::mutex mutex_; ///< over everything below
  std::vector<Shard> shards_;
};

} // namespace riskcluster

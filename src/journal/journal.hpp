#pragma once
// The durable order of what happened in a shard. A port: the memory twin is here beside it, the disk comes behind it.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/hash.hpp"
#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace riskcluster {

/// A record as it is kept. `payload` is opaque bytes here.
struct JournalRecord {
  ShardId shard;
  Epoch epoch;
  SequenceNumber n;   ///< from 1, gap-free per shard
  std::string entity; ///< whose history it belongs to
  TimeMs at_ms = 0;
  Hash128 previous_hash; ///< of the record before; all 0 for n = 1
  std::string payload;
};

/// Of everything in the record, the hash of the one before included: a chain.
Hash128 hash_of(const JournalRecord& record);

/// What a writer hands in; shard, epoch, n and the chain are the journal's.
struct JournalEntry {
  std::string entity;
  TimeMs at_ms = 0;
  std::string payload;
};

/// n of the first and the last entry of an append.
struct Committed {
  SequenceNumber first;
  SequenceNumber last;
};

/// Appends are answered once, when durable; readers see only what was answered.
class Journal {
public:
  using Done = std::function<void(Result<Committed>)>;
  virtual ~Journal() = default;

  /// All entries or none. Errors: fenced (a newer epoch owns the shard), invalid_argument (no entries, unknown shard).
  virtual void append(ShardId shard, Epoch epoch, std::vector<JournalEntry> entries, Done done) = 0;

  /// Up to `count_max` records from n on, in order; empty at the end. Checks the chain: a gap, a falling epoch or a
  /// wrong hash is malformed, naming shard and n.
  virtual Result<std::vector<JournalRecord>> read(ShardId shard, SequenceNumber from, std::size_t count_max) const = 0;
};

} // namespace riskcluster

#pragma once
// The durable order of what happened in a shard. A port: its twin in memory is beside it, and so is the disk's.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
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
/// Shared, because whoever appends also publishes.
using JournalEntries = std::shared_ptr<const std::vector<JournalEntry>>;

/// n of the first and the last entry of an append.
struct Committed {
  SequenceNumber first;
  SequenceNumber last;
};

/// Where a shard's journal stands; all 0 when it is empty.
struct JournalEnd {
  SequenceNumber n;
  Epoch epoch;
  Hash128 hash; ///< of the last record
};

inline constexpr std::size_t appends_per_commit_max = 1'024;

inline constexpr std::size_t records_per_cut_max = 256; ///< so many are read and removed while commits wait

/// Writers append, then commit: all shards' appends that wait become durable together, and then each is answered, once
/// and in order. Readers see only what was answered.
///
/// append(), commit(), claim() and cut() belong to one thread. The reading members may be called from any thread at any
/// time.
class Journal {
public:
  using Done = std::function<void(Result<Committed>)>;
  virtual ~Journal() = default;

  /// Takes all entries or none; they wait for commit(). `done` is called by commit(), on its thread; only when more
  /// than appends_per_commit_max wait, it is called here. Errors:
  ///   fenced            a newer epoch owns the shard, or an append of one waits before this
  ///   invalid_argument  no entries, unknown shard
  ///   unavailable       not written: too many wait, or the disk refuses. What became of a write that failed half-way
  ///                     is found out first, so that this always means "not in the journal, nor will it be". While that
  ///                     cannot be known the answer waits for a later commit(); until the process ends, if need be.
  ///   malformed         the shard's last record cannot be read: nothing is appended behind it
  virtual void append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) = 0;

  /// Writes what waits and answers it. When nothing waits it only looks whether a disk that refused has come back: to
  /// be called now and then while there is trouble(). May append again from within `done`: that waits for the next
  /// commit.
  virtual void commit() = 0;

  /// Ownership of the shard begins anew: the epoch grows by one, and from now on every append of an older one is
  /// fenced. The journal itself tells of it with the next record; where one process at a time can write, nobody needs
  /// to know before. The writer's thread. Error: invalid_argument, malformed.
  virtual Result<Epoch> claim(ShardId shard) = 0;

  /// Removes records with n < `below`, from the front: at most records_per_cut_max of them, and never the last of the
  /// shard. @returns the base: to be called again while it moves and is short of `below`.
  /// Errors: invalid_argument; malformed, a record to be removed cannot be read; unavailable, nothing was removed.
  virtual Result<JournalEnd> cut(ShardId shard, SequenceNumber below) = 0;

  /// The last record that was removed, where the chain of the rest begins; all 0 as long as there is none.
  /// Errors: invalid_argument, malformed, unavailable.
  virtual Result<JournalEnd> base(ShardId shard) const = 0;

  /// Up to `count_max` records from n on, in order; empty at the end. not_found when n was cut, naming the base. Checks
  /// each record against its own hash and the one before: a gap, a falling epoch or a wrong hash is malformed, naming
  /// shard and n.
  virtual Result<std::vector<JournalRecord>> read(ShardId shard, SequenceNumber from, std::size_t count_max) const = 0;

  /// The same of one entity's records alone, from n on, which must not be cut. Checks each record's own hash, but no
  /// chain.
  virtual Result<std::vector<JournalRecord>> read_entity(ShardId shard, std::string_view entity, SequenceNumber from,
                                                         std::size_t count_max) const = 0;

  /// malformed when the last record cannot be read.
  virtual Result<JournalEnd> end(ShardId shard) const = 0;

  /// By whoever commits, while nothing is to be committed: whether an append would be taken, tried on the disk without
  /// a record. What it finds is in trouble(), and is over as after a commit.
  virtual void probe() {}

  /// Why every append is refused at the moment, for a person to read; empty when all is well.
  virtual std::string trouble() const { return {}; }
  /// No append will ever be taken again by this process.
  virtual bool lost() const { return false; }
};

} // namespace riskcluster

#pragma once
// The node's one RocksDB, opened once, with a family of columns for each kind of thing.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/result.hpp"

namespace rocksdb {
class DB;
class ColumnFamilyHandle;
class Env;
class WriteBatch;
} // namespace rocksdb

namespace riskcluster {

/// How safe a write is when write() returns.
enum class Durability : std::uint8_t {
  process, ///< survives the end of the process
  power    ///< survives a power cut, and so does everything written before
};

/// Named on the disk by the same words.
enum class Family : std::uint8_t { journal, entities, snapshots, cursors, views, audit, deadletters, alerts, system };
inline constexpr std::size_t family_count = 9;

struct DatabaseOptions {
  bool create = true;     ///< else a folder without a database is an error
  bool read_only = false; ///< changes nothing on the disk and takes no lock; sees what a restart would see
  bool alone = false;     ///< a reader takes the lock, too: nobody else may have it open meanwhile
  /// For `riskd repair`: a log is read up to its first damage, and the rest of it is given up.
  bool salvage = false;
  std::uint32_t shard_count = 16; ///< fixed when it is created; another number later is an error, 0 takes what is there
  rocksdb::Env* env = nullptr;    ///< the disk; the operating system's when none is given. Must outlive the database
};

/// A recovery writes some hundred MB at most; the slowest disk that can serve a node does that in a few seconds.
inline constexpr std::chrono::seconds resume_wait_max{20};

class Database {
public:
  /// Errors name the folder: not_found (nothing there), unavailable (not writable, or another process has it open),
  /// malformed (RocksDB finds it damaged; `riskd repair` says what can be done), invalid_argument (made for another
  /// number of shards, or by a newer format).
  static Result<std::unique_ptr<Database>> open(const std::string& folder, const DatabaseOptions& options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// All of it or nothing. Every write of ours goes through here, so that none comes between the steps of resume().
  /// Errors: unavailable. Whether the batch will be there after a restart is then not known, and every further write
  /// fails until resume() succeeds.
  Result<bool> write(rocksdb::WriteBatch& batch, Durability durability);

  /// Everything written so far survives a power cut. Error: unavailable.
  Result<bool> sync();

  /// The one way back after a failed write: writes what is in memory to fresh files and leaves the damaged log behind.
  /// Waits for the disk. Error: unavailable, the disk still refuses.
  /// A full disk always ends here. A disk that cannot sync a log at the very moment RocksDB turns to a fresh one does
  /// not: Debian's RocksDB 7.8 is built with its assertions and ends the process, with nothing answered that is untrue.
  Result<bool> resume();
  /// RocksDB 7.8 may wait for ever in its own recovery when syncs fail while another thread writes: after
  /// resume_wait_max every write is refused, what is open stays so, and only a new process helps.
  bool lost() const;

  const std::string& folder() const;
  std::uint32_t shard_count() const;
  rocksdb::Env* env() const; ///< as given

  rocksdb::DB& rocks() const; ///< to read, for the doors of this folder and the journal's
  rocksdb::ColumnFamilyHandle* family(Family family) const;

private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

} // namespace riskcluster

#pragma once
// Everything a node keeps on its disk, in one folder.

#include <memory>
#include <string>

#include "core/result.hpp"
#include "journal/rocksdb_journal.hpp"
#include "storage/cursors.hpp"
#include "storage/snapshots.hpp"

namespace riskcluster {

class Database;

class Store {
public:
  /// Creates the folder. @param policy by_caller: sync() is called now and then. Errors name it; see Database::open().
  static Result<std::unique_ptr<Store>> open(const std::string& folder, std::uint32_t shard_count, SyncPolicy policy);
  /// In a folder of its own under TMPDIR, removed with this.
  static Result<std::unique_ptr<Store>> open_temporary(std::uint32_t shard_count);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  Journal& journal() { return *journal_; }
  Snapshots& snapshots() { return *snapshots_; }
  Cursors& cursors() { return *cursors_; }
  Database& database() { return *database_; }
  Result<bool> sync();

private:
  Store() = default;
  std::string temporary_; ///< folder to be removed, or empty
  std::unique_ptr<Database> database_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Snapshots> snapshots_;
  std::unique_ptr<Cursors> cursors_;
};

} // namespace riskcluster

#include "node/store.hpp"

#include <cstdlib>
#include <filesystem>

#include "storage/database.hpp"
#include "storage/rocksdb_cursors.hpp"
#include "storage/rocksdb_snapshots.hpp"

namespace riskcluster {

Result<std::unique_ptr<Store>> Store::open(const std::string& folder, std::uint32_t shard_count, SyncPolicy policy) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error{Errc::unavailable, folder + ": " + failed.message()};
  auto database = Database::open(folder, {.shard_count = shard_count});
  if (!database) return database.error();
  std::unique_ptr<Store> store{new Store};
  store->database_ = std::move(*database);
  store->journal_ = std::make_unique<RocksdbJournal>(*store->database_, policy);
  store->snapshots_ = std::make_unique<RocksdbSnapshots>(*store->database_);
  store->cursors_ = std::make_unique<RocksdbCursors>(*store->database_);
  return store;
}

Result<std::unique_ptr<Store>> Store::open_temporary(std::uint32_t shard_count) {
  std::error_code failed;
  std::string folder = std::filesystem::temp_directory_path(failed).string() + "/riskcluster-XXXXXX";
  if (failed || !::mkdtemp(folder.data())) return Error{Errc::unavailable, "no temporary folder " + folder};
  auto store = open(folder, shard_count, SyncPolicy::by_caller);
  if (store)
    (*store)->temporary_ = folder;
  else
    std::filesystem::remove_all(folder, failed);
  return store;
}

Store::~Store() {
  journal_.reset();
  snapshots_.reset();
  cursors_.reset();
  database_.reset();
  std::error_code ignored;
  if (!temporary_.empty()) std::filesystem::remove_all(temporary_, ignored);
}

Result<bool> Store::sync() { return database_->sync(); }

} // namespace riskcluster

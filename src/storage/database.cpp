#include "storage/database.hpp"

#include <atomic>
#include <charconv>
#include <filesystem>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include "core/check.hpp"
#include "storage/rocksdb_options.hpp"
#include "storage/rocksdb_status.hpp"

namespace riskcluster {

namespace {

// In the family `system`, as decimal text: what must be known before anything else can be read.
constexpr const char* format_key = "format_version";
constexpr const char* shard_count_key = "shard_count";
constexpr const char* format_version = "1";
// Rewritten after a failure, to see whether the disk takes a write again.
constexpr const char* resumed_key = "resumed";

rocksdb::WriteOptions synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

Error unavailable(const rocksdb::Status& status, const std::string& folder) {
  return {Errc::unavailable, error_of(status, folder).message};
}

/// 0 when it is not a number of shards.
std::uint32_t shards_of(const std::string& text) {
  std::uint32_t shards = 0;
  std::from_chars(text.data(), text.data() + text.size(), shards);
  return shards;
}

} // namespace

struct Database::Impl {
  std::string folder;
  DatabaseOptions options;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles; ///< RocksDB's "default", then ours
  std::shared_mutex resuming;                        ///< shared by writers, alone for resume()
  std::atomic<bool> lost = false;                    ///< resume() never came back
  rocksdb::FileLock* lock = nullptr;                 ///< of a reader that must be alone

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    for (auto* const handle : handles) db->DestroyColumnFamilyHandle(handle);
    db.reset();
    if (lock != nullptr) disk().UnlockFile(lock).PermitUncheckedError();
  }

  rocksdb::ColumnFamilyHandle* handle(Family family) const { return handles.at(static_cast<std::size_t>(family) + 1); }
  rocksdb::Env& disk() const { return options.env != nullptr ? *options.env : *rocksdb::Env::Default(); }
  Result<bool> open();
  /// For what is in memory. Error: unavailable.
  Result<bool> has_room() const;
  rocksdb::Status resume();
  Error being_resumed() const {
    return {Errc::unavailable, folder + (lost ? ": RocksDB does not come back from a failed write, the process must be "
                                                "started again"
                                              : ": being resumed after a failed write")};
  }
  /// Holds what the folder was made for against what is asked, or writes it into a fresh one.
  Result<bool> agree();

private:
  Error in_use(const rocksdb::Status& status) const {
    return {Errc::unavailable, folder + ": another process, or this one, has it open: " + status.ToString()};
  }
  Result<bool> mark_fresh() const;
};

Result<bool> Database::Impl::open() {
  std::error_code error;
  const bool exists = std::filesystem::exists(std::filesystem::path{folder} / "CURRENT", error);
  if (!exists && (!options.create || options.read_only)) return Error{Errc::not_found, folder + ": no database there"};
  if (!exists && !std::filesystem::create_directories(folder, error) && error)
    return Error{Errc::unavailable, folder + ": " + error.message()};
  if (options.read_only && options.alone)
    if (const auto locked = disk().LockFile(folder + "/LOCK", &lock); !locked.ok()) return in_use(locked);
  auto settings = rocksdb_options(folder, options.read_only, options.env);
  settings.create_if_missing = !exists;
  if (options.salvage) settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  rocksdb::DB* opened = nullptr;
  const auto families = rocksdb_families();
  const auto status = options.read_only ? rocksdb::DB::OpenForReadOnly(settings, folder, families, &handles, &opened)
                                        : rocksdb::DB::Open(settings, folder, families, &handles, &opened);
  db.reset(opened);
  if (status.ok()) return true;
  if (status.IsInvalidArgument()) // a family that this program does not know
    return invalid(folder + ": made by a newer program: " + status.ToString());
  if (status.IsIOError() && status.ToString().find("LOCK") != std::string::npos) return in_use(status);
  return error_of(status, folder);
}

Result<bool> Database::Impl::mark_fresh() const {
  const std::unique_ptr<rocksdb::Iterator> records{db->NewIterator({}, handle(Family::journal))};
  records->SeekToFirst();
  if (options.read_only || records->Valid() || !records->status().ok())
    return malformed(folder + ": its format version is missing");
  check(options.shard_count > 0, "a fresh database needs a number of shards");
  rocksdb::WriteBatch batch;
  batch.Put(handle(Family::system), format_key, format_version);
  batch.Put(handle(Family::system), shard_count_key, std::to_string(options.shard_count));
  const auto status = db->Write(synced(), &batch);
  if (!status.ok()) return error_of(status, folder);
  return true;
}

Result<bool> Database::Impl::agree() {
  std::string format, shards;
  const auto status = db->Get({}, handle(Family::system), format_key, &format);
  if (status.IsNotFound()) return mark_fresh();
  if (!status.ok()) return error_of(status, folder);
  if (format != format_version)
    return invalid(folder + ": its format is version " + format + ", this program reads " + format_version);
  const auto read = db->Get({}, handle(Family::system), shard_count_key, &shards);
  if (!read.ok() || shards_of(shards) == 0) return malformed(folder + ": its number of shards is missing");
  if (options.shard_count == 0) options.shard_count = shards_of(shards);
  if (shards_of(shards) != options.shard_count)
    return invalid(folder + ": made for " + shards + " shards, not " + std::to_string(options.shard_count));
  return true;
}

Result<bool> Database::Impl::has_room() const {
  std::uint64_t in_memory = 0, free = 0;
  if (!db->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &in_memory)) return true;
  if (!db->GetEnv()->GetFreeSpace(folder, &free).ok() || free >= in_memory) return true;
  return Error{Errc::unavailable, folder + ": " + std::to_string(free) + " bytes are free, " +
                                      std::to_string(in_memory) + " are needed to go on"};
}

Database::Database(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Database::~Database() {
  // A thread is still in there, and would be for ever: this memory and the folder's lock end with the process.
  if (impl_ && impl_->lost) static_cast<void>(impl_.release());
}

Result<std::unique_ptr<Database>> Database::open(const std::string& folder, const DatabaseOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->folder = folder;
  impl->options = options;
  if (const auto opened = impl->open(); !opened) return opened.error();
  if (const auto agreed = impl->agree(); !agreed) return agreed.error();
  return std::unique_ptr<Database>{new Database{std::move(impl)}};
}

Result<bool> Database::write(rocksdb::WriteBatch& batch, Durability durability) {
  const std::shared_lock lock{impl_->resuming, std::try_to_lock};
  if (!lock) return impl_->being_resumed();
  const auto status = impl_->db->Write(durability == Durability::power ? synced() : rocksdb::WriteOptions{}, &batch);
  if (!status.ok()) return unavailable(status, impl_->folder);
  return true;
}

Result<bool> Database::sync() {
  const std::shared_lock lock{impl_->resuming, std::try_to_lock};
  if (!lock) return impl_->being_resumed();
  const auto status = impl_->db->FlushWAL(true);
  if (!status.ok()) return unavailable(status, impl_->folder);
  return true;
}

rocksdb::Status Database::Impl::resume() {
  const std::unique_lock alone{resuming};
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;
  auto status = db->Resume();
  // Resuming turns to a fresh log only where memory holds something to be flushed. Where it holds nothing the next
  // write would go to the log that failed, which RocksDB (7.8, as Debian builds it) answers with abort(). So put
  // something there, past the log, and resume again.
  if (status.ok()) status = db->Put(unlogged, handle(Family::system), resumed_key, "");
  if (status.ok()) status = db->Resume();
  if (status.ok()) status = db->Put(synced(), handle(Family::system), resumed_key, "");
  return status;
}

Result<bool> Database::resume() {
  if (impl_->lost) return impl_->being_resumed();
  // An attempt without room is worse than in vain: RocksDB writes until the disk is full again, then sleeps a second.
  if (auto room = impl_->has_room(); !room) return room;
  // On a thread of its own, because it may never come back.
  auto ended = std::make_shared<std::promise<rocksdb::Status>>();
  auto status = ended->get_future();
  std::thread{[impl = impl_.get(), ended] { ended->set_value(impl->resume()); }}.detach();
  if (status.wait_for(resume_wait_max) != std::future_status::ready) {
    impl_->lost = true;
    return impl_->being_resumed();
  }
  const auto resumed = status.get();
  if (!resumed.ok()) return unavailable(resumed, impl_->folder);
  return true;
}

bool Database::lost() const { return impl_->lost; }

const std::string& Database::folder() const { return impl_->folder; }
std::uint32_t Database::shard_count() const { return impl_->options.shard_count; }
rocksdb::Env* Database::env() const { return impl_->options.env; }
rocksdb::DB& Database::rocks() const { return *impl_->db; }
rocksdb::ColumnFamilyHandle* Database::family(Family family) const { return impl_->handle(family); }

} // namespace riskcluster

#include "storage/rocksdb_options.hpp"

#include <array>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include "storage/database.hpp"
#include "storage/rocksdb_log.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t mib = 1U << 20U;

/// RocksDB would retry by itself after "no space" every five seconds, and call other I/O errors final until a restart.
/// Database::resume() is the one way back from every I/O error instead; damage (Corruption) stays final.
class ErrorsWait final : public rocksdb::EventListener {
public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) override {
    if (error->IsIOError() && error->severity() > rocksdb::Status::kHardError)
      *error = rocksdb::Status{*error, rocksdb::Status::kHardError};
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

/// What the small families share with the large ones.
rocksdb::ColumnFamilyOptions small_family(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  // In the cache, where they are bounded; those of the newest files stay, because every look-up passes through them.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // A look-up of one key asks every young file; ten bits a key spare 99% of the reads that would find nothing.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_size = 16U << 10U; // four records of a journal compress better together than one

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = 4 * mib;
  // Protobuf with much text that repeats: lz4 made 1.7 KB of records of 4.1 KB, zstd 1.5 KB at a dearer price.
  options.compression = rocksdb::kLZ4Compression;
  // RocksDB would rewrite every file once a month for the sake of deletions that a journal has not.
  options.ttl = 0;
  options.periodic_compaction_seconds = 0;
  return options;
}

/// 16 MiB a memtable: a flush has a core for 0.1 s, one of 64 MiB for 0.4 s, and what is to be answered meanwhile
/// waits. Records arrive in order within a shard, so that a file overlaps everything of level 1 but next to nothing
/// below: 64 young files (7 MB each) are merged at once into a level 1 about half their size, which writes 1.6 bytes
/// for each.
rocksdb::ColumnFamilyOptions journal_family(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options = small_family(cache);
  options.write_buffer_size = 16 * mib;
  options.max_write_buffer_number = 8; // a burst may fill seven while one is flushed
  options.level0_file_num_compaction_trigger = 64;
  // Readers rarely look at level 0: a burst may pile up 1.3 GB there before writers are slowed, 2.6 GB before they
  // stop.
  options.level0_slowdown_writes_trigger = 192;
  options.level0_stop_writes_trigger = 384;
  options.max_bytes_for_level_base = 256 * mib;
  options.target_file_size_base = 64 * mib;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(Family family, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options = family == Family::journal ? journal_family(cache) : small_family(cache);
  if (family == Family::entities || family == Family::snapshots) options.write_buffer_size = 16 * mib;
  return options;
}

constexpr std::array<const char*, family_count> family_names{"journal", "entities",    "snapshots", "cursors", "views",
                                                             "audit",   "deadletters", "alerts",    "system"};

} // namespace

rocksdb::DBOptions rocksdb_options(const std::string& folder, bool read_only, rocksdb::Env* env) {
  rocksdb::DBOptions options;
  if (env != nullptr) options.env = env;
  options.create_missing_column_families = true; // a family that a newer program adds
  // A kill in the middle of a write leaves half a record at the end of the log: that was never answered and may go.
  // Anything else that cannot be read, in the middle of a log or with a wrong checksum, WAS answered, and opening must
  // fail. RocksDB's default would drop it, and everything behind it, without a word.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true; // stop writing at the first sign of damage; RocksDB's default, but we depend on it
  // One flush and one compaction at a time: there are two cores, and one of them is for the answers.
  options.max_background_jobs = 2;
  // And neither takes it from them: a flush had a core for 0.1 s, and on a busy machine everybody waited for it.
  for (const auto pool : {rocksdb::Env::HIGH, rocksdb::Env::LOW})
    static_cast<void>(options.env->LowerThreadPoolCPUPriority(pool, rocksdb::CpuPriority::kLow));
  options.db_write_buffer_size = memtable_bytes_max;
  // Families that are hardly written would pin old logs for ever.
  options.max_total_wal_size = wal_bytes_max;
  // Flushes and compactions hand their bytes to the disk bit by bit; else a commit's sync waits behind 64 MiB of them.
  options.bytes_per_sync = mib;
  options.max_open_files = 512;
  options.info_log = read_only ? no_rocksdb_log() : rocksdb_log(folder);
  if (!read_only) options.listeners.push_back(std::make_shared<ErrorsWait>());
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> rocksdb_families() {
  const auto cache = rocksdb::NewLRUCache(block_cache_bytes_max);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, small_family(cache));
  for (std::size_t i = 0; i < family_count; ++i)
    families.emplace_back(family_names[i], family_options(static_cast<Family>(i), cache));
  return families;
}

} // namespace riskcluster

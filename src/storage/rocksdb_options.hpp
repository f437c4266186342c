#pragma once
// Every setting of the database that is not RocksDB's own default, in one place, with its reason and its cost.
//
// What it is tuned for: values of about 4 KB in the journal, written once, in order of n within each shard, read at
// recovery and now and then one by one; two cores, a laptop's memory. Memory at most, whatever the load:
//   64 MiB  cache of blocks, with the indexes and filters of open files in it
//  256 MiB  memtables of all families together (a soft bound: one commit may overshoot it)
//   16 MiB  buffers of one flush and one compaction at work

#include <cstddef>
#include <string>
#include <vector>

namespace rocksdb {
class Env;
struct ColumnFamilyDescriptor;
struct DBOptions;
} // namespace rocksdb

namespace riskcluster {

inline constexpr std::size_t block_cache_bytes_max = 64U << 20U;
inline constexpr std::size_t memtable_bytes_max = 256U << 20U;
/// As much is read again at a restart, at some 200 MB/s.
inline constexpr std::size_t wal_bytes_max = 256U << 20U;

rocksdb::DBOptions rocksdb_options(const std::string& folder, bool read_only, rocksdb::Env* env);

/// RocksDB's own "default", which stays empty, then ours in the order of Family.
std::vector<rocksdb::ColumnFamilyDescriptor> rocksdb_families();

} // namespace riskcluster

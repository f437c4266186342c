#pragma once

#include <memory>
#include <string>

namespace rocksdb {
class Logger;
}

namespace riskcluster {

inline constexpr std::size_t rocksdb_log_bytes_max = 4U << 20U; ///< of one file; the one before is kept as LOG.old

/// RocksDB's account of what it does, in <folder>/LOG, for the day something is wrong with it. RocksDB's own logger
/// calls abort() at the first line after the disk was full (7.8, as Debian builds it); this one drops the line.
std::shared_ptr<rocksdb::Logger> rocksdb_log(const std::string& folder);

/// Nowhere: a reader leaves no trace.
std::shared_ptr<rocksdb::Logger> no_rocksdb_log();

} // namespace riskcluster

#pragma once
// The folder into which a repair puts what it takes out of a database.

#include <string>

#include "journal/journal.hpp"

namespace riskcluster {

class Database;

/// <data>/repair-<UTC time>, made when the first file goes into it. A file that it wrote is on the disk.
class MovedAside {
public:
  explicit MovedAside(std::string data) : data_{std::move(data)} {}
  /// Empty while there is none.
  const std::string& folder() const { return folder_; }

  /// Every write-ahead log of the database, under its own name. Error: unavailable.
  Result<bool> copy_logs();
  /// shard-<k>.records, see journal/rocksdb_repair.hpp. Errors: unavailable, malformed.
  Result<bool> copy_records(const Database& database, ShardId shard, SequenceNumber from);

private:
  Result<bool> make_folder();

  std::string data_, folder_;
};

} // namespace riskcluster

#include "storage/rocksdb_status.hpp"

#include <rocksdb/status.h>

namespace riskcluster {

Error error_of(const rocksdb::Status& status, const std::string& where) {
  return {status.IsCorruption() ? Errc::malformed : Errc::unavailable, where + ": " + status.ToString()};
}

} // namespace riskcluster

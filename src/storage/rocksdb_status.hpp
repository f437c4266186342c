#pragma once

#include <string>

#include "core/result.hpp"

namespace rocksdb {
class Status;
}

namespace riskcluster {

/// What RocksDB says, in our words: Corruption is malformed, the rest unavailable. `where` begins the message.
Error error_of(const rocksdb::Status& status, const std::string& where);

} // namespace riskcluster

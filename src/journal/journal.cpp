#include "journal/journal.hpp"

namespace riskcluster {

Hash128 hash_of(const JournalRecord& record) {
  Hasher hasher;
  hasher.add(record.shard.value).add(record.epoch.value).add(record.n.value).add(record.entity).add(record.at_ms);
  hasher.bytes(record.previous_hash.bytes.data(), record.previous_hash.bytes.size()).add(record.payload);
  return hasher.digest();
}

} // namespace riskcluster

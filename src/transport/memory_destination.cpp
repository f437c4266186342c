#include "transport/memory_destination.hpp"

namespace riskcluster {

void MemoryDestination::publish(ShardId, std::vector<Publication> publications, Done done) {
  bool arrives = false;
  {
    const std::lock_guard lock{mutex_};
    arrives = !refuses_;
    if (arrives) arrived_.insert(arrived_.end(), publications.begin(), publications.end());
  }
  done(arrives);
}

void MemoryDestination::refuse(bool refuses) {
  const std::lock_guard lock{mutex_};
  refuses_ = refuses;
}

std::vector<Publication> MemoryDestination::arrived() const {
  const std::lock_guard lock{mutex_};
  return arrived_;
}

} // namespace riskcluster

#pragma once

#include <mutex>

#include "transport/destination.hpp"

namespace riskcluster {

/// Keeps what arrives; can be told to refuse.
class MemoryDestination final : public Destination {
public:
  explicit MemoryDestination(std::string name) : name_{std::move(name)} {}

  const std::string& name() const override { return name_; }
  void publish(ShardId shard, std::vector<Publication> publications, Done done) override;

  /// From now on nothing arrives, or everything does again.
  void refuse(bool refuses);
  std::vector<Publication> arrived() const;

private:
  std::string name_;
  mutable std::mutex mutex_;
  bool refuses_ = false;
  std::vector<Publication> arrived_;
};

} // namespace riskcluster

#pragma once

#include <memory>
#include <mutex>

#include "core/result.hpp"
#include "transport/destination.hpp"

namespace riskcluster {

/// Appends each publication's bytes as a line. Arrived means: the operating system has it.
class FileDestination final : public Destination {
public:
  /// Appends to what is there; a last line that was cut off is ended first. Error: unavailable, naming the file.
  static Result<std::unique_ptr<FileDestination>> open(std::string name, const std::string& path);
  /// The process's standard output. A reader that went away is an error of each write.
  static Result<std::unique_ptr<FileDestination>> standard_output(std::string name);
  ~FileDestination() override;

  const std::string& name() const override { return name_; }
  void publish(ShardId shard, std::vector<Publication> publications, Done done) override;

private:
  FileDestination(std::string name, int file) : name_{std::move(name)}, file_{file} {}
  std::string name_;
  int file_;
  std::mutex mutex_; ///< lines of two shards are not mixed
};

} // namespace riskcluster

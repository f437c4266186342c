#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "core/result.hpp"
#include "transport/destination.hpp"

namespace riskcluster {

/// Appends each publication's bytes as a line. Arrived means: the operating system has it. A thread of its own writes,
/// so that a reader of standard output that stalls holds up nobody but itself; what waits is one portion of each shard.
class FileDestination final : public Destination {
public:
  /// Appends to what is there; a last line that was cut off is ended first. Error: unavailable, naming the file.
  static Result<std::unique_ptr<FileDestination>> open(std::string name, const std::string& path);
  /// The process's standard output. A reader that went away is an error of each write.
  static Result<std::unique_ptr<FileDestination>> standard_output(std::string name);
  /// Does not wait for a reader: what waits is dropped unanswered, and its last line may be cut off.
  ~FileDestination() override;

  const std::string& name() const override { return name_; }
  void publish(ShardId shard, std::vector<Publication> publications, Done done) override;

private:
  struct Portion {
    std::string lines;
    Done done;
  };
  FileDestination(std::string name, int file);
  void run();
  bool write(std::string_view bytes);

  const std::string name_;
  const int file_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::deque<Portion> waiting_;
  bool ended_ = false;
  bool cut_ = false; ///< the last line is not whole; the writer's own
  std::thread writer_;
};

} // namespace riskcluster

#pragma once
// Inputs as lines: standard input, or files that are dropped into a folder.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "transport/source.hpp"

namespace riskcluster {

class Cursors;

struct LineSourceOptions {
  std::string name = "lines";
  std::string path; ///< "-": standard input, else a folder
  /// At most one tenant's share of the way in, so that no line is refused for the lines before it.
  std::size_t credit = 64;
  std::chrono::milliseconds retry_after{100};
  std::chrono::milliseconds look_every{200}; ///< for new files
};

/// A folder's files named *.jsonl are read in the order of their names and renamed to *.jsonl.done when all of their
/// lines are settled. A file must be complete when it gets its name: write it under another one, then move it. How far
/// a file was read is marked, so that a restart goes on there; lines that were under way come again, and are answered
/// as before.
class LineSource final : public Source {
public:
  /// @param cursors outlives the last settlement. @param ended  called once when standard input has ended and all of
  /// its lines are settled. @param complain  a file that cannot be read.
  LineSource(LineSourceOptions options, Cursors& cursors, std::function<void()> ended,
             std::function<void(const std::string&)> complain);
  ~LineSource() override;

  /// A folder, or - for standard input. Error: not_found, with what to do.
  static Result<bool> usable(const std::string& path);

  const std::string& name() const override;
  bool durable() const override { return true; }
  /// A delivery's subject is "file:line".
  Result<bool> start(Take take) override;
  void stop() override;

private:
  struct Core;
  std::shared_ptr<Core> core_;
};

} // namespace riskcluster

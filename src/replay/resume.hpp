#pragma once
// Where a run over the same input stopped the last time, in the cursors of its data folder.

#include <optional>
#include <string>

#include "replay/driver.hpp"

namespace riskcluster {

/// Keeps the progress of one input. The input is known by its content: a changed file is another input.
class Resume {
public:
  /// Keeps nothing: for standard input, and without a data folder.
  Resume() = default;
  /// @param store outlives this. Error: a file that cannot be read; malformed, a cursor that cannot be understood.
  static Result<Resume> of(Store& store, const std::string& signals, const std::string& commands);

  const Progress& from() const { return from_; }
  Result<bool> keep(const Progress& progress);

private:
  Store* store_ = nullptr;
  std::string name_;
  Progress from_;
};

} // namespace riskcluster

#pragma once

#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/result.hpp"

namespace riskcluster {

/// Which columns are held, and how much of each.
struct Weights {
  std::vector<std::string> columns;
  Eigen::VectorXd values;
};

/// @param argument "a,b,c": one number for each of `columns`, in order; or a CSV of column name and weight, with or
/// without a header, naming those held; nothing: 1/N each. Fails for a number too few or too many, a name `columns`
/// does not have or that comes twice, a weight that is no finite number.
Result<Weights> read_weights(const std::optional<std::string>& argument, const std::vector<std::string>& columns);

} // namespace riskcluster

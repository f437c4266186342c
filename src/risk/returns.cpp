#include "risk/returns.hpp"

#include <cmath>

namespace riskcluster {

Result<Eigen::MatrixXd> simple_returns(const Eigen::Ref<const Eigen::MatrixXd>& prices) {
  if (prices.rows() < 2)
    return Error{Errc::insufficient_data, "returns need at least 2 prices, got " + std::to_string(prices.rows())};
  for (Eigen::Index j = 0; j < prices.cols(); ++j)
    for (Eigen::Index t = 0; t < prices.rows(); ++t)
      if (!std::isfinite(prices(t, j)) || prices(t, j) <= 0)
        return invalid("price in row " + std::to_string(t) + ", column " + std::to_string(j) +
                       " is not a positive number: " + std::to_string(prices(t, j)));
  Eigen::MatrixXd returns{prices.rows() - 1, prices.cols()};
  for (Eigen::Index j = 0; j < prices.cols(); ++j)
    for (Eigen::Index t = 1; t < prices.rows(); ++t) returns(t - 1, j) = prices(t, j) / prices(t - 1, j) - 1.0;
  return returns;
}

} // namespace riskcluster

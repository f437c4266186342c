// The ten ECB pairs: three are exact crosses of others, so that their covariance is nearly singular. Real data, not
// part of the project: skipped where it is absent.

#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "risk/covariance.hpp"
#include "risk/returns.hpp"
#include "support/skip.hpp"

using namespace riskcluster;

namespace {

/// T x 10 prices; empty where the file is absent.
Eigen::MatrixXd ecb_prices() {
  std::ifstream file{RISKCLUSTER_SOURCE_DIR "/../shared/data/fx_daily_ecb_10pairs.csv"};
  std::vector<std::array<double, 10>> rows;
  std::string line, cell;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells{line};
    std::getline(cells, cell, ','); // the date
    for (double& price : rows.emplace_back()) {
      std::getline(cells, cell, ',');
      price = std::stod(cell);
    }
  }
  Eigen::MatrixXd prices{static_cast<Eigen::Index>(rows.size()), 10};
  for (std::size_t t = 0; t < rows.size(); ++t)
    for (std::size_t j = 0; j < 10; ++j)
      prices(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(j)) = rows[t][j];
  return prices;
}

} // namespace

TEST_CASE("the nearly singular ECB pairs factorise in every year without repair") {
  const Eigen::MatrixXd prices = ecb_prices();
  if (prices.rows() == 0) return test::skip("no ECB rates on this machine");
  const auto returns = simple_returns(prices);
  REQUIRE(returns);
  for (Eigen::Index first = 0; first + 252 <= returns->rows(); first += 63) {
    const Eigen::MatrixXd sigma = covariance(returns->middleRows(first, 252));
    const auto factor = factorise(sigma);
    REQUIRE(factor);
    CHECK(factor->rank == 10);
    CHECK((factor->lower * factor->lower.transpose() - sigma).cwiseAbs().maxCoeff() <
          1e-13 * sigma.diagonal().maxCoeff());
  }
}

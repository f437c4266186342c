// Which of the present sizes is taken. Quantiles: numpy.quantile(x, p) (its default is type 7).

#include <vector>

#include <doctest/doctest.h>

#include "sizing/select.hpp"

using namespace riskcluster;

namespace {

const std::vector<PresentSize> one = {{"fixed_fractional", 500}};
const std::vector<PresentSize> two = {{"kelly", 300}, {"fixed_fractional", 100}};
const std::vector<PresentSize> three = {{"kelly", 300}, {"fixed_fractional", 100}, {"volatility_based", 200}};
const std::vector<PresentSize> four = {{"a", 400}, {"b", 100}, {"c", 300}, {"d", 200}};
const std::vector<PresentSize> five = {{"a", 500}, {"b", 100}, {"c", 400}, {"d", 300}, {"e", 200}};

} // namespace

TEST_CASE("tolerance chooses least, median or upper quartile, and says whose size it is") {
  const struct {
    const std::vector<PresentSize>* sizes;
    RiskTolerance tolerance;
    double size;
    const char* method;
  } table[] = {
      {&one, RiskTolerance::conservative, 500, "fixed_fractional"},
      {&one, RiskTolerance::moderate, 500, "fixed_fractional"},
      {&one, RiskTolerance::aggressive, 500, "fixed_fractional"},
      {&two, RiskTolerance::conservative, 100, "fixed_fractional"},
      {&two, RiskTolerance::moderate, 200, "median"},           // np.quantile([300,100], .5)
      {&two, RiskTolerance::aggressive, 250, "upper_quartile"}, // np.quantile([300,100], .75)
      {&three, RiskTolerance::conservative, 100, "fixed_fractional"},
      {&three, RiskTolerance::moderate, 200, "volatility_based"},
      {&three, RiskTolerance::aggressive, 250, "upper_quartile"}, // h = 1.5
      {&four, RiskTolerance::conservative, 100, "b"},
      {&four, RiskTolerance::moderate, 250, "median"},
      {&four, RiskTolerance::aggressive, 325, "upper_quartile"}, // h = 2.25
      {&five, RiskTolerance::conservative, 100, "b"},
      {&five, RiskTolerance::moderate, 300, "d"},
      {&five, RiskTolerance::aggressive, 400, "c"}, // h = 3 exactly
  };
  for (const auto& [sizes, tolerance, size, method] : table) {
    const auto shown_value = sizes->size();
    CAPTURE(shown_value);
    const auto shown_tolerance = static_cast<int>(tolerance);
    CAPTURE(shown_tolerance);
    const auto selection = select_size(*sizes, tolerance);
    REQUIRE(selection);
    CHECK(selection->size == doctest::Approx(size));
    CHECK(selection->method == method);
  }
}

TEST_CASE("a tolerance that was never set is the most careful one") {
  CHECK(select_size(three, RiskTolerance::unspecified)->size == 100);
}

TEST_CASE("of nothing, nothing is selected") { CHECK_FALSE(select_size({}, RiskTolerance::moderate)); }

TEST_CASE("a size of 0 is present and counts") {
  const std::vector<PresentSize> zero = {{"kelly", 0}, {"fixed_fractional", 100}, {"volatility_based", 200}};
  CHECK(select_size(zero, RiskTolerance::conservative)->size == 0);
  CHECK(select_size(zero, RiskTolerance::conservative)->method == "kelly");
  CHECK(select_size(zero, RiskTolerance::moderate)->size == 100);
}

TEST_CASE("of equal sizes the first method is named") {
  const std::vector<PresentSize> equal = {{"kelly", 100}, {"fixed_fractional", 100}, {"risk_parity", 100}};
  CHECK(select_size(equal, RiskTolerance::conservative)->method == "kelly");
  CHECK(select_size(equal, RiskTolerance::moderate)->method == "fixed_fractional");
}

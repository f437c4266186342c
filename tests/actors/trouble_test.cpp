// Deaths, counted.

#include <vector>

#include <doctest/doctest.h>

#include "actors/trouble.hpp"

using namespace riskcluster;
using std::chrono::seconds;
using Stage = Trouble::Stage;

TEST_CASE("deaths count within a window that begins with the first of them") {
  const struct {
    const char* rule = nullptr;
    std::vector<int> at_s;
    std::vector<unsigned> counts;
  } table[] = {
      {"one after the other", {0, 1, 2}, {1, 2, 3}},
      {"the window's last instant belongs to it", {0, 600}, {1, 2}},
      {"behind it all begins anew", {0, 601}, {1, 1}},
      {"it begins with the first, not with the last", {0, 400, 601, 700}, {1, 2, 1, 2}},
  };
  for (const auto& line : table) {
    CAPTURE(line.rule);
    DeathCount deaths;
    for (std::size_t i = 0; i < line.at_s.size(); ++i)
      CHECK(deaths.count(DeathCount::TimePoint{} + seconds{1'000 + line.at_s[i]}, seconds{600}) == line.counts[i]);
  }
}

TEST_CASE("a tenant's trouble only ever gets worse, one stage for every so many deaths in a window") {
  const struct {
    const char* rule = nullptr;
    std::vector<int> at_s;
    std::vector<Stage> stages;
    std::vector<bool> changes;
  } table[] = {
      {"three deaths, then three more",
       {0, 1, 2, 3, 4, 5, 6},
       {Stage::normal, Stage::normal, Stage::reductions_only, Stage::reductions_only, Stage::reductions_only,
        Stage::closed, Stage::closed},
       {false, false, true, false, false, true, false}},
      {"the count of the second stage has a window of its own",
       {0, 300, 599, 700, 800, 1'299},
       {Stage::normal, Stage::normal, Stage::reductions_only, Stage::reductions_only, Stage::reductions_only,
        Stage::closed},
       {false, false, true, false, false, true}},
      {"rare deaths are none",
       {0, 601, 1'202, 1'803},
       {Stage::normal, Stage::normal, Stage::normal, Stage::normal},
       {false, false, false, false}},
      {"waiting heals nothing",
       {0, 1, 2, 100'000},
       {Stage::normal, Stage::normal, Stage::reductions_only, Stage::reductions_only},
       {false, false, true, false}},
  };
  for (const auto& line : table) {
    CAPTURE(line.rule);
    Trouble trouble;
    for (std::size_t i = 0; i < line.at_s.size(); ++i) {
      CAPTURE(i);
      CHECK(trouble.died(DeathCount::TimePoint{} + seconds{line.at_s[i]}, seconds{600}, 3) == line.changes[i]);
      CHECK(trouble.stage() == line.stages[i]);
    }
  }
}

// The market: a view is built once for its span, and everybody hears which are at hand.

#include "actors/road_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

struct Fixture : Road {
  Fixture() : supervisor{fake<FakeSupervisor>()} {
    market = start<MarketState>(ViewAt{[this](TimeMs now) -> Result<DatedView> {
                                  built.push_back(now);
                                  if (now < 0) return Error{Errc::unavailable, "no prices"};
                                  return DatedView{now / 10 * 10, now / 10 * 10 + 10, usual_view()};
                                }},
                                LiveFeed{}, supervisor.handle);
  }
  Asked<MarketViewPtr> view(TimeMs now) { return ask_now<MarketViewPtr>(market, view_atom::value, now); }
  FakeSupervisor& supervisor;
  std::vector<TimeMs> built;
  market_actor market;
};

} // namespace

TEST_CASE("a view is built once for its span of time, and the supervisor hears of it") {
  Fixture f;
  for (const TimeMs now : {12, 19, 10, 20}) CHECK(*f.view(now) == usual_view());
  CHECK(f.built == std::vector<TimeMs>{12, 20});
  REQUIRE(f.supervisor.views.size() == 2);
  CHECK(f.supervisor.views.back()->at(15) == usual_view());
  CHECK(f.supervisor.views.back()->at(29) == usual_view());
  CHECK(f.supervisor.views.back()->at(30) == nullptr);
}

TEST_CASE("at most eight views are kept, the oldest goes first") {
  Fixture f;
  for (TimeMs now = 0; now < 90; now += 10) f.view(now);
  CHECK(f.supervisor.views.back()->dated.size() == views_kept_max);
  CHECK(f.supervisor.views.back()->at(5) == nullptr);
  f.view(85);
  CHECK(f.built.size() == 9);
}

TEST_CASE("an instant without prices is an error, and none is kept") {
  Fixture f;
  CHECK(f.view(-1).error().message == "no prices");
  CHECK(f.view(-1).failed());
  CHECK(f.built.size() == 2);
  CHECK(f.supervisor.views.empty());
}

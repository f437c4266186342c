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

namespace {

/// A market that moves, in the test's own time.
struct LiveFixture : Road {
  LiveFixture() : supervisor{fake<FakeSupervisor>()} {
    auto moving = std::make_shared<LiveMarket>(PriceHistory{}, InstrumentTable{}, VarSettings{}, 1, FeedRules{},
                                               [](const Instrument&, Date) { return std::vector<UtcInterval>{}; });
    market = start<MarketState>(ViewAt{},
                                LiveFeed{.market = moving,
                                         .clock = [this] { return now; },
                                         .keep = [this](const FeedMemory& memory) { kept.push_back(memory); }},
                                supervisor.handle);
  }
  void price(double value) {
    const MarketNews news{.ticks = {{.symbol = Symbol{"EURUSD"}, .last = value, .at = now}}};
    CHECK(*ask_now<bool>(market, news_atom::value, MarketNewsPtr{std::make_shared<const MarketNews>(news)}));
  }
  void pass(std::chrono::milliseconds time) {
    now += time.count();
    advance(time, time);
  }
  double quoted() const {
    const auto view = supervisor.views.back()->at(now);
    return view->find(Symbol{"EURUSD"})->quote.price;
  }
  FakeSupervisor& supervisor;
  TimeMs now = noon_ms;
  std::vector<FeedMemory> kept;
  market_actor market;
};

} // namespace

TEST_CASE("many ticks within the interval make one view, which replaces the one before it") {
  LiveFixture f;
  f.run_until([&] { return !f.supervisor.views.empty(); });
  const auto before = f.supervisor.views.size();
  for (const double value : {1.10, 1.11, 1.12}) f.price(value);
  CHECK(f.supervisor.views.size() == before);
  f.pass(std::chrono::milliseconds{100});
  CHECK(f.supervisor.views.size() == before + 1);
  CHECK(f.quoted() == 1.12);
  CHECK(f.supervisor.views.back()->dated.size() == 1);
  f.pass(std::chrono::milliseconds{100});
  CHECK(f.supervisor.views.size() == before + 1); // nothing is due
}

TEST_CASE("what a restart must find again is kept every five seconds, and only what changed") {
  LiveFixture f;
  f.price(1.1);
  f.pass(std::chrono::milliseconds{5'100});
  REQUIRE(f.kept.size() == 1);
  CHECK(f.kept.front().tick->price == 1.1);
  f.pass(std::chrono::milliseconds{5'100});
  CHECK(f.kept.size() == 1);
}

// Where a destination begins whose shards' journals were cut.

#include <doctest/doctest.h>

#include "actors/egress.hpp"
#include "journal/memory_journal.hpp"
#include "node/node.hpp"
#include "storage/memory_cursors.hpp"
#include "storage/memory_snapshots.hpp"
#include "support/tenant.hpp"
#include "transport/memory_destination.hpp"

namespace riskcluster {

namespace {

/// A shard with nine decisions of one tenant, all of it cut but the last five.
struct Past {
  Past() {
    const auto node = start({}, nullptr);
    const CompanySetup company = test::generous();
    REQUIRE(node->open({open_tenant(test::tenant(), &company, 0)}).opened == 1);
    for (int i = 1; i < 10; ++i) {
      SignalBatch batch{.batch_id = BatchId{"b" + std::to_string(i)},
                        .company_id = test::tenant().id.company,
                        .user_id = test::tenant().id.user,
                        .trading_signals = {test::order(Side::buy, "EURUSD", 1'000.0, "s" + std::to_string(i))},
                        .created_at_ms = test::noon_ms + i};
      REQUIRE(node->admit(std::move(batch)));
    }
    REQUIRE(node->stop());
    REQUIRE(journal.end({0})->n.value == 10);
    REQUIRE(journal.cut({0}, {6})->n.value == 5);
  }
  std::unique_ptr<Node> start(std::vector<NodeOutlet> outlets, std::vector<Alert>* alerts) {
    NodeDoors doors{.journal = &journal,
                    .snapshots = &snapshots,
                    .cursors = &cursors,
                    .view_at = [this](TimeMs) -> Result<DatedView> {
                      return DatedView{0, time_max_ms, view};
                    },
                    .outlets = std::move(outlets),
                    .tell =
                        [alerts](const Alert& alert) {
                          if (alerts != nullptr) alerts->push_back(alert);
                        }};
    RoadSettings settings;
    settings.batch_clock = true;
    auto node = Node::start(std::move(doors), 1, settings);
    if (!node) FAIL(node.error().message);
    return std::move(*node);
  }
  /// The n of what a node publishes from here.
  std::vector<std::string> published(std::vector<Alert>& alerts) {
    MemoryDestination file{"file"};
    const auto number = [](const Output& output) { return std::to_string(output.id.n.value); };
    REQUIRE(start({{&file, number}}, &alerts)->stop());
    std::vector<std::string> found;
    for (const auto& one : file.arrived())
      if (found.empty() || found.back() != one.bytes) found.push_back(one.bytes);
    return found;
  }

  MarketViewPtr view = test::view_of(test::usual_symbols());
  MemoryJournal journal{1};
  MemorySnapshots snapshots;
  MemoryCursors cursors;
};

} // namespace

TEST_CASE("a destination that is new hears from the cut on, and nobody is alarmed") {
  Past past;
  std::vector<Alert> alerts;
  CHECK(past.published(alerts) == std::vector<std::string>{"6", "7", "8", "9", "10"});
  CHECK(alerts.empty());
  CHECK(past.cursors.find(cursor_name("file", {0}))->value() == "10");
}

TEST_CASE("a destination that comes back after a cut hears from there, and a person is told of the gap") {
  Past past;
  REQUIRE(past.cursors.put(cursor_name("file", {0}), "3"));
  std::vector<Alert> alerts;
  CHECK(past.published(alerts) == std::vector<std::string>{"6", "7", "8", "9", "10"});
  REQUIRE(alerts.size() == 1);
  CHECK(alerts.front().type == "OUTPUTS_CUT");
  CHECK(alerts.front().message.find("it had n 3, the journal begins behind n 5") != std::string::npos);
}

} // namespace riskcluster

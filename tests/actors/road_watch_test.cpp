// What the road's actors let be seen, and that every record and output of a request can be followed.

#include "actors/node_stage.hpp"
#include "transport/memory_destination.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

using std::chrono::milliseconds;

constexpr const char* trace_id = "0af7651916cd43dd8448eb211c80319c";
const std::string traceparent = std::string{"00-"} + trace_id + "-b7ad6b7169203331-01";

struct Watched : NodeStage {
  Watched() : NodeStage{2} {
    parts.watch = std::make_shared<RoadWatch>(2, 1);
    publish_to(file);
  }
  RoadWatch& watch() { return *parts.watch; }
  MemoryDestination file{"file"};
};

std::int64_t refusals(const RoadWatch& watch, Bound bound) { return watch.refusals[static_cast<std::size_t>(bound)]; }

} // namespace

TEST_CASE("what is under way is seen while it is, and nothing of it afterwards") {
  Watched node;
  node.begin();
  const TenantId ann = node.tenant_of(0);
  const auto asked = node.send(ann, "b1");
  node.run_until([&] { return node.watch().busy_workers > 0; });
  CHECK(node.watch().batches == 1);
  CHECK(node.watch().appends == 0);
  node.run_until([&] { return node.watch().appends > 0; });
  CHECK(node.watch().busy_workers == 0);
  node.run();
  CHECK(asked.there());
  CHECK(node.watch().batches == 0);
  CHECK(node.watch().appends == 0);
  const auto paid = node.update(deposit(ann, "d1"));
  node.run_until([&] { return node.watch().facts == 1; });
  node.run();
  CHECK(paid.there());
  CHECK(node.watch().facts == 0);
}

TEST_CASE("a refusal is counted where the room was missing") {
  Watched node;
  node.parts.settings.in_flight_max = 3;
  node.parts.settings.in_flight_per_tenant_max = 2;
  node.parts.settings.facts_in_flight_max = 1;
  node.begin();
  const TenantId ann = node.tenant_of(0), bob = node.tenant_of(1);
  for (int i = 0; i < 3; ++i) node.send(ann, "a" + std::to_string(i));
  for (int i = 0; i < 2; ++i) node.send(bob, "b" + std::to_string(i));
  for (int i = 0; i < 2; ++i) node.update(deposit(ann, "d" + std::to_string(i)));
  node.hold_back("signal_router");
  node.run();
  CHECK(refusals(node.watch(), Bound::tenant) == 1);
  CHECK(refusals(node.watch(), Bound::node) == 1);
  CHECK(refusals(node.watch(), Bound::facts) == 1);
  CHECK(refusals(node.watch(), Bound::pool) == 0);
}

TEST_CASE("a batch that was decided before is told, with the place of its decision") {
  Watched node;
  std::vector<std::string> told;
  node.parts.watch->repeated = [&](const SignalBatch& batch, JournalPosition place) {
    told.push_back(batch.batch_id.value + " " + std::to_string(place.shard.value) + " " +
                   std::to_string(place.n.value));
  };
  node.begin();
  const TenantId ann = node.tenant_of(0);
  const auto first = node.judged(ann, "b1");
  CHECK(told.empty());
  node.judged(ann, "b1");
  const auto& place = *first->journal_position;
  CHECK(told ==
        std::vector<std::string>{"b1 " + std::to_string(place.shard.value) + " " + std::to_string(place.n.value)});
  CHECK(node.watch().repeats == 1);
}

TEST_CASE("a shard shows whom it knows and who is awake, and a damaged one that nobody works for it") {
  Watched node;
  node.journal.damaged = ShardId{1};
  node.begin();
  const TenantId ann = node.tenant_of(0);
  node.judged(ann, "b1");
  node.advance(node.parts.settings.shard_tick);
  CHECK(node.watch().shards[0].owned == 1);
  CHECK(node.watch().shards[0].epoch == 1);
  CHECK(node.watch().shards[0].tenants == 1);
  CHECK(node.watch().shards[0].awake == 1);
  CHECK(node.watch().shards[0].waiting == 0);
  CHECK(node.watch().shards[1].owned == 0);
}

TEST_CASE("a destination's lag is counted in records and from when the oldest came, until all has arrived") {
  Watched node;
  const auto tick = node.parts.settings.egress_tick;
  node.begin();
  const TenantId ann = node.tenant_of(0);
  node.advance(tick);
  const OutletFigures& shown = node.watch().outlets[0];
  CHECK(shown.records_waiting == 0);
  CHECK(shown.waiting_since == 0);
  node.file.refuse(true);
  node.judged(ann, "b1");
  const auto since = node.system.clock().now().time_since_epoch().count();
  node.advance(tick);
  node.judged(ann, "b2");
  node.advance(10 * tick, tick);
  CHECK(shown.records_waiting == 2);
  CHECK(shown.waiting_since == since);
  node.file.refuse(false);
  node.advance(2 * tick, tick);
  CHECK(shown.records_waiting == 0);
  CHECK(shown.waiting_since == 0);
}

TEST_CASE("every record of a request, and every output of it, carries its correlation id and its trace") {
  Watched node;
  node.begin();
  const TenantId ann = node.tenant_of(0);
  const auto had = node.journal.end({0})->n.value;
  SignalBatch batch = plain_batch(ann, "b1");
  batch.correlation_id = "c1";
  batch.traceparent = traceparent;
  batch.source = SourceId{"engine"};
  batch.sequence = 7; // 1 to 6 are missing: an alert
  const auto answer = node.send(batch);
  node.run();
  const auto& sized = (*answer)->answers.front()->assessments.front().position_sizing;
  REQUIRE(sized);
  node.update(std::make_shared<const PortfolioUpdate>(PortfolioUpdate{ann,
                                                                      ExecutionReport{.execution_id = ExecutionId{"x1"},
                                                                                      .signal_id = SignalId{"b1"},
                                                                                      .symbol = Symbol{"EURUSD"},
                                                                                      .side = Side::buy,
                                                                                      .quantity = sized->final_quantity,
                                                                                      .price = 1.1,
                                                                                      .status = ExecutionStatus::filled,
                                                                                      .at_ms = noon_ms},
                                                                      {"c2", traceparent}}));
  auto paid = *deposit(ann, "d1");
  paid.trace = {"c3", traceparent};
  node.update(std::make_shared<const PortfolioUpdate>(paid));
  for (const std::string order : {R"("halt":{})", R"("resume":{})", R"("limits":{"limits":{"max_positions":1}})"}) {
    static int number = 3;
    node.ask<ReplyPtr>(
        node.ingress, admit_atom::value,
        InputPtr{std::make_shared<const Input>(Input{.bytes = R"({"command_id":"c)" + std::to_string(++number) +
                                                              R"(","company_id":"acme","user_id":")" + ann.user.value +
                                                              R"(","actor":"olga","reason":"drill",)" + order + "}",
                                                     .default_at_ms = noon_ms,
                                                     .kind = Input::Kind::command,
                                                     .traceparent = traceparent})});
    node.run();
  }
  std::vector<std::string> recorded;
  const auto records = *node.journal.read({0}, {had + 1}, 100);
  for (const auto& record : records) {
    const auto event = decode_event(record.payload);
    REQUIRE(event);
    if (std::holds_alternative<LimitsMerged>(event->fact)) continue; // what an order leads to, later
    CHECK(event->trace.traceparent == traceparent);
    recorded.push_back(event->trace.correlation_id);
  }
  CHECK(recorded == std::vector<std::string>{"c1", "c2", "c3", "c4", "c5", "c6"});
  std::vector<std::string> published;
  for (const auto& output : node.file.arrived()) {
    published.push_back(output.channel + " " + output.correlation_id);
    CHECK(output.traceparent.starts_with(std::string{"00-"} + trace_id + "-"));
    CHECK(output.traceparent != traceparent); // a span of its own
  }
  CHECK(published == std::vector<std::string>{"approved c1", "assessments c1", "alerts c1", "actions c4", "actions c5",
                                              "alerts c6"});
}

// The supervisor: what dies is rebuilt and used, what dies too often is given up, and what is the node itself stops it.

#include "actors/node_stage.hpp"
#include "transport/memory_destination.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

constexpr auto approved = ApprovalStatus::approved;

ApprovalStatus status_of(const AnswerPtr& answer) { return answer->assessments.front().approval_status; }

SignalBatch large_batch(const TenantId& id) {
  SignalBatch batch = plain_batch(id, "large");
  for (int i = 1; i < 50; ++i) batch.trading_signals.push_back(order(Side::buy, "EURUSD", 100 + i, std::to_string(i)));
  return batch;
}

} // namespace

TEST_CASE("the way in is handed out when every shard has its owner") {
  NodeStage node;
  node.supervisor = node.start<SupervisorState>(NodePartsPtr{std::make_shared<const NodeParts>(node.parts)});
  const auto early = node.ask<ingress_actor>(node.supervisor, ready_atom::value);
  node.run_until([&] { return early.there(); });
  node.run();
  CHECK(node.named("shard").size() == 2);
  CHECK(node.named("var_worker").size() == 2);
  CHECK(node.alerts.empty());
}

TEST_CASE("two workers of two die in the middle of jobs: new ones do the jobs") {
  NodeStage node;
  node.begin();
  const TenantId ann = node.tenant_of(0), bob = node.tenant_of(1);
  const auto first = node.send(large_batch(ann)), second = node.send(large_batch(bob));
  const auto both = node.named("var_worker");
  REQUIRE(both.size() == 2);
  // Each has judged its first eight signals.
  for (int turns = 0; turns < 4; node.step())
    if (node.next_is("var_worker")) ++turns;
  for (const auto& worker : both) node.kill(worker);
  node.run();
  for (const auto& asked : {first, second}) {
    const auto& answer = (*asked)->answers.front();
    CHECK(answer->assessments.size() == 50);
    CHECK(status_of(answer) == approved);
  }
  CHECK(node.alerts_of("PART_REBUILT") == 2);
  CHECK(node.named("var_worker").size() == 2);
  CHECK(node.failures.empty());
}

TEST_CASE("a pool that dies: its jobs are refused without a decision, the next item is judged by the new one") {
  NodeStage node;
  node.begin();
  const TenantId ann = node.tenant_of(0);
  const auto first = node.send(large_batch(ann));
  node.run_until([&] { return node.next_is("var_worker"); });
  node.kill("var_pool");
  node.run();
  const auto& answer = (*first)->answers.front();
  CHECK(answer->refusal == "UNAVAILABLE");
  CHECK(!answer->journal_position.has_value());
  CHECK(status_of(node.judged(ann, "b2")) == approved);
  CHECK(node.named("var_pool").size() == 1);
  CHECK(node.named("var_worker").size() == 2); // the old ones served a pool that is gone
}

TEST_CASE("a loader, a market and a snapshot writer that die are rebuilt, and the next item uses the new ones") {
  NodeStage node;
  node.begin();
  const TenantId ann = node.tenant_of(0);
  SUBCASE("loader") {
    node.journal.throws_for = ann.text();
    CHECK(node.judged(ann, "b1")->refusal == "UNAVAILABLE");
    node.journal.throws_for.clear();
    CHECK(node.named("loader").size() == 1);
  }
  SUBCASE("market") {
    node.views_throw = true;
    CHECK(node.judged(ann, "b1")->refusal == "UNAVAILABLE");
    node.views_throw = false;
    CHECK(node.named("market").size() == 1);
  }
  SUBCASE("snapshot writer") {
    node.kill("snapshot_writer");
    node.run();
    CHECK(node.named("snapshot_writer").size() == 1);
  }
  CHECK(status_of(node.judged(ann, "b1")) == approved);
  CHECK(*node.ask_now<bool>(node.supervisor, stop_atom::value));
  CHECK(node.snapshots.load({0}, ann.text())->sound.size() == 1);
  CHECK(node.alerts_of("PART_REBUILT") == 1);
  CHECK(node.failures.empty());
}

TEST_CASE("parts that die again and again stop the node") {
  NodeStage node;
  node.parts.settings.worker_deaths_max = 3;
  node.begin();
  for (int death = 1; death <= 4; ++death) {
    CHECK(node.failures.empty());
    node.kill("var_worker");
    node.run();
  }
  CHECK(node.failures.size() == 1);
}

TEST_CASE("a shard that dies gets a new epoch and answers go on; what its old portfolios still send is fenced") {
  NodeStage node;
  node.begin();
  const TenantId ann = node.tenant_of(0), bob = node.tenant_of(1);
  CHECK(node.judged(ann, "b1")->journal_position->epoch.value == 1);
  node.judged(bob, "b1");
  const auto old = node.named("portfolio");
  REQUIRE(old.size() == 2);
  const auto cut = node.send(ann, "b2");
  node.run_until([&] { return node.next_is("var_worker"); });
  node.kill(node.named("shard").front());
  node.run();
  CHECK((*cut)->answers.front()->refusal == "UNAVAILABLE");
  CHECK(node.named("portfolio").size() == 1); // bob's
  CHECK(node.alerts_of("SHARD_REBUILT", "shard 0") == 1);
  const auto again = node.judged(ann, "b3");
  CHECK(status_of(again) == approved);
  CHECK(again->journal_position->epoch.value == 2);
  CHECK(node.judged(bob, "b2")->journal_position->epoch.value == 1);
  CHECK(node.failures.empty());
}

TEST_CASE("a shard that dies a fourth time in ten minutes is given up by name; the others work") {
  NodeStage node;
  node.begin();
  const TenantId ann = node.tenant_of(0), bob = node.tenant_of(1);
  auto kill_owner_of_ann = [&, deaths = 0]() mutable {
    const auto owners = node.named("shard"); // shard 0 began first; who was rebuilt is the youngest
    node.kill(deaths++ == 0 ? owners.front() : owners.back());
    node.run();
  };
  for (int death = 1; death <= 3; ++death) {
    kill_owner_of_ann();
    CHECK(node.alerts_of("SHARD_REBUILT", "shard 0") == static_cast<std::size_t>(death));
  }
  kill_owner_of_ann();
  CHECK(node.alerts_of("SHARD_HALTED", "shard 0") == 1);
  CHECK(node.judged(ann, "last")->refusal == "NOT_OWNER");
  CHECK(status_of(node.judged(bob, "b1")) == approved);
  CHECK(node.failures.empty());
}

TEST_CASE("without journal, router, egress, way in or alerts there is no node: it fails once, naming the part") {
  const struct {
    const char* actor;
    const char* named;
  } table[] = {{"journal_writer", "journal"},
               {"signal_router", "router"},
               {"egress", "egress"},
               {"ingress", "ingress"},
               {"alerts", "nobody can be told"}};
  for (const auto& line : table) {
    CAPTURE(line.actor);
    MemoryDestination file{"file"};
    NodeStage node;
    node.publish_to(file);
    node.begin();
    const TenantId ann = node.tenant_of(0);
    const auto asked = node.send(ann, "b1");
    node.run_until([&] { return node.next_is("var_worker"); });
    node.kill(line.actor);
    node.run();
    REQUIRE(node.failures.size() == 1);
    CHECK(node.failures.front().find(line.named) != std::string::npos);
    CHECK(asked.there()); // nobody waits for a node that is gone
    for (const auto* rest : {"shard", "portfolio", "var_worker", "var_pool", "loader"}) CHECK(node.named(rest).empty());
  }
}

TEST_CASE("a shard whose journal is damaged is halted and named, its tenants get NOT_OWNER, the others work") {
  NodeStage node;
  SUBCASE("found when it is read") { node.journal.damaged = ShardId{1}; }
  SUBCASE("found before") { node.parts.halted.emplace(1, "records are missing"); }
  node.begin();
  REQUIRE(node.alerts_of("SHARD_HALTED", "shard 1") == 1);
  const TenantId ann = node.tenant_of(0);
  CHECK(status_of(node.judged(ann, "b1")) == approved);
  TenantId other = user("x").id;
  while (node.shard_of(other).value != 1) other.user.value += "x";
  CHECK(node.judged(other, "b1")->refusal == "NOT_OWNER");
  CHECK(node.failures.empty());
}

TEST_CASE("outputs that lag: increases are refused until they are out, closings go through") {
  MemoryDestination file{"file"};
  NodeStage node;
  node.publish_to(file);
  node.parts.settings.egress_lag_max = 2;
  node.begin();
  TenantSetup setup = user("holder");
  setup.positions = {{Symbol{"EURUSD"}, 10'000, 1.08}};
  node.open(setup);
  node.run();
  node.advance(std::chrono::milliseconds{200});
  file.refuse(true);
  for (const auto* id : {"b1", "b2", "b3"}) CHECK(status_of(node.judged(setup.id, id)) == approved);
  node.advance(std::chrono::milliseconds{200});
  const auto refused = node.judged(setup.id, "b4");
  CHECK(refused->assessments.front().reason_code == "OUTPUTS_LAG");
  SignalBatch closing = plain_batch(setup.id, "b5");
  closing.trading_signals = {order(Side::sell, "EURUSD", 5'000, "close")};
  const auto closed = node.send(closing);
  node.run();
  CHECK(status_of((*closed)->answers.front()) == approved);
  file.refuse(false);
  node.advance(std::chrono::milliseconds{400}, std::chrono::milliseconds{200});
  CHECK(status_of(node.judged(setup.id, "b6")) == approved);
}

TEST_CASE("an orderly stop: outputs out, portfolios asleep, everything kept") {
  MemoryDestination file{"file"};
  NodeStage node;
  node.publish_to(file);
  node.begin();
  const TenantId ann = node.tenant_of(0), bob = node.tenant_of(1);
  node.judged(ann, "b1");
  node.judged(bob, "b1");
  CHECK(*node.ask_now<bool>(node.supervisor, stop_atom::value));
  CHECK(node.named("portfolio").empty());
  CHECK(file.arrived().size() == 4);
  for (const auto* shard : {"0", "1"}) CHECK(*node.cursors.find("egress/file/" + std::string{shard}) == "2");
  CHECK(node.snapshots.load({0}, ann.text())->sound.size() == 1);
  CHECK(node.snapshots.load({1}, directory_entity)->sound.size() == 1);
}

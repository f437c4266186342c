// The whole road in virtual time, its messages in a random order: what it answers and what it keeps is what a plain
// loop makes of the same inputs. RISKCLUSTER_SEED repeats a run.

#include <cstdlib>

#include "actors/node_stage.hpp"
#include "messages/codec_journal.hpp"
#include "node/fold.hpp"
#include "support/oracle.hpp"
#include "support/random_inputs.hpp"
#include "transport/memory_destination.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

constexpr std::uint32_t shards = 4;

struct Sent {
  SignalBatch batch;
  Asked<ReplyPtr> asked;
};

struct Run {
  explicit Run(std::uint64_t from) : seed{from}, random{from} {
    node.parts.settings.snapshot_events = 5;
    node.parts.settings.awake_max = 2; // portfolios come and go all the time
    node.publish_to(file);
    node.begin();
    const CompanySetup company = generous();
    for (int i = 0; i < 20; ++i) {
      TenantSetup setup =
          user("t" + std::to_string(i), i % 4 == 0 ? std::vector<std::string>{"trend"} : std::vector<std::string>{});
      tenants.push_back(setup.id);
      node.open(setup);
      oracle.opened(open_tenant(setup, &company, 0));
    }
    node.run();
    node.pick = [this](std::size_t jobs) { return random() % jobs; };
  }
  void send_everything() {
    RandomInputs inputs{seed + 1, tenants, "engine"};
    for (int i = 0; i < 200; ++i) {
      const auto input = inputs.next();
      if (const auto* batch = std::get_if<SignalBatch>(&input)) send(*batch);
      if (const auto* update = std::get_if<PortfolioUpdate>(&input)) {
        oracle.sent(*update);
        facts.push_back(node.update(std::make_shared<const PortfolioUpdate>(*update)));
      }
      if (i % 40 == 20) fan_out("fan" + std::to_string(i));
      for (std::uint64_t steps = random() % 60; steps > 0 && node.step(); --steps) {
      }
      if (random() % 10 == 0) node.advance(std::chrono::milliseconds{1'000});
    }
    node.run();
  }
  void send(const SignalBatch& batch) {
    oracle.sent(batch);
    sent.push_back({batch, node.send(batch)});
  }
  void fan_out(const std::string& id) {
    SignalBatch batch = plain_batch({}, id);
    batch.strategy_id = StrategyId{"trend"};
    sent.push_back({batch, node.send(batch)});
    for (std::size_t i = 0; i < tenants.size(); i += 4) {
      batch.company_id = tenants[i].company;
      batch.user_id = tenants[i].user;
      oracle.sent(batch);
    }
  }

  std::uint64_t seed;
  std::mt19937_64 random;
  MemoryDestination file{"file"};
  NodeStage node{shards};
  Oracle oracle{usual_view()};
  std::vector<TenantId> tenants;
  std::vector<Sent> sent;
  std::vector<Asked<UpdateOutcome>> facts;
};

} // namespace

TEST_CASE("whatever the order of messages: every answer, record and state is that of a plain loop") {
  const char* given = std::getenv("RISKCLUSTER_SEED");
  const std::uint64_t first = given ? std::strtoull(given, nullptr, 10) : 20'261'120;
  for (std::uint64_t seed = first; seed < first + 5; ++seed) {
    CAPTURE(seed);
    Run run{seed};
    run.send_everything();
    CHECK(*run.node.ask_now<bool>(run.node.supervisor, stop_atom::value));
    CHECK(run.node.failures.empty());
    const auto folded = fold(run.node.journal, shards);
    REQUIRE(folded->size() == run.tenants.size());
    for (const auto& id : run.tenants) {
      const ShardId shard = run.node.shard_of(id);
      const auto records = run.node.journal.read_entity(shard, id.text(), {1}, 100'000);
      const auto expected = state_hash(run.oracle.fold(id.text(), *records));
      CHECK(state_hash(folded->at(id)) == expected);
      const auto kept = run.node.snapshots.load(shard, id.text());
      if (records->size() > 1) REQUIRE(!kept->sound.empty());
      if (!kept->sound.empty()) CHECK(state_hash(*decode_state(kept->sound.front().bytes)) == expected);
    }
    std::size_t decided = 0;
    for (const auto& sent : run.sent)
      for (const auto& answer : (*sent.asked)->answers) {
        const auto& batch = sent.batch;
        CAPTURE(batch.batch_id.value);
        const std::string entity = TenantId{answer->company_id, answer->user_id}.text();
        if (answer->refusal.empty()) {
          ++decided;
          CHECK(encode_answer_bytes(*answer) == run.oracle.answers[entity][batch.batch_id.value]);
        } else {
          CHECK(answer->refusal == "RATE_LIMIT");
          CHECK(run.oracle.answers[entity].count(batch.batch_id.value) == 0);
        }
      }
    for (const auto& fact : run.facts) CHECK(*fact == UpdateOutcome::applied);
    CHECK(decided > 100);
    MESSAGE("seed " << seed << ": " << decided << " answers, " << run.file.arrived().size() << " outputs");
  }
}

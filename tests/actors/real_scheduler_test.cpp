// A node on CAF's own scheduler, with threads of its own where it has them, and two clients at a time: the program that
// runs under the thread sanitizer. Its journal is in memory. Parts of it die on the way: the loader, the market and the
// snapshot writer by their doors, workers where the environment's failpoints say so.

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <doctest/doctest.h>

#include "journal/memory_journal.hpp"
#include "messages/codec_risk.hpp"
#include "messages/codec_state.hpp"
#include "messages/codec_trading.hpp"
#include "node/fold.hpp"
#include "node/node.hpp"
#include "placement/shard_of.hpp"
#include "storage/memory_cursors.hpp"
#include "storage/memory_snapshots.hpp"
#include "support/oracle.hpp"
#include "support/random_inputs.hpp"
#include "transport/memory_destination.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

constexpr std::uint32_t shards = 4;
constexpr int inputs_per_client = 150;

/// Throws now and then, which ends whoever writes.
class FaultySnapshots final : public Snapshots {
public:
  Result<bool> save(ShardId shard, std::string_view entity, const Snapshot& snapshot) override {
    if (++saves_ % 23 == 7) throw std::runtime_error{"the disk's driver threw"};
    return memory_.save(shard, entity, snapshot);
  }
  Result<FoundSnapshots> load(ShardId shard, std::string_view entity) const override {
    return memory_.load(shard, entity);
  }
  Result<bool> for_each_entity(ShardId shard,
                               const std::function<bool(const std::string& entity)>& each) const override {
    return memory_.for_each_entity(shard, each);
  }
  Result<bool> drop(ShardId shard, std::string_view entity, SequenceNumber n) override {
    return memory_.drop(shard, entity, n);
  }

private:
  std::atomic<unsigned> saves_{0};
  MemorySnapshots memory_;
};

struct Running {
  Running() {
    RoadSettings settings;
    settings.batch_clock = true;
    settings.snapshot_events = 3;
    settings.awake_max = 2;
    settings.shard_tick = settings.egress_tick = std::chrono::milliseconds{5};
    settings.worker_deaths_max = 1'000;
    NodeDoors doors{.journal = &journal,
                    .snapshots = &snapshots,
                    .cursors = &cursors,
                    .view_at = [this](TimeMs now) -> Result<DatedView> {
                      if (++views % 5 == 3) throw std::runtime_error{"the prices' driver threw"};
                      const TimeMs day = now / day_ms * day_ms;
                      return DatedView{day, day + day_ms, view};
                    },
                    .tell =
                        [this](const Alert& alert) {
                          const std::lock_guard lock{mutex};
                          alerts.push_back(alert.type);
                        }};
    doors.outlets.push_back({&file, [](const Output& output) { return output.bytes; }});
    auto started = Node::start(std::move(doors), shards, settings);
    REQUIRE(started);
    node = std::move(*started);
  }
  void open(const std::vector<TenantId>& tenants) {
    const CompanySetup company = generous();
    std::vector<TenantEvent> events;
    for (const auto& id : tenants) {
      TenantSetup setup = tenant();
      setup.id = id;
      events.push_back(open_tenant(setup, &company, 0));
      oracle.opened(events.back());
    }
    CHECK(node->open(events).opened == tenants.size());
  }

  MemoryJournal journal{shards};
  FaultySnapshots snapshots;
  MemoryCursors cursors;
  MemoryDestination file{"file"};
  MarketViewPtr view = view_of(usual_symbols());
  std::atomic<unsigned> views{0};
  std::mutex mutex;
  std::vector<std::string> alerts;
  Oracle oracle{view};
  std::unique_ptr<Node> node;
};

/// One engine with its own numbers. Whatever is refused without a decision is sent again, as an engine would.
struct Client {
  struct Answered {
    TenantId tenant;
    std::string batch, bytes;
  };
  Client(Node& to, std::uint64_t seed, const std::vector<TenantId>& tenants, const std::string& name)
      : node{to}, inputs{seed, tenants, name} {}

  void work() {
    for (int i = 0; i < inputs_per_client; ++i) {
      auto input = inputs.next();
      if (const auto* batch = std::get_if<SignalBatch>(&input)) {
        batches.push_back(*batch);
        send(*batch);
      } else {
        updates.push_back(std::get<PortfolioUpdate>(input));
        for (int tries = 0; tries < 100 && !node.admit(updates.back()); ++tries) {
        }
      }
    }
  }
  void send(const SignalBatch& batch) {
    for (int tries = 0; tries < 100; ++tries) {
      const auto reply = node.admit(Input{.format = Input::Format::protobuf, .bytes = encode_batch_bytes(batch)});
      if (!reply) continue;
      const auto& answer = *(*reply)->answers.front();
      if (answer.refusal == "RATE_LIMIT") return;
      if (answer.refusal.empty())
        return answers.push_back({batch.tenant(), batch.batch_id.value, encode_answer_bytes(answer)});
    }
  }

  Node& node;
  RandomInputs inputs;
  std::vector<SignalBatch> batches;
  std::vector<PortfolioUpdate> updates;
  std::vector<Answered> answers;
};

} // namespace

TEST_CASE("two clients at a time, and parts that die on the way: what was answered is what a plain loop makes of it") {
  Running running;
  std::vector<TenantId> tenants;
  for (int i = 0; i < 12; ++i) tenants.push_back({CompanyId{"acme"}, UserId{"t" + std::to_string(i)}});
  running.open(tenants);
  Client first{*running.node, 1, tenants, "one"}, second{*running.node, 2, tenants, "two"};
  std::thread other{[&] { second.work(); }};
  first.work();
  other.join();
  for (int tries = 0; tries < 3; ++tries) CHECK(running.node->stop()); // a snapshot may fail
  CHECK(!running.node->failure());

  for (const auto* client : {&first, &second}) {
    for (const auto& batch : client->batches) running.oracle.sent(batch);
    for (const auto& update : client->updates) running.oracle.sent(update);
  }
  const auto folded = fold(running.journal, shards);
  for (const auto& id : tenants) {
    const auto records = running.journal.read_entity(shard_of(id.text(), shards), id.text(), {1}, 100'000);
    const auto expected = state_hash(running.oracle.fold(id.text(), *records));
    CHECK(state_hash(folded->at(id)) == expected);
    const auto kept = running.snapshots.load(shard_of(id.text(), shards), id.text());
    if (!kept->sound.empty() && kept->sound.front().n == records->back().n)
      CHECK(state_hash(*decode_state(kept->sound.front().bytes)) == expected);
  }
  std::size_t answered = 0;
  for (const auto* client : {&first, &second})
    for (const auto& answer : client->answers) {
      CAPTURE(answer.batch);
      CHECK(answer.bytes == running.oracle.answers[answer.tenant.text()][answer.batch]);
      ++answered;
    }
  CHECK(answered > 100);
  CHECK(running.file.arrived().size() > answered / 2);
  running.node.reset();
  const auto rebuilt = std::count(running.alerts.begin(), running.alerts.end(), "PART_REBUILT");
  CHECK(rebuilt > 0);
  MESSAGE(answered << " answers, " << rebuilt << " parts rebuilt");
}

TEST_CASE("a node ends at once with everything under way, and calls nobody twice") {
  std::atomic<int> called{0};
  {
    Running running;
    running.open({{CompanyId{"acme"}, UserId{"ann"}}});
    RandomInputs inputs{3, {{CompanyId{"acme"}, UserId{"ann"}}}, "one"};
    for (int i = 0; i < 60;) {
      const auto input = inputs.next();
      const auto* batch = std::get_if<SignalBatch>(&input);
      if (!batch) continue;
      running.node->admit(Input{.format = Input::Format::protobuf, .bytes = encode_batch_bytes(*batch)},
                          [&](const Result<ReplyPtr>&) { ++called; });
      ++i;
    }
  }
  CHECK(called <= 60);
}

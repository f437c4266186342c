#pragma once
// The road on a stage: doors in memory, real actors, and whatever fake a test puts in their place.

#include "actors/alerts.hpp"
#include "actors/fakes.hpp"
#include "actors/journal_writer.hpp"
#include "actors/loader.hpp"
#include "actors/market.hpp"
#include "actors/portfolio.hpp"
#include "actors/restore.hpp"
#include "actors/shard.hpp"
#include "actors/stage.hpp"
#include "actors/test_journal.hpp"
#include "actors/var_pool.hpp"
#include "actors/var_worker.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_risk.hpp"
#include "messages/codec_state.hpp"
#include "placement/shard_of.hpp"
#include "storage/memory_cursors.hpp"
#include "storage/memory_snapshots.hpp"
#include "support/tenant.hpp"

namespace riskcluster::test {

inline const MarketViewPtr& usual_view() {
  static const MarketViewPtr view = view_of(usual_symbols());
  return view;
}

/// What outlives the actors.
struct MemoryDoors {
  explicit MemoryDoors(std::uint32_t shards) : journal{shards} {}
  TestJournal journal;
  MemorySnapshots snapshots;
  MemoryCursors cursors;
  std::vector<Alert> alerts;
};

class Road : public MemoryDoors, public Stage {
public:
  explicit Road(std::uint32_t shards = 1) : MemoryDoors{shards} {
    around.settings.batch_clock = true;
    around.settings.own_threads = false;
    around.settings.workers = 2;
    around.alerts = start<AlertsState>(TellPeople{[this](const Alert& alert) { alerts.push_back(alert); }});
    around.journal = start<JournalWriterState>(static_cast<Journal*>(&journal), egress_actor(), around.alerts);
    around.loader =
        start<LoaderState>(static_cast<const Journal*>(&journal), static_cast<const Snapshots*>(&snapshots));
    around.snapshots = start<SnapshotWriterState>(CutDoors{&journal, &snapshots, &cursors}, CutRules{});
    around.views = std::make_shared<const MarketViews>(MarketViews{{{0, time_max_ms, usual_view()}}});
  }

  /// @returns the fake, which lives as long as the stage.
  template <class Fake, class... Args>
  Fake& fake(Args&&... args) {
    Fake& made = keep(std::make_shared<Fake>(std::forward<Args>(args)...));
    made.handle = system.spawn(Fake::behavior, &made);
    return made;
  }
  template <class Fake>
  void release(Fake& fake, int count = 1) {
    for (int i = 0; i < count; ++i) {
      tell(fake.handle, go_atom::value);
      run();
    }
  }
  void use_real_pool() {
    around.pool = start<PoolState>(around.settings);
    for (std::size_t i = 0; i < around.settings.workers; ++i)
      start<WorkerState>(around.pool, around.settings.signals_per_turn);
  }

  SurroundingsPtr with() const { return std::make_shared<const Surroundings>(around); }

  /// Opened in the journal's past.
  TenantId opened(const TenantSetup& setup, ShardId shard = {0}) {
    const CompanySetup company = generous();
    const TenantEvent event = open_tenant(setup, &company, 0);
    journal.append(shard, {1}, entries_of(setup.id.text(), {event}),
                   [](const Result<Committed>& done) { REQUIRE(done); });
    journal.commit();
    journal.portions.clear();
    return setup.id;
  }
  portfolio_actor portfolio(const TenantId& id, Epoch epoch = {1}, Standing standing = Standing::normal) {
    auto loaded = restore_tenant(journal, snapshots, {0}, id.text());
    REQUIRE(loaded);
    return start<PortfolioState>(PortfolioIdentity{{0}, epoch, standing},
                                 LoadedPtr{std::make_shared<const Loaded>(std::move(*loaded))}, with());
  }
  shard_actor shard(Epoch epoch = {1}) {
    auto directory = restore_directory(journal, snapshots, {0});
    REQUIRE(directory);
    return start<ShardState>(ShardId{0}, epoch,
                             DirectoryPtr{std::make_shared<const LoadedDirectory>(std::move(*directory))}, with());
  }

  Asked<AnswerPtr> judge(const portfolio_actor& whom, const SignalBatchPtr& batch) {
    return ask<AnswerPtr>(whom, judge_atom::value, batch, Lane::interactive, with());
  }
  Asked<UpdateOutcome> update(const portfolio_actor& whom, const UpdatePtr& fact) {
    return ask<UpdateOutcome>(whom, update_atom::value, fact, with());
  }

  std::vector<JournalRecord> records(ShardId shard = {0}) const { return *journal.read(shard, {1}, 100'000); }
  /// The fold of the tenant's records.
  TenantState folded(const TenantId& id, ShardId shard = {0}) const {
    TenantState state;
    const auto own = journal.read_entity(shard, id.text(), {1}, 100'000);
    for (const auto& record : *own) apply(state, *decode_event(record.payload), record.n);
    return state;
  }
  std::size_t alerts_of(const std::string& type) const {
    return static_cast<std::size_t>(
        std::count_if(alerts.begin(), alerts.end(), [&](const Alert& alert) { return alert.type == type; }));
  }

  Surroundings around; ///< what the next item gets
};

inline TenantSetup user(const std::string& name, const std::vector<std::string>& strategies = {}) {
  TenantSetup setup = tenant();
  setup.id.user = UserId{name};
  for (const auto& strategy : strategies) setup.strategies.emplace_back(strategy);
  return setup;
}

/// One order for the tenant, no two of the same size; its signal is called as the batch.
inline SignalBatch plain_batch(const TenantId& tenant, const std::string& id) {
  return {.batch_id = BatchId{id},
          .company_id = tenant.company,
          .user_id = tenant.user,
          .trading_signals = {order(Side::buy, "EURUSD", 5'000.0 + static_cast<double>(hash64(id) % 1'000), id)},
          .correlation_id = "c-" + id,
          .created_at_ms = noon_ms};
}
inline SignalBatchPtr batch_of(const TenantId& tenant, const std::string& id) {
  return std::make_shared<const SignalBatch>(plain_batch(tenant, id));
}
inline UpdatePtr deposit(const TenantId& tenant, const std::string& id, double amount = 1'000, TimeMs at = noon_ms) {
  return std::make_shared<const PortfolioUpdate>(
      PortfolioUpdate{tenant, AccountUpdate{.deposit = amount, .at_ms = at, .update_id = id}});
}

} // namespace riskcluster::test

// Tenants of setup files, while the disk takes nothing for a moment.

#include <atomic>

#include <doctest/doctest.h>

#include "journal/memory_journal.hpp"
#include "node/node.hpp"
#include "storage/memory_cursors.hpp"
#include "storage/memory_snapshots.hpp"
#include "support/tenant.hpp"

using namespace riskcluster;

namespace {

/// In memory, on a disk that can be full.
class FullJournal final : public Journal {
public:
  explicit FullJournal(std::uint32_t shards) : memory_{shards} {}

  void append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) override {
    if (full) return done(Error{Errc::unavailable, "the disk is full"});
    memory_.append(shard, epoch, std::move(entries), std::move(done));
  }
  void commit() override { memory_.commit(); }
  Result<Epoch> claim(ShardId shard) override { return memory_.claim(shard); }
  Result<JournalEnd> cut(ShardId shard, SequenceNumber below) override { return memory_.cut(shard, below); }
  Result<JournalEnd> base(ShardId shard) const override { return memory_.base(shard); }
  Result<std::vector<JournalRecord>> read(ShardId shard, SequenceNumber from, std::size_t count) const override {
    return memory_.read(shard, from, count);
  }
  Result<std::vector<JournalRecord>> read_entity(ShardId shard, std::string_view entity, SequenceNumber from,
                                                 std::size_t count) const override {
    return memory_.read_entity(shard, entity, from, count);
  }
  Result<JournalEnd> end(ShardId shard) const override { return memory_.end(shard); }
  void probe() override {}
  std::string trouble() const override { return {}; }

  std::atomic<bool> full{false};

private:
  MemoryJournal memory_;
};

std::vector<TenantEvent> tenants(int count) {
  static const CompanySetup company = test::generous();
  std::vector<TenantEvent> events;
  for (int i = 0; i < count; ++i) {
    TenantSetup setup = test::tenant();
    setup.id.user.value = "u" + std::to_string(i);
    events.push_back(open_tenant(setup, &company, 0));
  }
  return events;
}

} // namespace

TEST_CASE("what could not be opened for want of a disk says so, and is opened the next time, each once") {
  FullJournal journal{4};
  MemorySnapshots snapshots;
  MemoryCursors cursors;
  const auto view = test::view_of(test::usual_symbols());
  NodeDoors doors{.journal = &journal, .snapshots = &snapshots, .cursors = &cursors};
  doors.view_at = [&](TimeMs) -> Result<DatedView> { return DatedView{0, time_max_ms, view}; };
  const auto node = Node::start(std::move(doors), 4, {});
  REQUIRE(node);

  CHECK((*node)->open(tenants(10)).opened == 10);
  journal.full = true;
  const auto refused = (*node)->open(tenants(30));
  CHECK(refused.again == "the disk is full");
  CHECK(refused.opened == 0);
  CHECK(refused.refused.size() == 4); // one a shard
  journal.full = false;
  const auto opened = (*node)->open(tenants(30));
  CHECK(opened.again.empty());
  CHECK(opened.refused.empty());
  CHECK(opened.opened == 20);
  CHECK(opened.known == 10);
}

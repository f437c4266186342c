#pragma once
// A data folder as a node leaves it: tenants with histories in two shards, snapshots, directories, cursors. And what
// the commands say about it.

#include <fstream>
#include <map>
#include <sstream>

#include "actors/egress.hpp"
#include "actors/restore.hpp"
#include "journal/journal_bench.hpp"
#include "messages/codec_directory.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_state.hpp"
#include "node/repair.hpp"
#include "node/store.hpp"
#include "node/verify.hpp"
#include "placement/shard_of.hpp"
#include "storage/database_fixture.hpp"
#include "support/tenant.hpp"

namespace riskcluster::test {

inline constexpr std::uint32_t folder_shards = 2;

/// One tenant's events, really judged.
inline std::vector<TenantEvent> events_of(const std::string& user, int batches) {
  static const MarketViewPtr view = view_of(usual_symbols());
  TenantSetup setup = tenant();
  setup.id.user = UserId{user};
  setup.strategies = {StrategyId{"trend"}};
  Desk desk{view, setup};
  for (int i = 0; i < batches; ++i) {
    const std::string id = "s" + std::to_string(i);
    desk.send(order(i % 2 == 0 ? Side::buy : Side::sell, "EURUSD", 1'000.0 * (1 + i), id), noon_ms + i);
    if (i % 3 == 0) desk.fill(id, i % 2 == 0 ? Side::buy : Side::sell, "EURUSD", 100, 1.1);
  }
  return desk.history;
}

class DataFolder {
public:
  DataFolder() {
    auto store = Store::open(path(), folder_shards, SyncPolicy::by_caller);
    REQUIRE(store);
    std::map<std::string, std::vector<TenantEvent>> histories;
    for (const auto* const user : {"ann", "ben", "cat", "dan", "eve", "fay"})
      histories["acme/" + std::string{user}] = events_of(user, 8);
    for (std::size_t i = 0; i < 11; ++i) { // in turns, so that every shard's records are mixed
      for (const auto& [entity, events] : histories) append(**store, entity, events.at(i));
      if (i == 3 || i == 7) keep_all(**store);
    }
    for (std::uint32_t shard = 0; shard < folder_shards; ++shard)
      REQUIRE((*store)->cursors().put(cursor_name("nats", {shard}), std::to_string(ends[shard] - 2)));
    REQUIRE((*store)->cursors().put("replay/0011", "12 3 4567 0"));
  }

  std::string path() const { return folder_.path(); }
  std::unique_ptr<Database> open() const { return open_database(path(), {.create = false, .shard_count = 0}); }

  /// An entity of the shard.
  std::string entity_of(std::uint32_t shard) const {
    for (const auto& [entity, state] : states)
      if (shard_of(entity, folder_shards).value == shard) return entity;
    FAIL("no tenant in the shard");
    return {};
  }
  /// All that is in it: name and content.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const auto& file : std::filesystem::recursive_directory_iterator{path()}) {
      if (!file.is_regular_file()) continue;
      std::ostringstream bytes;
      bytes << std::ifstream{file.path(), std::ios::binary}.rdbuf();
      found[file.path().string()] = bytes.str();
    }
    return found;
  }

  std::map<std::string, TenantState> states;  ///< by entity, after all records
  std::vector<std::uint64_t> ends{0, 0};      ///< by shard
  std::vector<ShardDirectory> directories{2}; ///< by shard

private:
  void append(Store& store, const std::string& entity, const TenantEvent& event) {
    const std::uint32_t shard = shard_of(entity, folder_shards).value;
    const std::string payload = encode_event(event);
    const auto done = commit_one(store.journal(), shard, 2, {{entity, event.at_ms, payload}});
    REQUIRE(done);
    ends[shard] = done->last.value;
    apply(states[entity], event, done->last);
    if (const auto* opened = std::get_if<TenantOpened>(&event.fact))
      directories[shard].add(opened->id, hash64(payload), opened->strategies);
  }
  void keep_all(Store& store) {
    for (const auto& [entity, state] : states) {
      const ShardId shard = shard_of(entity, folder_shards);
      REQUIRE(store.snapshots().save(shard, entity, {{ends[shard.value]}, encode_state(state)}));
    }
    for (std::uint32_t shard = 0; shard < folder_shards; ++shard)
      REQUIRE(store.snapshots().save({shard}, directory_entity, {{ends[shard]}, encode_directory(directories[shard])}));
  }

  TemporaryFolder folder_;
};

/// What a command answered and printed.
template <class T>
struct Said {
  Result<T> result;
  std::string text;
  bool has(const std::string& words) const { return text.find(words) != std::string::npos; }
};

inline Said<bool> verified(const std::string& folder, bool json = false) {
  std::ostringstream out, messages;
  auto result = verify({.data = folder, .json = json}, out, messages);
  CHECK(messages.str().empty());
  return {std::move(result), out.str()};
}

inline Said<RepairOutcome> repaired(const std::string& folder, bool apply) {
  std::ostringstream out, messages;
  auto result = repair({.data = folder, .apply = apply}, out, messages);
  CHECK(messages.str().empty());
  return {std::move(result), out.str()};
}

inline bool is(const Said<RepairOutcome>& said, RepairOutcome outcome) {
  if (!said.result) FAIL(said.result.error().message);
  return *said.result == outcome;
}

inline bool sound(const std::string& folder) {
  const auto said = verified(folder);
  if (!said.result) FAIL(said.result.error().message);
  if (!*said.result) MESSAGE(said.text);
  return *said.result;
}

} // namespace riskcluster::test

#include "actors/loader.hpp"

#include <chrono>

#include "actors/restore.hpp"
#include "messages/codec_state.hpp"

namespace riskcluster {

namespace {

template <class T>
caf::result<std::shared_ptr<const T>> shared(Result<T> result) {
  if (!result) return to_caf(result.error());
  return std::make_shared<const T>(std::move(*result));
}

caf::result<bool> written(const Result<bool>& result) {
  if (!result) return to_caf(result.error());
  return true;
}

Result<std::vector<JournalRecord>> read_each(const Journal& journal, ShardId shard,
                                             const std::vector<SequenceNumber>& numbers) {
  std::vector<JournalRecord> found;
  found.reserve(numbers.size());
  for (const auto n : numbers) {
    auto records = journal.read(shard, n, 1);
    if (!records) return records.error();
    if (records->empty())
      return malformed("journal shard " + std::to_string(shard.value) + " has no n " + std::to_string(n.value));
    found.push_back(std::move(records->front()));
  }
  return found;
}

} // namespace

LoaderState::Actor::behavior_type LoaderState::behavior(const Journal* journal, const Snapshots* snapshots) {
  return {
      [=](load_atom, ShardId shard) { return shared(restore_directory(*journal, *snapshots, shard)); },
      [=](load_atom, ShardId shard, const std::string& entity) {
        return shared(restore_tenant(*journal, *snapshots, shard, entity));
      },
      [=](read_atom, ShardId shard, const NumbersPtr& numbers) { return shared(read_each(*journal, shard, *numbers)); },
      [=](end_atom, ShardId shard) -> caf::result<SequenceNumber> {
        const auto end = journal->end(shard);
        if (!end) return to_caf(end.error());
        return end->n;
      },
      [=](read_atom, ShardId shard, SequenceNumber from, std::uint32_t count) {
        return shared(journal->read(shard, from, count));
      },
  };
}

SnapshotWriterState::Actor::behavior_type SnapshotWriterState::behavior(CutDoors doors, CutRules rules) {
  doors_ = doors;
  rules_ = std::move(rules);
  return {
      [this](save_atom, const SnapshotPtr& order) {
        return written(keep(order->shard, order->entity, {order->n, encode_state(*order->state)}));
      },
      [this](save_atom, ShardId shard, SequenceNumber n, const std::string& directory) {
        return written(keep(shard, directory_entity, {n, directory}));
      },
      [this](cut_atom, ShardId shard) { return shared(plan(shard)); },
      [this](mark_atom, const std::string& mark, const std::string& bytes) {
        return written(doors_.cursors->put(mark, bytes));
      },
  };
}

Result<bool> SnapshotWriterState::keep(ShardId shard, const std::string& entity, const Snapshot& snapshot) {
  if (too_old(shard, snapshot.n)) return true;
  return doors_.snapshots->save(shard, entity, snapshot);
}

bool SnapshotWriterState::too_old(ShardId shard, SequenceNumber n) const {
  const auto planned = below_.find(shard.value);
  return planned != below_.end() && n.value + 1 < planned->second.value;
}

Result<CutPlan> SnapshotWriterState::plan(ShardId shard) {
  using namespace std::chrono;
  const TimeMs now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  auto plan = plan_cut(doors_, rules_, shard, now);
  if (plan) below_[shard.value] = std::max(below_[shard.value], plan->below);
  return plan;
}

} // namespace riskcluster

#include "actors/journal_cut.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "actors/egress.hpp"
#include "actors/restore.hpp"
#include "messages/codec_directory.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_state.hpp"
#include "tenant/decide.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t records_at_once = 256;

/// 0 for one that was never marked.
SequenceNumber number_in(const std::optional<std::string>& bytes) {
  SequenceNumber n;
  if (bytes) std::from_chars(bytes->data(), bytes->data() + bytes->size(), n.value);
  return n;
}

class Planner {
public:
  Planner(const CutDoors& doors, const CutRules& rules, ShardId shard) : doors_{doors}, rules_{rules}, shard_{shard} {}
  Result<CutPlan> plan(TimeMs now);

private:
  Result<bool> read_front(TimeMs now);
  Result<bool> read_cursors();
  Result<bool> read_entities();
  Result<std::vector<Snapshot>> usable(const std::string& entity) const;
  bool enough(const std::vector<Snapshot>& kept) const;
  Result<bool> settle(const std::string& entity);
  Result<bool> keep_tenant(const std::string& entity, const std::vector<Snapshot>& kept);
  Result<Snapshot> newest_state(const std::string& entity, const std::vector<Snapshot>& kept);
  Result<bool> keep_directory();

  const CutDoors& doors_;
  const CutRules& rules_;
  const ShardId shard_;
  SequenceNumber base_, end_;
  std::set<std::string> entities_;
  CutFloors floors_;
  SequenceNumber target_; ///< what time and cursors allow
  CutPlan plan_;
};

Result<CutPlan> Planner::plan(TimeMs now) {
  const auto end = doors_.journal->end(shard_);
  if (!end) return end.error();
  const auto base = doors_.journal->base(shard_);
  if (!base) return base.error();
  base_ = base->n;
  end_ = end->n;
  auto read = read_cursors();
  if (read) read = read_front(now);
  if (!read) return read.error();
  target_ = cut_floor(floors_);
  plan_.below = target_;
  if (target_.value <= base_.value + 1) return plan_;
  if (auto listed = read_entities(); !listed) return listed.error();
  for (const auto& entity : entities_)
    if (auto settled = settle(entity); !settled) return settled.error();
  plan_.below = cut_floor(floors_);
  return plan_;
}

/// Which records time lets go, and whose they are.
Result<bool> Planner::read_front(TimeMs now) {
  SequenceNumber next{base_.value + 1};
  const std::uint64_t stop = std::min(end_.value, base_.value + records_per_plan_max);
  while (next.value <= stop) {
    const auto records = doors_.journal->read(shard_, next, records_at_once);
    if (!records) return records.error();
    if (records->empty()) break;
    for (const auto& record : *records) {
      if (record.n.value > stop || record.at_ms > now - rules_.retention.count()) {
        floors_.kept_for_time = record.n;
        return true;
      }
      entities_.insert(record.entity);
      next = {record.n.value + 1};
    }
  }
  floors_.kept_for_time = next;
  return true;
}

Result<bool> Planner::read_cursors() {
  for (const auto& destination : rules_.destinations) {
    const auto cursor = doors_.cursors->find(cursor_name(destination, shard_));
    if (!cursor) return cursor.error();
    floors_.confirmed.push_back(number_in(*cursor));
  }
  return true;
}

Result<bool> Planner::read_entities() {
  entities_.insert(directory_entity);
  return doors_.snapshots->for_each_entity(shard_, [this](const std::string& entity) {
    entities_.insert(entity);
    return true;
  });
}

/// Those that this program understands, newest first.
Result<std::vector<Snapshot>> Planner::usable(const std::string& entity) const {
  auto found = doors_.snapshots->load(shard_, entity);
  if (!found) return found.error();
  std::erase_if(found->sound, [&](const Snapshot& snapshot) {
    if (entity == directory_entity) return !decode_directory(snapshot.bytes);
    const auto state = decode_state(snapshot.bytes);
    return !state || state->id.text() != entity;
  });
  return std::move(found->sound);
}

bool Planner::enough(const std::vector<Snapshot>& kept) const {
  return kept.size() >= snapshots_kept && kept[1].n.value + 1 >= target_.value;
}

Result<bool> Planner::settle(const std::string& entity) {
  auto kept = usable(entity);
  if (kept && !enough(*kept)) {
    auto done = entity == directory_entity ? keep_directory() : keep_tenant(entity, *kept);
    if (!done && done.error().code == Errc::unavailable) return done;
    if (!done) plan_.complaints.push_back(done.error().message);
    kept = usable(entity);
  }
  if (!kept) return kept.error();
  floors_.complete_to.push_back(kept->size() < snapshots_kept ? base_ : (*kept)[1].n);
  return true;
}

/// At the end as it was when the plan began, and one before it: whatever came since stands behind both.
Result<bool> Planner::keep_tenant(const std::string& entity, const std::vector<Snapshot>& kept) {
  const auto newest = newest_state(entity, kept);
  if (!newest) return newest.error();
  for (const SequenceNumber n : {SequenceNumber{end_.value - 1}, end_})
    if (n > newest->n)
      if (auto saved = doors_.snapshots->save(shard_, entity, {n, newest->bytes}); !saved) return saved;
  return true;
}

/// Complete to the end at least, though its n is of its last record: its newest snapshot, or else restored, and kept.
Result<Snapshot> Planner::newest_state(const std::string& entity, const std::vector<Snapshot>& kept) {
  if (!kept.empty()) {
    const auto since = doors_.journal->read_entity(shard_, entity, {kept.front().n.value + 1}, 1);
    if (!since) return since.error();
    if (since->empty() || since->front().n > end_) return kept.front();
  }
  const auto restored = restore_tenant(*doors_.journal, *doors_.snapshots, shard_, entity);
  if (!restored) return restored.error();
  if (!restored->state) return malformed(entity + " has records, but was never opened");
  const Snapshot made{restored->n, encode_state(*restored->state)};
  if (const auto saved = doors_.snapshots->save(shard_, entity, made); !saved) return saved.error();
  return made;
}

/// Twice, unless the last record changed it.
Result<bool> Planner::keep_directory() {
  const auto restored = restore_directory(*doors_.journal, *doors_.snapshots, shard_);
  if (!restored) return restored.error();
  const auto last = doors_.journal->read(shard_, restored->n, 1);
  if (!last) return last.error();
  const std::string bytes = encode_directory(restored->directory);
  const auto event = last->empty() ? Result<TenantEvent>{malformed("no record")} : decode_event(last->front().payload);
  if (event && !opening_of(*event))
    if (auto saved = doors_.snapshots->save(shard_, directory_entity, {{restored->n.value - 1}, bytes}); !saved)
      return saved;
  return doors_.snapshots->save(shard_, directory_entity, {restored->n, bytes});
}

} // namespace

SequenceNumber cut_floor(const CutFloors& floors) {
  SequenceNumber floor = floors.kept_for_time;
  for (const auto n : floors.confirmed) floor = std::min(floor, SequenceNumber{n.value + 1});
  for (const auto n : floors.complete_to) floor = std::min(floor, SequenceNumber{n.value + 1});
  return floor;
}

Result<CutPlan> plan_cut(const CutDoors& doors, const CutRules& rules, ShardId shard, TimeMs now) {
  return Planner{doors, rules, shard}.plan(now);
}

} // namespace riskcluster

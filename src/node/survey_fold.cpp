// The fold of a shard's records, and the snapshots held against it.

#include "actors/restore.hpp"
#include "journal/chain.hpp"
#include "messages/codec_directory.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_state.hpp"
#include "node/surveyor.hpp"
#include "placement/shard_of.hpp"
#include "storage/database.hpp"
#include "tenant/decide.hpp"

namespace riskcluster {

namespace {

std::string place(ShardId shard) { return "shard " + std::to_string(shard.value) + ": "; }

} // namespace

void Surveyor::bad_snapshot(const std::string& entity, SequenceNumber n, const std::string& why) {
  found_.faults.add(Part::snapshot,
                    "snapshot shard " + std::to_string(found_.shard.value) + " " + entity + " n " +
                        std::to_string(n.value) + ": " + why,
                    true);
  found_.bad_snapshots.push_back({entity, n});
}

void Surveyor::take_snapshot(const std::string& entity, SequenceNumber n, const std::optional<std::string>& bytes) {
  ++found_.snapshots;
  if (!bytes) return bad_snapshot(entity, n, "its checksum is wrong");
  if (entity == directory_entity) {
    auto directory = decode_directory(*bytes);
    if (!directory) return bad_snapshot(entity, n, directory.error().message);
    if (n >= found_.base.n) directory_claims_.push_back({n, std::move(*directory)});
    return;
  }
  auto state = decode_state(*bytes);
  if (!state) return bad_snapshot(entity, n, state.error().message);
  if (state->id.text() != entity) return bad_snapshot(entity, n, "it is of " + state->id.text());
  if (n < found_.base.n) {
    outdated_.insert(entity);
    return;
  }
  claims_[entity].push_back({n, state_hash(*state)});
  if (found_.base.n.value > 0) starts_.try_emplace(entity, Claim<TenantState>{n, std::move(*state)});
}

/// What the records that were cut made cannot be proven any more: the oldest snapshot is taken as it is.
void Surveyor::begin_directory() {
  directory_understood_ = !directory_claims_.empty();
  if (!directory_understood_) {
    found_.faults.add(Part::history,
                      place(found_.shard) + "the journal was cut, and no snapshot of the directory is left", false);
    return;
  }
  directory_from_ = directory_claims_.front().n;
  directory_ = std::move(directory_claims_.front().is);
  directory_claims_.pop_front();
}

bool Surveyor::begin_with_snapshot(const std::string& entity, Folded& folded) {
  auto start = starts_.extract(entity);
  if (start.empty()) return false;
  folded.from = start.mapped().n;
  folded.state = std::move(start.mapped().is);
  claims_[entity].pop_front(); // itself
  return true;
}

/// Those without a record since the cut.
void Surveyor::add_sleepers() {
  std::vector<std::string> asleep;
  for (const auto& [entity, start] : starts_)
    if (!entities_.contains(entity)) asleep.push_back(entity);
  for (const auto& entity : asleep) begin_with_snapshot(entity, entities_[entity]);
  for (const auto& entity : outdated_)
    if (!entities_.contains(entity))
      found_.faults.add(Part::history,
                        place(found_.shard) + "the journal was cut, and the last snapshot of " + entity +
                            " is from before the cut",
                        false);
}

void Surveyor::fold(const JournalRecord& record) {
  compare_directory(record.n);
  const auto [at, fresh] = entities_.try_emplace(record.entity);
  Folded& entity = at->second;
  if (fresh && shard_of(record.entity, database_.shard_count()) != record.shard)
    found_.faults.add(Part::history, journal_place(record.shard, record.n) + record.entity + " is of another shard",
                      false);
  if (!fresh) compare(record.entity, entity, record.n);
  if (entity.understood) understand(entity, record);
}

void Surveyor::understand(Folded& entity, const JournalRecord& record) {
  const auto complain = [&](const std::string& why) {
    found_.faults.add(Part::history, journal_place(record.shard, record.n) + why, false);
    entity.understood = false;
  };
  const auto event = decode_event(record.payload);
  if (!event) {
    directory_understood_ = false; // it may have been an opening
    return complain(event.error().message);
  }
  const auto opened = opening_of(*event);
  if (opened && opened->id.text() != record.entity)
    return complain("it opens " + opened->id.text() + " in the history of " + record.entity);
  if (!opened && !entity.state.opened && !begin_with_snapshot(record.entity, entity))
    return complain(record.entity + " was not opened before");
  if (record.n > entity.from) apply(entity.state, *event, record.n);
  if (opened && record.n > directory_from_) directory_.add(opened->id, hash64(record.payload), opened->strategies);
}

void Surveyor::compare(const std::string& entity, const Folded& folded, SequenceNumber before) {
  const auto claims = claims_.find(entity);
  if (claims == claims_.end()) return;
  auto& waiting = claims->second;
  for (; !waiting.empty() && waiting.front().n < before; waiting.pop_front())
    if (folded.understood && (!folded.state.opened || state_hash(folded.state) != waiting.front().is))
      bad_snapshot(entity, waiting.front().n, "its state is not what the records up to there make");
}

void Surveyor::compare_directory(SequenceNumber before) {
  for (; !directory_claims_.empty() && directory_claims_.front().n < before; directory_claims_.pop_front())
    if (directory_understood_ && directory_claims_.front().is != directory_)
      bad_snapshot(directory_entity, directory_claims_.front().n, "it is not what the records up to there make");
}

/// It began with a snapshot that is ahead of what is left of the journal: with neither can it be restored.
void Surveyor::lose(const std::string& entity, SequenceNumber n, const std::string& why) {
  bad_snapshot(entity, n, why);
  found_.faults.add(Part::history, place(found_.shard) + "neither records nor a snapshot of " + entity + " are left",
                    false);
}

Result<bool> Surveyor::finish() {
  const SequenceNumber behind_end{found_.end.n.value + 1};
  const std::string ahead = "the sound journal ends before it, at n " + std::to_string(found_.end.n.value);
  compare_directory(behind_end);
  if (directory_from_ > found_.end.n) lose(directory_entity, directory_from_, ahead);
  for (const auto& claim : directory_claims_) bad_snapshot(directory_entity, claim.n, ahead);
  add_sleepers();
  const Folded nothing;
  for (const auto& [entity, waiting] : claims_) {
    const auto folded = entities_.find(entity);
    compare(entity, folded == entities_.end() ? nothing : folded->second, behind_end);
    for (const auto& claim : waiting) bad_snapshot(entity, claim.n, ahead);
  }
  for (const auto& [entity, folded] : entities_)
    if (folded.from > found_.end.n) lose(entity, folded.from, ahead);
  found_.entities = entities_.size();
  return index_readable_ ? unreadable(Part::index, finish_index()) : true;
}

} // namespace riskcluster

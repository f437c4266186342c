#include "faults/journal_fold.hpp"

#include "actors/restore.hpp"
#include "messages/codec_directory.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_outputs.hpp"
#include "messages/codec_risk.hpp"
#include "messages/codec_state.hpp"
#include "transport/subject.hpp"

namespace riskcluster::faults {

void JournalFold::begin_shard(ShardId shard) {
  kept_.clear();
  opened_at_.clear();
  const auto listed = snapshots_.for_each_entity(shard, [&](const std::string& entity) {
    if (entity == directory_entity) return true;
    const auto found = snapshots_.load(shard, entity);
    if (!found) {
      faults_.push_back("snapshot of " + entity + ": " + found.error().message);
      return true;
    }
    faults_.insert(faults_.end(), found->corrupt.begin(), found->corrupt.end());
    for (const auto& snapshot : found->sound) {
      const auto state = decode_state(snapshot.bytes);
      if (state)
        kept_[entity][snapshot.n.value] = state_hash(*state);
      else
        faults_.push_back("snapshot of " + entity + ": " + state.error().message);
    }
    return true;
  });
  if (!listed) faults_.push_back(listed.error().message);
}

void JournalFold::add(const JournalRecord& record) {
  const auto event = decode_event(record.payload);
  if (!event) return fault(record, event.error().message);
  TenantState& state = states_[record.entity];
  apply(state, *event, record.n);
  if (std::holds_alternative<TenantOpened>(event->fact)) opened_at_[record.entity] = record.n.value;
  if (dump_) dump(record, *event);
  const auto entity = kept_.find(record.entity);
  if (entity == kept_.end()) return;
  const auto kept = entity->second.find(record.n.value);
  if (kept == entity->second.end()) return;
  kept->second == state_hash(state) ? static_cast<void>(++checked_) : fault(record, "the snapshot is of another state");
  entity->second.erase(kept);
}

void JournalFold::end_shard(ShardId shard, SequenceNumber end) {
  for (const auto& [entity, left] : kept_)
    for (const auto& [n, hash] : left)
      faults_.push_back("snapshot of " + entity + ": n " + std::to_string(n) + " is none of its events");
  check_directory(shard, end);
}

/// It must know everybody who was opened up to its n, and be no younger than the journal.
void JournalFold::check_directory(ShardId shard, SequenceNumber end) {
  const auto found = snapshots_.load(shard, directory_entity);
  const std::string place = "the directory of shard " + std::to_string(shard.value);
  if (!found || !found->corrupt.empty()) return faults_.push_back(place + " cannot be read");
  for (const auto& snapshot : found->sound) {
    const auto directory = decode_directory(snapshot.bytes);
    if (!directory || snapshot.n > end) {
      faults_.push_back(place + " cannot be understood, or knows records that are not there");
      continue;
    }
    for (const auto& [entity, n] : opened_at_)
      if (n <= snapshot.n.value && !directory->setup_of(states_[entity].id))
        faults_.push_back(place + " misses " + entity);
    ++checked_;
  }
}

void JournalFold::dump(const JournalRecord& record, const TenantEvent& event) {
  dump_outputs(record);
  if (const auto* decided = std::get_if<BatchDecided>(&event.fact)) return dump_decision(record, *decided);
  const auto* const halted = std::get_if<Halted>(&event.fact);
  const auto* const resumed = std::get_if<Resumed>(&event.fact);
  if (halted || resumed)
    std::fprintf(dump_, "order\t%u\t%llu\t%s\t%s\n", record.shard.value,
                 static_cast<unsigned long long>(record.n.value), record.entity.c_str(),
                 halted ? halted->command_id.c_str() : resumed->command_id.c_str());
  const auto* const fill = std::get_if<FillApplied>(&event.fact);
  const auto* const change = std::get_if<AccountChanged>(&event.fact);
  if (!fill && !change) return;
  ++facts_;
  std::fprintf(dump_, "fact\t%u\t%llu\t%s\t%s\n", record.shard.value, static_cast<unsigned long long>(record.n.value),
               record.entity.c_str(), fill ? fill->execution_id.value.c_str() : change->update_id.c_str());
}

void JournalFold::dump_decision(const JournalRecord& record, const BatchDecided& decided) {
  ++decisions_;
  auto answer = decode_answer_bytes(decided.answer);
  if (!answer) return fault(record, answer.error().message);
  answer->journal_position = JournalPosition{record.shard, record.epoch, record.n};
  const auto n = static_cast<unsigned long long>(record.n.value);
  std::fprintf(dump_, "decision\t%u\t%llu\t%s\t%s\t%llu\t%s\t%s\n", record.shard.value, n, record.entity.c_str(),
               decided.source.value.c_str(), static_cast<unsigned long long>(decided.sequence),
               decided.batch_id.value.c_str(), encode_answer_json(*answer).c_str());
}

void JournalFold::dump_outputs(const JournalRecord& record) {
  const auto made = outputs({record.shard, record.epoch, record.n}, record.entity, record.payload);
  if (!made) return fault(record, made.error().message);
  for (const auto& output : *made)
    std::fprintf(dump_, "output\t%u\t%llu\t%u\t%s\t%s\t%s\n", record.shard.value,
                 static_cast<unsigned long long>(record.n.value), output.id.k,
                 output_subject({.channel = std::string{channel(output.kind)}, .tenant = output.tenant}).c_str(),
                 hash128(output.bytes).hex().c_str(), encode_output_json(output).c_str());
}

void JournalFold::fault(const JournalRecord& record, const std::string& what) {
  faults_.push_back("shard " + std::to_string(record.shard.value) + " n " + std::to_string(record.n.value) + " of " +
                    record.entity + ": " + what);
}

} // namespace riskcluster::faults

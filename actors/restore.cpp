#include "actors/restore.hpp"

#include "failpoints/failpoints.hpp"
#include "messages/codec_directory.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_state.hpp"
#include "tenant/decide.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t records_at_once = 256;

std::string place(const JournalRecord& record) {
  return "journal shard " + std::to_string(record.shard.value) + " n " + std::to_string(record.n.value) + ": ";
}

void complain(std::vector<std::string>& complaints, ShardId shard, const std::string& entity, SequenceNumber n,
              const std::string& why) {
  complaints.push_back("snapshot of " + entity + " in shard " + std::to_string(shard.value) + ", n " +
                       std::to_string(n.value) + ", skipped: " + why);
}

/// The newest snapshot that `decode` understands.
template <class T, class Decode>
bool newest(const Snapshots& snapshots, ShardId shard, const std::string& entity, Decode decode, T& state,
            SequenceNumber& n, std::vector<std::string>& complaints) {
  auto found = snapshots.load(shard, entity);
  if (!found) {
    complaints.push_back(found.error().message);
    return false;
  }
  complaints.insert(complaints.end(), found->corrupt.begin(), found->corrupt.end());
  for (const auto& snapshot : found->sound) {
    auto decoded = decode(snapshot.bytes);
    if (decoded) {
      state = std::move(*decoded);
      n = snapshot.n;
      return true;
    }
    complain(complaints, shard, entity, snapshot.n, decoded.error().message);
  }
  return false;
}

/// What a cut took away between two looks at it comes back as not_found; the second look begins at newer snapshots.
constexpr int looks_max = 3;

template <class Restore>
auto looking_again(Restore restore) {
  auto found = restore();
  for (int look = 1; look < looks_max && !found && found.error().code == Errc::not_found; ++look) found = restore();
  if (!found && found.error().code == Errc::not_found) found = malformed(found.error().message);
  return found;
}

/// A snapshot from before the base is none: nobody knows which of the removed records were its own.
Error lost(ShardId shard, const std::string& entity) {
  return {Errc::not_found, "shard " + std::to_string(shard.value) + ": the journal was cut, and no snapshot of " +
                               entity + " is left to begin with"};
}

Result<Loaded> restore_once(const Journal& journal, const Snapshots& snapshots, ShardId shard,
                            const std::string& entity) {
  Loaded loaded;
  auto state = std::make_shared<TenantState>();
  const bool snapshot = newest(snapshots, shard, entity, decode_state, *state, loaded.n, loaded.complaints);
  if (snapshot && state->id.text() != entity) {
    complain(loaded.complaints, shard, entity, loaded.n, "it is of " + state->id.text());
    *state = {};
    loaded.n = {};
  }
  failpoint("in_recovery");
  const auto base = journal.base(shard);
  if (!base) return base.error();
  const bool from_base = base->n > loaded.n;
  if (from_base) *state = {};
  SequenceNumber next{std::max(base->n, loaded.n).value + 1};
  for (;;) {
    const auto records = journal.read_entity(shard, entity, next, records_at_once);
    if (!records) return records.error();
    for (const auto& record : *records) {
      const auto event = decode_event(record.payload);
      if (!event) return malformed(place(record) + event.error().message);
      if (from_base && !state->opened && !opening_of(*event)) return lost(shard, entity);
      apply(*state, *event, record.n);
      loaded.n = record.n;
      next = {record.n.value + 1};
      ++loaded.unsaved;
    }
    if (records->size() < records_at_once) break;
  }
  if (from_base && !state->opened) return lost(shard, entity);
  if (state->opened) loaded.state = std::move(state);
  return loaded;
}

Result<LoadedDirectory> restore_directory_once(const Journal& journal, const Snapshots& snapshots, ShardId shard) {
  LoadedDirectory loaded;
  newest(snapshots, shard, directory_entity, decode_directory, loaded.directory, loaded.n, loaded.complaints);
  const auto end = journal.end(shard);
  if (!end) return end.error();
  if (end->n < loaded.n)
    return malformed("journal shard " + std::to_string(shard.value) + " ends at n " + std::to_string(end->n.value) +
                     ", but its directory knows n " + std::to_string(loaded.n.value) + ": records are missing");
  const auto base = journal.base(shard);
  if (!base) return base.error();
  if (base->n > loaded.n) return lost(shard, directory_entity);
  loaded.epoch = std::max(end->epoch, Epoch{1});
  for (;;) {
    const auto records = journal.read(shard, {loaded.n.value + 1}, records_at_once);
    if (!records) return records.error();
    for (const auto& record : *records) {
      const auto event = decode_event(record.payload);
      if (!event) return malformed(place(record) + event.error().message);
      if (const auto opened = opening_of(*event))
        loaded.directory.add(opened->id, hash64(record.payload), opened->strategies);
      loaded.n = record.n;
    }
    if (records->size() < records_at_once) break;
  }
  return loaded;
}

} // namespace

Result<Loaded> restore_tenant(const Journal& journal, const Snapshots& snapshots, ShardId shard,
                              const std::string& entity) {
  return looking_again([&] { return restore_once(journal, snapshots, shard, entity); });
}

std::uint64_t setup_hash(const TenantEvent& opened) { return hash64(encode_event(opened)); }

Result<LoadedDirectory> restore_directory(const Journal& journal, const Snapshots& snapshots, ShardId shard) {
  return looking_again([&] { return restore_directory_once(journal, snapshots, shard); });
}

} // namespace riskcluster

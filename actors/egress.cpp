#include "actors/egress.hpp"

#include <algorithm>

#include "actors/alerts.hpp"
#include "core/bounds.hpp"
#include "core/hash.hpp"
#include "core/trace.hpp"
#include "failpoints/failpoints.hpp"
#include "journal/journal.hpp"
#include "messages/codec_outputs.hpp"

namespace riskcluster {

namespace {

std::string id_text(const OutputId& id) {
  return std::to_string(id.shard.value) + "-" + std::to_string(id.n.value) + "-" + std::to_string(id.k);
}

/// The span is made from the output's id: sent again, it is the same. What began with no trace begins none here.
std::string traceparent_of(const Output& output) {
  const auto parent = parse_traceparent(output.trace.traceparent);
  if (!parent) return {};
  return child_of(*parent, hash64(id_text(output.id))).text();
}

/// Whatever a record says, it must be one that can be sent: all that come after it wait for it.
std::string correlation_of(const Output& output) {
  const auto& id = output.trace.correlation_id;
  return is_plain_text(id) && id.size() <= correlation_id_length_max ? id : std::string{};
}

/// False, with nothing added, when the record cannot be understood.
bool add_outputs(const JournalPosition& position, std::string_view entity, std::string_view payload,
                 std::vector<Output>& outputs) {
  auto made = riskcluster::outputs(position, entity, payload);
  if (!made) return false;
  std::move(made->begin(), made->end(), std::back_inserter(outputs));
  return true;
}

} // namespace

std::string cursor_name(const std::string& destination, ShardId shard) {
  return "egress/" + destination + "/" + std::to_string(shard.value);
}

EgressState::Actor::behavior_type EgressState::behavior(std::vector<Outlet> outlets, EgressStart start,
                                                        SurroundingsPtr with, supervisor_actor supervisor) {
  outlets_ = std::move(outlets);
  with_ = std::move(with);
  supervisor_ = std::move(supervisor);
  shards_.resize(start.ends.size());
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) shards_[shard].end = start.ends[shard];
  ways_.resize(outlets_.size());
  refused_.resize(outlets_.size());
  for (std::size_t outlet = 0; outlet < outlets_.size(); ++outlet)
    for (const auto n : start.confirmed.at(outlet))
      ways_[outlet].push_back({.confirmed = n, .marked = n, .waiting_since = self_->clock().now()});
  self_->send(Actor{self_}, tick_atom::value); // what was not confirmed in the last life goes out now
  return {
      [this](commit_atom, CommittedPtr& commit) { committed(std::move(commit)); },
      [this](confirm_atom, std::uint32_t outlet, ShardId shard, SequenceNumber n, bool arrived) {
        confirmed(outlet, shard, n, arrived);
      },
      [this](with_atom, SurroundingsPtr& around) { with_ = std::move(around); },
      [this](tick_atom) { tick(); },
      [this](stop_atom) {
        auto stopped = self_->make_response_promise<bool>();
        stopped_ = Owed<bool>{stopped};
        stopping_ = true;
        stop_by_ = self_->clock().now() + with_->settings.egress_grace;
        stop_if_done();
        return stopped;
      },
  };
}

void EgressState::committed(CommittedPtr commit) {
  Recent& recent = shards_.at(commit->shard.value);
  const ShardId shard = commit->shard;
  const Time now = self_->clock().now();
  for (auto& outlet : ways_)
    if (Way& way = outlet[shard.value]; way.confirmed >= recent.end) way.waiting_since = now;
  recent.end.value = commit->first.value + commit->entries->size() - 1;
  recent.records += commit->entries->size();
  recent.commits.push_back({std::move(commit), now});
  while (recent.records > std::size_t{2} * with_->settings.egress_window && recent.commits.size() > 1) {
    recent.records -= recent.commits.front().commit->entries->size();
    recent.commits.pop_front();
  }
  for (std::size_t outlet = 0; outlet < outlets_.size(); ++outlet) advance(outlet, shard);
}

void EgressState::advance(std::size_t outlet, ShardId shard) {
  Way& way = ways_[outlet][shard.value];
  const Recent& recent = shards_[shard.value];
  if (way.under_way || way.confirmed >= recent.end) return;
  way.under_way = true;
  const SequenceNumber from{way.confirmed.value + 1};
  std::vector<Output> outputs;
  SequenceNumber last = way.confirmed;
  if (from_recent(from, recent, outputs, last)) return send(outlet, shard, last, outputs);
  self_->request(with_->loader, caf::infinite, read_atom::value, shard, from, with_->settings.egress_window)
      .then([=, this](const RecordsPtr& records) { send_records(outlet, shard, *records); },
            [=, this](const caf::error& error) { stuck(outlet, shard, from_caf(error).message); });
}

bool EgressState::from_recent(SequenceNumber from, const Recent& recent, std::vector<Output>& outputs,
                              SequenceNumber& last) {
  if (recent.commits.empty() || recent.commits.front().commit->first > from) return false;
  // Most of them were confirmed long ago, and this is done for every record.
  const auto begin = std::partition_point(recent.commits.begin(), recent.commits.end(), [from](const auto& one) {
    return one.commit->first.value + one.commit->entries->size() <= from.value;
  });
  std::size_t records = 0;
  for (auto at = begin; at != recent.commits.end(); ++at) {
    const CommittedPtr& commit = at->commit;
    for (std::size_t i = 0; i < commit->entries->size(); ++i) {
      const SequenceNumber n{commit->first.value + i};
      if (n < from) continue;
      // What was just made can be understood; if not, reading it again says so.
      const auto& entry = (*commit->entries)[i];
      if (!add_outputs({commit->shard, commit->epoch, n}, entry.entity, entry.payload, outputs)) return false;
      last = n;
      if (++records == with_->settings.egress_window) return true;
    }
  }
  return true;
}

void EgressState::send_records(std::size_t outlet, ShardId shard, const std::vector<JournalRecord>& records) {
  std::vector<Output> outputs;
  SequenceNumber last = ways_[outlet][shard.value].confirmed;
  for (const auto& record : records) {
    if (!add_outputs({shard, record.epoch, record.n}, record.entity, record.payload, outputs))
      return stuck(outlet, shard,
                   "n " + std::to_string(record.n.value) + " of shard " + std::to_string(shard.value) +
                       " cannot be understood");
    last = record.n;
  }
  send(outlet, shard, last, outputs);
}

void EgressState::send(std::size_t outlet, ShardId shard, SequenceNumber last, const std::vector<Output>& outputs) {
  failpoint("before_egress");
  std::vector<Publication> publications;
  publications.reserve(outputs.size());
  for (const auto& output : outputs)
    publications.push_back({.id = id_text(output.id),
                            .channel = std::string{riskcluster::channel(output.kind)},
                            .tenant = output.tenant,
                            .bytes = outlets_[outlet].encode(output),
                            .content_type = outlets_[outlet].content_type,
                            .traceparent = traceparent_of(output),
                            .correlation_id = correlation_of(output)});
  const auto number = static_cast<std::uint32_t>(outlet);
  if (publications.empty()) return confirmed(outlet, shard, last, true);
  // The answer comes from any thread, perhaps when this actor is gone.
  outlets_[outlet].destination->publish(shard, std::move(publications), [=, to = Actor{self_}](bool arrived) {
    caf::anon_send(to, confirm_atom::value, number, shard, last, arrived);
  });
}

void EgressState::confirmed(std::size_t outlet, ShardId shard, SequenceNumber n, bool arrived) {
  Way& way = ways_.at(outlet).at(shard.value);
  if (!arrived) return refused(outlet, shard);
  way.under_way = false;
  way.confirmed = n;
  way.stuck = false;
  if (std::exchange(way.refused, false) && --refused_[outlet] == 0)
    raise_alert(self_, with_->alerts, "EGRESS_TAKES", outlets_[outlet].destination->name(),
                "all shards' outputs arrive");
  const Recent& recent = shards_[shard.value];
  if (n < recent.end) way.waiting_since = arrival_of({n.value + 1}, recent, way.waiting_since);
  advance(outlet, shard);
  if (stopping_) stop_if_done();
}

/// By the destination, as a rule for all shards.
void EgressState::refused(std::size_t outlet, ShardId shard) {
  Way& way = ways_[outlet][shard.value];
  way.under_way = false; // the next tick tries again
  if (std::exchange(way.refused, true)) return;
  if (refused_[outlet]++ > 0) return; // a person was told
  raise_alert(self_, with_->alerts, "EGRESS_BLOCKED", outlets_[outlet].destination->name(),
              "it does not take what is published");
}

/// For want of something to publish: of this shard alone.
void EgressState::stuck(std::size_t outlet, ShardId shard, const std::string& why) {
  Way& way = ways_[outlet][shard.value];
  way.under_way = false;
  if (std::exchange(way.stuck, true)) return;
  raise_alert(self_, with_->alerts, "EGRESS_BLOCKED", outlets_[outlet].destination->name(), why);
}

void EgressState::tick() {
  for (std::size_t outlet = 0; outlet < outlets_.size(); ++outlet)
    for (std::uint32_t shard = 0; shard < shards_.size(); ++shard) advance(outlet, {shard});
  mark_moved();
  watch_lag();
  show_lag();
  if (stopping_) stop_if_done();
  if (!outlets_.empty()) self_->delayed_send(Actor{self_}, with_->settings.egress_tick, tick_atom::value);
}

void EgressState::mark_moved() {
  for (std::size_t outlet = 0; outlet < outlets_.size(); ++outlet)
    for (std::uint32_t shard = 0; shard < shards_.size(); ++shard) {
      Way& way = ways_[outlet][shard];
      if (way.marked == way.confirmed) continue;
      ++marks_;
      way.marked = way.confirmed;
      const auto marked = [this](const auto&) {
        --marks_;
        if (stopping_) stop_if_done();
      };
      self_
          ->request(with_->snapshots, caf::infinite, mark_atom::value,
                    cursor_name(outlets_[outlet].destination->name(), {shard}), std::to_string(way.confirmed.value))
          .then([marked](bool) { marked(0); }, [marked](const caf::error&) { marked(0); });
    }
}

bool EgressState::all_out() const {
  for (const auto& outlet : ways_)
    for (std::size_t shard = 0; shard < shards_.size(); ++shard)
      if (outlet[shard].confirmed < shards_[shard].end) return false;
  return true;
}

void EgressState::stop_if_done() {
  if (!all_out() && self_->clock().now() < stop_by_) return;
  mark_moved();
  if (marks_ == 0) stopped_.pay(true);
}

} // namespace riskcluster

#pragma once

#include "actors/road_fixture.hpp"
#include "actors/supervisor.hpp"
#include "messages/codec_outputs.hpp"

namespace riskcluster::test {

/// All of a node's actors under their supervisor on a stage, over doors in memory.
class NodeStage : public MemoryDoors, public Stage {
public:
  explicit NodeStage(std::uint32_t shards = 2) : MemoryDoors{shards} {
    parts.journal = &journal;
    parts.snapshots = &snapshots;
    parts.cursors = &cursors;
    parts.view_at = [this](TimeMs) -> Result<DatedView> {
      if (views_throw) throw std::runtime_error{"the prices' driver threw"};
      return DatedView{0, time_max_ms, usual_view()};
    };
    parts.tell = [this](const Alert& alert) { alerts.push_back(alert); };
    parts.failed = [this](const Error& why) { failures.push_back(why.message); };
    parts.shard_count = shards;
    parts.settings.batch_clock = true;
    parts.settings.own_threads = false;
    parts.settings.workers = 2;
  }
  void publish_to(Destination& destination) {
    parts.outlets.push_back({&destination, [](const Output& output) { return output.bytes; }});
    parts.egress.ends.assign(parts.shard_count, {});
    parts.egress.confirmed.emplace_back(parts.shard_count);
  }
  void begin() {
    supervisor = start<SupervisorState>(NodePartsPtr{std::make_shared<const NodeParts>(parts)});
    ingress = *ask_now<ingress_actor>(supervisor, ready_atom::value);
  }
  Asked<OpenedPtr> open(const TenantSetup& setup) {
    const CompanySetup company = generous();
    return ask<OpenedPtr>(
        ingress, open_atom::value,
        OpeningsPtr{std::make_shared<const Openings>(Openings{shard_of(setup.id), {open_tenant(setup, &company, 0)}})});
  }
  Asked<ReplyPtr> send(const SignalBatch& batch) {
    return ask<ReplyPtr>(ingress, admit_atom::value, SignalBatchPtr{std::make_shared<const SignalBatch>(batch)});
  }
  Asked<ReplyPtr> send(const TenantId& id, const std::string& batch) { return send(plain_batch(id, batch)); }
  /// One answer, when nothing is left to do.
  AnswerPtr judged(const TenantId& id, const std::string& batch) {
    const auto asked = send(id, batch);
    run();
    return (*asked)->answers.front();
  }
  Asked<UpdateOutcome> update(const UpdatePtr& fact) { return ask<UpdateOutcome>(ingress, admit_atom::value, fact); }

  ShardId shard_of(const TenantId& id) const { return riskcluster::shard_of(id.text(), parts.shard_count); }
  /// An opened tenant of that shard.
  TenantId tenant_of(std::uint32_t shard) {
    for (int i = 0;; ++i) {
      const TenantSetup setup = user("t" + std::to_string(i));
      if (shard_of(setup.id).value != shard) continue;
      const auto opened = open(setup);
      run();
      REQUIRE((*opened)->opened + (*opened)->known == 1);
      return setup.id;
    }
  }
  std::size_t alerts_of(const std::string& type, const std::string& subject = {}) const {
    return static_cast<std::size_t>(std::count_if(alerts.begin(), alerts.end(), [&](const Alert& alert) {
      return alert.type == type && (subject.empty() || alert.subject == subject);
    }));
  }

  NodeParts parts;
  bool views_throw = false;
  std::vector<std::string> failures;
  supervisor_actor supervisor;
  ingress_actor ingress;
};

} // namespace riskcluster::test

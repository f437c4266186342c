#pragma once

#include <map>

#include "actors/owed.hpp"
#include "actors/road_watch.hpp"
#include "config/road_settings.hpp"
#include "messages/actor_interfaces.hpp"

namespace riskcluster {

/// Decodes, gives credit, and makes an answer of every failure behind it.
class IngressState {
public:
  using Actor = ingress_actor;
  using Self = Actor::stateful_pointer<IngressState>;
  static constexpr const char* name = "ingress";

  explicit IngressState(Self self) : self_{self} {}
  Actor::behavior_type behavior(router_actor router, RoadSettings settings,
                                RoadWatchPtr watch = std::make_shared<RoadWatch>());

private:
  using OwedReply = std::shared_ptr<Owed<ReplyPtr>>;

  void admit(const Input& input, const OwedReply& reply);
  void admit(const SignalBatchPtr& batch, const OwedReply& reply, Reply made);
  void judge(const SignalBatchPtr& batch, const OwedReply& reply, const std::shared_ptr<Reply>& made);
  void fan_out(const SignalBatchPtr& batch, const OwedReply& reply, const std::shared_ptr<Reply>& made);
  /// Facts and orders.
  void carry(const UpdatePtr& fact, const OwedReply& reply);
  void carry(const CommandPtr& command, const OwedReply& reply);
  template <class Done, class Fail>
  void update(const UpdatePtr& fact, Done done, Fail fail);
  /// Why there is no credit, or empty.
  std::string refused(const SignalBatch& batch) const;
  std::string full() const;
  void count_facts(int change);
  void count_batches(int change);
  void return_credit(const SignalBatch& batch);

  Self self_;
  router_actor router_;
  RoadSettings settings_;
  RoadWatchPtr watch_;
  std::size_t batches_ = 0; ///< under way
  std::size_t facts_ = 0;
  std::map<TenantId, std::size_t> by_tenant_; ///< batches under way; nobody with none
};

} // namespace riskcluster

#pragma once

#include "actors/owed.hpp"
#include "messages/actor_interfaces.hpp"

namespace riskcluster {

/// Asks for code that is no actor, and calls it back.
class CallerState {
public:
  using Actor = caller_actor;
  using Self = Actor::stateful_pointer<CallerState>;
  static constexpr const char* name = "caller";

  explicit CallerState(Self self) : self_{self} {}
  Actor::behavior_type behavior(const ingress_actor& ingress, const supervisor_actor& supervisor) {
    return {
        [this, ingress](admit_atom, const InputPtr& input, const CallbackPtr& callback) {
          self_->request(ingress, caf::infinite, admit_atom::value, input)
              .then([callback](const ReplyPtr& reply) { callback->call(reply); },
                    [callback](const caf::error& error) { callback->call(from_caf(error)); });
        },
        [this, supervisor](news_atom, const MarketNewsPtr& news, const NewsCallbackPtr& callback) {
          // Prices that could not be looked at are followed by newer ones.
          self_->request(supervisor, caf::infinite, news_atom::value, news)
              .then([callback](bool) { callback->call(); }, [callback](const caf::error&) { callback->call(); });
        },
        [this, ingress](admit_atom, const UpdatePtr& fact, const UpdateCallbackPtr& callback) {
          self_->request(ingress, caf::infinite, admit_atom::value, fact)
              .then([callback](UpdateOutcome outcome) { callback->call(outcome); },
                    [callback](const caf::error& error) { callback->call(from_caf(error)); });
        },
    };
  }

private:
  Self self_;
};

} // namespace riskcluster

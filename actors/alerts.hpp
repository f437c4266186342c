#pragma once

#include <functional>

#include "actors/owed.hpp"
#include "messages/actor_interfaces.hpp"

namespace riskcluster {

/// Who is told; called in order, on one thread at a time.
using TellPeople = std::function<void(const Alert&)>;

class AlertsState {
public:
  using Actor = alerts_actor;
  using Self = Actor::stateful_pointer<AlertsState>;
  static constexpr const char* name = "alerts";

  explicit AlertsState(Self) {}
  static Actor::behavior_type behavior(const TellPeople& tell) {
    return {[tell](tell_atom, const AlertPtr& alert) {
      if (tell) tell(*alert);
    }};
  }
};

/// Tells it, from any actor.
template <class Self>
void raise_alert(Self* self, const alerts_actor& alerts, std::string type, std::string subject, std::string message) {
  self->send(alerts, tell_atom::value,
             AlertPtr{std::make_shared<const Alert>(Alert{std::move(type), std::move(subject), std::move(message)})});
}

} // namespace riskcluster

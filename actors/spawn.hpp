#pragma once
// How every actor is made: a state with a constructor, its handlers, a thread of its own or not.
//
//   struct LoaderState {
//     using Actor = loader_actor;
//     static constexpr const char* name = "loader";
//     explicit LoaderState(Actor::stateful_pointer<LoaderState> self);
//     Actor::behavior_type behavior(…);
//   };
//   auto loader = spawn_actor<LoaderState>(host, Thread::own, …);

#include <exception>
#include <type_traits>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "messages/errors.hpp"

namespace riskcluster {

enum class Thread : std::uint8_t {
  shared, ///< of the scheduler: for what never waits
  own     ///< for what waits for a disk
};

/// @param host the actor system, or the actor that starts it.
template <class State, class Host, class... Args>
typename State::Actor spawn_actor(Host& host, Thread thread, Args&&... args) {
  // Under C++20 an aggregate begins with whatever was in its memory before.
  static_assert(!std::is_aggregate_v<State>, "an actor's state needs a constructor");
  using Pointer = typename State::Actor::template stateful_pointer<State>;
  const auto init = [](Pointer self, const std::decay_t<Args>&... given) -> typename State::Actor::behavior_type {
    self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr& thrown) -> caf::error {
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& error) {
        return to_caf({Errc::unavailable, error.what()});
      } catch (...) {
        return to_caf({Errc::unavailable, "an unknown exception"});
      }
    });
    return self->state.behavior(given...);
  };
  return thread == Thread::own ? host.template spawn<caf::detached>(init, std::forward<Args>(args)...)
                               : host.spawn(init, std::forward<Args>(args)...);
}

} // namespace riskcluster

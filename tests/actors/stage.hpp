#pragma once
// Actors on CAF's testing scheduler: one message at a time, on the test's own thread, in virtual time. Nothing happens
// before run(), so that a test sees every state in between.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "actors/spawn.hpp"

namespace riskcluster::test {

/// What somebody asked for; filled while the stage runs.
template <class T>
class Asked {
public:
  struct State {
    std::optional<T> value;
    std::optional<Error> error;
    unsigned answers = 0;
  };
  bool there() const { return state->answers > 0; }
  bool failed() const { return state->error.has_value(); }
  const T& operator*() const {
    CAPTURE((state->error ? state->error->message : std::string{"no answer"}));
    REQUIRE(state->value.has_value());
    return *state->value;
  }
  const T* operator->() const { return &**this; }
  const Error& error() const {
    REQUIRE(state->error.has_value());
    return *state->error;
  }
  std::shared_ptr<State> state = std::make_shared<State>();
};

class Stage {
public:
  Stage() : system{configured(config_)}, scheduler_{dynamic_cast<Scheduler&>(system.scheduler())} {}
  ~Stage() {
    kept_.clear();
    pick = nullptr;
    for (int round = 0; round < 3; ++round) { // who dies may still be replaced
      for (const auto& [id, actor] : seen_)
        if (const auto alive = actor.handle.lock()) caf::anon_send_exit(alive, caf::exit_reason::kill);
      run();
    }
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  template <class State, class... Args>
  typename State::Actor start(Args&&... args) {
    auto made = spawn_actor<State>(system, Thread::shared, std::forward<Args>(args)...);
    kept_.push_back(caf::actor_cast<caf::strong_actor_ptr>(made)); // nobody else may hold it
    return made;
  }

  /// Sent when the stage runs next, in the order of the calls.
  template <class T, class Handle, class... Words>
  Asked<T> ask(const Handle& whom, const Words&... words) {
    Asked<T> asked;
    const auto weak = asked.state;
    system.spawn([=](caf::event_based_actor* self) {
      self->request(whom, caf::infinite, words...)
          .then(
              [=](const T& value) {
                weak->value = value;
                ++weak->answers;
              },
              [=](const caf::error& error) {
                weak->error = from_caf(error);
                ++weak->answers;
              });
    });
    return asked;
  }
  /// The same, and runs until nothing is left to do.
  template <class T, class Handle, class... Words>
  Asked<T> ask_now(const Handle& whom, const Words&... words) {
    auto asked = ask<T>(whom, words...);
    run();
    return asked;
  }
  template <class Handle, class... Words>
  void tell(const Handle& whom, const Words&... words) {
    caf::anon_send(whom, words...);
  }

  void run() {
    while (scheduler_.has_job()) step();
  }
  /// One message. @returns whether there was one.
  bool step() {
    if (!scheduler_.has_job()) return false;
    auto& jobs = scheduler_.jobs;
    if (pick) std::swap(jobs.front(), jobs[pick(jobs.size())]);
    note(jobs.front());
    return scheduler_.try_run_once();
  }
  /// Whether the next message is for an actor of that name.
  bool next_is(const std::string& name) const { return scheduler_.has_job() && is(*scheduler_.jobs.front(), name); }
  /// From now on actors of that name move only when nobody else can.
  void hold_back(const std::string& name) {
    pick = [this, name](std::size_t jobs) {
      for (std::size_t i = 0; i < jobs; ++i)
        if (!is(*scheduler_.jobs[i], name)) return i;
      return std::size_t{0};
    };
  }
  template <class Holds>
  void run_until(Holds holds) {
    while (!holds()) REQUIRE(step());
  }
  void advance(std::chrono::milliseconds time) {
    scheduler_.advance_time(time);
    run();
  }
  /// In steps, so that whatever re-arms itself gets its turns.
  void advance(std::chrono::milliseconds time, std::chrono::milliseconds step) {
    for (; time.count() > 0; time -= step) advance(std::min(time, step));
  }

  /// Those of a name that live, oldest first.
  std::vector<caf::strong_actor_ptr> named(const std::string& name) const {
    std::vector<caf::strong_actor_ptr> found;
    for (const auto& [id, actor] : seen_)
      if (actor.name == name)
        if (auto alive = actor.handle.lock(); alive && !gone(alive)) found.push_back(std::move(alive));
    return found;
  }
  void kill(const caf::strong_actor_ptr& who, const std::string& why = "killed by the test") {
    REQUIRE(who);
    caf::anon_send(caf::actor_cast<caf::actor>(who), caf::exit_msg{who->address(), to_caf({Errc::unavailable, why})});
  }
  void kill(const std::string& name) {
    const auto all = named(name);
    REQUIRE(!all.empty());
    kill(all.front());
  }
  static bool gone(const caf::strong_actor_ptr& who) {
    const auto* actor = dynamic_cast<const caf::monitorable_actor*>(who->get());
    return !actor || actor->getf(caf::abstract_actor::is_cleaned_up_flag);
  }

  caf::actor_system_config config_;
  caf::actor_system system;
  std::function<std::size_t(std::size_t)> pick; ///< which of so many jobs runs next; without it the oldest

protected:
  /// Lives until all actors are gone: a promise that nobody kept may not die among living ones.
  template <class T>
  T& keep(std::shared_ptr<T> what) {
    properties_.push_back(what);
    return *what;
  }

private:
  using Scheduler = caf::scheduler::test_coordinator;
  static bool is(const caf::resumable& job, const std::string& name) {
    const auto* actor = dynamic_cast<const caf::local_actor*>(&job);
    return actor && actor->name() == name;
  }
  struct Seen {
    std::string name;
    caf::weak_actor_ptr handle;
  };

  static caf::actor_system_config& configured(caf::actor_system_config& config) {
    config.set("scheduler.policy", caf::atom("testing"));
    return config;
  }
  void note(caf::resumable* job) {
    if (auto* actor = dynamic_cast<caf::local_actor*>(job))
      seen_.try_emplace(actor->id(), Seen{actor->name(), caf::weak_actor_ptr{actor->ctrl()}});
  }

  std::vector<std::shared_ptr<void>> properties_;
  Scheduler& scheduler_;
  std::map<caf::actor_id, Seen> seen_;
  std::vector<caf::strong_actor_ptr> kept_;
};

} // namespace riskcluster::test

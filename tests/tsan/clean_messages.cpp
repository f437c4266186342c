// The planted race's twin: the same plain int, owned by one actor and changed by messages only. The sanitizer must find
// nothing, in any of the ways in which our actors talk: tell, request, delayed message, monitor and down, a detached
// actor, a payload shared by all, an actor that throws.

#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <caf/all.hpp>

using Payload = std::shared_ptr<const std::vector<int>>;
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(Payload)

namespace {

using add_atom = caf::atom_constant<caf::atom("add")>;
using read_atom = caf::atom_constant<caf::atom("read")>;
using tick_atom = caf::atom_constant<caf::atom("tick")>;

using owner_actor = caf::typed_actor<caf::reacts_to<add_atom, int>, caf::reacts_to<add_atom, Payload>,
                                     caf::replies_to<read_atom>::with<int>>;

constexpr int tells = 1000, payloads = 200, requests = 300, ticks = 20, children = 50;

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): the very kind of variable that the twin races on
int owned_count = 0;

owner_actor::behavior_type owner() {
  return {[](add_atom, int amount) { owned_count += amount; },
          [](add_atom, const Payload& amounts) { owned_count += std::accumulate(amounts->begin(), amounts->end(), 0); },
          [](read_atom) { return owned_count; }};
}

/// Sends without waiting; the request at the end makes sure that all of it has arrived.
caf::behavior teller(caf::event_based_actor* self, const owner_actor& target, const Payload& payload) {
  for (int i = 0; i < tells; ++i) self->send(target, add_atom::value, 1);
  for (int i = 0; i < payloads; ++i) self->send(target, add_atom::value, payload);
  self->request(target, caf::infinite, read_atom::value).then([self](int) { self->quit(); });
  return {[](tick_atom) {}};
}

/// One request after the other, each sent by the answer to the one before.
void ask(caf::event_based_actor* self, const owner_actor& target, int left) {
  if (left == 0) return;
  self->send(target, add_atom::value, 1);
  self->request(target, caf::infinite, read_atom::value).then([=](int) { ask(self, target, left - 1); });
}

/// Adds at each delayed message to itself.
caf::behavior ticker(caf::event_based_actor* self, const owner_actor& target) {
  self->delayed_send(self, std::chrono::milliseconds{1}, tick_atom::value, 1);
  return {[=](tick_atom, int tick) {
    self->send(target, add_atom::value, 1);
    if (tick < ticks) return self->delayed_send(self, std::chrono::milliseconds{1}, tick_atom::value, tick + 1);
    self->request(target, caf::infinite, read_atom::value).then([=](int) { self->quit(); });
  }};
}

/// Adds once; every second child then dies of an exception.
void child(caf::event_based_actor* self, const owner_actor& target, int index) {
  self->request(target, caf::infinite, read_atom::value).then([=](int) {
    self->send(target, add_atom::value, 1);
    if (index % 2 == 1) throw std::runtime_error{"a worker that fails"};
  });
}

/// Monitors one child at a time; a down message makes the next one.
caf::behavior parent(caf::event_based_actor* self, const owner_actor& target) {
  auto spawned = std::make_shared<int>(0);
  const auto next = [=] { self->spawn<caf::monitored>(child, target, (*spawned)++); };
  self->set_down_handler([=](const caf::down_msg&) {
    if (*spawned < children) return next();
    self->request(target, caf::infinite, read_atom::value).then([=](int) { self->quit(); });
  });
  next();
  return {[](tick_atom) {}};
}

int run_to_the_end() {
  caf::actor_system_config config;
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", std::size_t{2});
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  const auto target = self->spawn(owner);
  const auto payload = std::make_shared<const std::vector<int>>(std::vector<int>{1, 2, 3});

  // Handles are kept: nothing else refers to an actor that only waits for a down message.
  const std::vector<caf::actor> senders{
      self->spawn<caf::monitored>(teller, target, payload),
      self->spawn<caf::monitored>(teller, target, payload),
      self->spawn<caf::monitored + caf::detached>(teller, target, payload),
      self->spawn<caf::monitored>(ask, target, requests),
      self->spawn<caf::monitored>(ticker, target),
      self->spawn<caf::monitored>(parent, target),
  };
  for (std::size_t gone = 0; gone < senders.size(); ++gone) self->receive([](const caf::down_msg&) {});

  int total = -1;
  self->request(target, caf::infinite, read_atom::value)
      .receive([&](int answer) { total = answer; }, [](const caf::error&) {});
  return total;
}

} // namespace

int main() {
  constexpr int expected = 3 * (tells + payloads * (1 + 2 + 3)) + requests + ticks + children;
  try {
    const int total = run_to_the_end();
    std::printf("clean_messages: the owner counted %d, and %d were sent\n", total, expected);
    // The actors are gone, and their threads with them: now the variable is ours to read.
    return total == expected && owned_count == expected ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "clean_messages: %s\n", error.what());
    return 2;
  }
}

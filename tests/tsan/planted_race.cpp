// A race on purpose: two actors on two threads of the real scheduler add to one plain int, with no message between
// them. The test passes only when the sanitizer reports it; without that report, no silence of it means anything.

#include <atomic>
#include <cstdio>
#include <exception>
#include <thread>

#include <caf/all.hpp>

namespace {

constexpr std::size_t threads = 2;

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): the sanitizer's report names globals only
int planted_count = 0;

/// How many actors stand before their increment. Relaxed: any stronger order would synchronise them, and hide the race.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): seen by both actors
std::atomic<std::size_t> arrived{0};

/// Adds once the other actor runs as well, so that the two certainly hold two threads of the scheduler.
void add_beside_the_other(caf::event_based_actor*) {
  arrived.fetch_add(1, std::memory_order_relaxed);
  while (arrived.load(std::memory_order_relaxed) < threads) std::this_thread::yield();
  ++planted_count;
}

void race() {
  caf::actor_system_config config;
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", threads);
  caf::actor_system system{config};
  for (std::size_t i = 0; i < threads; ++i) system.spawn(add_beside_the_other);
  system.await_all_actors_done();
}

} // namespace

int main() {
  try {
    race();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "planted_race: %s\n", error.what());
    return 2;
  }
  std::printf("planted_race: ended with %d, and nobody noticed\n", planted_count);
}

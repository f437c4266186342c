#include "bench/live_load.hpp"

#include <thread>

#include "bench/road_journal.hpp"
#include "transport/nats_subscribe.hpp"

namespace riskcluster::bench {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

} // namespace

LiveLoad::LiveLoad(const LiveRoute& route, Requests& requests, std::size_t signals_max, std::size_t trips_max)
    : route_{route},
      requests_{requests},
      trips_(trips_max),
      inbox_{new_inbox()},
      sender_{route.url},
      receiver_{route.url} {
  for (int i = 0; i < route_.tenants; ++i) {
    const auto tenant = Fixture::tenant_id(i, route_.companies);
    subjects_.push_back("trading.signals." + tenant.company.value + "." + tenant.user.value);
  }
  first_ = requests.reserve(signals_max);
  wall_offset_ns_ = wall_clock_ms() * 1'000'000 - steady_ns();
  const auto by_subject = [this](Sight sight) {
    return [this, sight](std::string_view subject, std::string_view bytes, const char*) {
      see(sight, number_at_end(subject), bytes);
    };
  };
  sender_.subscribe(inbox_ + ".stored.*", by_subject(Sight::stored));
  receiver_.subscribe(inbox_ + ".answer.*", by_subject(Sight::answered));
  receiver_.subscribe("risk.approved.>", [this](std::string_view, std::string_view bytes, const char*) {
    see(Sight::approved, number_of_approved(bytes), bytes);
  });
  if (route_.watch_assessments)
    receiver_.subscribe("risk.assessments.>", [this](std::string_view, std::string_view bytes, const char*) {
      see(Sight::assessed, number_of_assessed(bytes), bytes);
    });
  sender_.flush();
  receiver_.flush();
  exact_timers();
}

LiveLoad::~LiveLoad() = default;

Trip* LiveLoad::trip_of(std::uint64_t number) {
  Trip& trip = trips_[number % trips_.size()];
  return number >= first_ && trip.number == number ? &trip : nullptr;
}

void LiveLoad::send(std::uint64_t i, std::int64_t due) {
  const std::uint64_t number = first_ + i;
  const Input input = requests_.make(number, (due + wall_offset_ns_) / 1'000'000, route_.order_life);
  const std::string digits = std::to_string(number), answer_to = inbox_ + ".answer." + digits;
  {
    const std::lock_guard lock{joining_};
    trips_[number % trips_.size()] = {.number = number, .due = due, .sent = steady_ns()};
    sent_.fetch_add(1);
  }
  const auto& subject = subjects_[number % subjects_.size()];
  const bool gone = route_.jetstream ? sender_.publish(subject, input.bytes, inbox_ + ".stored." + digits, answer_to)
                                     : sender_.publish(subject, input.bytes, answer_to);
  if (!gone) must(Result<bool>{Error{Errc::unavailable, "a signal could not be sent: the connection is gone"}});
}

void LiveLoad::see(Sight sight, std::uint64_t number, std::string_view bytes) {
  const auto now = steady_ns();
  std::unique_lock lock{joining_};
  Trip* const trip = trip_of(number);
  if (trip == nullptr) return;
  const bool was_done = trip->done();
  std::int64_t& at = sight == Sight::stored     ? trip->stored
                     : sight == Sight::assessed ? trip->assessed
                     : sight == Sight::answered ? trip->answered
                                                : trip->approved;
  if (at != 0) {
    copies_.fetch_add(1);
    return;
  }
  at = now;
  if (sight == Sight::stored || sight == Sight::assessed) return;
  Verdict verdict;
  if (sight == Sight::answered) {
    verdict = verdict_of(bytes);
    trip->fate = verdict.fate;
    trip->solved = verdict.reason_code == "VAR_LIMIT";
  }
  const Trip seen = *trip;
  lock.unlock();
  if (sight == Sight::answered && on_answer_) on_answer_(seen, verdict);
  if (sight == Sight::approved && on_approved_) on_approved_(seen, bytes);
  if (sight == Sight::answered) {
    if (closed_) send_next();
    answered_.fetch_add(1);
  }
  if (!was_done && seen.done()) done_.fetch_add(1);
}

/// Ends when all is done, or when nothing has come for too long.
void LiveLoad::drain() {
  std::size_t done = done_.load(), answered = answered_.load();
  auto moved = steady_ns();
  const auto patience_ns = static_cast<std::int64_t>(patience * 1e9);
  while (open() > 0 && steady_ns() - moved < patience_ns) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
    if (done == done_.load() && answered == answered_.load()) continue;
    done = done_.load();
    answered = answered_.load();
    moved = steady_ns();
  }
}

void LiveLoad::open_loop(double rate_per_s, std::size_t count, const std::function<void(std::size_t)>& between) {
  const double cpu = thread_cpu_seconds();
  const double period = 1e9 / rate_per_s;
  const std::int64_t begin = steady_ns() + second_ns / 100;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t due = begin + static_cast<std::int64_t>(period * static_cast<double>(i));
    wait_until(due);
    if (between) between(i);
    send(i, due);
  }
  driver_cpu_seconds_ = thread_cpu_seconds() - cpu;
  drain();
  seconds_ = static_cast<double>(steady_ns() - begin) / 1e9;
}

void LiveLoad::send_next() {
  const auto now = steady_ns();
  if (now >= until_) return;
  const auto i = next_.fetch_add(1);
  if (i < count_) send(i, now);
}

void LiveLoad::closed_loop(std::size_t in_flight, std::size_t count, double seconds) {
  closed_ = true;
  count_ = count;
  const auto begin = steady_ns();
  until_ = begin + static_cast<std::int64_t>(seconds * 1e9);
  for (std::size_t i = 0; i < in_flight; ++i) send_next();
  // Nothing follows where all that was sent is done: whoever is answered sends the next one before it counts.
  while (steady_ns() < until_ && next_.load() < count_ && answered_.load() < sent_.load())
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  drain();
  seconds_ = static_cast<double>(steady_ns() - begin) / 1e9;
}

std::vector<Trip> LiveLoad::trips() const {
  std::vector<Trip> all;
  all.reserve(sent());
  for (std::uint64_t i = 0; i < sent(); ++i) all.push_back(trips_[(first_ + i) % trips_.size()]);
  return all;
}

Distribution way_to(const std::vector<Trip>& trips, std::int64_t Trip::*point) {
  std::vector<double> micros;
  micros.reserve(trips.size());
  for (const auto& trip : trips)
    if (trip.*point != 0) micros.push_back(static_cast<double>(trip.*point - trip.due) / 1e3);
  return Distribution{std::move(micros)};
}

std::string fates(const std::vector<Trip>& trips) {
  std::vector<Sample> samples;
  samples.reserve(trips.size());
  for (const auto& trip : trips)
    samples.push_back({.due = trip.due, .done = trip.answered, .fate = trip.fate, .solved = trip.solved});
  return fates(samples);
}

} // namespace riskcluster::bench

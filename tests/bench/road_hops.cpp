// Where the time of one answer goes: on the way, watched at the journal's port, and part by part in single pure calls.

#include <cstdio>

#include <caf/all.hpp>

#include "actors/candidate.hpp"
#include "bench/road_node.hpp"
#include "messages/codec_outputs.hpp"
#include "messages/codec_risk.hpp"
#include "messages/codec_trading.hpp"

namespace riskcluster::bench {

namespace {

/// The legs of one load's answers.
void print_legs(const Load& load, const TimingJournal& journal) {
  std::vector<double> late, to_journal, waits, commit, back;
  const auto add = [](std::vector<double>& leg, std::int64_t from, std::int64_t to) {
    leg.push_back(static_cast<double>(to - from) / 1e3);
  };
  for (std::size_t i = 0; i < load.samples().size(); ++i) {
    const Sample& sample = load.samples()[i];
    const JournalTimes& at = journal.times()[i];
    if (at.answered == 0) continue;
    add(late, sample.due, sample.sent);
    add(to_journal, sample.sent, at.appended);
    add(waits, at.appended, at.commit_began);
    add(commit, at.commit_began, at.answered);
    add(back, at.answered, sample.done);
  }
  print_row("", "due -> driver sends it", Distribution{std::move(late)});
  print_row("", "-> journal: decode, 5 hops, judge, encode", Distribution{std::move(to_journal)});
  print_row("", "-> waits for the commit before", Distribution{std::move(waits)});
  print_row("", "-> hash, write, sync, answer", Distribution{std::move(commit)});
  print_row("", "-> apply, 4 hops back, callback", Distribution{std::move(back)});
  print_row("", "all", latencies(load.samples()));
  const auto& commits = journal.commits();
  const auto appends = static_cast<double>(load.samples().size());
  std::printf("       %.1f batches a commit, %.2f records and %.0f payload bytes a batch\n",
              appends / static_cast<double>(commits.micros.size()), static_cast<double>(commits.records) / appends,
              static_cast<double>(commits.payload_bytes) / appends);
}

void legs(const RoadOptions& options, const Fixture& fixture) {
  const Folder folder{options.data, "hops"};
  RoadNode road{folder.path(), fixture.fresh_view(), {}, options.outlet};
  road.open(fixture, 0, options.fixture.tenants, 1);
  Requests requests{fixture, options.format, options.fixture.tenants, 1, 64'000, options.fixture.seed + 5};
  warm_up(road.node(), requests, options, options.fixture.tenants);
  const auto run = [&](const char* title, std::size_t count, auto&& drive) {
    std::printf("%s\n", title);
    Load load{road.node(), requests, count};
    road.journal().watch(load.first_number(), count);
    drive(load);
    print_legs(load, road.journal());
  };
  run("one at a time, nothing else", 3'000, [](Load& load) { load.closed_loop(1, 60); });
  run("at row 3's rate", static_cast<std::size_t>(options.rate_per_s * 10),
      [&](Load& load) { load.open_loop(options.rate_per_s); });
  run("as many as go, 256 in flight", 100'000, [&](Load& load) { load.closed_loop(options.in_flight, 60); });
}

/// Each part of the work by itself, on inputs that differ from call to call.
void pure_parts(const RoadOptions& options, const Fixture& fixture) {
  constexpr int samples = 20'000;
  std::mt19937_64 random{options.fixture.seed + 6};
  std::vector<double> json, bytes, judge, sealing, applying, copying, publishing, driving;
  AssessScratch scratch;
  Requests requests{fixture, options.format, options.fixture.tenants, 1, 64'000, options.fixture.seed + 7};
  std::size_t answer_bytes = 0, payload_bytes = 0, decided = 0;
  for (int i = 0; i < samples; ++i) {
    const SignalBatch batch = fixture.batch(random, i, 1);
    const auto text = encode_batch_json(batch), wire = encode_batch_bytes(batch);
    const TenantState& state = fixture.tenants()[static_cast<std::size_t>(i) % fixture.tenants().size()];
    json.push_back(micros([&] { must(decode_batch_json(text)); }));
    bytes.push_back(micros([&] { must(decode_batch_bytes(wire)); }));
    driving.push_back(micros([&] { requests.make(static_cast<std::uint64_t>(i), wall_clock_ms()); }));
    Candidate candidate;
    judge.push_back(micros([&] { candidate = assess(state, batch, fixture.view(), fixture.now(), {}, scratch); }));
    Judged judged;
    sealing.push_back(micros([&] { judged = seal(state.id.text(), std::move(candidate)); }));
    if (judged.events.empty()) continue;
    TenantState copy;
    copying.push_back(micros([&] { copy = state; }));
    applying.push_back(micros([&] { apply(copy, judged.events.back(), {1}); }));
    const auto& payload = judged.entries->back().payload;
    publishing.push_back(micros([&] { must(outputs({{0}, {1}, {1}}, state.id.text(), payload)); }));
    answer_bytes += encode_answer_bytes(*judged.answer).size();
    payload_bytes += payload.size();
    ++decided;
  }
  std::printf("the parts by themselves, one core\n");
  print_row("", "driver: copy and stamp a request", Distribution{std::move(driving)});
  print_row("", "decode the batch, JSON", Distribution{std::move(json)});
  print_row("", "decode the batch, protobuf", Distribution{std::move(bytes)});
  print_row("", "judge", Distribution{std::move(judge)});
  print_row("", "encode answer and events", Distribution{std::move(sealing)});
  print_row("", "copy a small tenant's state", Distribution{std::move(copying)});
  print_row("", "apply", Distribution{std::move(applying)});
  print_row("", "outputs of a record, for one destination", Distribution{std::move(publishing)});
  std::printf("       answer %zu bytes, record payload %zu\n", answer_bytes / decided, payload_bytes / decided);
}

using ping_atom = caf::atom_constant<caf::atom("ping")>;

caf::behavior echo(caf::event_based_actor*) {
  return {[](ping_atom, int value) { return value; }};
}

/// Asks `other` again and again, then tells `when_done`.
caf::behavior asker(caf::event_based_actor* self, const caf::actor& other, const caf::actor& when_done) {
  return {[=](ping_atom, int left) {
    const auto me = caf::actor_cast<caf::actor>(self);
    self->request(other, caf::infinite, ping_atom::value, left).then([=](int value) {
      value > 0 ? self->send(me, ping_atom::value, value - 1) : self->send(when_done, ping_atom::value, 0);
    });
  }};
}

/// Microseconds a message when `pairs` of actors ask each other on `threads`; three messages a round.
double hop_micros(std::size_t threads, int pairs, bool detached) {
  constexpr int rounds = 50'000;
  caf::actor_system_config config;
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", threads);
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  const auto begun = steady_ns();
  for (int i = 0; i < pairs; ++i) {
    const auto other = detached ? system.spawn<caf::detached>(echo) : system.spawn(echo);
    self->send(system.spawn(asker, other, caf::actor_cast<caf::actor>(self)), ping_atom::value, rounds);
  }
  for (int i = 0; i < pairs; ++i) self->receive([](ping_atom, int) {});
  return static_cast<double>(steady_ns() - begun) / 1e3 / (3.0 * rounds * pairs);
}

} // namespace

void hops(const RoadOptions& options, const Fixture& fixture) {
  legs(options, fixture);
  std::printf("load average %s\n", load_average().c_str());
}

void parts(const RoadOptions& options, const Fixture& fixture) {
  pure_parts(options, fixture);
  std::printf(
      "a message between actors, microseconds of wall clock: 1 pair on 1 thread %.2f, 1 pair on 2 threads %.2f, "
      "64 pairs on 2 threads %.2f, to a thread of its own and back %.2f\n",
      hop_micros(1, 1, false), hop_micros(2, 1, false), hop_micros(2, 64, false), hop_micros(2, 1, true));
  std::printf("load average %s\n", load_average().c_str());
}

} // namespace riskcluster::bench

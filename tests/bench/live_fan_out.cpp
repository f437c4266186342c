// Row 6 over NATS: one strategy's signal for everybody, while others go on.

#include <algorithm>
#include <cstdio>
#include <thread>

#include "bench/live_node.hpp"
#include "bench/road_journal.hpp"
#include "messages/codec_trading.hpp"

namespace riskcluster::bench {

namespace {

struct FanOut {
  std::int64_t began = 0;
  std::int64_t ended = 0;
  std::size_t assessments = 0;
};

/// Publishes one, and counts its assessments as they are published.
class Strategist {
public:
  explicit Strategist(const LiveOptions& options) : options_{options}, client_{options.url} {
    client_.subscribe("risk.assessments.>", [this](std::string_view, std::string_view bytes, const char*) {
      if (!is_of_batch(bytes, 'f')) return;
      last_ = steady_ns();
      seen_.fetch_add(1, std::memory_order_release);
    });
    client_.flush();
  }

  FanOut run(const Fixture& fixture, std::mt19937_64& random, std::uint64_t number) {
    SignalBatch batch{.batch_id = BatchId{"f" + id_digits(number)},
                      .strategy_id = StrategyId{fan_strategy},
                      .created_at_ms = wall_clock_ms()};
    batch.trading_signals.push_back(fixture.signal(random, 0));
    auto& signal = batch.trading_signals.front();
    signal.signal_id = SignalId{"f" + id_digits(number)};
    signal.strategy_id = batch.strategy_id;
    signal.expires_at_ms = wall_clock_ms() + minute_ms; // the last of ten thousand gets it late
    const auto before = seen_.load();
    const auto wanted = static_cast<std::size_t>(options_.subscribers);
    FanOut made{.began = steady_ns()};
    client_.publish("trading.strategies." + std::string{fan_strategy}, encode_batch_bytes(batch), {});
    const auto until = made.began + static_cast<std::int64_t>(2 * LiveLoad::patience * 1e9);
    while (seen_.load(std::memory_order_acquire) - before < wanted && steady_ns() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    made.assessments = seen_.load() - before;
    made.ended = made.assessments > 0 ? last_.load() : steady_ns();
    return made;
  }

private:
  const LiveOptions& options_;
  std::atomic<std::size_t> seen_{0};
  std::atomic<std::int64_t> last_{0};
  LiveClient client_; ///< last: its thread works with the others
};

std::vector<Trip> during(const std::vector<Trip>& trips, const std::vector<FanOut>& runs) {
  std::vector<Trip> within;
  std::copy_if(trips.begin(), trips.end(), std::back_inserter(within), [&](const Trip& trip) {
    return std::any_of(runs.begin(), runs.end(),
                       [&](const FanOut& run) { return run.began <= trip.due && trip.due < run.ended; });
  });
  return within;
}

} // namespace

bool live_fan_out(const LiveOptions& options, const Fixture& fixture) {
  constexpr int fan_outs = 4, variety = 16'000;
  constexpr double pause_seconds = 2, alone_seconds = 5;
  Requests requests{fixture, Input::Format::protobuf, options.fixture.tenants, options.companies,
                    variety, options.fixture.seed + 2};
  warm_up(options, requests);
  {
    const auto count = static_cast<std::size_t>(options.rate_per_s * alone_seconds);
    LiveLoad alone{options.route(), requests, count};
    alone.open_loop(options.rate_per_s, count);
    print_row("6", "others, no fan-out: answer", way_to(alone.trips(), &Trip::answered));
    print_row("", "  ApprovedSignal received", way_to(alone.trips(), &Trip::approved));
  }
  const auto count = static_cast<std::size_t>(options.rate_per_s * options.seconds);
  LiveLoad load{options.route(), requests, count};
  const CpuTimes cpu{options};
  Strategist strategist{options};
  std::vector<FanOut> runs;
  std::jthread fans{[&] {
    std::mt19937_64 random{options.fixture.seed + 3};
    for (int i = 0; i < fan_outs; ++i) {
      std::this_thread::sleep_for(std::chrono::duration<double>{pause_seconds});
      runs.push_back(strategist.run(fixture, random, static_cast<std::uint64_t>(i)));
    }
  }};
  load.open_loop(options.rate_per_s, count);
  fans.join();
  const auto trips = load.trips();
  const auto within = during(trips, runs);
  print_row("6", "others due while a fan-out ran: answer", way_to(within, &Trip::answered), "p99 <= 2000");
  print_row("", "  ApprovedSignal received", way_to(within, &Trip::approved), "p99 <= 2000");
  print_row("", "  all of them, ApprovedSignal received", way_to(trips, &Trip::approved));
  bool whole = true;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::printf("       fan-out %zu%s: %.3f s to the last of %zu assessments (goal <= 1 s)\n", i + 1,
                i == 0 ? ", nobody of them awake" : "", static_cast<double>(runs[i].ended - runs[i].began) / 1e9,
                runs[i].assessments);
    whole = whole && runs[i].assessments == static_cast<std::size_t>(options.subscribers);
  }
  if (!whole) std::printf("       LOST: %d assessments were to come of each\n", options.subscribers);
  return tell(load, options.rate_per_s, cpu) && whole;
}

} // namespace riskcluster::bench

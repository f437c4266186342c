// Row 6: one strategy's signal for everybody, while others go on.

#include <algorithm>
#include <cstdio>
#include <thread>

#include "bench/road_node.hpp"
#include "messages/codec_trading.hpp"

namespace riskcluster::bench {

namespace {

constexpr int subscribers = 10'000;
constexpr int companies = 1'000;
constexpr double others_per_s = 1'000;
constexpr const char* strategy = "fan";

struct FanOut {
  std::int64_t began = 0;
  std::int64_t ended = 0;
  std::size_t answers = 0;
  std::size_t decided = 0;
};

FanOut fan_out(Node& node, const Fixture& fixture, std::mt19937_64& random, std::uint64_t number) {
  SignalBatch batch{.batch_id = BatchId{"f" + id_digits(number)},
                    .strategy_id = StrategyId{strategy},
                    .created_at_ms = wall_clock_ms()};
  batch.trading_signals.push_back(fixture.signal(random, 0));
  auto& signal = batch.trading_signals.front();
  signal.signal_id = SignalId{"f" + id_digits(number)};
  signal.strategy_id = batch.strategy_id;
  signal.expires_at_ms = wall_clock_ms() + minute_ms; // the last of ten thousand gets it late
  FanOut made{.began = steady_ns()};
  const auto reply = must(node.admit(Input{.format = Input::Format::protobuf, .bytes = encode_batch_bytes(batch)}));
  made.ended = steady_ns();
  made.answers = reply->answers.size();
  for (const auto& answer : reply->answers) made.decided += answer->journal_position ? 1U : 0U;
  return made;
}

/// Of the samples due while a fan-out ran.
Distribution during(const std::vector<Sample>& samples, const std::vector<FanOut>& runs) {
  std::vector<Sample> within;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(within), [&](const Sample& sample) {
    return std::any_of(runs.begin(), runs.end(),
                       [&](const FanOut& run) { return run.began <= sample.due && sample.due < run.ended; });
  });
  return latencies(within);
}

void print_runs(const std::vector<FanOut>& runs) {
  for (std::size_t i = 0; i < runs.size(); ++i)
    std::printf("       fan-out %zu%s: %.3f s (goal <= 1), %zu answers, %zu decided\n", i + 1,
                i == 0 ? ", nobody of them awake" : "", static_cast<double>(runs[i].ended - runs[i].began) / 1e9,
                runs[i].answers, runs[i].decided);
}

} // namespace

void row_6(const RoadOptions& options, const Fixture& fixture) {
  constexpr int fan_outs = 4;
  constexpr double seconds = 12;
  const int others = options.fixture.tenants;
  const Folder folder{options.data, "fan"};
  RoadNode road{folder.path(), fixture.fresh_view(), {}, options.outlet};
  road.open(fixture, 0, others, companies);
  road.open(fixture, others, subscribers, companies, {StrategyId{strategy}});
  Requests requests{fixture, options.format, others, companies, 16'000, options.fixture.seed + 2};
  warm_up(road.node(), requests, options, others);
  {
    Load alone{road.node(), requests, static_cast<std::size_t>(others_per_s * 5)};
    alone.open_loop(others_per_s);
    print_row("6", "1,000/s of others, no fan-out", latencies(alone.samples()));
  }
  Load load{road.node(), requests, static_cast<std::size_t>(others_per_s * seconds)};
  std::vector<FanOut> runs;
  std::jthread strategist{[&] {
    std::mt19937_64 random{options.fixture.seed + 3};
    for (int i = 0; i < fan_outs; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1'000});
      runs.push_back(fan_out(road.node(), fixture, random, requests.bytes_each() + static_cast<std::uint64_t>(i)));
    }
  }};
  load.open_loop(others_per_s);
  strategist.join();
  print_row("6", "  those due while a fan-out ran", during(load.samples(), runs), "p99 <= 2000");
  print_row("", "  all of them", latencies(load.samples()));
  print_runs(runs);
  std::printf("       %s; load average %s\n", fates(load.samples()).c_str(), load_average().c_str());
}

} // namespace riskcluster::bench

// One tenant sends far more than it may, while all others go on.

#include <cstdio>
#include <thread>

#include "bench/live_node.hpp"
#include "bench/road_journal.hpp"
#include "messages/codec_trading.hpp"

namespace riskcluster::bench {

namespace {

/// Signals of the last tenant, each of them good: what they meet is its rate.
std::size_t flood(const LiveOptions& options, const Fixture& fixture, const std::atomic<bool>& ended) {
  const TenantId tenant = Fixture::tenant_id(options.fixture.tenants, options.companies);
  const std::string subject = "trading.signals." + tenant.company.value + "." + tenant.user.value;
  std::mt19937_64 random{options.fixture.seed + 5};
  LiveClient client{options.url};
  const auto begin = steady_ns();
  std::size_t sent = 0;
  for (; !ended; ++sent) {
    wait_until(begin + static_cast<std::int64_t>(1e9 / options.flood_per_s * static_cast<double>(sent)));
    const std::string number = id_digits(sent);
    SignalBatch batch{.batch_id = BatchId{"flood" + number},
                      .company_id = tenant.company,
                      .user_id = tenant.user,
                      .created_at_ms = wall_clock_ms()};
    batch.trading_signals.push_back(fixture.signal(random, options.fixture.tenants));
    batch.trading_signals.front().signal_id = SignalId{"flood" + number};
    client.publish(subject, encode_batch_bytes(batch), {});
  }
  return sent;
}

} // namespace

bool live_flood(const LiveOptions& options, const Fixture& fixture) {
  constexpr int variety = 16'000;
  Requests requests{fixture, Input::Format::protobuf, options.fixture.tenants, options.companies,
                    variety, options.fixture.seed + 4};
  warm_up(options, requests);
  const auto count = static_cast<std::size_t>(options.rate_per_s * options.seconds);
  bool whole = true;
  const auto others = [&](const char* what) {
    const CpuTimes cpu{options};
    LiveLoad load{options.route(), requests, count};
    load.open_loop(options.rate_per_s, count);
    const auto answers = way_to(load.trips(), &Trip::answered);
    print_row("", what, answers);
    if (options.jetstream) print_row("", "  the stream has the signal", way_to(load.trips(), &Trip::stored));
    print_row("", "  ApprovedSignal received", way_to(load.trips(), &Trip::approved));
    whole = tell(load, options.rate_per_s, cpu) && whole;
    return answers.p99;
  };
  // On both sides: a machine writes back what its programs left in the page cache only after half a minute, and from
  // then on everybody is slower now and then.
  const auto before = others("others before a flood: answer");
  std::atomic<bool> ended{false};
  std::size_t sent = 0;
  std::jthread flooding{[&] { sent = flood(options, fixture, ended); }};
  const auto beside = others("others beside a flood: answer");
  ended = true;
  flooding.join();
  const auto after = others("others after the flood: answer");
  std::printf("       flood of one tenant, %.0f/s: %zu sent; the others' p99 is %.2f times that before and %.2f times "
              "that after (goal <= 2)\n",
              options.flood_per_s, sent, beside / before, beside / after);
  return whole;
}

} // namespace riskcluster::bench

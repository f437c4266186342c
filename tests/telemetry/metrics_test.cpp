// What Prometheus is shown, read back by a parser of our own.

#include <algorithm>
#include <cmath>
#include <csignal>
#include <functional>
#include <limits>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "telemetry/exposition.hpp"
#include "telemetry/metrics.hpp"

using namespace riskcluster;
using namespace std::chrono_literals;

namespace {

test::MetricText shown(const Metrics& metrics) { return test::parse_exposition(metrics.text()); }

/// How a process that does this ends: the number of its signal, 0 when it does not die of one.
int signal_of(const std::function<void()>& deed) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);                        // doctest's own would speak
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO); // the message
    deed();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

} // namespace

TEST_CASE("without a series there is nothing to show") { CHECK(Metrics{}.text().empty()); }

TEST_CASE("each family has its help and its type once, whatever the number of its series") {
  Metrics metrics;
  for (const auto* const outcome : {"approved", "reduced", "rejected"})
    metrics.counter("riskd_signals_total", "Signals judged.", {{"outcome", outcome}}).add();
  metrics.gauge("riskd_awake", "Portfolios in memory.").set(3);
  metrics.histogram("riskd_road_seconds", "From arrival to answer.", {{"lane", "batch"}});
  metrics.histogram("riskd_road_seconds", "From arrival to answer.", {{"lane", "single"}});
  metrics.gauge_of("riskd_lag", "Records behind.", {}, [] { return 7.0; });
  const auto text = shown(metrics);
  using Texts = std::map<std::string, std::string>;
  CHECK(text.help == Texts{{"riskd_signals_total", "Signals judged."},
                           {"riskd_awake", "Portfolios in memory."},
                           {"riskd_road_seconds", "From arrival to answer."},
                           {"riskd_lag", "Records behind."}});
  CHECK(text.type == Texts{{"riskd_signals_total", "counter"},
                           {"riskd_awake", "gauge"},
                           {"riskd_road_seconds", "histogram"},
                           {"riskd_lag", "gauge"}});
  CHECK(text.count("riskd_signals_total") == 3);
  CHECK(text.count("riskd_road_seconds_count") == 2);
}

TEST_CASE("a counter only grows") {
  Metrics metrics;
  const Counter counter = metrics.counter("c_total", "c");
  counter.add();
  counter.add(2.5);
  for (const double none : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) counter.add(none);
  CHECK(shown(metrics).value("c_total") == 3.5);
}

TEST_CASE("a counter that somebody else counts shows what he says, and never goes back") {
  Metrics metrics;
  double counted = 3;
  metrics.counter_of("c_total", "c", {{"of", "a"}}, [&] { return counted; });
  CHECK(shown(metrics).value("c_total", {{"of", "a"}}) == 3);
  CHECK(shown(metrics).type.at("c_total") == "counter");
  counted = 5.5;
  CHECK(shown(metrics).value("c_total", {{"of", "a"}}) == 5.5);
  for (const double none : {2.0, std::nan("")}) {
    counted = none;
    CHECK(shown(metrics).value("c_total", {{"of", "a"}}) == 5.5);
  }
  metrics.counter_of("c_total", "c", {{"of", "b"}}, []() -> double { throw std::runtime_error{"gone"}; });
  CHECK(shown(metrics).value("c_total", {{"of", "b"}}) == 0);
}

TEST_CASE("a gauge is what it was last set to, and moves both ways") {
  Metrics metrics;
  const Gauge gauge = metrics.gauge("g", "g");
  gauge.set(10);
  gauge.add(-12.5);
  CHECK(shown(metrics).value("g") == -2.5);
}

TEST_CASE("the same labels are the same series, in any order; other values are another") {
  Metrics metrics;
  metrics.counter("c_total", "c", {{"a", "1"}, {"b", "2"}}).add();
  metrics.counter("c_total", "another help", {{"b", "2"}, {"a", "1"}}).add();
  metrics.counter("c_total", "c", {{"a", "1"}, {"b", "3"}}).add();
  const auto text = shown(metrics);
  CHECK(text.value("c_total", {{"a", "1"}, {"b", "2"}}) == 2);
  CHECK(text.value("c_total", {{"a", "1"}, {"b", "3"}}) == 1);
  CHECK(text.help.at("c_total") == "c");
}

TEST_CASE(
    "a label's value is any text: quotes, backslashes and ends of lines come back, what is no UTF-8 is replaced") {
  Metrics metrics;
  const std::string text = "say \"a\\b\"\n{x=\"y\"} # \xE2\x82\xAC";
  metrics.counter("c_total", "c", {{"text", text}}).add();
  CHECK(shown(metrics).value("c_total", {{"text", text}}) == 1);
  metrics.gauge("g", "g", {{"text", "a\xFF"}}).set(2);
  CHECK(shown(metrics).value("g", {{"text", "a\xEF\xBF\xBD"}}) == 2);
  metrics.gauge("h", "h", {{"text", std::string(1'000, 'x')}}).set(3);
  CHECK(shown(metrics).value("h", {{"text", std::string(label_bytes_max, 'x')}}) == 3);
}

TEST_CASE("a histogram's buckets are cumulative, and the last one is the count") {
  Metrics metrics;
  const Histogram histogram = metrics.histogram("h_seconds", "h", {{"lane", "a"}});
  // Bounds belong to their bucket: 4 ms is not late when at most 4 ms are promised.
  for (const auto took : {10us, 50us, 51us, 4'000us, 4'001us, 20'000'000us}) histogram.observe(took);
  histogram.observe(-1s);
  histogram.observe(std::chrono::duration<double>{std::nan("")}); // dropped
  const auto text = shown(metrics);
  std::map<double, double> buckets;
  for (const auto& sample : text.samples)
    if (sample.name == "h_seconds_bucket") buckets[std::strtod(sample.labels.at("le").c_str(), nullptr)] = sample.value;
  REQUIRE(buckets.size() == latency_buckets_s.size() + 1);
  for (const double bound : latency_buckets_s) CHECK(buckets.contains(bound));
  CHECK(buckets[50e-6] == 3);
  CHECK(buckets[100e-6] == 4);
  CHECK(buckets[3e-3] == 4);
  CHECK(buckets[4e-3] == 5);
  CHECK(buckets[6e-3] == 6);
  CHECK(buckets[10.0] == 6);
  CHECK(buckets[std::numeric_limits<double>::infinity()] == 7);
  double below = 0;
  for (const auto& [bound, count] : buckets) {
    CHECK(below <= count);
    below = count;
  }
  CHECK(text.value("h_seconds_count", {{"lane", "a"}}) == 7);
  CHECK(text.value("h_seconds_sum", {{"lane", "a"}}) == doctest::Approx(20.008112));
}

TEST_CASE("the buckets hold every promise exactly, from 50 us to 10 s") {
  CHECK(std::is_sorted(latency_buckets_s.begin(), latency_buckets_s.end()));
  CHECK(latency_buckets_s.front() == 50e-6);
  CHECK(latency_buckets_s.back() == 10.0);
  for (const double promise : {100e-6, 0.7e-3, 1.5e-3, 4e-3, 20e-3}) // the latencies that GOALS asks for
    CHECK(std::find(latency_buckets_s.begin(), latency_buckets_s.end(), promise) != latency_buckets_s.end());
}

TEST_CASE("a family never has more series than its bound: what comes later is counted together") {
  Metrics metrics;
  for (std::size_t i = 0; i < series_max + 100; ++i)
    metrics.counter("c_total", "c", {{"reason", std::to_string(i)}, {"side", "buy"}}).add();
  metrics.counter("c_total", "c", {{"reason", "0"}, {"side", "buy"}}).add(); // an old one is still itself
  const auto text = shown(metrics);
  CHECK(text.count("c_total") == series_max + 1);
  CHECK(text.value("c_total", {{"reason", "0"}, {"side", "buy"}}) == 2);
  CHECK(text.value("c_total", {{"reason", "other"}, {"side", "other"}}) == 100);
}

TEST_CASE("a computed gauge is asked at each scrape, the last one given counts, and one that throws is no number") {
  Metrics metrics;
  double value = 1;
  metrics.gauge_of("g", "g", {{"which", "a"}}, [] { return -1.0; });
  metrics.gauge_of("g", "g", {{"which", "a"}}, [&] { return value++; });
  metrics.gauge_of("g", "g", {{"which", "b"}}, []() -> double { throw std::runtime_error("no figure"); });
  // One that counts its own scrapes does not wait for itself.
  metrics.gauge_of("g", "g", {{"which", "c"}}, [&] {
    metrics.counter("scrapes_total", "s").add();
    return 0.0;
  });
  CHECK(shown(metrics).value("g", {{"which", "a"}}) == 1);
  CHECK(shown(metrics).value("g", {{"which", "a"}}) == 2);
  CHECK(std::isnan(shown(metrics).value("g", {{"which", "b"}})));
  CHECK(shown(metrics).value("scrapes_total") == 4);
}

TEST_CASE("infinities are shown as Prometheus reads them") {
  Metrics metrics;
  metrics.gauge("g", "g").set(-std::numeric_limits<double>::infinity());
  CHECK(metrics.text().find("g -Inf\n") != std::string::npos);
}

TEST_CASE("a handle without metrics takes everything") {
  Counter{}.add();
  Gauge{}.set(1);
  Gauge{}.add(1);
  Histogram{}.observe(1ms);
}

TEST_CASE("threads that add and scrape at once lose nothing") {
  Metrics metrics;
  std::vector<std::thread> threads(4);
  for (auto& thread : threads)
    thread = std::thread{[&] {
      for (int i = 0; i < 5'000; ++i) {
        metrics.counter("c_total", "c", {{"a", std::to_string(i % 3)}}).add();
        metrics.histogram("h_seconds", "h").observe(1ms);
        if (i % 500 == 0) (void)metrics.text();
      }
    }};
  for (auto& thread : threads) thread.join();
  const auto text = shown(metrics);
  CHECK(text.value("c_total", {{"a", "0"}}) + text.value("c_total", {{"a", "1"}}) +
            text.value("c_total", {{"a", "2"}}) ==
        20'000);
  CHECK(text.value("h_seconds_count") == 20'000);
}

TEST_CASE("a name that cannot be shown, or another kind or labels under one name, is a bug") {
  const std::function<void(Metrics&)> bugs[] = {
      [](Metrics& m) { m.counter("0c", "c"); },
      [](Metrics& m) { m.counter("c-d", "c"); },
      [](Metrics& m) { m.counter("c", ""); },
      [](Metrics& m) { m.counter("c", "a\nb"); },
      [](Metrics& m) {
        m.counter("c", "c", {{"a b", "x"}});
      },
      [](Metrics& m) {
        m.counter("c", "c", {{"le", "x"}});
      },
      [](Metrics& m) {
        m.counter("c", "c", {{"a", "x"}, {"a", "y"}});
      },
      [](Metrics& m) { m.gauge("taken_total", "c"); },
      [](Metrics& m) {
        m.counter("taken_total", "c", {{"a", "x"}});
      },
  };
  for (const auto& bug : bugs)
    CHECK(signal_of([&] {
            Metrics metrics;
            metrics.counter("taken_total", "c");
            bug(metrics);
          }) == SIGABRT);
  CHECK(signal_of([] { Metrics{}.counter("sound:name_total", "c", {{"a", "x"}}); }) == 0);
}

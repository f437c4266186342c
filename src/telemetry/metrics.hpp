#pragma once
// Figures for Prometheus: handles that are cheap to add to, and their text when it comes to scrape.

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
} // namespace prometheus

namespace riskcluster {

/// Upper bounds of the buckets of every histogram, seconds: dense where our promises lie, among them 0.7, 1.5 and 4 ms,
/// so that "how many were late" is a difference of two counts and no estimate.
inline constexpr std::array latency_buckets_s = {50e-6,  100e-6, 200e-6, 300e-6, 500e-6, 700e-6, 1e-3,  1.5e-3,
                                                 2e-3,   3e-3,   4e-3,   6e-3,   10e-3,  20e-3,  50e-3, 100e-3,
                                                 200e-3, 0.5,    1.0,    2.0,    5.0,    10.0};

inline constexpr std::size_t series_max = 4'096;    ///< of a family; whatever comes later is counted as "other"
inline constexpr std::size_t label_bytes_max = 128; ///< of a label's value; the rest is cut off

inline constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

/// Names of labels with their values, which may be any text. No company or user: there is no bound to their number.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

// Handles: copied as one likes, used from any thread, for as long as their Metrics live. One that was made without
// Metrics takes everything and shows nothing.

class Counter {
public:
  Counter() = default;
  void add(double amount = 1) const; ///< >= 0; anything else is not added
private:
  friend class Metrics;
  explicit Counter(prometheus::Counter& series) : series_{&series} {}
  prometheus::Counter* series_ = nullptr;
};

class Gauge {
public:
  Gauge() = default;
  void set(double value) const;
  void add(double amount) const; ///< either sign
private:
  friend class Metrics;
  explicit Gauge(prometheus::Gauge& series) : series_{&series} {}
  prometheus::Gauge* series_ = nullptr;
};

class Histogram {
public:
  Histogram() = default;
  void observe(std::chrono::duration<double> took) const; ///< less than nothing counts as nothing
private:
  friend class Metrics;
  explicit Histogram(prometheus::Histogram& series) : series_{&series} {}
  prometheus::Histogram* series_ = nullptr;
};

/// Every member may be called from any thread. A family is one name, kind and help, the help of who names it first;
/// asking for the same labels again gives the same series. A name that Prometheus does not allow, or that is taken by
/// another kind, is a bug and stops the process; so are other names of labels in one family.
class Metrics {
public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// By convention a counter's name ends in _total.
  Counter counter(const std::string& name, const std::string& help, const MetricLabels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const MetricLabels& labels = {});
  /// Of latencies, over latency_buckets_s; by convention its name ends in _seconds.
  Histogram histogram(const std::string& name, const std::string& help, const MetricLabels& labels = {});

  /// A gauge whose value is asked for at each scrape, on the scraper's thread; NaN when `value` throws. What it refers
  /// to must outlive the Metrics. Given again for the same labels, the last one counts.
  void gauge_of(const std::string& name, const std::string& help, const MetricLabels& labels,
                std::function<double()> value);

  /// The same for a counter that somebody else counts from 0, such as a driver. What goes down again stays as it was.
  void counter_of(const std::string& name, const std::string& help, const MetricLabels& labels,
                  std::function<double()> value);

  /// Prometheus' text format 0.0.4.
  std::string text() const;

private:
  struct Registry;
  std::unique_ptr<Registry> registry_;
};

} // namespace riskcluster

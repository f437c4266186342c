#include "telemetry/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <unordered_map>

#include <prometheus/check_names.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "core/check.hpp"
#include "telemetry/log_text.hpp"

namespace riskcluster {

namespace {

enum class Kind : std::uint8_t { counter, gauge, histogram };

/// What a family is held to by the first who names it.
struct FamilyFacts {
  Kind kind = Kind::counter;
  std::vector<std::string> label_names; ///< sorted
  std::size_t series = 0;
};

/// The names are ours and written in the code: a wrong one is a bug.
prometheus::Labels checked(const MetricLabels& labels) {
  prometheus::Labels sound;
  for (const auto& [name, value] : labels) {
    check(prometheus::CheckLabelName(name) && name != "le" && name != "quantile", "a label has a name of its own");
    sound.emplace(name, valid_utf8(value, label_bytes_max));
  }
  check(sound.size() == labels.size(), "no label is given twice");
  return sound;
}

std::vector<std::string> names_of(const prometheus::Labels& labels) {
  std::vector<std::string> names;
  for (const auto& [name, value] : labels) names.push_back(name);
  return names;
}

/// One word for a name with its labels, as they were given.
std::string key_of(const std::string& name, const MetricLabels& labels) {
  std::string key = name;
  for (const auto& [label, value] : labels) key.append(1, '\0').append(label).append(1, '\0').append(value);
  return key;
}

} // namespace

struct Metrics::Registry {
  mutable std::mutex mutex; ///< guards the maps; prometheus-cpp guards itself
  std::map<std::string, FamilyFacts> families;
  /// Counters by key_of: many are asked for anew with every input, and prometheus-cpp takes 3 µs to find one.
  std::unordered_map<std::string, prometheus::Counter*> known_counters;
  std::map<prometheus::Gauge*, std::function<double()>> computed;
  std::map<prometheus::Counter*, std::function<double()>> counted;
  mutable std::mutex scraping; ///< one at a time: what was counted since the last one is added once
  prometheus::Registry series;

  /// The series with these labels. Under the mutex.
  template <class Series, class Builder, class... Arguments>
  Series& find_or_make(Kind kind, Builder builder, const std::string& name, const std::string& help,
                       const MetricLabels& given, const Arguments&... arguments) {
    // The text format has help on one line, and this version of prometheus-cpp prints it as it is.
    check(prometheus::CheckMetricName(name) && !help.empty() && help.find_first_of("\\\n") == std::string::npos,
          "a metric has a name that Prometheus allows, and a line of help");
    auto labels = checked(given);
    FamilyFacts& facts = families.try_emplace(name, FamilyFacts{kind, names_of(labels)}).first->second;
    check(facts.kind == kind && facts.label_names == names_of(labels), "a metric has one kind and one set of labels");

    auto& family = builder.Name(name).Help(help).Register(series);
    if (!family.Has(labels)) {
      if (facts.series < series_max)
        ++facts.series;
      else
        for (auto& [label, value] : labels) value = "other";
    }
    return family.Add(labels, arguments...);
  }

  prometheus::Gauge& gauge(const std::string& name, const std::string& help, const MetricLabels& labels) {
    return find_or_make<prometheus::Gauge>(Kind::gauge, prometheus::BuildGauge(), name, help, labels);
  }
};

Metrics::Metrics() : registry_{std::make_unique<Registry>()} {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const MetricLabels& labels) {
  std::string key = key_of(name, labels);
  const std::scoped_lock lock{registry_->mutex};
  auto& known = registry_->known_counters;
  if (const auto found = known.find(key); found != known.end()) return Counter{*found->second};
  auto& made =
      registry_->find_or_make<prometheus::Counter>(Kind::counter, prometheus::BuildCounter(), name, help, labels);
  // Values that are cut, or counted as "other", have no bound.
  if (known.size() < series_max) known.emplace(std::move(key), &made);
  return Counter{made};
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const MetricLabels& labels) {
  const std::scoped_lock lock{registry_->mutex};
  return Gauge{registry_->gauge(name, help, labels)};
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, const MetricLabels& labels) {
  static const prometheus::Histogram::BucketBoundaries buckets{latency_buckets_s.begin(), latency_buckets_s.end()};
  const std::scoped_lock lock{registry_->mutex};
  return Histogram{registry_->find_or_make<prometheus::Histogram>(Kind::histogram, prometheus::BuildHistogram(), name,
                                                                  help, labels, buckets)};
}

void Metrics::gauge_of(const std::string& name, const std::string& help, const MetricLabels& labels,
                       std::function<double()> value) {
  const std::scoped_lock lock{registry_->mutex};
  registry_->computed[&registry_->gauge(name, help, labels)] = std::move(value);
}

void Metrics::counter_of(const std::string& name, const std::string& help, const MetricLabels& labels,
                         std::function<double()> value) {
  const std::scoped_lock lock{registry_->mutex};
  registry_->counted[&registry_->find_or_make<prometheus::Counter>(Kind::counter, prometheus::BuildCounter(), name,
                                                                   help, labels)] = std::move(value);
}

std::string Metrics::text() const {
  const std::scoped_lock scrape{registry_->scraping};
  std::map<prometheus::Gauge*, std::function<double()>> computed;
  std::map<prometheus::Counter*, std::function<double()>> counted;
  {
    const std::scoped_lock lock{registry_->mutex};
    computed = registry_->computed;
    counted = registry_->counted;
  }
  // Outside the lock: what they ask may take its time, or count something itself.
  for (const auto& [gauge, value] : computed) {
    try {
      gauge->Set(value());
    } catch (...) {
      gauge->Set(std::numeric_limits<double>::quiet_NaN());
    }
  }
  for (const auto& [counter, value] : counted) {
    try {
      const double more = value() - counter->Value();
      if (more > 0 && std::isfinite(more)) counter->Increment(more);
    } catch (...) {
      continue; // it stays where it is
    }
  }
  return prometheus::TextSerializer{}.prometheus::Serializer::Serialize(registry_->series.Collect());
}

void Counter::add(double amount) const {
  if (series_ && amount >= 0 && std::isfinite(amount)) series_->Increment(amount);
}

void Gauge::set(double value) const {
  if (series_) series_->Set(value);
}

void Gauge::add(double amount) const {
  if (series_) series_->Increment(amount);
}

void Histogram::observe(std::chrono::duration<double> took) const {
  if (series_ && std::isfinite(took.count())) series_->Observe(std::max(0.0, took.count()));
}

} // namespace riskcluster

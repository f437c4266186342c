#pragma once
// Reads Prometheus' text format 0.0.4 as its description has it, and no other text: a second opinion on what we print.
// Source: prometheus.io/docs/instrumenting/exposition_formats.

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace riskcluster::test {

struct Sample {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

struct MetricText {
  std::map<std::string, std::string> help, type; ///< by family
  std::vector<Sample> samples;

  /// Throws when there is not exactly one.
  double value(const std::string& name, const std::map<std::string, std::string>& labels = {}) const;
  std::size_t count(const std::string& name) const;
};

/// Throws std::runtime_error with the line that breaks a rule: HELP or TYPE twice or behind a sample, a sample of no
/// family, lines of a family apart, a bad name, a value in quotes that does not end, the same series twice.
MetricText parse_exposition(const std::string& text);

} // namespace riskcluster::test

#include "telemetry/exposition.hpp"

#include <cstdlib>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

namespace riskcluster::test {

namespace {

class Line {
public:
  explicit Line(std::string text) : text_{std::move(text)}, rest_{text_} {}

  [[noreturn]] void fail(const std::string& why) const { throw std::runtime_error(why + ": " + text_); }
  bool take(std::string_view part) {
    if (!rest_.starts_with(part)) return false;
    rest_.remove_prefix(part.size());
    return true;
  }
  std::string take_name(bool colons) {
    std::size_t size = 0;
    const auto allowed = [&](char c) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colons && c == ':');
      return letter || (size > 0 && c >= '0' && c <= '9');
    };
    while (size < rest_.size() && allowed(rest_[size])) ++size;
    if (size == 0) fail("no name");
    return take_out(size);
  }
  std::string take_quoted() {
    std::string value;
    if (!take("\"")) fail("no quote");
    for (;;) {
      if (rest_.empty()) fail("a label's value does not end");
      const std::string c = take_out(1);
      if (c == "\"") return value;
      if (c != "\\") {
        value += c;
        continue;
      }
      const std::string escaped = take_out(1);
      if (escaped != "\\" && escaped != "\"" && escaped != "n") fail("an unknown escape");
      value += escaped == "n" ? "\n" : escaped;
    }
  }
  std::string take_rest() { return take_out(rest_.size()); }

private:
  std::string take_out(std::size_t size) {
    if (size > rest_.size()) fail("ends too early");
    std::string part{rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return part;
  }
  std::string text_;
  std::string_view rest_;
};

Sample sample_of(Line& line) {
  Sample sample{.name = line.take_name(true), .labels = {}};
  if (line.take("{")) {
    do {
      const std::string label = line.take_name(false);
      if (!line.take("=")) line.fail("no = behind a label");
      if (!sample.labels.emplace(label, line.take_quoted()).second) line.fail("a label twice");
    } while (line.take(","));
    if (!line.take("}")) line.fail("labels do not end");
  }
  if (!line.take(" ")) line.fail("no value");
  const std::string number = line.take_rest();
  char* end = nullptr;
  sample.value = std::strtod(number.c_str(), &end);
  if (number.empty() || *end != '\0') line.fail("no number");
  return sample;
}

/// The family that a sample's name belongs to.
std::string family_of(const std::string& name, const std::map<std::string, std::string>& type) {
  for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
    if (!name.ends_with(suffix)) continue;
    const auto found = type.find(name.substr(0, name.size() - suffix.size()));
    if (found != type.end() && found->second == "histogram") return found->first;
  }
  return name;
}

} // namespace

MetricText parse_exposition(const std::string& text) {
  if (!text.empty() && text.back() != '\n') throw std::runtime_error("the last line does not end");
  MetricText read;
  std::set<std::string> finished;
  std::set<std::pair<std::string, std::map<std::string, std::string>>> seen;
  std::string current;
  const auto enter = [&](const std::string& family, const Line& line) {
    if (family == current) return;
    finished.insert(std::exchange(current, family));
    if (finished.contains(family)) line.fail("a family in two places");
  };
  std::istringstream in{text};
  for (std::string raw; std::getline(in, raw);) {
    Line line{raw};
    const bool help = line.take("# HELP ");
    if (help || line.take("# TYPE ")) {
      const std::string family = line.take_name(true);
      enter(family, line);
      if (read.count(family) > 0) line.fail("behind a sample");
      if (!line.take(" ") || !(help ? read.help : read.type).emplace(family, line.take_rest()).second)
        line.fail("twice, or empty");
      continue;
    }
    const Sample sample = sample_of(line);
    const std::string family = family_of(sample.name, read.type);
    enter(family, line);
    if (!read.type.contains(family)) line.fail("of no family");
    if (!seen.emplace(sample.name, sample.labels).second) line.fail("a series twice");
    read.samples.push_back(sample);
  }
  return read;
}

double MetricText::value(const std::string& name, const std::map<std::string, std::string>& labels) const {
  const Sample* found = nullptr;
  for (const auto& sample : samples)
    if (sample.name == name && sample.labels == labels) found = &sample;
  if (found == nullptr) throw std::runtime_error("no series " + name);
  return found->value;
}

std::size_t MetricText::count(const std::string& name) const {
  std::size_t count = 0;
  for (const auto& sample : samples) count += sample.name == name ? 1U : 0U;
  return count;
}

} // namespace riskcluster::test

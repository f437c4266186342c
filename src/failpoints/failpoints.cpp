#include "failpoints/failpoints.hpp"

#ifdef RISKCLUSTER_FAILPOINTS

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

#include "failpoints/plan.hpp"

namespace riskcluster {

std::optional<FailpointPlan> FailpointPlan::parse(std::string_view text) {
  FailpointPlan plan;
  while (!text.empty()) {
    const auto end = text.find_first_of(";,");
    const std::string_view item = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto equals = item.find('='), at = item.find('@');
    if (equals == 0 || equals == std::string_view::npos || at == std::string_view::npos || at < equals)
      return std::nullopt;
    const std::string_view verb = item.substr(equals + 1, at - equals - 1), number = item.substr(at + 1);
    if (verb != "kill" && verb != "throw") return std::nullopt;
    std::uint64_t when = 0;
    const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), when);
    if (error != std::errc{} || stop != number.data() + number.size() || when == 0) return std::nullopt;
    plan.entries_.emplace_back(item.substr(0, equals), verb == "kill" ? Deed::kill : Deed::fail, when);
  }
  return plan;
}

FailpointPlan::Hit FailpointPlan::hit(std::string_view name) {
  Hit result;
  for (auto& entry : entries_) {
    if (entry.name != name) continue;
    const std::uint64_t count = ++entry.hits;
    if (result.deed == Deed::nothing) result = {count == entry.at ? entry.deed : Deed::nothing, count};
  }
  return result;
}

namespace {

FailpointPlan plan_of_environment() {
  const char* const text = std::getenv("RISKCLUSTER_FAILPOINTS");
  auto plan = FailpointPlan::parse(text == nullptr ? "" : text);
  if (plan) return std::move(*plan);
  // A test that misspells its fault must not pass for one that survived it.
  std::fprintf(stderr, "RISKCLUSTER_FAILPOINTS cannot be read: %s\n", text);
  std::abort();
}

/// One line for whoever counts the kills; one write(2), because the next thing is kill -9.
void record_kill(const char* name, std::uint64_t count) {
  const char* const path = std::getenv("RISKCLUSTER_FAILPOINT_LOG");
  if (path == nullptr) return;
  const int file = ::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  const std::string line = name + (" " + std::to_string(count)) + "\n";
  if (file < 0 || ::write(file, line.data(), line.size()) < 0) std::perror(path);
}

} // namespace

void failpoint(const char* name) {
  static FailpointPlan plan = plan_of_environment();
  const auto hit = plan.hit(name);
  if (hit.deed == FailpointPlan::Deed::fail) throw std::runtime_error(std::string{"failpoint "} + name);
  if (hit.deed != FailpointPlan::Deed::kill) return;
  record_kill(name, hit.count);
  ::kill(::getpid(), SIGKILL);
  // The signal is not on its way but there before kill() returns; this is for the compiler.
  std::abort();
}

} // namespace riskcluster

#endif

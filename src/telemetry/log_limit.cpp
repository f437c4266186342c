#include "telemetry/log_limit.hpp"

#include <algorithm>

#include "core/hash.hpp"

namespace riskcluster {

bool LogLimit::admit(LogLevel level, std::string_view message) {
  auto key = hash64(message) + static_cast<std::uint64_t>(level);
  if (kinds_.size() >= log_messages_max && !kinds_.contains(key)) {
    key = 0;
    message = "others";
  }
  Kind& kind = kinds_[key];
  if (kind.printed < log_repeats_max) {
    ++kind.printed;
    return true;
  }
  if (kind.held.lines++ == 0) {
    kind.held.level = level;
    kind.held.message = message;
  }
  return false;
}

std::vector<HeldLines> LogLimit::held(TimeMs now) {
  if (now / second_ms == second_) return {};
  second_ = now / second_ms;
  auto before = held();
  kinds_.clear();
  return before;
}

std::vector<HeldLines> LogLimit::held() {
  std::vector<HeldLines> all;
  for (auto& [key, kind] : kinds_) {
    if (kind.held.lines == 0) continue;
    all.push_back(std::move(kind.held));
    kind.held = {};
  }
  // The same order whatever the hashes: loudest first.
  std::sort(all.begin(), all.end(), [](const HeldLines& a, const HeldLines& b) {
    return a.lines != b.lines ? a.lines > b.lines : a.message < b.message;
  });
  return all;
}

} // namespace riskcluster

#pragma once
// Waiting for what other threads and processes do: until it is so, or until a limit that a healthy run never sees.

#include <chrono>
#include <thread>

namespace riskcluster::test {

inline constexpr std::chrono::seconds patience{20};

template <class Condition>
bool eventually(Condition&& holds, std::chrono::milliseconds limit = patience) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

} // namespace riskcluster::test

#pragma once

#include <chrono>

#include "core/time.hpp"

namespace riskcluster {

inline TimeMs wall_clock() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace riskcluster

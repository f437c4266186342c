#include "core/time.hpp"

#include <chrono>

using Day = std::chrono::time_point<std::chrono::system_clock, std::chrono::days>;

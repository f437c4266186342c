#pragma once

#include <Eigen/Core>

#include "core/time.hpp"

// What is no breach: words in comments and strings (#include <thread>, std::random_device, steady_clock), members
// named like functions of the C library, and a character literal beside a digit separator.
struct Returns {
  Eigen::VectorXd values;
  TimeMs time() const { return 86'400'000; }
};
inline const char* note = "time(nullptr), rand() and printf( are words here";
inline long last(const Returns& returns) { return returns.time() + '\''; }

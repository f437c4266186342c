#pragma once
// A counter-based generator: any number of a stream can be asked for, in any order, on any thread.

#include <array>
#include <cstdint>

namespace riskcluster {

/// Philox4x32-10: 128 random bits for one counter under one key. Source: Salmon, Moraes, Dror, Shaw (2011),
/// "Parallel random numbers: as easy as 1, 2, 3".
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// Two 32-bit words as an odd multiple of 2^-53: uniform on (0, 1), never 0 and never 1.
double open_unit_interval(std::uint32_t high, std::uint32_t low);

} // namespace riskcluster

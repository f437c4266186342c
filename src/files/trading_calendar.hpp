#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "market/instrument.hpp"

namespace riskcluster {

/// The zone's name is in the system's time-zone database; empty is UTC.
bool is_time_zone(const std::string& zone);

/// When an instrument trades around a UTC day: sessions that open from two days before to one day after it.
/// Local times that a clock change skips begin at the change; those it repeats begin at the first.
std::vector<UtcInterval> open_intervals(const Instrument& instrument, Date day);

} // namespace riskcluster

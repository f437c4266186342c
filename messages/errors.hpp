#pragma once
// Our errors through CAF's, and back.

#include <caf/error.hpp>

#include "core/result.hpp"

namespace riskcluster {

caf::error to_caf(const Error& error);

/// An error of CAF's own (a receiver that died, a worker that threw) is `unavailable` with CAF's words.
Error from_caf(const caf::error& error);

} // namespace riskcluster

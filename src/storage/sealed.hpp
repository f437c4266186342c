#pragma once
// Bytes under a seal: what a damaged disk gives back does not pass for what was written.

#include <optional>
#include <string>
#include <string_view>

#include "core/hash.hpp"

namespace riskcluster {

/// Version 1, the bytes, and a hash over `context` (what they belong to) and the bytes.
std::string seal(std::string_view bytes, const Hash128& context);

/// The bytes; nothing when the seal is broken, or is another's.
std::optional<std::string> unseal(std::string_view sealed, const Hash128& context);

} // namespace riskcluster

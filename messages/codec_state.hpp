#pragma once
// The state of a tenant as the bytes of its snapshot.

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "tenant/state.hpp"

namespace riskcluster {

/// The same state gives the same bytes. They carry its state hash, and at the end a hash of themselves.
std::string encode_state(const TenantState& state);

/// Gives back exactly what was encoded: the same state hash. Anything else is an error naming the field: a changed
/// byte, an enum number or a limit unknown to this version, a non-finite number, a state that hashes to something else.
Result<TenantState> decode_state(std::string_view bytes);

} // namespace riskcluster

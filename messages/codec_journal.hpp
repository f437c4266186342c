#pragma once
// Events of a tenant as the bytes of its journal.

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "tenant/event.hpp"

namespace riskcluster {

std::string encode_event(const TenantEvent& event);

/// Gives back exactly what was encoded. Anything else is an error naming the field, never a default: bytes that are no
/// event, a fact or enum number unknown to this version, a limit missing, unknown or there twice, a non-finite number.
Result<TenantEvent> decode_event(std::string_view bytes);

} // namespace riskcluster

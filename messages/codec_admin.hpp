#pragma once
// What people order, and what they are told.

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "tenant/admin_command.hpp"

namespace riskcluster {

/// Judged by fault_of(); errors name the field. @param addressed whom the command was addressed to: ids in the message
/// may be empty, or must be the same. Empty: the message says for whom it is, without ids for everybody.
Result<AdminCommand> decode_command_bytes(std::string_view bytes, const TenantId& addressed);
Result<AdminCommand> decode_command_json(std::string_view text, const TenantId& addressed);

/// The valid id of a command that perhaps cannot be read otherwise; else empty.
std::string command_id_in(std::string_view text, bool json);

std::string encode_command_answer_bytes(const CommandAnswer& answer);
std::string encode_command_answer_json(const CommandAnswer& answer);

} // namespace riskcluster

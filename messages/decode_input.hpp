#pragma once
// From what a door got to what the road takes.

#include <variant>

#include "messages/message_types.hpp"

namespace riskcluster {

using Decoded = std::variant<SignalBatch, PortfolioUpdate, AdminCommand>;

/// Unwraps, decodes, fills in what the door or the envelope knows and the message does not say, and holds whom it names
/// against whom it was addressed to. Errors: malformed, naming the field; denied, it speaks for somebody else.
Result<Decoded> decode_input(const Input& input);

/// Of a command that cannot be read, so that whoever sent it knows which one is meant; empty where it says none.
std::string command_id_in(const Input& input);

} // namespace riskcluster

#pragma once
// What a subject says about the message under it. Ids carry no dots and no wildcards, so this is a split.

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "messages/message_types.hpp"

namespace riskcluster {

inline constexpr const char* signals_filter = "trading.signals.>";
inline constexpr const char* strategies_filter = "trading.strategies.>";
inline constexpr const char* updates_filter = "portfolio.updates.>";
inline constexpr const char* commands_filter = "risk.commands.>";
inline constexpr const char* commands_subject = "risk.commands"; ///< for everybody
inline constexpr const char* market_filter = "market.>";
inline constexpr const char* dead_letter_subject = "risk.deadletter";

/// What came in under a subject, and for whom.
struct Address {
  Input::Kind kind = Input::Kind::signals;
  TenantId tenant;     ///< of a command without a user: the company, or the system
  StrategyId strategy; ///< of a fan-out
  bool operator==(const Address&) const = default;
};

/// What a message under a subject was meant to be, also under one that address_of refuses.
Input::Kind kind_of(std::string_view subject);

/// trading.signals.<company>.<user>, trading.strategies.<strategy>, portfolio.updates.<company>.<user>,
/// risk.commands[.<company>[.<user>]]. Malformed: any other.
Result<Address> address_of(std::string_view subject);

} // namespace riskcluster

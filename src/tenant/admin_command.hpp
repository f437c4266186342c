#pragma once
// What a person may order: halts, their end, and limits; for a tenant, a company or everybody. Who and why are part of
// it, and of the journal.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tenant/assessment.hpp"
#include "tenant/event.hpp"
#include "tenant/policy.hpp"

namespace riskcluster {

struct HaltOrder {
  HaltScope scope = HaltScope::all;
  std::string target;
  bool operator==(const HaltOrder&) const = default;
};

struct ResumeOrder {
  HaltScope scope = HaltScope::all;
  std::string target;
  bool operator==(const ResumeOrder&) const = default;
};

/// What `clear` names goes first, then what `limits` names is set; bans are added to those that are there.
struct LimitsOrder {
  LimitSettings limits;
  std::vector<std::string> clear; ///< names of limits, risk_tolerance, banned_strategies, banned_strategy_types
  bool operator==(const LimitsOrder&) const = default;
};

struct AdminCommand {
  std::string command_id;
  TenantId target; ///< without a user: the company; system_entity: everybody
  std::string actor;
  std::string reason;
  std::optional<std::uint64_t> expected_version; ///< of the target's orders; absent: whatever they are
  TimeMs at_ms = 0;
  std::variant<HaltOrder, ResumeOrder, LimitsOrder> order;
  Trace trace;
  bool operator==(const AdminCommand&) const = default;
};

inline constexpr std::size_t reason_length_max = 512; ///< bytes

/// The first malformed field, or empty.
std::string fault_of(const AdminCommand& command);

/// What became of a command.
struct CommandAnswer {
  enum class Status : std::uint8_t { unspecified, done, repeated, refused };
  std::string command_id;
  Status status = Status::unspecified;
  std::string reason_code; ///< of a refusal
  std::string message;
  std::uint64_t version = 0; ///< orders carried out for the target, this one included
  std::optional<JournalPosition> journal_position;
  bool operator==(const CommandAnswer&) const = default;
};

/// What is to be appended, and what is to be answered when it is durable; without events it is answered at once.
struct CommandVerdict {
  std::vector<TenantEvent> events;
  CommandAnswer answer;
};

/// @param company of the target's company, when there is one: a tenant may only tighten what it says.
CommandVerdict decide(const TenantState& state, const AdminCommand& command, const Policy* company, TimeMs now);

/// The limits of a tenant as its company's settings have become, or nothing when they are those already.
std::optional<TenantEvent> merged_anew(const TenantState& state, const Policy* company, TimeMs now);

} // namespace riskcluster

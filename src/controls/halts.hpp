#pragma once
// What a person has stopped: everything, one strategy or one symbol; of one tenant, one company or everybody.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controls/check.hpp"
#include "controls/signal.hpp"
#include "core/time.hpp"

namespace riskcluster {

enum class HaltScope : std::uint8_t { all, strategy, symbol };
std::string_view name(HaltScope scope);

/// Whom a halt concerns.
enum class HaltLevel : std::uint8_t { system, company, tenant };
std::string_view name(HaltLevel level);

struct Halt {
  HaltScope scope = HaltScope::all;
  std::string target; ///< strategy or symbol; empty: all
  std::string actor;
  std::string reason;
  TimeMs at_ms = 0;
  bool operator==(const Halt&) const = default;
};

inline constexpr std::size_t halts_max = 1'024; ///< of one entity; beyond it, all of it can be halted

/// Sorted by scope, then target; one of each.
using Halts = std::vector<Halt>;

const Halt* find_halt(const Halts& halts, HaltScope scope, std::string_view target);
/// Replaces the one of the same scope and target.
void add_halt(Halts& halts, Halt halt);
void remove_halt(Halts& halts, HaltScope scope, std::string_view target);

/// Passes unless one of the halts covers the signal; nothing that is halted opens risk.
GateResult halt_gate(const Halts& halts, HaltLevel level, const TradingSignal& signal);

} // namespace riskcluster

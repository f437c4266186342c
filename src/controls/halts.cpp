#include "controls/halts.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace riskcluster {

namespace {

bool before(const Halt& halt, const std::pair<HaltScope, std::string_view>& key) {
  return std::pair{halt.scope, std::string_view{halt.target}} < key;
}

std::string_view code_of(const Halt& halt, HaltLevel level) {
  if (halt.scope == HaltScope::strategy) return "STRATEGY_HALTED";
  if (halt.scope == HaltScope::symbol) return "SYMBOL_HALTED";
  constexpr std::array<std::string_view, 3> codes = {"GLOBAL_HALT", "COMPANY_HALTED", "TENANT_HALTED"};
  return codes[static_cast<std::size_t>(level)];
}

} // namespace

std::string_view name(HaltScope scope) {
  constexpr std::array<std::string_view, 3> names = {"all", "strategy", "symbol"};
  return names[static_cast<std::size_t>(scope)];
}

std::string_view name(HaltLevel level) {
  constexpr std::array<std::string_view, 3> names = {"system", "company", "user"};
  return names[static_cast<std::size_t>(level)];
}

const Halt* find_halt(const Halts& halts, HaltScope scope, std::string_view target) {
  const auto at = std::lower_bound(halts.begin(), halts.end(), std::pair{scope, target}, before);
  return at != halts.end() && at->scope == scope && at->target == target ? &*at : nullptr;
}

void add_halt(Halts& halts, Halt halt) {
  const std::pair key{halt.scope, std::string_view{halt.target}};
  const auto at = std::lower_bound(halts.begin(), halts.end(), key, before);
  if (at != halts.end() && at->scope == halt.scope && at->target == halt.target)
    *at = std::move(halt);
  else
    halts.insert(at, std::move(halt));
}

void remove_halt(Halts& halts, HaltScope scope, std::string_view target) {
  std::erase_if(halts, [&](const Halt& halt) { return halt.scope == scope && halt.target == target; });
}

GateResult halt_gate(const Halts& halts, HaltLevel level, const TradingSignal& signal) {
  const Halt* found = find_halt(halts, HaltScope::all, "");
  if (!found) found = find_halt(halts, HaltScope::strategy, signal.strategy_id.value);
  if (!found) found = find_halt(halts, HaltScope::symbol, signal.symbol.value);
  if (!found) return {};
  std::string what =
      found->target.empty() ? "halted" : std::string{name(found->scope)} + " " + found->target + " is halted";
  return {.passed = false,
          .reason_code = code_of(*found, level),
          .message = what + " since " + format_rfc3339(found->at_ms) + ": " + found->reason,
          .source = name(level)};
}

} // namespace riskcluster

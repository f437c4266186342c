#include <algorithm>

#include "core/bounds.hpp"
#include "tenant/admin_command.hpp"
#include "tenant/merge_limits.hpp"
#include "tenant/repeats.hpp"

namespace riskcluster {

namespace {

/// On its way to a verdict: refused, already so, or something to be journaled.
struct Ruling {
  const TenantState& state;
  const AdminCommand& command;
  const Policy* company;
  TimeMs now;
  CommandVerdict verdict;

  void refuse(std::string code, std::string why) {
    verdict.answer.status = CommandAnswer::Status::refused;
    verdict.answer.reason_code = std::move(code);
    verdict.answer.message = std::move(why);
  }
  template <class Fact>
  void add(Fact fact) {
    verdict.events.push_back({now, std::move(fact), command.trace});
  }

  void operator()(const HaltOrder& order) {
    if (!find_halt(state.halts, order.scope, order.target) && state.halts.size() >= halts_max)
      return refuse("TOO_MANY_HALTS", "at most " + std::to_string(halts_max) + "; all of it can be halted instead");
    add(Halted{command.command_id, {order.scope, order.target, command.actor, command.reason, now}});
  }

  void operator()(const ResumeOrder& order) {
    if (!find_halt(state.halts, order.scope, order.target))
      return refuse("NOTHING_TO_RESUME", "no such halt is in force for " + state.id.text());
    add(Resumed{command.command_id, order.scope, order.target, command.actor, command.reason});
  }

  void operator()(const LimitsOrder& order) {
    if (state.id == system_entity) return refuse("NOT_FOR_THE_SYSTEM", "limits are of a tenant or a company");
    // Merged without its company's settings, the tenant would go on without them when they can be read again.
    if (!is_policy(state.id) && !company && state.limits_version > 0)
      return refuse("POLICY_UNKNOWN", "what the company has set cannot be read here");
    OwnSettings own = state.own;
    if (const auto unknown = clear(own.limits, order.clear); !unknown.empty())
      return refuse("UNKNOWN_LIMIT", "clear: '" + unknown + "' is no limit");
    set(own.limits, order.limits);
    if (const auto looser = looser_than_company(order.limits); !looser.empty())
      return refuse("LOOSER_THAN_COMPANY", looser);
    add(LimitsSet{command.command_id, command.actor, command.reason, own});
    if (!is_policy(state.id)) add(merged(own));
  }

  LimitsMerged merged(const OwnSettings& own) const {
    auto limits = merge_limits(state.tier, own, company ? &company->settings : nullptr);
    return {std::move(limits.limits), limits.tolerance, limits.tolerance_origin,
            company ? company->settings_version : state.limits_version};
  }

  /// The first name that is none.
  static std::string clear(LimitSettings& own, const std::vector<std::string>& names) {
    for (const auto& name : names) {
      if (const auto id = limit_named(name))
        own.values.clear(*id);
      else if (name == "risk_tolerance")
        own.tolerance = RiskTolerance::unspecified;
      else if (name == "banned_strategies")
        own.banned_strategies.clear();
      else if (name == "banned_strategy_types")
        own.banned_strategy_types.clear();
      else if (name == "max_company_daily_var")
        own.max_company_daily_var.reset();
      else
        return name;
    }
    return {};
  }

  static void set(LimitSettings& own, const LimitSettings& wanted) {
    for (const auto& [id, value] : wanted.values.all()) own.values.set(id, value);
    if (wanted.max_company_daily_var) own.max_company_daily_var = wanted.max_company_daily_var;
    if (wanted.tolerance != RiskTolerance::unspecified) own.tolerance = wanted.tolerance;
    const auto unite = [](auto& all, const auto& more) {
      all.insert(all.end(), more.begin(), more.end());
      std::sort(all.begin(), all.end());
      all.erase(std::unique(all.begin(), all.end()), all.end());
    };
    unite(own.banned_strategies, wanted.banned_strategies);
    unite(own.banned_strategy_types, wanted.banned_strategy_types);
  }

  /// A limit that would never bind must not look as if it were set.
  std::string looser_than_company(const LimitSettings& wanted) const {
    if (is_policy(state.id)) return {};
    const Limits base = merge_limits(state.tier, OwnSettings{}, company ? &company->settings : nullptr).limits;
    for (const auto& [id, value] : wanted.values.all())
      if (value > base[id].value)
        return std::string{name(id)} + ": a tenant may only tighten, and " + std::string{name(base[id].origin)} +
               " allows " + std::to_string(base[id].value);
    return {};
  }
};

} // namespace

CommandVerdict decide(const TenantState& state, const AdminCommand& command, const Policy* company, TimeMs now) {
  Ruling ruling{state, command, company, now, {}};
  CommandAnswer& answer = ruling.verdict.answer;
  answer = {.command_id = command.command_id, .status = CommandAnswer::Status::done, .version = state.orders};
  if (admit(state, command_origin(command.command_id)).kind != Admission::Kind::fresh) {
    answer.status = CommandAnswer::Status::repeated;
    answer.message = "carried out before";
    return std::move(ruling.verdict);
  }
  if (command.expected_version && *command.expected_version != state.orders)
    ruling.refuse("STALE_VERSION", "version " + std::to_string(*command.expected_version) + " was expected, " +
                                       std::to_string(state.orders) + " is in force");
  else
    std::visit(ruling, command.order);
  if (!ruling.verdict.events.empty()) ++answer.version;
  return std::move(ruling.verdict);
}

std::optional<TenantEvent> merged_anew(const TenantState& state, const Policy* company, TimeMs now) {
  if (!company || is_policy(state.id) || company->settings_version == state.limits_version) return std::nullopt;
  auto limits = merge_limits(state.tier, state.own, &company->settings);
  return TenantEvent{now, LimitsMerged{std::move(limits.limits), limits.tolerance, limits.tolerance_origin,
                                       company->settings_version}};
}

PolicyPtr policy_of(const TenantState& state) {
  return std::make_shared<const Policy>(Policy{state.halts, state.own, state.limits_version});
}

std::string fault_of(const AdminCommand& command) {
  if (!is_valid_id(command.command_id)) return "command_id: not a valid id";
  if (!is_valid_id(command.actor)) return "actor: not a valid id; who orders this must be named";
  if (command.reason.empty() || command.reason.size() > reason_length_max)
    return "reason: 1 to " + std::to_string(reason_length_max) + " bytes; why this is ordered must be said";
  const auto fault_of_target = [](HaltScope scope, const std::string& target) -> std::string {
    if (scope == HaltScope::all) return target.empty() ? "" : "target: only of a strategy or a symbol";
    return is_valid_id(target) ? "" : "target: '" + target + "' is not a valid id";
  };
  if (const auto* halt = std::get_if<HaltOrder>(&command.order)) return fault_of_target(halt->scope, halt->target);
  if (const auto* resume = std::get_if<ResumeOrder>(&command.order))
    return fault_of_target(resume->scope, resume->target);
  const auto& order = std::get<LimitsOrder>(command.order);
  if (const auto faults = faults_of(order.limits); !faults.empty()) return faults.front();
  if (order.limits.max_company_daily_var && !is_policy(command.target))
    return "limits.max_company_daily_var: only a company has one";
  return {};
}

} // namespace riskcluster

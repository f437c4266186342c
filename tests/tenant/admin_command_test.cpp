// What people order: halts that reach the judgement, limits that only tighten, and versions that are not overrun.

#include <doctest/doctest.h>

#include "support/tenant.hpp"
#include "tenant/admin_command.hpp"
#include "tenant/merge_limits.hpp"
#include "tenant/outputs.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

const MarketViewPtr& market() {
  static const MarketViewPtr view = view_of(usual_symbols());
  return view;
}

using AnyOrder = decltype(AdminCommand::order);

AdminCommand command(AnyOrder what, std::string id = "c1") {
  return {.command_id = std::move(id), .actor = "olga", .reason = "drill", .at_ms = noon_ms, .order = std::move(what)};
}

CommandVerdict carried_out(Desk& desk, const AdminCommand& order, const Policy* company = nullptr) {
  auto verdict = decide(desk.state, order, company, noon_ms);
  desk.commit(verdict.events);
  return verdict;
}

Policy halted(HaltScope scope, std::string target = {}) {
  Policy policy;
  add_halt(policy.halts, {scope, std::move(target), "olga", "drill", noon_ms});
  return policy;
}

RiskAssessment judged(const TenantState& state, const TradingSignal& signal, const Above& above) {
  AssessScratch scratch;
  const SignalBatch batch{.batch_id = BatchId{"b"},
                          .company_id = state.id.company,
                          .user_id = state.id.user,
                          .trading_signals = {signal},
                          .created_at_ms = noon_ms};
  return assess(state, batch, *market(), noon_ms, {}, scratch, {Standing::normal, above}).answer.assessments.front();
}

PolicyPtr shared(Policy policy) { return std::make_shared<const Policy>(std::move(policy)); }

LimitsOrder limit(LimitId id, double value) {
  LimitsOrder order;
  order.limits.values.set(id, value);
  return order;
}

} // namespace

TEST_CASE("whoever is halted opens nothing, and the answer says who halted what, and why") {
  const Halt all{HaltScope::all, "", "olga", "drill", noon_ms};
  const struct {
    const char* rule;
    Policy system, company;
    std::vector<Halt> own;
    std::string_view code;
    std::string_view source;
  } table[] = {
      {"everybody", halted(HaltScope::all), {}, {}, "GLOBAL_HALT", "system"},
      {"a company", {}, halted(HaltScope::all), {}, "COMPANY_HALTED", "company"},
      {"a tenant", {}, {}, {all}, "TENANT_HALTED", "user"},
      {"a strategy of everybody", halted(HaltScope::strategy, "trend"), {}, {}, "STRATEGY_HALTED", "system"},
      {"a symbol of a company", {}, halted(HaltScope::symbol, "EURUSD"), {}, "SYMBOL_HALTED", "company"},
      {"the widest speaks first",
       halted(HaltScope::symbol, "EURUSD"),
       halted(HaltScope::all),
       {all},
       "SYMBOL_HALTED",
       "system"},
      {"another symbol", halted(HaltScope::symbol, "GBPUSD"), {}, {}, "", ""},
      {"another strategy", {}, halted(HaltScope::strategy, "mean"), {}, "", ""},
      {"nobody", {}, {}, {}, "", ""},
  };
  for (const auto& line : table) {
    CAPTURE(line.rule);
    Desk desk{market()};
    desk.state.halts = line.own;
    const auto answer =
        judged(desk.state, order(Side::buy, "EURUSD", 1'000), {shared(line.system), shared(line.company)});
    CHECK(answer.reason_code == line.code);
    const auto& halt = row(answer, ControlId::halt);
    CHECK(halt.outcome == (line.code.empty() ? Outcome::pass : Outcome::rejected));
    CHECK(halt.source == line.source);
    CHECK((halt.message.find("drill") != std::string::npos) == !line.code.empty());
  }
}

TEST_CASE("whoever is halted may close, and the opening part of a reversal is dropped") {
  TenantSetup setup = tenant();
  setup.positions = {{Symbol{"EURUSD"}, 1'000, 1.08}};
  const Desk desk{market(), setup};
  const Above above{shared(halted(HaltScope::all)), nullptr};
  const auto closing = judged(desk.state, order(Side::sell, "EURUSD", std::nullopt), above);
  CHECK(closing.approval_status == ApprovalStatus::approved);
  CHECK(row(closing, ControlId::halt).outcome == Outcome::pass);
  const auto reversal = judged(desk.state, order(Side::sell, "EURUSD", 50'000), above);
  CHECK(reversal.approval_status == ApprovalStatus::reduced);
  CHECK(reversal.reason_code == "GLOBAL_HALT");
  CHECK(reversal.position_sizing->final_quantity == 1'000);
}

TEST_CASE("where nothing can be halted the row says that it is not evaluated") {
  Desk desk{market()};
  CHECK(row(judged(desk.state, order(Side::buy, "EURUSD", 1'000), {}), ControlId::halt).outcome ==
        Outcome::not_evaluated);
}

TEST_CASE("a halt and its end are journaled with who and why, published, and count as orders") {
  Desk desk{market()};
  const auto halt = carried_out(desk, command(HaltOrder{HaltScope::symbol, "EURUSD"}));
  CHECK(halt.answer.status == CommandAnswer::Status::done);
  CHECK(halt.answer.version == 1);
  CHECK(desk.send(order(Side::buy, "EURUSD", 1'000)).reason_code == "SYMBOL_HALTED");
  CHECK(desk.send(order(Side::buy, "GBPUSD", 1'000, "s2")).reason_code.empty());
  const auto action = action_of(halt.events.front());
  REQUIRE(action);
  CHECK(action->kind == ActionKind::halt_new);
  CHECK(action->symbol == Symbol{"EURUSD"});
  CHECK(action->reason == "drill");
  CHECK(action->cause == "olga");
  const auto resume = carried_out(desk, command(ResumeOrder{HaltScope::symbol, "EURUSD"}, "c2"));
  CHECK(resume.answer.version == 2);
  CHECK(action_of(resume.events.front())->kind == ActionKind::restore);
  CHECK(desk.send(order(Side::buy, "EURUSD", 1'500, "s3")).reason_code.empty());
  CHECK(desk.state.orders == 2);
}

TEST_CASE("the same command again does nothing, whatever version it expects") {
  Desk desk{market()};
  auto order = command(HaltOrder{});
  order.expected_version = 0;
  carried_out(desk, order);
  const auto again = carried_out(desk, order);
  CHECK(again.events.empty());
  CHECK(again.answer.status == CommandAnswer::Status::repeated);
  CHECK(again.answer.version == 1);
}

TEST_CASE("an order that cannot be carried out is refused with the reason, and changes nothing") {
  Desk desk{market()};
  carried_out(desk, command(HaltOrder{}, "first"));
  auto stale = command(HaltOrder{HaltScope::symbol, "EURUSD"});
  stale.expected_version = 0;
  LimitsOrder unknown;
  unknown.clear = {"max_fun"};
  const struct {
    AdminCommand order;
    std::string_view code;
  } table[] = {
      {stale, "STALE_VERSION"},
      {command(ResumeOrder{HaltScope::strategy, "trend"}), "NOTHING_TO_RESUME"},
      {command(limit(LimitId::max_daily_var, 5'000)), "LOOSER_THAN_COMPANY"}, // PRO: 1,000
      {command(unknown), "UNKNOWN_LIMIT"},
  };
  for (const auto& line : table) {
    CAPTURE(line.code);
    const auto verdict = decide(desk.state, line.order, nullptr, noon_ms);
    CHECK(verdict.events.empty());
    CHECK(verdict.answer.status == CommandAnswer::Status::refused);
    CHECK(verdict.answer.reason_code == line.code);
    CHECK(verdict.answer.version == 1);
    CHECK_FALSE(verdict.answer.message.empty());
  }
  Desk system{market()};
  system.state.id = system_entity;
  CHECK(decide(system.state, command(limit(LimitId::max_daily_var, 1)), nullptr, noon_ms).answer.reason_code ==
        "NOT_FOR_THE_SYSTEM");
}

TEST_CASE("limits are not merged while the company's cannot be read: they would be gone for good") {
  Desk desk{market()};
  desk.state.limits_version = 3;
  CHECK(decide(desk.state, command(limit(LimitId::max_daily_var, 10)), nullptr, noon_ms).answer.reason_code ==
        "POLICY_UNKNOWN");
  CHECK(decide(desk.state, command(HaltOrder{}), nullptr, noon_ms).answer.status == CommandAnswer::Status::done);
}

TEST_CASE("as many halts as are kept, and not one more") {
  Desk desk{market()};
  for (std::size_t i = 0; i < halts_max; ++i)
    add_halt(desk.state.halts, {HaltScope::symbol, "S" + std::to_string(i), "olga", "drill", noon_ms});
  CHECK(decide(desk.state, command(HaltOrder{HaltScope::symbol, "NEW"}), nullptr, noon_ms).answer.reason_code ==
        "TOO_MANY_HALTS");
  CHECK(decide(desk.state, command(HaltOrder{HaltScope::symbol, "S7"}), nullptr, noon_ms).answer.status ==
        CommandAnswer::Status::done);
}

TEST_CASE("a tenant's limit is tightened by command and given back by another; the merged limits follow") {
  Desk desk{market(), tenant(), CompanySetup{.id = CompanyId{"acme"}}};
  carried_out(desk, command(limit(LimitId::max_daily_var, 300)));
  CHECK(desk.state.limits[LimitId::max_daily_var] == Limit{300, Origin::user});
  CHECK(desk.state.limits[LimitId::max_var_per_trade] == Limit{150, Origin::user});
  LimitsOrder back;
  back.clear = {"max_daily_var"};
  carried_out(desk, command(back, "c2"));
  CHECK(desk.state.limits == merge_limits(SubscriptionTier::pro, {}, nullptr).limits);
  CHECK(desk.state.own == OwnSettings{});
}

TEST_CASE("what a company sets reaches its tenants with their next item, once, and keeps what they tightened") {
  TenantSetup setup = tenant();
  with(setup.limits, LimitId::max_positions, 4);
  Desk company{market()};
  company.state = {};
  company.commit({open_policy(company_entity(CompanyId{"acme"}), {}, 0)});
  const auto before = policy_of(company.state);
  Desk desk{market(), setup, CompanySetup{.id = CompanyId{"acme"}}};
  desk.state.limits_version = before->settings_version;
  CHECK(merged_anew(desk.state, before.get(), noon_ms) == std::nullopt);

  carried_out(company, command(limit(LimitId::max_daily_var, 5'000)));
  const auto after = policy_of(company.state);
  const auto merged = merged_anew(desk.state, after.get(), noon_ms);
  REQUIRE(merged);
  desk.commit({*merged});
  CHECK(desk.state.limits[LimitId::max_daily_var] == Limit{5'000, Origin::company});
  CHECK(desk.state.limits[LimitId::max_positions] == Limit{4, Origin::user});
  CHECK(merged_anew(desk.state, after.get(), noon_ms) == std::nullopt);
  CHECK(merged_anew(desk.state, nullptr, noon_ms) == std::nullopt); // no company: nothing to follow
}

TEST_CASE("who ordered it and why must be said, and for what") {
  const auto faulty = [](auto change) {
    auto order = command(HaltOrder{HaltScope::symbol, "EURUSD"});
    order.target = tenant().id;
    change(order);
    return fault_of(order);
  };
  CHECK(faulty([](AdminCommand&) {}).empty());
  CHECK(faulty([](AdminCommand& c) { c.actor.clear(); }).starts_with("actor:"));
  CHECK(faulty([](AdminCommand& c) { c.reason.clear(); }).starts_with("reason:"));
  CHECK(faulty([](AdminCommand& c) { c.reason.assign(reason_length_max + 1, 'x'); }).starts_with("reason:"));
  CHECK(faulty([](AdminCommand& c) { c.command_id = "a b"; }).starts_with("command_id:"));
  CHECK(faulty([](AdminCommand& c) { c.order = HaltOrder{HaltScope::symbol, ""}; }).starts_with("target:"));
  CHECK(faulty([](AdminCommand& c) { c.order = ResumeOrder{HaltScope::all, "x"}; }).starts_with("target:"));
  CHECK(faulty([](AdminCommand& c) { c.order = limit(LimitId::max_daily_var, -1); }).find("max_daily_var") !=
        std::string::npos);
  LimitsOrder aggregate;
  aggregate.limits.max_company_daily_var = 5;
  CHECK(faulty([&](AdminCommand& c) { c.order = aggregate; }).find("only a company") != std::string::npos);
}

TEST_CASE("numbers that a source skips are said with the input that came too early, and nothing when they follow") {
  Desk desk{market()};
  const auto decided = [&](std::uint64_t sequence) {
    AssessScratch scratch;
    const SignalBatch batch{.batch_id = BatchId{"b" + std::to_string(sequence)},
                            .company_id = desk.state.id.company,
                            .user_id = desk.state.id.user,
                            .trading_signals = {order(Side::buy, "EURUSD", 1'000.0 + static_cast<double>(sequence),
                                                      "s" + std::to_string(sequence))},
                            .source = SourceId{"engine"},
                            .sequence = sequence,
                            .created_at_ms = noon_ms};
    const auto candidate = assess(desk.state, batch, desk.view(), noon_ms, {}, scratch);
    desk.commit(candidate.events);
    return candidate.events.back();
  };
  const auto gap = [](const TenantEvent& event) { return std::get<BatchDecided>(event.fact).gap; };
  CHECK(gap(decided(1)) == SequenceGap{});
  const auto early = decided(5);
  CHECK(gap(early) == SequenceGap{2, 4});
  CHECK(gap(decided(3)) == SequenceGap{});
  CHECK(gap(decided(6)) == SequenceGap{});
  const auto alerts = alerts_of(early);
  REQUIRE(alerts.size() == 1);
  CHECK(alerts[0].type == "SEQUENCE_GAP");
  CHECK(alerts[0].description.find("2 to 4 of source 'engine'") != std::string::npos);
  CHECK(gap_before(desk.state, {InputKind::fact, "x", SourceId{"venue"}, 3}) == SequenceGap{1, 2});
}

// Orders on the road: journaled, in force everywhere before they are answered, and found again after a restart.

#include "actors/node_stage.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

constexpr auto done = CommandAnswer::Status::done;
const TenantId acme = company_entity(CompanyId{"acme"});

/// @param whom as JSON fields, each with its comma. @param what the order's field.
std::string command(const std::string& id, const std::string& whom, const std::string& what) {
  return R"({"command_id":")" + id + R"(",)" + whom + R"("actor":"olga","reason":"drill",)" + what + "}";
}
const std::string for_all, for_acme = R"("company_id":"acme",)";
std::string for_user(const TenantId& id) {
  return R"("company_id":")" + id.company.value + R"(","user_id":")" + id.user.value + R"(",)";
}

/// A live node of two shards: nothing is opened where orders cannot be read.
struct Live : NodeStage {
  Live() : NodeStage{2} { parts.settings.policies_needed = true; }

  void begin() {
    NodeStage::begin();
    for (const TenantId& id : {system_entity, acme}) {
      const auto opened = ask<OpenedPtr>(
          ingress, open_atom::value,
          OpeningsPtr{std::make_shared<const Openings>(Openings{shard_of(id), {open_policy(id, {}, 0)}})});
      run();
      REQUIRE((*opened)->opened + (*opened)->known == 1);
    }
  }
  Asked<ReplyPtr> order(const std::string& text) {
    return ask<ReplyPtr>(ingress, admit_atom::value,
                         InputPtr{std::make_shared<const Input>(
                             Input{.bytes = text, .default_at_ms = noon_ms, .kind = Input::Kind::command})});
  }
  CommandAnswer ordered(const std::string& text) {
    const auto asked = order(text);
    run();
    REQUIRE((*asked)->command);
    return *(*asked)->command;
  }
  std::string reason(const TenantId& id, const std::string& batch) {
    const auto answer = judged(id, batch);
    return answer->refusal.empty() ? answer->assessments.front().reason_code : answer->refusal;
  }
};

} // namespace

TEST_CASE("an order is in force on every shard when it is answered, for those who are awake and those who sleep") {
  Live node;
  node.begin();
  const TenantId awake = node.tenant_of(0), other = node.tenant_of(1);
  CHECK(node.reason(awake, "b1").empty());
  CHECK(node.ordered(command("c1", for_all, R"("halt":{})")).status == done);
  CHECK(node.reason(awake, "b2") == "GLOBAL_HALT");
  CHECK(node.reason(other, "b3") == "GLOBAL_HALT");
  CHECK(node.ordered(command("c2", for_acme, R"("halt":{"symbol":"EURUSD"})")).status == done);
  CHECK(node.ordered(command("c3", for_all, R"("resume":{})")).status == done);
  CHECK(node.reason(awake, "b4") == "SYMBOL_HALTED");
  CHECK(node.ordered(command("c4", for_acme, R"("resume":{"symbol":"EURUSD"})")).version == 2);
  CHECK(node.reason(other, "b5").empty());
}

TEST_CASE(
    "a batch that is being judged when the halt comes, and those that wait behind it, are judged under the halt") {
  Live node;
  node.begin();
  const TenantId ann = node.tenant_of(0);
  CHECK(node.reason(ann, "awake").empty());
  const auto first = node.send(ann, "b1"), second = node.send(ann, "b2");
  node.hold_back("var_worker");
  node.run_until([&] { return node.next_is("var_worker"); }); // b1 is with the pool, b2 waits
  const auto halt = node.order(command("c1", for_all, R"("halt":{})"));
  node.run_until([&] { return halt.there(); });
  CHECK_FALSE(first.there());
  node.run();
  CHECK((*halt)->command->status == done);
  for (const auto& asked : {first, second})
    CHECK((*asked)->answers.front()->assessments.front().reason_code == "GLOBAL_HALT");
}

TEST_CASE("orders are found again after a restart, before anything is judged") {
  Live first;
  first.begin();
  const TenantId ann = first.tenant_of(1);
  first.ordered(command("c1", for_acme, R"("halt":{})"));
  first.ordered(command("c2", for_user(ann), R"("limits":{"limits":{"max_daily_var":200}})"));
  Live second;
  for (std::uint32_t shard = 0; shard < 2; ++shard) {
    const auto records = *first.journal.read({shard}, {1}, 1'000);
    for (const auto& record : records)
      second.journal.append({shard}, {1},
                            std::make_shared<const std::vector<JournalEntry>>(
                                std::vector<JournalEntry>{{record.entity, record.at_ms, record.payload}}),
                            [](const Result<Committed>& kept) { REQUIRE(kept); });
  }
  second.journal.commit();
  second.NodeStage::begin();
  CHECK(second.reason(ann, "b1") == "COMPANY_HALTED");
  CHECK(second.ordered(command("c1", for_acme, R"("halt":{})")).status == CommandAnswer::Status::repeated);
  CHECK(second.ordered(command("c3", for_acme, R"("resume":{})")).version == 2);
  CHECK(second.reason(ann, "b2") != "COMPANY_HALTED");
}

TEST_CASE("limits of a company reach its tenants with their next batch, journaled before it is judged") {
  Live node;
  node.begin();
  const TenantId ann = node.tenant_of(0);
  CHECK(node.ordered(command("c1", for_acme, R"("limits":{"limits":{"max_order_size_pct":0}})")).status == done);
  CHECK(node.reason(ann, "b1") == "ORDER_SIZE_LIMIT");
  const auto records = *node.journal.read_entity(node.shard_of(ann), ann.text(), {1}, 10);
  REQUIRE(records.size() == 3);
  CHECK(std::holds_alternative<LimitsMerged>(decode_event(records[1].payload)->fact));
  CHECK(std::holds_alternative<BatchDecided>(decode_event(records[2].payload)->fact));
}

TEST_CASE("where the system's orders are not known, nothing is opened") {
  NodeStage node;
  node.parts.settings.policies_needed = true;
  node.begin();
  const TenantId ann = node.tenant_of(0);
  CHECK(node.judged(ann, "b1")->assessments.front().reason_code == "POLICY_UNKNOWN");
}

TEST_CASE("an order that cannot be read, or is for nobody, is told so") {
  Live node;
  node.begin();
  const auto reply_to = [&](const std::string& text) {
    const auto asked = node.order(text);
    node.run();
    return *asked;
  };
  const auto nameless = reply_to(R"({"command_id":"c1","reason":"drill","halt":{}})");
  CHECK(nameless->fate == Fate::dead);
  CHECK(nameless->reason_code == "MALFORMED");
  CHECK(nameless->reason.starts_with("actor:"));
  REQUIRE(nameless->command);
  CHECK(*nameless->command == CommandAnswer{.command_id = "c1",
                                            .status = CommandAnswer::Status::refused,
                                            .reason_code = "MALFORMED",
                                            .message = nameless->reason});
  const auto nothing = reply_to("halt!");
  REQUIRE(nothing->command);
  CHECK(nothing->command->command_id.empty());
  CHECK(nothing->command->reason_code == "MALFORMED");
  const auto nobody = reply_to(command("c2", R"("company_id":"acme","user_id":"nobody",)", R"("halt":{})"));
  CHECK(nobody->fate == Fate::dead);
  CHECK(nobody->reason_code == "UNKNOWN_TENANT");
  CHECK(nobody->command->status == CommandAnswer::Status::refused);
}

TEST_CASE("an order before a restart of its company's portfolio is in force afterwards") {
  Live node;
  node.begin();
  const TenantId ann = node.tenant_of(0);
  node.ordered(command("c1", for_acme, R"("halt":{})"));
  for (const auto& portfolio : node.named("portfolio")) node.kill(portfolio);
  node.run();
  CHECK(node.reason(ann, "b1") == "COMPANY_HALTED");
  CHECK(node.ordered(command("c2", for_acme, R"("resume":{})")).status == done);
  CHECK(node.reason(ann, "b2").empty());
}

TEST_CASE(
    "an order whose portfolio dies before it is in force is in force when it is rebuilt, though nobody asks again") {
  Live node;
  node.begin();
  const TenantId ann = node.tenant_of(0);
  CHECK(node.reason(ann, "b1").empty());
  node.hold_back("supervisor"); // journaled, and not yet in force
  const auto halt = node.order(command("c1", for_acme, R"("halt":{})"));
  node.run_until([&] {
    const auto records = *node.journal.read_entity(node.shard_of(acme), acme.text(), {1}, 10);
    return records.size() == 2 && node.next_is("supervisor");
  });
  for (const auto& portfolio : node.named("portfolio")) node.kill(portfolio);
  node.pick = nullptr;
  node.run();
  CHECK(node.reason(ann, "b2") == "COMPANY_HALTED");
}

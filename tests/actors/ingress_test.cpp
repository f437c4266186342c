// The way in: what is read, what is refused, and how much may be under way.

#include "actors/ingress.hpp"

#include "actors/road_fixture.hpp"
#include "messages/codec_portfolio.hpp"
#include "messages/codec_trading.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

struct Fixture : Road {
  Fixture() : router{fake<FakeRouter>()} {}
  void begin() { ingress = start<IngressState>(router_actor{router.handle}, around.settings); }
  ReplyPtr read(Input input) {
    if (!ingress) begin();
    return *ask_now<ReplyPtr>(ingress, admit_atom::value, InputPtr{std::make_shared<const Input>(std::move(input))});
  }
  Asked<ReplyPtr> send(const std::string& name, const std::string& id) {
    return ask_now<ReplyPtr>(ingress, admit_atom::value, batch_of(user(name).id, id));
  }
  Asked<UpdateOutcome> pay_in(const std::string& id) {
    return ask_now<UpdateOutcome>(ingress, admit_atom::value, deposit(user("ann").id, id));
  }
  FakeRouter& router;
  ingress_actor ingress;
};

std::string refusal_of(const Asked<ReplyPtr>& asked) { return (*asked)->answers.front()->refusal; }

} // namespace

TEST_CASE("bytes in both formats become the batch that was sent") {
  Fixture f;
  const SignalBatch sent = plain_batch(user("ann").id, "b1");
  f.read({.format = Input::Format::json, .bytes = encode_batch_json(sent)});
  f.read({.format = Input::Format::protobuf, .bytes = encode_batch_bytes(sent)});
  REQUIRE(f.router.asked.size() == 2);
  for (const auto& batch : f.router.asked) CHECK(*batch == sent);
}

TEST_CASE("what cannot be read is a dead letter with the reason, and no part of it goes further") {
  Fixture f;
  const auto reply = f.read({.bytes = R"({"batch_id": 17, "company_id")"});
  CHECK(reply->reason_code == "MALFORMED");
  CHECK(reply->answers.empty());
  CHECK(f.router.asked.empty());
}

TEST_CASE("a dead letter that still names its batch is answered, too: every signal REJECTED, MALFORMED") {
  Fixture f;
  SignalBatch sent = plain_batch(user("ann").id, "b1");
  sent.created_at_ms = 0;
  const auto reply = f.read({.bytes = encode_batch_json(sent)});
  CHECK(reply->reason.find("created_at_ms") != std::string::npos);
  REQUIRE(reply->answers.size() == 1);
  const auto& answer = *reply->answers.front();
  CHECK(answer.batch_id == sent.batch_id);
  CHECK(answer.refusal == "MALFORMED");
  REQUIRE(answer.assessments.size() == 1);
  CHECK(answer.assessments.front().signal_id.value == "b1");
  CHECK(answer.assessments.front().approval_status == ApprovalStatus::rejected);
  CHECK(f.router.asked.empty());
  const auto fixed = f.read({.bytes = encode_batch_json(sent), .default_at_ms = noon_ms});
  CHECK(fixed->fate == Fate::settled);
  CHECK(f.router.asked.front()->created_at_ms == noon_ms);
}

TEST_CASE("a reply has the trace of what it is about, whatever kind that is") {
  Fixture f;
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const auto batch = plain_batch(user("ann").id, "b1");
  CHECK(f.read({.bytes = encode_batch_json(batch), .traceparent = trace})->trace == Trace{batch.correlation_id, trace});
  const auto paid = encode_update_json(*deposit(user("ann").id, "d1"));
  CHECK(f.read({.bytes = paid, .kind = Input::Kind::update, .traceparent = trace})->trace.traceparent == trace);
}

TEST_CASE("what the door found wrong is not read at all") {
  Fixture f;
  const auto reply =
      f.read({.bytes = encode_batch_json(plain_batch(user("ann").id, "b1")), .fault = "longer than 1 MiB"});
  CHECK(reply->reason == "longer than 1 MiB");
  CHECK(f.router.asked.empty());
}

TEST_CASE("a fault of one signal is told, and its neighbours go on") {
  const auto signal = [](const std::string& id, const std::string& confidence) {
    return R"({"signal_id":")" + id + R"(","symbol":"EURUSD","side":"BUY","strategy_id":"trend","confidence":)" +
           confidence + R"(,"strategy_type":"MOMENTUM"})";
  };
  Fixture f;
  const auto reply = f.read({.bytes = R"({"batch_id":"b1","company_id":"acme","user_id":"ann","trading_signals":[)" +
                                      signal("bad", R"("high")") + "," + signal("good", "0.6") +
                                      R"(],"correlation_id":"c-1","created_at_ms":"1793000000000"})"});
  CHECK(reply->fate == Fate::settled);
  REQUIRE(reply->faults.size() == 1);
  CHECK(reply->faults.front().find("'bad'") != std::string::npos);
  CHECK(f.router.asked.front()->trading_signals.size() == 2);
}

TEST_CASE("the node's credit: so many batches under way, the next OVERLOADED; a credit returns with every answer") {
  Fixture f;
  f.around.settings.in_flight_max = 3;
  f.begin();
  f.router.holds = true;
  for (const auto* name : {"u1", "u2", "u3"}) f.send(name, "b1");
  CHECK(refusal_of(f.send("u4", "b1")) == "OVERLOADED");
  CHECK(f.router.asked.size() == 3);
  SUBCASE("an answer") {}
  SUBCASE("an error") {
    f.router.answer = [](const SignalBatchPtr&) -> Result<AnswerPtr> { return Error{Errc::unavailable, "gone"}; };
  }
  f.release(f.router);
  CHECK(!f.send("u5", "b1").there());
  CHECK(refusal_of(f.send("u6", "b1")) == "OVERLOADED");
}

TEST_CASE("a tenant's credit: one that floods the node does not take it from the others") {
  Fixture f;
  f.around.settings.in_flight_per_tenant_max = 2;
  f.begin();
  f.router.holds = true;
  f.send("ann", "b1");
  f.send("ann", "b2");
  CHECK(refusal_of(f.send("ann", "b3")) == "OVERLOADED");
  CHECK(!f.send("bob", "b1").there());
  f.release(f.router);
  CHECK(!f.send("ann", "b4").there());
  CHECK(refusal_of(f.send("ann", "b5")) == "OVERLOADED");
}

TEST_CASE("by default 256 batches a node, 64 a tenant") {
  CHECK(RoadSettings{}.in_flight_max == 256);
  CHECK(RoadSettings{}.in_flight_per_tenant_max == 64);
}

TEST_CASE("facts have credits of their own: a flood of signals never holds up a fill") {
  Fixture f;
  f.around.settings.in_flight_max = 1;
  f.around.settings.facts_in_flight_max = 2;
  f.begin();
  f.router.holds = f.router.facts.holds = true;
  f.send("ann", "b1");
  CHECK(refusal_of(f.send("bob", "b1")) == "OVERLOADED");
  const auto first = f.pay_in("d1"), second = f.pay_in("d2");
  CHECK(f.router.facts.asked.size() == 2);
  CHECK(f.pay_in("d3").error().code == Errc::overloaded);
  f.router.facts.answer = [](const UpdatePtr&) -> Result<UpdateOutcome> { return Error{Errc::unavailable, "gone"}; };
  f.release(f.router, 2);
  CHECK(first.error().message == "gone"); // to be tried again: nothing is made up about a fact
  CHECK(!f.pay_in("d4").there());
}

TEST_CASE("an error behind the way in becomes a refusal with its code, of every signal, and is no decision") {
  const struct {
    Errc error;
    const char* code;
  } table[] = {{Errc::fenced, "NOT_OWNER"},
               {Errc::overloaded, "OVERLOADED"},
               {Errc::not_found, "UNKNOWN_TENANT"},
               {Errc::malformed, "STATE_UNREADABLE"},
               {Errc::unavailable, "UNAVAILABLE"},
               {Errc::quarantined, "TENANT_QUARANTINED"},
               {Errc::invalid_argument, "UNAVAILABLE"}};
  Fixture f;
  f.begin();
  for (const auto& line : table) {
    CAPTURE(line.code);
    f.router.answer = [&](const SignalBatchPtr&) -> Result<AnswerPtr> { return Error{line.error, "why"}; };
    const auto asked = f.send("ann", "b1");
    const auto& answer = *(*asked)->answers.front();
    CHECK(answer.refusal == line.code);
    CHECK(answer.refusal_reason == "why");
    CHECK(answer.assessments.front().approval_status == ApprovalStatus::rejected);
    CHECK(!answer.journal_position.has_value());
  }
}

TEST_CASE("a fan-out takes one credit of the node and is answered with all its answers, or with the error") {
  Fixture f;
  f.around.settings.in_flight_max = 1;
  f.begin();
  SignalBatch batch = plain_batch({}, "s1");
  batch.strategy_id = StrategyId{"trend"};
  const SignalBatchPtr fan_out = std::make_shared<const SignalBatch>(batch);
  f.router.fan_outs.answer = [](const SignalBatchPtr&) -> Result<AnswersPtr> {
    return std::make_shared<const std::vector<AnswerPtr>>(3, std::make_shared<const RiskAssessmentBatch>());
  };
  f.router.fan_outs.holds = true;
  const auto asked = f.ask_now<ReplyPtr>(f.ingress, admit_atom::value, fan_out);
  CHECK(refusal_of(f.send("ann", "b1")) == "OVERLOADED");
  f.release(f.router);
  CHECK((*asked)->answers.size() == 3);
  f.router.fan_outs.answer = [](const SignalBatchPtr&) -> Result<AnswersPtr> { return Error{Errc::fenced, "shard 3"}; };
  const auto failed = f.ask_now<ReplyPtr>(f.ingress, admit_atom::value, fan_out);
  f.release(f.router);
  CHECK(failed.error().message == "shard 3");
  CHECK((*f.send("ann", "b2"))->answers.front()->refusal.empty());
}

// What records say to the outside: every approval once, in order, the same whenever it is asked.

#include <doctest/doctest.h>
#include <google/protobuf/util/json_util.h>

#include "journal/tenant_events.pb.h"
#include "messages/codec_journal.hpp"
#include "messages/codec_outputs.hpp"
#include "messages/sample_fold.hpp"
#include "risk/risk_assessment.pb.h"

using namespace riskcluster;
using riskcluster::test::sample_fold;

namespace {

constexpr ShardId shard{3};
constexpr Epoch epoch{9};
constexpr SequenceNumber n{17};

RiskAssessment assessment(const std::string& id, ApprovalStatus status, double size) {
  RiskAssessment answer{.signal_id = SignalId{id},
                        .symbol = Symbol{"EURUSD"},
                        .side = Side::sell,
                        .correlation_id = "c1",
                        .approval_status = status};
  answer.checks = {{.name = "daily_var", .value = 5.0}};
  answer.var_analysis.emplace();
  if (status == ApprovalStatus::rejected) return answer;
  answer.position_sizing = PositionSizing{.final_size = size, .final_quantity = size / 2};
  answer.adjusted_stop_loss = 1.25;
  answer.expires_at_ms = 500;
  return answer;
}

/// s1 approved, s2 rejected, an answer of before, s3 reduced, and s1 once more.
RiskAssessmentBatch answer() {
  RiskAssessmentBatch batch;
  batch.batch_id = BatchId{"b1"};
  batch.company_id = CompanyId{"acme"};
  batch.user_id = UserId{"ann"};
  batch.assessments = {assessment("s1", ApprovalStatus::approved, 1'000), assessment("s2", ApprovalStatus::rejected, 0),
                       assessment("before", ApprovalStatus::approved, 7), assessment("s3", ApprovalStatus::reduced, 30),
                       assessment("s1", ApprovalStatus::approved, 1'000)};
  batch.view_id = "view";
  batch.decided_at_ms = 400;
  return batch;
}

BatchDecided decision() {
  BatchDecided fact;
  fact.batch_id = BatchId{"b1"};
  const auto add = [&](const char* id, bool approved) {
    fact.signals.push_back({.signal_id = SignalId{id},
                            .symbol = Symbol{"EURUSD"},
                            .strategy_id = StrategyId{"trend"},
                            .approved = approved,
                            .expires_at_ms = 500});
  };
  add("s1", true);
  add("s2", false);
  add("s3", true);
  fact.answer = encode_answer_bytes(answer());
  return fact;
}

std::vector<Output> outputs_of(const BatchDecided& fact) {
  auto made = outputs({shard, epoch, n}, "acme/u1", encode_event({400, fact}));
  if (!made) FAIL(made.error().message);
  return *made;
}

std::string error_of(const BatchDecided& fact) {
  const auto made = outputs({shard, epoch, n}, "acme/u1", encode_event({400, fact}));
  return made ? "made" : made.error().message;
}

} // namespace

TEST_CASE("a decision says what it approved itself, in order from k 1 on, and then its assessment, k 0") {
  const auto made = outputs_of(decision());
  REQUIRE(made.size() == 3);
  for (std::uint32_t i = 0; i < made.size(); ++i) {
    const bool last = i + 1 == made.size();
    CHECK(made[i].id == OutputId{shard, n, last ? 0 : i + 1});
    CHECK(made[i].tenant == TenantId{CompanyId{"acme"}, UserId{"ann"}});
    CHECK(made[i].kind == (last ? OutputKind::assessment : OutputKind::approved));
  }
}

TEST_CASE("the assessment is the recorded answer with its place and its id") {
  auto expected = answer();
  expected.journal_position = JournalPosition{shard, epoch, n};
  expected.id = OutputId{shard, n, 0};
  const auto published = decode_answer_bytes(outputs_of(decision()).back().bytes);
  REQUIRE(published);
  CHECK(*published == expected);
}

TEST_CASE("what a recorded answer says of performance or of a place is not published") {
  auto recorded = answer();
  recorded.performance_metrics = PerformanceMetrics{0.5};
  recorded.journal_position = JournalPosition{{1}, {1}, {1}};
  recorded.id = OutputId{{1}, {1}, 1};
  auto fact = decision();
  fact.answer = encode_answer_bytes(recorded);
  CHECK(outputs_of(fact) == outputs_of(decision()));
}

TEST_CASE("an approved signal says what may be sent, until when, for whom and where that is written") {
  risk::ApprovedSignal wire;
  REQUIRE(wire.ParseFromString(outputs_of(decision())[1].bytes));
  CHECK(wire.signal().signal_id() == "s3");
  CHECK(wire.signal().symbol() == "EURUSD");
  CHECK(wire.signal().side() == trading::TradingSignal::SELL);
  CHECK(wire.signal().strategy_id() == "trend");
  CHECK(wire.final_size() == 30);
  CHECK(wire.final_quantity() == 15);
  CHECK(wire.adjusted_stop_loss() == 1.25);
  CHECK(wire.expires_at_ms() == 500);
  CHECK(wire.journal_position().shard() == 3);
  CHECK(wire.journal_position().epoch() == 9);
  CHECK(wire.journal_position().n() == 17);
  CHECK(wire.id().shard() == 3);
  CHECK(wire.id().n() == 17);
  CHECK(wire.id().k() == 2);
  CHECK(wire.company_id() == "acme");
  CHECK(wire.user_id() == "ann");
  CHECK(wire.correlation_id() == "c1");
}

TEST_CASE("facts other than decisions say nothing") {
  for (const TenantEvent& event :
       {TenantEvent{1, FillApplied{}}, TenantEvent{1, AccountChanged{}}, TenantEvent{1, ReservationExpired{}}}) {
    const auto made = outputs({shard, epoch, n}, "acme/u1", encode_event(event));
    REQUIRE(made);
    CHECK(made->empty());
  }
}

TEST_CASE("a decision at odds with its answer is an error, never a missing or a wrong approval") {
  CHECK_FALSE(outputs({shard, epoch, n}, "acme/u1", "nonsense"));
  auto fact = decision();
  fact.answer.clear();
  CHECK(error_of(fact) == "batch_decided.answer: not the answer to a tenant");
  fact.answer = "nonsense";
  CHECK(error_of(fact) == "batch_decided.answer: not the answer to a tenant");
  fact = decision();
  fact.answer.pop_back();
  CHECK(error_of(fact) == "batch_decided.answer: not the answer to a tenant");
  fact = decision();
  fact.signals[1].approved = true;
  CHECK(error_of(fact) == "signal s2 is not approved by both its decision and its assessment");
  fact = decision();
  fact.signals.push_back({.signal_id = SignalId{"s4"}, .approved = true});
  CHECK(error_of(fact) == "batch_decided.answer: says nothing of the approved signal s4");
  fact = decision();
  fact.signals.push_back(fact.signals[2]);
  CHECK(error_of(fact) == "batch_decided.answer: says nothing of the approved signal s3"); // not twice
  auto bad = answer();
  bad.assessments[0].position_sizing->final_size = HUGE_VAL;
  fact = decision();
  fact.answer = encode_answer_bytes(bad);
  CHECK(error_of(fact) == "batch_decided.answer.assessments: position_sizing.final_size: not a finite number");
}

TEST_CASE("over the whole sample every approval is published exactly once, and nothing else is") {
  std::size_t approvals = 0, repeated = 0, alerts = 0;
  for (std::size_t i = 0; i < sample_fold().events.size(); ++i) {
    const auto& event = sample_fold().events[i];
    const SequenceNumber at{i + 1};
    auto made = outputs({shard, epoch, at}, "acme/u1", encode_event(event));
    REQUIRE(made);
    for (std::size_t left = alerts_of(event).size(); left > 0; --left) {
      REQUIRE(made->back().kind == OutputKind::alert);
      made->pop_back();
      ++alerts;
    }
    const auto* fact = std::get_if<BatchDecided>(&event.fact);
    if (!fact) {
      REQUIRE(made->empty());
      continue;
    }
    auto recorded = *decode_answer_bytes(fact->answer);
    repeated += recorded.assessments.size() - fact->signals.size();
    recorded.journal_position = JournalPosition{shard, epoch, at};
    recorded.id = OutputId{shard, at, 0};
    REQUIRE(*decode_answer_bytes(made->back().bytes) == recorded);
    std::vector<std::string> expected, published;
    for (const auto& signal : fact->signals)
      if (signal.approved) expected.push_back(signal.signal_id.value);
    made->pop_back();
    for (const auto& output : *made) {
      risk::ApprovedSignal wire;
      REQUIRE(wire.ParseFromString(output.bytes));
      published.push_back(wire.signal().signal_id());
      const auto& signal = *std::find_if(fact->signals.begin(), fact->signals.end(),
                                         [&](const auto& s) { return s.signal_id.value == published.back(); });
      REQUIRE(wire.final_quantity() ==
              doctest::Approx(std::abs(signal.closing_quantity) + std::abs(signal.opening_quantity)));
      REQUIRE((wire.signal().side() == trading::TradingSignal::BUY) ==
              (signal.closing_quantity + signal.opening_quantity > 0));
    }
    REQUIRE(published == expected);
    approvals += published.size();
  }
  CHECK(approvals > 500);
  CHECK(repeated > 10);
  CHECK(alerts > 100); // numbers that come out of order
}

TEST_CASE("a line for a file names kind and id first, then the message's other fields") {
  const auto made = outputs_of(decision());
  CHECK(encode_output_json(made[0]) ==
        R"({"output":"approved","id":{"shard":3,"n":"17","k":1},"signal":{"signal_id":"s1","symbol":"EURUSD",)"
        R"("side":"SELL","strategy_id":"trend"},"final_size":1000,"final_quantity":500,"adjusted_stop_loss":1.25,)"
        R"("expires_at_ms":"500","journal_position":{"shard":3,"epoch":"9","n":"17"},"company_id":"acme",)"
        R"("user_id":"ann","correlation_id":"c1"})");
  auto placed = answer();
  placed.journal_position = JournalPosition{shard, epoch, n};
  CHECK(encode_output_json(made[2]) ==
        R"({"output":"assessment","id":{"shard":3,"n":"17","k":0},)" + encode_answer_json(placed).substr(1));
}

TEST_CASE("the line of an approval is protobuf's JSON of the same message") {
  const auto made = outputs_of(decision())[1];
  const std::string line = encode_output_json(made);
  const std::string head = R"({"output":"approved",)";
  REQUIRE(line.starts_with(head));
  risk::ApprovedSignal from_line, from_bytes;
  REQUIRE(google::protobuf::util::JsonStringToMessage("{" + line.substr(head.size()), &from_line).ok());
  REQUIRE(from_bytes.ParseFromString(made.bytes));
  CHECK(from_line.SerializeAsString() == from_bytes.SerializeAsString());
}

TEST_CASE("an output that cannot be read as its kind still has its line, which says why") {
  Output output{{shard, n, 4}, OutputKind::alert, {CompanyId{"acme"}, UserId{"ann"}}, "bytes"};
  CHECK(encode_output_json(output) ==
        R"({"output":"alert","id":{"shard":3,"n":"17","k":4},"company_id":"acme","user_id":"ann",)"
        R"("fault":"not a RiskAlert, or text that is not UTF-8"})");
  output.kind = OutputKind::approved;
  CHECK(encode_output_json(output).find(R"("fault":"not a ApprovedSignal)") != std::string::npos);
  output.kind = OutputKind::assessment;
  CHECK(encode_output_json(output).find(R"("fault":"not a RiskAssessmentBatch)") != std::string::npos);
}

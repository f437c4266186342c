// What goes back to whoever waits for a word.

#include "live/reply_messages.hpp"

#include <doctest/doctest.h>

#include "messages/codec_risk.hpp"
#include "portfolio/portfolio_data.pb.h"

using namespace riskcluster;

namespace {

const Delivery question{.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        .reply_to = "_INBOX.1"};

AnswerPtr answer(const std::string& correlation_id) {
  return std::make_shared<const RiskAssessmentBatch>(
      RiskAssessmentBatch{.batch_id = BatchId{"b1"}, .correlation_id = correlation_id});
}

std::string header(const Message& message, const std::string& name) {
  for (const auto& [known, value] : message.headers)
    if (known == name) return value;
  return "-";
}

} // namespace

TEST_CASE("each answer of a fan-out is a message of its own, with its trace and how long it took") {
  const auto replies = replies_of(question, {.answers = {answer("c1"), answer("c2")}}, {1.5});
  REQUIRE(replies.size() == 2);
  CHECK(replies[1].message.subject == "_INBOX.1");
  CHECK(header(replies[1].message, "Risk-Correlation-Id") == "c2");
  CHECK(header(replies[1].message, "traceparent") == question.traceparent);
  CHECK(header(replies[1].message, "Content-Type") == "-");
  CHECK(decode_answer_bytes(replies[1].message.bytes)->performance_metrics == PerformanceMetrics{1.5});
}

TEST_CASE("the trace is that of the envelope, where there is one") {
  const std::string inner = "00-ffffffffffffffffffffffffffffffff-b7ad6b7169203331-01";
  const auto replies = replies_of(question, {.answers = {answer("c1")}, .trace = {"c1", inner}}, {});
  CHECK(header(replies.at(0).message, "traceparent") == inner);
}

TEST_CASE("an answer has the form of its question") {
  Delivery json = question;
  json.content_type = "application/json";
  const auto replies = replies_of(json, {.answers = {answer("c1")}}, {1.5});
  REQUIRE(replies.size() == 1);
  CHECK(header(replies[0].message, "Content-Type") == "application/json");
  CHECK(decode_answer_json(replies[0].message.bytes)->batch_id == BatchId{"b1"});
}

TEST_CASE("what is said of a fact or an order is one message; of what nobody can answer there is none") {
  const UpdateAnswer fact{.tenant = {CompanyId{"acme"}, UserId{"ann"}},
                          .id = "x1",
                          .status = UpdateAnswer::Status::refused,
                          .reason_code = "UNKNOWN_TENANT",
                          .correlation_id = "c3"};
  const auto replies = replies_of(question, {.update = fact}, {});
  REQUIRE(replies.size() == 1);
  portfolio::UpdateReply read;
  REQUIRE(read.ParseFromString(replies[0].message.bytes));
  CHECK(read.company_id() == "acme");
  CHECK(read.id() == "x1");
  CHECK(read.status() == portfolio::UpdateReply::REFUSED);
  CHECK(read.reason_code() == "UNKNOWN_TENANT");
  CHECK(header(replies[0].message, "Risk-Correlation-Id") == "c3");
  const auto order = std::make_shared<const CommandAnswer>(CommandAnswer{.command_id = "o1"});
  CHECK(header(replies_of(question, {.command = order}, {}).at(0).message, "Risk-Correlation-Id") == "o1");
  CHECK(replies_of(question, {}, {}).empty());
}

TEST_CASE("a line break in an id does not begin another header") {
  const auto replies = replies_of(question, {.answers = {answer("c1\r\nRisk-Forged: yes")}}, {});
  CHECK(header(replies.at(0).message, "Risk-Correlation-Id") == "c1??Risk-Forged: yes");
}

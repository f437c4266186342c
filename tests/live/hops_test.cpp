// The lines of a request's road: what is in them, and that they are not made while nobody follows.

#include "live/hops.hpp"

#include <fstream>

#include <doctest/doctest.h>

#include "messages/codec_trading.hpp"
#include "storage/temporary_folder.hpp"
#include "telemetry/log.hpp"

using namespace riskcluster;

namespace {

const std::string trace_id = "0af7651916cd43dd8448eb211c80319c";
const std::string traceparent = "00-" + trace_id + "-b7ad6b7169203331-01";

/// The lines that `deed` leaves in a log of this level.
template <class Deed>
std::vector<std::string> lines_at(LogLevel level, Deed deed) {
  const test::TemporaryFolder folder;
  REQUIRE(open_log({.level = level, .format = LogFormat::human, .file = folder.path("log")}));
  deed();
  flush_log();
  std::ifstream file{folder.path("log")};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line.substr(line.find(' ') + 1));
  REQUIRE(open_log({}));
  return lines;
}

struct Door {
  IntakeNotice notice(Fate fate) const {
    return {.source = source, .delivery = delivery, .trace = {"c1", traceparent}, .fate = fate};
  }
  std::string source = "nats-signals";
  Delivery delivery{
      .subject = "trading.signals.acme.ann", .traceparent = traceparent, .message_id = "m-1", .deliveries = 2};
};

SignalBatch batch() {
  return {.batch_id = BatchId{"b1"},
          .company_id = CompanyId{"acme"},
          .user_id = UserId{"ann"},
          .trading_signals = {{.signal_id = SignalId{"s1"}}},
          .correlation_id = "c1",
          .created_at_ms = 1'793'361'600'000};
}

} // namespace

TEST_CASE("an input that is tried again says so with its correlation id, its trace and how often it came") {
  const Door door;
  auto notice = door.notice(Fate::retry);
  notice.reason_code = "UNAVAILABLE";
  notice.reason = "the disk is full";
  const auto lines = lines_at(LogLevel::debug, [&] { log_answered(notice); });
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "debug to be tried again correlation_id=c1 trace_id=" + trace_id +
                        " source=nats-signals deliveries=2 reason_code=UNAVAILABLE reason=\"the disk is full\"");
}

TEST_CASE("a dead letter is a warning at any level, with its correlation id") {
  const Door door;
  auto notice = door.notice(Fate::dead);
  notice.reason_code = "MALFORMED";
  notice.reason = "no";
  const auto lines = lines_at(LogLevel::info, [&] { log_answered(notice); });
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "warn  an input is a dead letter correlation_id=c1 trace_id=" + trace_id +
                        " source=nats-signals subject=trading.signals.acme.ann message_id=m-1 deliveries=2 "
                        "reason_code=MALFORMED reason=no");
}

TEST_CASE("each subscriber's answer to a strategy's signal has a line of its own, refusals with their reason") {
  const Door door;
  auto notice = door.notice(Fate::settled);
  auto reply = std::make_shared<Reply>();
  RiskAssessmentBatch approved{
      .batch_id = BatchId{"b1"}, .user_id = UserId{"ann"}, .correlation_id = "c1", .assessments = {{}, {}}};
  approved.assessments[0].approval_status = ApprovalStatus::approved;
  approved.assessments[1].approval_status = ApprovalStatus::reduced;
  approved.journal_position = JournalPosition{{3}, {1}, {17}};
  RiskAssessmentBatch refused{
      .batch_id = BatchId{"b1"}, .user_id = UserId{"bob"}, .correlation_id = "c1", .assessments = {{}}};
  refused.refusal = "RATE_LIMIT";
  for (const auto& answer : {approved, refused})
    reply->answers.push_back(std::make_shared<const RiskAssessmentBatch>(answer));
  notice.reply = reply;
  const auto lines = lines_at(LogLevel::debug, [&] { log_answered(notice); });
  REQUIRE(lines.size() == 2);
  CHECK(
      lines[0].find("user_id=ann source=nats-signals approved=1 reduced=1 rejected=0 reason_code=\"\" shard=3 n=17") !=
      std::string::npos);
  CHECK(lines[1].find("user_id=bob source=nats-signals approved=0 reduced=0 rejected=1 reason_code=RATE_LIMIT") !=
        std::string::npos);
}

TEST_CASE("at info nothing is said of a request that went well, and no output is remembered for a line") {
  const Door door;
  auto notice = door.notice(Fate::settled);
  notice.reply = std::make_shared<const Reply>(Reply{.update = UpdateAnswer{.status = UpdateAnswer::Status::applied}});
  CHECK(lines_at(LogLevel::info, [&] {
          log_answered(notice);
          log_repeated(batch(), {});
          CHECK_FALSE(hops_followed());
          CHECK(followed_outputs("nats", {{.id = "0-1-0", .channel = "approved"}}) == nullptr);
        }).empty());
}

TEST_CASE("what an input can be followed by is read from it in every form, and from what can be read of a bad one") {
  const Trace whole{"c1", traceparent};
  CHECK(
      trace_of({.format = Input::Format::protobuf, .bytes = encode_batch_bytes(batch()), .traceparent = traceparent}) ==
      whole);
  CHECK(trace_of({.bytes = encode_batch_json(batch()), .traceparent = traceparent}) == whole);
  CHECK(trace_of({.bytes = encode_batch_json(batch()),
                  .addressed_to = {CompanyId{"acme"}, UserId{"bob"}},
                  .traceparent = traceparent}) == whole);
  CHECK(trace_of({.bytes = "no batch", .traceparent = traceparent}) == Trace{"", traceparent});
}

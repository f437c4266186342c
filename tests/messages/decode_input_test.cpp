// What a door got becomes what the road takes, and nobody speaks for somebody else.

#include <doctest/doctest.h>
#include <google/protobuf/util/json_util.h>

#include "admin/commands.pb.h"
#include "common/envelope.pb.h"
#include "messages/codec_admin.hpp"
#include "messages/codec_portfolio.hpp"
#include "messages/codec_trading.hpp"
#include "messages/decode_input.hpp"
#include "support/tenant.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

const TenantId ann{CompanyId{"acme"}, UserId{"ann"}}, bob{CompanyId{"acme"}, UserId{"bob"}};

SignalBatch batch(const TenantId& tenant) {
  return {.batch_id = BatchId{"b1"},
          .company_id = tenant.company,
          .user_id = tenant.user,
          .strategy_id = StrategyId{"trend"},
          .trading_signals = {order(Side::buy, "EURUSD", 1'000)},
          .created_at_ms = noon_ms};
}

Input signals(const SignalBatch& what, TenantId addressed = ann) {
  return {.format = Input::Format::protobuf, .bytes = encode_batch_bytes(what), .addressed_to = std::move(addressed)};
}

common::RiskProcessingEnvelope envelope(const SignalBatch& what) {
  common::RiskProcessingEnvelope wire;
  wire.set_message_type("trading_signals");
  wire.set_payload(encode_batch_bytes(what));
  return wire;
}

Input wrapped(const common::RiskProcessingEnvelope& wire) {
  return {.format = Input::Format::protobuf, .bytes = wire.SerializeAsString(), .envelope = true, .addressed_to = ann};
}

SignalBatch good(const Result<Decoded>& decoded) {
  if (!decoded) FAIL(decoded.error().message);
  return std::get<SignalBatch>(*decoded);
}

std::string fault(const Input& input, Errc code = Errc::malformed) {
  const auto decoded = decode_input(input);
  if (decoded) return "decoded";
  CHECK(decoded.error().code == code);
  return decoded.error().message;
}

} // namespace

TEST_CASE("a batch is what it is, whether bare, as JSON or in an envelope") {
  const auto plain = batch(ann);
  CHECK(good(decode_input(signals(plain))) == plain);
  CHECK(good(decode_input({.bytes = encode_batch_json(plain), .addressed_to = ann})) == plain);
  CHECK(good(decode_input(wrapped(envelope(plain)))) == plain);
}

TEST_CASE("what a message names must be whom its subject, or its envelope, names") {
  CHECK(fault(signals(batch(bob)), Errc::denied).find("acme/bob") != std::string::npos);
  auto wire = envelope(batch(ann));
  wire.set_company_id("acme");
  wire.set_user_id("bob");
  CHECK(fault(wrapped(wire), Errc::denied).find("acme/bob") != std::string::npos);
  Input to_strategy = signals(batch(ann), {});
  to_strategy.strategy = StrategyId{"trend"};
  CHECK(fault(to_strategy, Errc::denied).find("the subscribers of trend") != std::string::npos);
  Input other = signals(batch({}), {});
  other.strategy = StrategyId{"mean"};
  CHECK(fault(other, Errc::denied).find("trend") != std::string::npos);
}

TEST_CASE("a batch that names nobody is for whom its subject names") {
  CHECK(good(decode_input(signals(batch({})))) == batch(ann));
  Input fan_out = signals(batch({}), {});
  fan_out.strategy = StrategyId{"trend"};
  CHECK(good(decode_input(fan_out)).is_fan_out());
}

TEST_CASE("limits that a sender puts into its envelope are ignored, whatever they are") {
  auto wire = envelope(batch(ann));
  wire.GetReflection()->MutableUnknownFields(&wire)->AddLengthDelimited(9, "max_daily_var: a lot");
  CHECK(good(decode_input(wrapped(wire))) == batch(ann));
  std::string json;
  REQUIRE(google::protobuf::util::MessageToJsonString(envelope(batch(ann)), &json).ok());
  const Input text{
      .bytes = R"({"risk_profile":{"max_daily_var":[1,[2]]},)" + json.substr(1), .envelope = true, .addressed_to = ann};
  CHECK(good(decode_input(text)) == batch(ann));
}

TEST_CASE("an envelope gives number, time and trace where the message has none, and never overrules it") {
  auto silent = batch(ann);
  silent.created_at_ms = 0;
  auto wire = envelope(silent);
  wire.set_sequence(7);
  wire.set_service_source("engine");
  wire.set_timestamp(noon_ms + 1);
  wire.set_correlation_id("c1");
  wire.mutable_trace_context()->set_trace_id("0af7651916cd43dd8448eb211c80319c");
  wire.mutable_trace_context()->set_span_id("b7ad6b7169203331");
  const auto filled = good(decode_input(wrapped(wire)));
  CHECK(filled.sequence == 7);
  CHECK(filled.source == SourceId{"engine"});
  CHECK(filled.created_at_ms == noon_ms + 1);
  CHECK(filled.trace() == Trace{"c1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"});
  auto own = batch(ann);
  own.sequence = 3;
  own.source = SourceId{"mine"};
  own.correlation_id = "c0";
  wire.set_payload(encode_batch_bytes(own));
  auto kept = good(decode_input(wrapped(wire)));
  kept.traceparent.clear();
  CHECK(kept == own);
}

TEST_CASE("an envelope that does not hold what its subject is for, or is of a later kind, is refused") {
  auto wire = envelope(batch(ann));
  wire.set_message_type("portfolio_update");
  CHECK(fault(wrapped(wire)).starts_with("envelope.message_type:"));
  wire.set_message_type("trading_signals");
  wire.set_schema_version(2);
  CHECK(fault(wrapped(wire)).starts_with("envelope.schema_version:"));
  wire.set_schema_version(1);
  wire.set_payload("nonsense");
  CHECK(fault(wrapped(wire)) != "decoded");
  Input broken{.format = Input::Format::protobuf, .bytes = "nonsense", .envelope = true};
  CHECK(fault(broken).starts_with("envelope:"));
}

TEST_CASE("a batch without a time gets the door's, and none where the door has none") {
  auto silent = batch(ann);
  silent.created_at_ms = 0;
  Input input = signals(silent);
  CHECK(fault(input).starts_with("created_at_ms:"));
  input.default_at_ms = noon_ms;
  CHECK(good(decode_input(input)) == batch(ann));
}

TEST_CASE("what would become a header of every output must be fit for one, and a trace that is none is left out") {
  auto noisy = batch(ann);
  noisy.correlation_id = "a\nb";
  CHECK(fault(signals(noisy), Errc::invalid_argument) == "correlation_id: must not hold control characters");
  noisy.correlation_id.assign(correlation_id_length_max + 1, 'x');
  CHECK(fault(signals(noisy), Errc::invalid_argument) == "correlation_id: too long");
  auto wire = envelope(batch(ann));
  wire.set_correlation_id("a\rb");
  CHECK(fault(wrapped(wire)) == "correlation_id: must not hold control characters");
  Input traced = signals(batch(ann));
  traced.traceparent = "00-nonsense";
  CHECK(good(decode_input(traced)).traceparent.empty());
}

TEST_CASE("a fact is held against its subject, too, and carries the trace of its message") {
  const PortfolioUpdate update{ann, AccountUpdate{.deposit = 5, .at_ms = noon_ms, .update_id = "d1"}};
  Input input{.format = Input::Format::protobuf,
              .bytes = encode_update_bytes(update),
              .kind = Input::Kind::update,
              .addressed_to = ann,
              .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
  const auto decoded = decode_input(input);
  REQUIRE(decoded);
  CHECK(std::get<PortfolioUpdate>(*decoded).trace.traceparent == input.traceparent);
  input.addressed_to = bob;
  CHECK(fault(input, Errc::denied).find("acme/ann") != std::string::npos);
}

TEST_CASE("a command is for whom its subject names, and may repeat it") {
  admin::Command wire;
  wire.set_command_id("c1");
  wire.set_actor("olga");
  wire.set_reason("drill");
  wire.mutable_halt()->set_symbol("EURUSD");
  Input input{.format = Input::Format::protobuf,
              .bytes = wire.SerializeAsString(),
              .default_at_ms = noon_ms,
              .kind = Input::Kind::command,
              .addressed_to = ann};
  const auto decoded = decode_input(input);
  REQUIRE(decoded);
  const auto& command = std::get<AdminCommand>(*decoded);
  CHECK(command.target == ann);
  CHECK(command.at_ms == noon_ms);
  CHECK(std::get<HaltOrder>(command.order) == HaltOrder{HaltScope::symbol, "EURUSD"});
  wire.set_company_id("acme");
  wire.set_user_id("bob");
  input.bytes = wire.SerializeAsString();
  CHECK(fault(input, Errc::denied) == "it names acme/bob and was addressed to acme/ann");
  wire.mutable_halt()->set_strategy_id("trend");
  input.addressed_to = bob;
  input.bytes = wire.SerializeAsString();
  CHECK(fault(input).starts_with("strategy_id, symbol:"));
  wire.clear_halt();
  input.bytes = wire.SerializeAsString();
  CHECK(fault(input) == "halt, resume, limits: one is needed");
}

TEST_CASE("an order in an envelope is for whom it says itself: the envelope may only agree") {
  admin::Command order;
  order.set_command_id("c1");
  order.set_actor("olga");
  order.set_reason("drill");
  order.mutable_halt();
  common::RiskProcessingEnvelope wire;
  wire.set_message_type("command");
  wire.set_payload(order.SerializeAsString());
  wire.set_correlation_id("c2");
  Input input{.format = Input::Format::protobuf,
              .bytes = wire.SerializeAsString(),
              .default_at_ms = noon_ms,
              .kind = Input::Kind::command,
              .envelope = true};
  const auto decoded = decode_input(input);
  REQUIRE(decoded);
  CHECK(std::get<AdminCommand>(*decoded).target.text() == "_system/");
  CHECK(command_id_in(input) == "c1");
  wire.set_company_id("acme");
  wire.set_user_id("ann");
  input.bytes = wire.SerializeAsString();
  CHECK(fault(input, Errc::denied) == "the envelope names acme/ann, the order is for _system/");
  input.addressed_to = ann;
  const auto agreed = decode_input(input);
  REQUIRE(agreed);
  CHECK(std::get<AdminCommand>(*agreed).target == ann);
  wire.set_message_type("trading_signals");
  input.bytes = wire.SerializeAsString();
  CHECK(fault(input) == "envelope.message_type: must be command here");
}

TEST_CASE("a command in JSON says itself for whom it is; without ids it is for everybody") {
  const auto target = [](const std::string& ids) {
    const auto command =
        decode_command_json(R"({"command_id":"c1","actor":"olga","reason":"drill",)" + ids + R"("halt":{}})", {});
    return command ? command->target.text() : command.error().message;
  };
  CHECK(target("") == "_system/");
  CHECK(target(R"("company_id":"acme",)") == "acme/");
  CHECK(target(R"("company_id":"acme","user_id":"ann",)") == "acme/ann");
  CHECK(target(R"("company_id":"_system",)") == "company_id: not a valid id");
}

TEST_CASE("the answer to a command is the same as bytes and as JSON") {
  const CommandAnswer answer{.command_id = "c1",
                             .status = CommandAnswer::Status::refused,
                             .reason_code = "STALE_VERSION",
                             .message = "why",
                             .version = 4};
  admin::CommandReply wire;
  REQUIRE(wire.ParseFromString(encode_command_answer_bytes(answer)));
  CHECK(wire.status() == admin::CommandReply::REFUSED);
  CHECK(wire.version() == 4);
  CHECK(encode_command_answer_json(answer) ==
        R"({"command_id":"c1","status":"REFUSED","reason_code":"STALE_VERSION","message":"why","version":"4"})");
}

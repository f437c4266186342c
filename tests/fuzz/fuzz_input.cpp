// Whatever a door may hand in: every kind, as bytes or JSON, bare or in an envelope, with and without an address. The
// first byte chooses.

#include "batch_rules.hpp"
#include "core/trace.hpp"
#include "messages/decode_input.hpp"

using namespace riskcluster;

namespace {

const TenantId ann{CompanyId{"acme"}, UserId{"ann"}};

void check_trace(const std::string& correlation_id, const std::string& traceparent) {
  check(correlation_id.size() <= correlation_id_length_max, "a correlation id is bounded");
  for (const char c : correlation_id)
    check(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "a correlation id cannot end a header");
  check(traceparent.empty() || parse_traceparent(traceparent), "a traceparent is one, or none");
}

void check_decoded(const Input& input, const SignalBatch& batch) {
  check(input.addressed_to == TenantId{} || batch.tenant() == ann, "nobody speaks for somebody else");
  check(input.strategy.empty() || (batch.is_fan_out() && batch.strategy_id == input.strategy),
        "what goes to a strategy's subscribers is for them");
  check(batch.created_at_ms != 0, "a batch has a time");
  check_trace(batch.correlation_id, batch.traceparent);
  fuzz::check_batch(batch);
}

void check_decoded(const Input& input, const PortfolioUpdate& update) {
  check(input.addressed_to == TenantId{} || update.tenant == ann, "nobody speaks for somebody else");
  check(fault_of(update).empty(), "a decoded fact has no fault");
  check_trace(update.trace.correlation_id, update.trace.traceparent);
}

void check_decoded(const Input& input, const AdminCommand& command) {
  check(input.addressed_to == TenantId{} || command.target == input.addressed_to, "an order is for whom it is sent to");
  check(!command.actor.empty() && !command.reason.empty(), "an order says who and why");
  check(fault_of(command).empty(), "a decoded order has no fault");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned how = data[0];
  Input input{.format = how % 2 == 0 ? Input::Format::json : Input::Format::protobuf,
              .bytes = {reinterpret_cast<const char*>(data) + 1, size - 1},
              .default_at_ms = 1'793'000'000'000,
              .envelope = how / 2 % 2 == 1};
  input.kind = static_cast<Input::Kind>(how / 4 % 3);
  if (how / 12 % 3 == 1) input.addressed_to = ann;
  if (how / 12 % 3 == 2 && input.kind == Input::Kind::signals) input.strategy = StrategyId{"trend"};
  const auto decoded = decode_input(input);
  if (!decoded) {
    check(!decoded.error().message.empty(), "an error says why");
    static_cast<void>(command_id_in(input));
    return 0;
  }
  std::visit([&](const auto& message) { check_decoded(input, message); }, *decoded);
  return 0;
}

#include "messages/decode_input.hpp"

#include <array>

#include "core/trace.hpp"
#include "messages/codec_admin.hpp"
#include "messages/codec_envelope.hpp"
#include "messages/codec_portfolio.hpp"
#include "messages/codec_trading.hpp"

namespace riskcluster {

namespace {

Error denied(const std::string& named, const std::string& addressed) {
  return {Errc::denied, "it names " + named + " and was addressed to " + addressed};
}

std::string_view type_of(Input::Kind kind) {
  constexpr std::array names = {"trading_signals", "portfolio_update", "command"};
  return names.at(static_cast<std::size_t>(kind));
}

/// What a message takes from its surroundings where it is silent itself.
struct Around {
  const Input& input;
  Envelope envelope; ///< of the input, or an empty one

  TimeMs at(TimeMs own) const {
    if (own != 0) return own;
    return envelope.timestamp != 0 ? envelope.timestamp : input.default_at_ms;
  }
  Trace trace(const std::string& own_correlation) const {
    Trace trace = envelope.trace;
    if (!own_correlation.empty()) trace.correlation_id = own_correlation;
    if (!input.traceparent.empty()) trace.traceparent = input.traceparent;
    if (!parse_traceparent(trace.traceparent)) trace.traceparent.clear(); // W3C: as if there were none
    return trace;
  }
  /// Takes the envelope's number where the message has none.
  template <class Message>
  void number(Message& message) const {
    if (message.sequence != 0 || envelope.sequence == 0) return;
    message.sequence = envelope.sequence;
    if (message.source.empty()) message.source = envelope.source;
  }
};

/// Fills in whom the subject or the envelope names; an error when the message names somebody else.
Result<bool> agree(TenantId& named, const TenantId& told) {
  if (told == TenantId{}) return true;
  if (named == TenantId{}) named = told;
  if (named != told) return denied(named.text(), told.text());
  return true;
}

Result<Decoded> finish(SignalBatch batch, const Around& around) {
  TenantId named = batch.tenant();
  const bool to_strategy = !around.input.strategy.empty();
  for (const auto* told : {&around.envelope.tenant, &around.input.addressed_to})
    if (const auto agreed = agree(named, *told); !agreed) return agreed.error();
  batch.company_id = named.company;
  batch.user_id = named.user;
  if (to_strategy) {
    if (!batch.is_fan_out()) return denied(named.text(), "the subscribers of " + around.input.strategy.value);
    if (batch.strategy_id.empty()) batch.strategy_id = around.input.strategy;
    if (batch.strategy_id != around.input.strategy) return denied(batch.strategy_id.value, around.input.strategy.value);
  }
  around.number(batch);
  batch.created_at_ms = around.at(batch.created_at_ms);
  if (batch.created_at_ms == 0) return malformed("created_at_ms: needed without --at");
  auto trace = around.trace(batch.correlation_id);
  batch.correlation_id = std::move(trace.correlation_id);
  batch.traceparent = std::move(trace.traceparent);
  if (auto fault = fault_of(batch); !fault.empty()) return malformed(std::move(fault));
  return Decoded{std::move(batch)};
}

Result<Decoded> finish(PortfolioUpdate update, const Around& around) {
  for (const auto* told : {&around.envelope.tenant, &around.input.addressed_to})
    if (const auto agreed = agree(update.tenant, *told); !agreed) return agreed.error();
  std::visit([&](auto& command) { around.number(command); }, update.command);
  update.trace = around.trace("");
  if (auto fault = fault_of(update); !fault.empty()) return malformed(std::move(fault));
  return Decoded{std::move(update)};
}

/// Whom an envelope names must be whom the order is for. It does not fill anybody in: a halt for everybody would become
/// one for whoever sent it.
Result<Decoded> finish(AdminCommand command, const Around& around) {
  const auto& named = around.envelope.tenant;
  if (named != TenantId{} && named != command.target)
    return Error{Errc::denied, "the envelope names " + named.text() + ", the order is for " + command.target.text()};
  command.at_ms = around.input.default_at_ms;
  command.trace = around.trace(command.command_id);
  return Decoded{std::move(command)};
}

template <class Message>
Result<Decoded> finished(Result<Message> message, const Around& around) {
  if (!message) return message.error();
  return finish(std::move(*message), around);
}

} // namespace

Result<Decoded> decode_input(const Input& input) {
  if (input.kind == Input::Kind::price) return malformed("a price is nothing that is decided");
  if (!input.fault.empty()) return malformed(input.fault);
  Around around{input, {}};
  std::string_view bytes = input.bytes;
  const bool json = input.format == Input::Format::json && !input.envelope;
  if (input.envelope) {
    auto envelope = input.format == Input::Format::json ? decode_envelope_json(bytes) : decode_envelope_bytes(bytes);
    if (!envelope) return envelope.error();
    around.envelope = std::move(*envelope);
    if (around.envelope.message_type != type_of(input.kind))
      return malformed("envelope.message_type: must be " + std::string{type_of(input.kind)} + " here");
    bytes = around.envelope.payload;
  }
  if (input.kind == Input::Kind::command)
    return finished(json ? decode_command_json(bytes, input.addressed_to)
                         : decode_command_bytes(bytes, input.addressed_to),
                    around);
  if (input.kind == Input::Kind::update)
    return finished(json ? decode_update_json(bytes) : decode_update_bytes(bytes), around);
  return finished(json ? decode_batch_json(bytes) : decode_batch_bytes(bytes), around);
}

std::string command_id_in(const Input& input) {
  const bool json = input.format == Input::Format::json;
  if (!input.envelope) return command_id_in(input.bytes, json);
  const auto envelope = json ? decode_envelope_json(input.bytes) : decode_envelope_bytes(input.bytes);
  return envelope ? command_id_in(envelope->payload, false) : std::string{};
}

} // namespace riskcluster

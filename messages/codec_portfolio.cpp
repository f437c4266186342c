#include "messages/codec_portfolio.hpp"

#include "messages/codec_fields.hpp"
#include "messages/codec_trading.hpp"
#include "messages/codec_wire.hpp"
#include "portfolio/portfolio_data.pb.h"

namespace riskcluster {

namespace {

using WireReport = portfolio::ExecutionReport;

static_assert(static_cast<int>(Side::buy) == WireReport::BUY);
static_assert(static_cast<int>(ExecutionStatus::filled) == WireReport::FILLED);
static_assert(static_cast<int>(ExecutionStatus::partial) == WireReport::PARTIAL);
static_assert(static_cast<int>(ExecutionStatus::cancelled) == WireReport::CANCELLED);
static_assert(static_cast<int>(ExecutionStatus::rejected) == WireReport::REJECTED);

template <class V>
void fields(V& v, Domain<V, ExecutionReport>& d, Wire<V, WireReport>& p) {
  FIELD(execution_id);
  FIELD(signal_id);
  FIELD(order_id);
  FIELD(symbol);
  FIELD_ENUM(side, WireReport::Side_MAX, Side::sell);
  FIELD(quantity);
  FIELD(price);
  FIELD(fees);
  FIELD(remaining_quantity);
  FIELD_ENUM(status, WireReport::Status_MAX, ExecutionStatus::expired);
  FIELD(at_ms);
  FIELD(source);
  FIELD(sequence);
}

template <class V>
void fields(V& v, Domain<V, AccountUpdate>& d, Wire<V, portfolio::AccountUpdate>& p) {
  FIELD_OPTIONAL(balance);
  FIELD_OPTIONAL(deposit);
  FIELD_OPTIONAL(withdrawal);
  FIELD(at_ms);
  FIELD(source);
  FIELD(sequence);
  FIELD(update_id);
}

/// All but the command.
template <class V>
void fields(V& v, Domain<V, PortfolioUpdate>& d, Wire<V, portfolio::PortfolioUpdate>& p) {
  FIELD_AS(company_id, d.tenant.company);
  FIELD_AS(user_id, d.tenant.user);
}

template <class V>
void fields(V& v, Domain<V, UpdateAnswer>& d, Wire<V, portfolio::UpdateReply>& p) {
  FIELD_AS(company_id, d.tenant.company);
  FIELD_AS(user_id, d.tenant.user);
  FIELD(id);
  FIELD_ENUM(status, portfolio::UpdateReply::Status_MAX, UpdateAnswer::Status::refused);
  FIELD(reason_code);
  FIELD(message);
  FIELD(correlation_id);
}

portfolio::UpdateReply to_wire(const UpdateAnswer& answer) {
  portfolio::UpdateReply wire;
  Encoder encoder;
  fields(encoder, answer, wire);
  return wire;
}

portfolio::PortfolioUpdate to_wire(const PortfolioUpdate& update) {
  portfolio::PortfolioUpdate wire;
  Encoder encoder;
  fields(encoder, update, wire);
  if (const auto* report = std::get_if<ExecutionReport>(&update.command))
    fields(encoder, *report, *wire.mutable_execution_report());
  else
    fields(encoder, std::get<AccountUpdate>(update.command), *wire.mutable_account_update());
  return wire;
}

Result<PortfolioUpdate> from_wire(const portfolio::PortfolioUpdate& wire) {
  PortfolioUpdate update;
  std::string fault;
  Decoder decoder{fault};
  fields(decoder, update, wire);
  switch (wire.update_case()) {
  case portfolio::PortfolioUpdate::kExecutionReport:
    decoder.message(
        "execution_report",
        update.command.emplace<ExecutionReport>(), [&]() -> auto& { return wire.execution_report(); }, FIELD_EACH);
    break;
  case portfolio::PortfolioUpdate::kAccountUpdate:
    decoder.message(
        "account_update", update.command.emplace<AccountUpdate>(), [&]() -> auto& { return wire.account_update(); },
        FIELD_EACH);
    break;
  case portfolio::PortfolioUpdate::UPDATE_NOT_SET:
    decoder.reject("execution_report, account_update", "one is needed");
    break;
  }
  if (fault.empty()) fault = fault_of(update);
  if (!fault.empty()) return malformed(std::move(fault));
  return update;
}

} // namespace

Result<PortfolioUpdate> decode_update_bytes(std::string_view bytes) {
  portfolio::PortfolioUpdate wire;
  if (auto fault = parse_bytes(bytes, message_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  return from_wire(wire);
}

Result<PortfolioUpdate> decode_update_json(std::string_view line) {
  portfolio::PortfolioUpdate wire;
  if (auto fault = parse_json(line, message_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  return from_wire(wire);
}

std::string encode_update_bytes(const PortfolioUpdate& update) { return to_wire(update).SerializeAsString(); }
std::string encode_update_json(const PortfolioUpdate& update) { return print_json(to_wire(update)); }
std::string encode_update_answer_bytes(const UpdateAnswer& answer) { return to_wire(answer).SerializeAsString(); }
std::string encode_update_answer_json(const UpdateAnswer& answer) { return print_json(to_wire(answer)); }

} // namespace riskcluster

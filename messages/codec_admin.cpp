#include "messages/codec_admin.hpp"

#include <google/protobuf/descriptor.h>

#include "admin/commands.pb.h"
#include "messages/codec_fields.hpp"
#include "messages/codec_trading.hpp"
#include "messages/codec_wire.hpp"
#include "messages/json_text.hpp"
#include "messages/limit_settings_fields.hpp"
#include "messages/position_fields.hpp"

namespace riskcluster {

namespace {

static_assert(static_cast<int>(CommandAnswer::Status::done) == admin::CommandReply::DONE);
static_assert(static_cast<int>(CommandAnswer::Status::repeated) == admin::CommandReply::REPEATED);

template <class V>
void fields(V& v, LimitsOrder& d, Wire<V, admin::LimitsOrder>& p) {
  FIELD_MESSAGE(limits);
  FIELD_VALUES(clear);
}

template <class V>
void fields(V& v, Domain<V, CommandAnswer>& d, Wire<V, admin::CommandReply>& p) {
  FIELD(command_id);
  FIELD_ENUM(status, admin::CommandReply::Status_MAX, CommandAnswer::Status::refused);
  FIELD(reason_code);
  FIELD(message);
  FIELD(version);
  FIELD_OPTIONAL_MESSAGE(journal_position);
}

template <class Order>
Order halt_from_wire(const admin::HaltOrder& wire, std::string& fault) {
  if (!wire.strategy_id().empty() && !wire.symbol().empty()) fault = "strategy_id, symbol: at most one of them";
  if (!wire.strategy_id().empty()) return {HaltScope::strategy, wire.strategy_id()};
  if (!wire.symbol().empty()) return {HaltScope::symbol, wire.symbol()};
  return {};
}

/// All but whom it is for.
AdminCommand from_wire(const admin::Command& wire, std::string& fault) {
  AdminCommand command{.command_id = wire.command_id(), .actor = wire.actor(), .reason = wire.reason()};
  if (wire.has_expected_version()) command.expected_version = wire.expected_version();
  Decoder decoder{fault};
  switch (wire.order_case()) {
  case admin::Command::kHalt:
    command.order = halt_from_wire<HaltOrder>(wire.halt(), fault);
    break;
  case admin::Command::kResume:
    command.order = halt_from_wire<ResumeOrder>(wire.resume(), fault);
    break;
  case admin::Command::kLimits:
    decoder.message(
        "limits", command.order.emplace<LimitsOrder>(), [&]() -> auto& { return wire.limits(); }, FIELD_EACH);
    break;
  case admin::Command::ORDER_NOT_SET:
    decoder.reject("halt, resume, limits", "one is needed");
    break;
  }
  return command;
}

/// The system's when nobody is named.
Result<TenantId> named_target(const admin::Command& wire) {
  const auto &company = wire.company_id(), &user = wire.user_id();
  if (company.empty() && user.empty()) return system_entity;
  if (!is_valid_id(company)) return malformed("company_id: not a valid id");
  if (!user.empty() && !is_valid_id(user)) return malformed("user_id: not a valid id");
  return TenantId{CompanyId{company}, UserId{user}};
}

Result<AdminCommand> judged(const admin::Command& wire, const TenantId& addressed) {
  TenantId target = addressed;
  if (addressed == TenantId{} || !wire.company_id().empty() || !wire.user_id().empty()) {
    auto named = named_target(wire);
    if (!named) return named.error();
    if (addressed != TenantId{} && *named != addressed)
      return Error{Errc::denied, "it names " + named->text() + " and was addressed to " + addressed.text()};
    target = std::move(*named);
  }
  std::string fault;
  AdminCommand command = from_wire(wire, fault);
  command.target = std::move(target);
  if (fault.empty()) fault = fault_of(command);
  if (!fault.empty()) return malformed(std::move(fault));
  return command;
}

admin::CommandReply to_wire(const CommandAnswer& answer) {
  admin::CommandReply wire;
  Encoder encoder;
  fields(encoder, answer, wire);
  return wire;
}

} // namespace

Result<AdminCommand> decode_command_bytes(std::string_view bytes, const TenantId& addressed) {
  admin::Command wire;
  if (auto fault = parse_bytes(bytes, message_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  return judged(wire, addressed);
}

Result<AdminCommand> decode_command_json(std::string_view text, const TenantId& addressed) {
  admin::Command wire;
  if (auto fault = parse_json(text, message_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  return judged(wire, addressed);
}

std::string command_id_in(std::string_view text, bool json) {
  if (text.size() > message_bytes_max) return {};
  admin::Command wire;
  if (json) {
    for (const auto& member : json_object(text).members)
      if (member.name == "command_id") wire.set_command_id(json_string(member.value).value_or(""));
  } else if (!parse_bytes(text, message_bytes_max, wire).empty()) {
    return {};
  }
  return is_valid_id(wire.command_id()) ? wire.command_id() : std::string{};
}

std::string encode_command_answer_bytes(const CommandAnswer& answer) { return to_wire(answer).SerializeAsString(); }
std::string encode_command_answer_json(const CommandAnswer& answer) { return print_json(to_wire(answer)); }

} // namespace riskcluster

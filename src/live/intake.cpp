#include "live/intake.hpp"

#include <chrono>

#include "failpoints/failpoints.hpp"
#include "live/market_intake.hpp"
#include "live/subjects.hpp"
#include "messages/codec_admin.hpp"
#include "messages/codec_market.hpp"
#include "messages/codec_outputs.hpp"
#include "messages/codec_risk.hpp"
#include "messages/codec_trading.hpp"
#include "messages/json_text.hpp"

namespace riskcluster {

struct Intake::Taken {
  std::string source;
  Delivery delivery;
  Source::Settle settle;
  Input::Kind kind = Input::Kind::signals;
  bool json = false;
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
};

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::size_t fact_bytes_max = 65'536; ///< of a fact or an order that is a dead letter: all of it, as a rule

/// A reason quotes what senders wrote: it must not end its header and begin another one.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

/// Nothing when the line is no price; else whether it could be read.
std::optional<Result<bool>> price_in(std::string_view line, MarketIntake& market) {
  if (line.size() > message_bytes_max) return std::nullopt;
  const auto object = json_object(line);
  if (!object.fault.empty() || object.members.size() != 1) return std::nullopt;
  const auto& member = object.members.front();
  if (member.name == "tick") return market.take_tick(decode_tick_json(member.value));
  if (member.name == "bar") return market.take_bar(decode_bar_json(member.value));
  return std::nullopt;
}

Headers headers_of(const Delivery& delivery) {
  Headers headers;
  if (!delivery.traceparent.empty()) headers.emplace_back("traceparent", delivery.traceparent);
  return headers;
}

} // namespace

Intake::Intake(Node& node, Publisher* publisher, DeadLetters& dead_letters, IntakeOptions options, Clock clock,
               Seen seen)
    : node_{node},
      publisher_{publisher},
      dead_letters_{dead_letters},
      options_{options},
      clock_{std::move(clock)},
      seen_{std::move(seen)} {}

Source::Take Intake::take_from(const Source& source) {
  return [this, name = source.name()](Delivery delivery, Source::Settle settle) {
    Input input = input_of(delivery);
    take(name, std::move(delivery), std::move(settle), std::move(input));
  };
}

Source::Take Intake::take_lines_from(const Source& source, MarketIntake& market) {
  return [this, &market, name = source.name()](Delivery delivery, Source::Settle settle) {
    const auto price = price_in(delivery.bytes, market);
    if (price && *price) return settle(Settled::done);
    Input input = input_of_line(delivery);
    if (price) input.fault = price->error().message;
    take(name, std::move(delivery), std::move(settle), std::move(input));
  };
}

Input Intake::input_of(const Delivery& delivery) const {
  const bool json = delivery.content_type == json_type;
  Input input{.format = json ? Input::Format::json : Input::Format::protobuf,
              .default_at_ms = clock_(),
              .envelope = delivery.message_type == "envelope",
              .traceparent = delivery.traceparent};
  if (const auto address = address_of(delivery.subject)) {
    input.kind = address->kind;
    input.addressed_to = address->tenant;
    input.strategy = address->strategy;
  } else {
    input.fault = address.error().message;
  }
  if (!delivery.message_type.empty() && delivery.message_type != "envelope" && delivery.message_type != "batch")
    input.fault = "header Risk-Message-Type: must be envelope or batch";
  return input;
}

Input Intake::input_of_line(const Delivery& delivery) const {
  Input input{.default_at_ms = clock_()};
  for (const auto& member : json_object(delivery.bytes).members) {
    if (member.name == "execution_report" || member.name == "account_update") input.kind = Input::Kind::update;
    if (member.name == "command_id") input.kind = Input::Kind::command;
  }
  return input;
}

void Intake::take(const std::string& source, Delivery delivery, Source::Settle settle, Input input) {
  under_way_.fetch_add(1);
  auto taken = std::make_shared<Taken>();
  taken->source = source;
  taken->settle = std::move(settle);
  taken->kind = input.kind;
  taken->json = input.format == Input::Format::json;
  if (delivery.bytes.size() > options_.message_bytes_max)
    input.fault = std::to_string(delivery.bytes.size()) + " bytes, at most " +
                  std::to_string(options_.message_bytes_max) + " are read";
  if (input.fault.empty()) input.bytes = delivery.bytes;
  taken->delivery = std::move(delivery);
  node_.admit(std::move(input), [this, taken](const Result<ReplyPtr>& reply) { answered(taken, reply); });
}

void Intake::answered(const std::shared_ptr<Taken>& taken, const Result<ReplyPtr>& reply) {
  IntakeNotice notice{.source = taken->source, .subject = taken->delivery.subject, .kind = taken->kind};
  if (reply) {
    notice.reply = *reply;
    notice.fate = (*reply)->fate;
    notice.reason_code = (*reply)->reason_code;
    notice.reason = (*reply)->reason;
  } else {
    // A shard without an owner does not come back by waiting; any other part of the node does.
    notice.fate = reply.error().code == Errc::fenced ? Fate::dead : Fate::retry;
    notice.reason_code = notice.fate == Fate::dead ? "NOT_OWNER" : "UNAVAILABLE";
    notice.reason = reply.error().message;
  }
  failpoint("before_settle");
  if (notice.fate == Fate::dead && !bury(*taken, notice.reason_code, notice.reason)) notice.fate = Fate::retry;
  // Whoever waits is told in any case; who sends it again gets the same answer.
  if (reply) reply_to(*taken, **reply);
  taken->settle(notice.fate == Fate::retry ? Settled::retry : Settled::done);
  notice.took = std::chrono::steady_clock::now() - taken->begun;
  if (seen_) seen_(notice);
  under_way_.fetch_sub(1);
}

void Intake::reply_to(const Taken& taken, const Reply& reply) {
  if (!publisher_ || taken.delivery.reply_to.empty()) return;
  Message message{.subject = taken.delivery.reply_to, .headers = headers_of(taken.delivery)};
  if (taken.json) message.headers.emplace_back("Content-Type", std::string{json_type});
  if (reply.command) {
    message.bytes =
        taken.json ? encode_command_answer_json(*reply.command) : encode_command_answer_bytes(*reply.command);
    publisher_->publish(std::move(message));
    return;
  }
  for (const auto& answer : reply.answers) {
    Message own = message;
    own.bytes = taken.json ? encode_answer_json(*answer) : encode_answer_bytes(*answer);
    publisher_->publish(std::move(own));
  }
}

bool Intake::bury(const Taken& taken, const std::string& code, const std::string& reason) {
  DeadLetter letter{.at_ms = clock_(),
                    .reason_code = code,
                    .reason = reason,
                    .source = taken.source,
                    .subject = taken.delivery.subject,
                    .message_id = taken.delivery.message_id,
                    .bytes = taken.delivery.bytes.size(),
                    .first_bytes = taken.delivery.bytes.substr(
                        0, taken.kind == Input::Kind::signals ? options_.first_bytes_max : fact_bytes_max)};
  const auto kept = dead_letters_.keep(letter);
  if (!kept) return false;
  if (!publisher_) return true;
  Message message{.subject = dead_letter_subject, .headers = headers_of(taken.delivery), .bytes = letter.first_bytes};
  message.headers.emplace_back("Risk-Reason-Code", letter.reason_code);
  message.headers.emplace_back("Risk-Reason", one_line(letter.reason));
  message.headers.emplace_back("Risk-Subject", one_line(letter.subject));
  message.headers.emplace_back("Risk-Time", format_rfc3339(letter.at_ms));
  message.headers.emplace_back("Risk-Bytes", std::to_string(letter.bytes));
  publisher_->publish(std::move(message));
  return true;
}

} // namespace riskcluster

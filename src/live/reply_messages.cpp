#include "live/reply_messages.hpp"

#include "core/time.hpp"
#include "live/subjects.hpp"
#include "messages/codec_admin.hpp"
#include "messages/codec_portfolio.hpp"
#include "messages/codec_risk.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

namespace {

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

} // namespace

Headers headers_of(const Trace& trace) {
  Headers headers;
  if (!trace.traceparent.empty()) headers.emplace_back("traceparent", one_line(trace.traceparent));
  if (!trace.correlation_id.empty() && trace.correlation_id.size() <= correlation_id_length_max)
    headers.emplace_back("Risk-Correlation-Id", one_line(trace.correlation_id));
  return headers;
}

std::vector<ReplyMessage> replies_of(const Delivery& delivery, const Reply& reply, const PerformanceMetrics& took) {
  const bool json = delivery.content_type == json_type;
  const auto& traceparent = reply.trace.traceparent.empty() ? delivery.traceparent : reply.trace.traceparent;
  std::vector<ReplyMessage> all;
  const auto add = [&](std::string bytes, const std::string& correlation_id) {
    const Trace trace{correlation_id, traceparent};
    Message message{.subject = delivery.reply_to, .headers = headers_of(trace), .bytes = std::move(bytes)};
    if (json) message.headers.emplace_back("Content-Type", std::string{json_type});
    all.push_back({std::move(message), trace});
  };
  if (const auto& order = reply.command)
    add(json ? encode_command_answer_json(*order) : encode_command_answer_bytes(*order), order->command_id);
  if (const auto& fact = reply.update)
    add(json ? encode_update_answer_json(*fact) : encode_update_answer_bytes(*fact), fact->correlation_id);
  for (const auto& answer : reply.answers)
    add(json ? encode_reply_json(*answer, took) : encode_reply_bytes(*answer, took), answer->correlation_id);
  return all;
}

Message message_of(const DeadLetter& letter, const Trace& trace) {
  Message message{.subject = dead_letter_subject, .headers = headers_of(trace), .bytes = letter.first_bytes};
  message.headers.emplace_back("Risk-Reason-Code", letter.reason_code);
  message.headers.emplace_back("Risk-Reason", one_line(letter.reason)); // it quotes what senders wrote
  message.headers.emplace_back("Risk-Subject", one_line(letter.subject));
  message.headers.emplace_back("Risk-Time", format_rfc3339(letter.at_ms));
  message.headers.emplace_back("Risk-Bytes", std::to_string(letter.bytes));
  return message;
}

} // namespace riskcluster

#include "live/reply_messages.hpp"

#include "core/time.hpp"
#include "live/subjects.hpp"

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

#include "transport/subject.hpp"

#include <algorithm>

namespace riskcluster {

namespace {

bool is_plain(char c) { return c > ' ' && c != '\x7f'; }

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    const auto dot = text.find('.');
    words.push_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return words;
    text.remove_prefix(dot + 1);
  }
}

bool is_word(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), is_plain) &&
         word.find_first_of("*>") == std::string_view::npos;
}

bool is_header_text(std::string_view text) { return text.find_first_of(std::string_view{"\r\n\0", 3}) == text.npos; }

} // namespace

bool is_subject(std::string_view text) {
  if (text.size() > subject_length_max) return false;
  const auto words = words_of(text);
  return std::all_of(words.begin(), words.end(), is_word);
}

bool is_subject_filter(std::string_view text) {
  if (text.size() > subject_length_max) return false;
  auto words = words_of(text);
  if (words.back() == ">") words.back() = "*";
  return std::all_of(words.begin(), words.end(), [](std::string_view word) { return word == "*" || is_word(word); });
}

bool is_sendable(const Message& message) {
  return is_subject(message.subject) &&
         std::all_of(message.headers.begin(), message.headers.end(), [](const auto& header) {
           return !header.first.empty() && std::all_of(header.first.begin(), header.first.end(), is_plain) &&
                  header.first.find(':') == std::string::npos && is_header_text(header.second);
         });
}

bool may_reply_to(std::string_view subject, const std::vector<std::string>& prefixes) {
  return is_subject(subject) && std::any_of(prefixes.begin(), prefixes.end(),
                                            [&](const std::string& prefix) { return subject.starts_with(prefix); });
}

std::string output_subject(const Publication& publication) {
  const auto word = [](const std::string& id) { return id.empty() ? std::string{"_"} : id; };
  return "risk." + publication.channel + "." + word(publication.tenant.company.value) + "." +
         word(publication.tenant.user.value);
}

Message output_message(const Publication& publication, std::string subject) {
  Message message{.subject = std::move(subject), .bytes = publication.bytes};
  if (!publication.id.empty()) message.headers.emplace_back("Nats-Msg-Id", publication.id);
  if (!publication.content_type.empty()) message.headers.emplace_back("Content-Type", publication.content_type);
  if (!publication.traceparent.empty()) message.headers.emplace_back("traceparent", publication.traceparent);
  if (!publication.correlation_id.empty())
    message.headers.emplace_back("Risk-Correlation-Id", publication.correlation_id);
  return message;
}

std::size_t payload_bytes(const Message& message) {
  std::size_t bytes = message.bytes.size();
  if (!message.headers.empty()) bytes += std::string_view{"NATS/1.0\r\n\r\n"}.size();
  for (const auto& [name, value] : message.headers)
    bytes += name.size() + value.size() + std::string_view{": \r\n"}.size();
  return bytes;
}

Message fitting(Message message, std::size_t payload_bytes_max) {
  if (payload_bytes(message) <= payload_bytes_max) return message;
  message.headers.emplace_back("Risk-Too-Large", std::to_string(message.bytes.size()));
  message.bytes.clear();
  return message;
}

} // namespace riskcluster

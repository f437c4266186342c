#include "transport/ack_subject.hpp"

#include <charconv>
#include <vector>

namespace riskcluster {

namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

} // namespace

std::optional<StreamDelivery> parse_ack_subject(std::string_view subject) {
  constexpr std::string_view prefix = "$JS.ACK.";
  constexpr std::size_t words_plain = 7, words_of_domain = 2;
  if (!subject.starts_with(prefix)) return {};
  subject.remove_prefix(prefix.size());
  std::vector<std::string_view> words;
  for (auto dot = subject.find('.'); dot != subject.npos; dot = subject.find('.')) {
    words.push_back(subject.substr(0, dot));
    subject.remove_prefix(dot + 1);
  }
  words.push_back(subject);
  if (words.size() < words_plain || words.size() == words_plain + 1) return {};
  const std::size_t at = words.size() == words_plain ? 2 : 2 + words_of_domain;
  const auto deliveries = number(words[at]), sequence = number(words[at + 1]), time = number(words[at + 3]);
  if (!deliveries || !sequence || !time) return {};
  return StreamDelivery{.place = {*sequence, *time}, .deliveries = *deliveries};
}

} // namespace riskcluster

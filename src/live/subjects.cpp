#include "live/subjects.hpp"

#include <algorithm>
#include <vector>

#include "tenant/policy.hpp"

namespace riskcluster {

namespace {

std::vector<std::string> words_of(std::string_view subject) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= subject.size();) {
    const auto end = std::min(subject.find('.', begin), subject.size());
    words.emplace_back(subject.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

Error not_ours(std::string_view subject) {
  return malformed("subject: '" + std::string{subject} + "' is none of ours");
}

} // namespace

Input::Kind kind_of(std::string_view subject) {
  if (subject.starts_with("portfolio.updates")) return Input::Kind::update;
  return subject.starts_with(commands_subject) ? Input::Kind::command : Input::Kind::signals;
}

Result<Address> address_of(std::string_view subject) {
  auto words = words_of(subject);
  if (words.size() < 2 || words.size() > 4) return not_ours(subject);
  const std::string channel = words[0] + "." + words[1];
  words.erase(words.begin(), words.begin() + 2);
  for (const auto& word : words)
    if (!is_valid_id(word)) return malformed("subject: '" + word + "' is not a valid id");
  const auto tenant = [&] { return TenantId{CompanyId{words[0]}, UserId{words.size() > 1 ? words[1] : ""}}; };
  if (channel == "trading.signals" && words.size() == 2) return Address{Input::Kind::signals, tenant(), {}};
  if (channel == "trading.strategies" && words.size() == 1)
    return Address{Input::Kind::signals, {}, StrategyId{words[0]}};
  if (channel == "portfolio.updates" && words.size() == 2) return Address{Input::Kind::update, tenant(), {}};
  if (channel == "risk.commands") return Address{Input::Kind::command, words.empty() ? system_entity : tenant(), {}};
  return not_ours(subject);
}

} // namespace riskcluster

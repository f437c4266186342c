#include "config/text_rules.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include <arpa/inet.h>

namespace riskcluster {

namespace {

constexpr std::size_t host_bytes_max = 253; // of a name in the DNS

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_name(std::string_view text, std::size_t bytes_max) {
  return !text.empty() && text.size() <= bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
  });
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  return fault == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

template <class Address>
bool is_address(int family, std::string_view text) {
  Address address{};
  // What stands behind a zero byte would not be looked at.
  return text.find('\0') == text.npos && inet_pton(family, std::string{text}.c_str(), &address) == 1;
}

bool is_ipv6(std::string_view text) { return is_address<in6_addr>(AF_INET6, text); }

struct Place {
  std::string_view host;
  std::string_view port; ///< with its colon; empty when there is none
  bool brackets = false;
};

/// Behind nats:// or tls://; nothing when it is another scheme or a bracket stays open.
std::optional<Place> place_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == url.npos || (url.substr(0, scheme) != "nats" && url.substr(0, scheme) != "tls")) return std::nullopt;
  url.remove_prefix(scheme + 3);
  if (!url.starts_with('[')) {
    const auto colon = std::min(url.find(':'), url.size());
    return Place{url.substr(0, colon), url.substr(colon)};
  }
  const auto bracket = url.find(']');
  if (bracket == url.npos) return std::nullopt;
  return Place{url.substr(1, bracket - 1), url.substr(bracket + 1), true};
}

bool is_server(std::string_view url) {
  const auto place = place_of(url);
  if (!place) return false;
  if (!place->port.empty() && !(place->port.starts_with(':') && is_port(place->port.substr(1)))) return false;
  return place->brackets ? is_ipv6(place->host) : is_name(place->host, host_bytes_max);
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto comma = std::min(list.find(','), list.size());
    parts.push_back(list.substr(0, comma));
    if (comma == list.size()) return parts;
    list.remove_prefix(comma + 1);
  }
}

} // namespace

bool is_path_or_empty(std::string_view text) {
  // A control character in a path is a slip of the pen, and would reach terminals by way of messages.
  return text.size() <= path_bytes_max &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool is_path(std::string_view text) { return !text.empty() && is_path_or_empty(text); }

bool is_plain_name(std::string_view text) { return is_name(text, name_bytes_max); }

bool is_ip_address(std::string_view text) { return is_address<in_addr>(AF_INET, text) || is_ipv6(text); }

bool is_server_list(std::string_view text) {
  const auto servers = split(text);
  return servers.size() <= servers_max && std::all_of(servers.begin(), servers.end(), is_server);
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  return is_ip_address(host) && host.starts_with("127.");
}

bool is_loopback_only(std::string_view servers) {
  const auto all = split(servers);
  return std::all_of(all.begin(), all.end(), [](std::string_view url) {
    const auto place = place_of(url);
    return place && is_loopback(place->host);
  });
}

} // namespace riskcluster

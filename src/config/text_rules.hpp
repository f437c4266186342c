#pragma once
// Which texts a setting may be. Paths are not looked at here: a file may be written on one machine for another.

#include "config/setting.hpp"

namespace riskcluster {

inline constexpr std::size_t path_bytes_max = 4'095;
inline constexpr std::size_t name_bytes_max = 64;

bool is_path(std::string_view text);
bool is_path_or_empty(std::string_view text);
/// 1 to name_bytes_max letters, digits, - _ .
bool is_plain_name(std::string_view text);
bool is_ip_address(std::string_view text);
/// nats:// or tls://, a host, a port or none. Never a user or a password, which belong in a file.
bool is_nats_url(std::string_view text);

/// Of an URL for which is_nats_url() holds; an IPv6 address comes without its brackets.
std::string_view host_of(std::string_view url);
/// An address of this machine that no other can reach, or localhost.
bool is_loopback(std::string_view host);

inline constexpr TextRule any_path{"a path", is_path};
inline constexpr TextRule path_or_empty{"a path, or empty", is_path_or_empty};

} // namespace riskcluster

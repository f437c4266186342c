#pragma once
// Which texts a setting may be. Paths are not looked at here: a file may be written on one machine for another.

#include "config/setting.hpp"

namespace riskcluster {

inline constexpr std::size_t path_bytes_max = 4'095;
inline constexpr std::size_t name_bytes_max = 64;
inline constexpr std::size_t servers_max = 16;

bool is_path(std::string_view text);
bool is_path_or_empty(std::string_view text);
/// 1 to name_bytes_max letters, digits, - _ .
bool is_plain_name(std::string_view text);
bool is_ip_address(std::string_view text);
/// 1 to servers_max URLs with commas between them: nats:// or tls://, a host, a port or none. Never a user or a
/// password, which belong in a file.
bool is_server_list(std::string_view text);

/// An address of this machine that no other can reach, or localhost.
bool is_loopback(std::string_view host);
/// Every host of a list for which is_server_list() holds is.
bool is_loopback_only(std::string_view servers);

inline constexpr TextRule any_path{"a path", is_path};
inline constexpr TextRule path_or_empty{"a path, or empty", is_path_or_empty};

} // namespace riskcluster

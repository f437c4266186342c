#pragma once
// Text from anywhere, made safe for a line of a log or a label: valid UTF-8, bounded, nothing that moves a cursor.

#include <string>
#include <string_view>

namespace riskcluster {

inline constexpr std::size_t log_text_bytes_max = 2'048; ///< of one text in a line; what is cut off is told by "..."

/// Between quotes, as JSON has it. Every control character is an escape: also those of C1 and those that turn the
/// direction of writing, which JSON would allow. A byte that is no UTF-8 becomes U+FFFD.
void append_quoted(std::string& out, std::string_view text);

/// The same without the quotes: a quote or a backslash stays as it is.
void append_unquoted(std::string& out, std::string_view text);

/// Whether a reader can tell where it ends without quotes: not empty, and no space, quote, backslash or "=".
bool stands_alone(std::string_view text);

/// At most `bytes_max` bytes of it, never half a character; bytes that are no UTF-8 become U+FFFD.
std::string valid_utf8(std::string_view text, std::size_t bytes_max);

} // namespace riskcluster

#include "core/trace.hpp"

namespace riskcluster {

namespace {

// version "-" trace-id "-" parent-id "-" trace-flags, each in lower-case hex digits.
constexpr std::size_t trace_id_at = 3, parent_id_at = 36, flags_at = 53, size_v00 = 55;
constexpr unsigned version_forbidden = 0xff;
constexpr unsigned flag_sampled = 0x01;

/// -1 for what is no lower-case hex digit.
constexpr int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// At most 16 digits.
std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    const int digit = digit_of(c);
    if (digit < 0) return std::nullopt;
    value = value << 4U | static_cast<std::uint64_t>(digit);
  }
  return value;
}

std::string hex(std::uint64_t value) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4U)
    *digit = "0123456789abcdef"[value & 15U];
  return text;
}

std::optional<Hash128> trace_id_of(std::string_view digits) {
  Hash128 id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    const auto byte = number_of(digits.substr(2 * i, 2));
    if (!byte) return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>(*byte);
  }
  return id == Hash128{} ? std::nullopt : std::optional{id};
}

std::uint64_t span_id(const Hash128& trace_id, std::uint64_t parent_id, std::uint64_t span) {
  const auto digest =
      Hasher{}.bytes(trace_id.bytes.data(), trace_id.bytes.size()).add(parent_id).add(span).digest().low64();
  return digest == 0 ? 1 : digest;
}

} // namespace

std::string Traceparent::text() const {
  return "00-" + trace_id.hex() + "-" + hex(parent_id) + (sampled ? "-01" : "-00");
}

std::optional<Traceparent> parse_traceparent(std::string_view header) {
  if (header.size() < size_v00) return std::nullopt;
  for (const auto dash : {trace_id_at - 1, parent_id_at - 1, flags_at - 1})
    if (header[dash] != '-') return std::nullopt;
  const auto version = number_of(header.substr(0, 2));
  if (!version || *version == version_forbidden) return std::nullopt;
  if (header.size() > size_v00 && (*version == 0 || header[size_v00] != '-')) return std::nullopt;

  const auto trace_id = trace_id_of(header.substr(trace_id_at, parent_id_at - 1 - trace_id_at));
  const auto parent_id = number_of(header.substr(parent_id_at, flags_at - 1 - parent_id_at));
  const auto flags = number_of(header.substr(flags_at, size_v00 - flags_at));
  if (!trace_id || !parent_id || *parent_id == 0 || !flags) return std::nullopt;
  return Traceparent{.trace_id = *trace_id, .parent_id = *parent_id, .sampled = (*flags & flag_sampled) != 0};
}

Traceparent child_of(const Traceparent& parent, std::uint64_t span) {
  Traceparent child = parent;
  child.parent_id = span_id(parent.trace_id, parent.parent_id, span);
  return child;
}

Traceparent root_trace(const Hash128& hash) {
  Traceparent root{.trace_id = hash};
  if (hash == Hash128{}) root.trace_id.bytes.back() = 1;
  root.parent_id = span_id(root.trace_id, 0, 0);
  return root;
}

} // namespace riskcluster

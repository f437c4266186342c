#pragma once
// The third visitor of the lists of codec_fields.hpp: JSON straight from the domain. protobuf's own printer resolves
// every type anew for each message, which for an answer costs more than its judgement. Private to codec_*.cpp.

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/ids.hpp"

// Defined by the generated headers that come before this one in a codec_*.cpp.
namespace google::protobuf {
class EnumDescriptor;
template <typename E>
const EnumDescriptor* GetEnumDescriptor();
} // namespace google::protobuf

namespace riskcluster {

/// protobuf's JSON mapping with proto field names, defaults printed, absent fields not, 64-bit integers as strings.
/// A list is visited with an empty wire message, which gives the enum names and is not read otherwise.
class JsonWriter {
public:
  static constexpr bool encodes = true;

  template <class T, class WireType, class Each>
  static std::string object(const T& domain, WireType& empty, Each&& each) {
    JsonWriter writer;
    writer.put_object(domain, empty, each);
    return std::move(writer.text_);
  }

  template <class T, class Get, class Set>
  void value(const char* field, const T& domain, Get&&, Set&&) {
    name(field);
    put(domain);
  }
  template <class T, class Has, class Get, class Set>
  void optional(const char* field, const std::optional<T>& domain, Has&&, Get&& get, Set&& set) {
    if (domain) value(field, *domain, get, set);
  }
  template <class T, class Get, class Set>
  void enumeration(const char* field, const T& domain, int, Get&& get, Set&&) {
    name(field);
    const auto* known =
        google::protobuf::GetEnumDescriptor<decltype(get())>()->FindValueByNumber(static_cast<int>(domain));
    known ? put(known->name()) : put_number(static_cast<int>(domain));
  }
  template <class T, class Part, class Each>
  void message(const char* field, const T& domain, Part&& part, Each&& each) {
    name(field);
    put_object(domain, part(), each);
  }
  template <class T, class Has, class Part, class Each>
  void optional_message(const char* field, const std::optional<T>& domain, Has&&, Part&& part, Each&& each) {
    if (domain) message(field, *domain, part, each);
  }
  template <class T, class Part, class Each>
  void list(const char* field, const std::vector<T>& domain, Part&& part, Each&& each) {
    auto& wire = part();
    if (wire.empty()) wire.Add();
    put_list(field, domain, [&](const T& item) { put_object(item, *wire.Mutable(0), each); });
  }
  template <class T, class Part>
  void values(const char* field, const std::vector<T>& domain, Part&&) {
    put_list(field, domain, [&](const T& item) { put(item); });
  }

private:
  void comma() {
    if (text_.back() != '{' && text_.back() != '[') text_ += ',';
  }
  void name(const char* field) {
    comma();
    text_.append(1, '"').append(field).append("\":");
  }
  template <class T, class WireType, class Each>
  void put_object(const T& domain, WireType& empty, Each&& each) {
    text_ += '{';
    each(*this, domain, empty);
    text_ += '}';
  }
  template <class T, class PutItem>
  void put_list(const char* field, const std::vector<T>& domain, PutItem&& put_item) {
    name(field);
    text_ += '[';
    for (const auto& item : domain) {
      comma();
      put_item(item);
    }
    text_ += ']';
  }

  template <class T, class... Format>
  void put_number(T number, Format... format) {
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number, format...).ptr;
    text_.append(digits, static_cast<std::size_t>(end - digits));
  }
  void put(bool value) { text_ += value ? "true" : "false"; }
  void put(double number) {
    const double size = std::abs(number);
    if (!std::isfinite(number))
      text_ += std::isnan(number) ? "\"NaN\"" : number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    else if (size == 0 || (size >= 1e-5 && size < 1e15))
      put_number(number, std::chars_format::fixed); // the shortest digits that give the number back
    else
      put_number(number);
  }
  void put(std::uint32_t number) { put_number(number); }
  void put(std::int64_t number) { put_quoted(number); }
  void put(std::uint64_t number) { put_quoted(number); }
  template <class T>
  void put_quoted(T number) {
    text_ += '"';
    put_number(number);
    text_ += '"';
  }
  template <class Tag>
  void put(const Id<Tag>& id) {
    put(id.value);
  }
  template <class Tag, class Rep>
  void put(const Number<Tag, Rep>& number) {
    put(number.value);
  }
  void put(const std::string& value) {
    constexpr std::string_view hex = "0123456789abcdef";
    text_ += '"';
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\')
        text_.append(1, '\\').append(1, c);
      else if (byte < 0x20)
        text_.append("\\u00").append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
      else
        text_ += c;
    }
    text_ += '"';
  }

  std::string text_;
};

} // namespace riskcluster

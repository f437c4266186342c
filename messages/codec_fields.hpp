#pragma once
// One list of fields per message, walked in both directions. Private to messages/codec_*.cpp, which include the
// generated headers; a list is a template
//
//   template <class V> void fields(V& v, Domain<V, LimitCheck>& d, Wire<V, risk::LimitCheck>& p) {
//     FIELD(name); FIELD_OPTIONAL(value); FIELD_ENUM(outcome, risk::LimitCheck::Outcome_MAX, Outcome::warning);
//   }
//
// visited by an Encoder or a Decoder. A list calls the lists of the messages in it, so those come first in a file.

#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/ids.hpp"

namespace riskcluster {

template <class V, class T>
using Domain = std::conditional_t<V::encodes, const T, T>;
template <class V, class T>
using Wire = std::conditional_t<V::encodes, T, const T>;

/// Where a value stands: "assessments[2].checks[0]", built only when it has to be told.
struct FieldPath {
  const FieldPath* parent = nullptr;
  const char* field = nullptr;
  int index = -1;

  std::string text() const {
    if (!field) return {};
    std::string path = parent ? parent->text() : std::string{};
    if (!path.empty()) path += '.';
    path += field;
    if (index >= 0) path += '[' + std::to_string(index) + ']';
    return path;
  }
};

/// From the wire. What cannot be taken over is left as it was, and the first such field is the fault.
class Decoder {
public:
  static constexpr bool encodes = false;
  explicit Decoder(std::string& fault) : fault_{fault} {}

  bool failed() const { return !fault_.empty(); }
  void reject(const char* field, std::string_view why, int index = -1) {
    if (!failed()) fault_ = FieldPath{&path_, field, index}.text().append(": ").append(why);
  }

  template <class T, class Get, class Set>
  void value(const char* field, T& domain, Get&& get, Set&&) {
    read(field, -1, domain, get());
  }
  template <class T, class Has, class Get, class Set>
  void optional(const char* field, std::optional<T>& domain, Has&& has, Get&& get, Set&&) {
    if (!has()) return;
    T value{};
    if (read(field, -1, value, get())) domain = std::move(value);
  }
  template <class T, class Get, class Set>
  void enumeration(const char* field, T& domain, int last, Get&& get, Set&&) {
    const auto number = static_cast<int>(get());
    if (number < 0 || number > last) return reject(field, "unknown enum number " + std::to_string(number));
    domain = static_cast<T>(number);
  }
  template <class T, class Part, class Each>
  void message(const char* field, T& domain, Part&& part, Each&& each) {
    Decoder inner{*this, field, -1};
    each(inner, domain, part());
  }
  template <class T, class Has, class Part, class Each>
  void optional_message(const char* field, std::optional<T>& domain, Has&& has, Part&& part, Each&& each) {
    if (has()) message(field, domain.emplace(), part, each);
  }
  template <class T, class Part, class Each>
  void list(const char* field, std::vector<T>& domain, Part&& part, Each&& each) {
    const auto& wire = part();
    domain.resize(static_cast<std::size_t>(wire.size()));
    for (int i = 0; i < wire.size(); ++i) {
      Decoder inner{*this, field, i};
      each(inner, domain[static_cast<std::size_t>(i)], wire.Get(i));
    }
  }
  template <class T, class Part>
  void values(const char* field, std::vector<T>& domain, Part&& part) {
    const auto& wire = part();
    domain.resize(static_cast<std::size_t>(wire.size()));
    for (int i = 0; i < wire.size(); ++i) read(field, i, domain[static_cast<std::size_t>(i)], wire.Get(i));
  }

private:
  Decoder(const Decoder& parent, const char* field, int index)
      : fault_{parent.fault_}, path_{&parent.path_, field, index} {}

  bool read(const char* field, int index, double& domain, double wire) {
    if (!std::isfinite(wire)) return reject(field, "not a finite number", index), false;
    domain = wire;
    return true;
  }
  template <std::integral T>
  bool read(const char*, int, T& domain, std::type_identity_t<T> wire) {
    domain = wire;
    return true;
  }
  bool read(const char*, int, std::string& domain, const std::string& wire) {
    domain = wire;
    return true;
  }
  template <class Tag>
  bool read(const char* field, int index, Id<Tag>& domain, const std::string& wire) {
    // What kind of id it must be is for the rules to say; here only that no answer has to repeat a book.
    if (wire.size() > id_length_max) return reject(field, "longer than 63 characters", index), false;
    domain.value = wire;
    return true;
  }
  template <class Tag, class Rep>
  bool read(const char*, int, Number<Tag, Rep>& domain, std::type_identity_t<Rep> wire) {
    domain.value = wire;
    return true;
  }

  std::string& fault_;
  FieldPath path_;
};

/// To the wire: total.
class Encoder {
public:
  static constexpr bool encodes = true;

  template <class T, class Get, class Set>
  void value(const char*, const T& domain, Get&&, Set&& set) {
    write(domain, set);
  }
  template <class T, class Has, class Get, class Set>
  void optional(const char*, const std::optional<T>& domain, Has&&, Get&&, Set&& set) {
    if (domain) set(*domain);
  }
  template <class T, class Get, class Set>
  void enumeration(const char*, const T& domain, int, Get&&, Set&& set) {
    set(static_cast<int>(domain));
  }
  template <class T, class Part, class Each>
  void message(const char*, const T& domain, Part&& part, Each&& each) {
    each(*this, domain, part());
  }
  template <class T, class Has, class Part, class Each>
  void optional_message(const char*, const std::optional<T>& domain, Has&&, Part&& part, Each&& each) {
    if (domain) each(*this, *domain, part());
  }
  template <class T, class Part, class Each>
  void list(const char*, const std::vector<T>& domain, Part&& part, Each&& each) {
    auto& wire = part();
    wire.Reserve(static_cast<int>(domain.size()));
    for (const auto& item : domain) each(*this, item, *wire.Add());
  }
  template <class T, class Part>
  void values(const char*, const std::vector<T>& domain, Part&& part) {
    auto& wire = part();
    wire.Reserve(static_cast<int>(domain.size()));
    for (const auto& item : domain) {
      if constexpr (std::is_arithmetic_v<T>)
        wire.Add(item);
      else if constexpr (std::is_same_v<T, std::string>)
        *wire.Add() = item;
      else
        *wire.Add() = item.value;
    }
  }

private:
  template <class T, class Set>
  void write(const T& domain, Set&& set) {
    if constexpr (std::is_arithmetic_v<T>)
      set(domain);
    else if constexpr (std::is_same_v<T, std::string>)
      domain.empty() ? void() : set(domain); // setting an empty string would allocate one
    else
      write(domain.value, set);
  }
};

} // namespace riskcluster

#define FIELD_PART(name)                                                                                               \
  [&]() -> auto& {                                                                                                     \
    if constexpr (std::remove_reference_t<decltype(v)>::encodes)                                                       \
      return *p.mutable_##name();                                                                                      \
    else                                                                                                               \
      return p.name();                                                                                                 \
  }
#define FIELD_EACH [](auto& v_in, auto& d_in, auto& p_in) { fields(v_in, d_in, p_in); }

/// A number, bool, string or id.
#define FIELD(name) FIELD_AS(name, d.name)
#define FIELD_AS(name, member)                                                                                         \
  v.value(                                                                                                             \
      #name, member, [&]() -> decltype(auto) { return p.name(); }, [&](const auto& x) { p.set_##name(x); })
#define FIELD_OPTIONAL(name)                                                                                           \
  v.optional(                                                                                                          \
      #name, d.name, [&] { return p.has_##name(); }, [&]() -> decltype(auto) { return p.name(); },                     \
      [&](const auto& x) { p.set_##name(x); })
/// Enumerators correspond by number, from 0 without a hole.
#define FIELD_ENUM(name, wire_last, domain_last) FIELD_ENUM_AS(name, d.name, wire_last, domain_last)
#define FIELD_ENUM_AS(name, member, wire_last, domain_last)                                                            \
  static_assert(static_cast<int>(wire_last) == static_cast<int>(domain_last));                                         \
  v.enumeration(                                                                                                       \
      #name, member, static_cast<int>(wire_last), [&] { return p.name(); },                                            \
      [&]([[maybe_unused]] auto x) {                                                                                   \
        if constexpr (std::remove_reference_t<decltype(v)>::encodes) p.set_##name(static_cast<decltype(p.name())>(x)); \
      })
/// A message that the domain always has.
#define FIELD_MESSAGE(name) v.message(#name, d.name, FIELD_PART(name), FIELD_EACH)
#define FIELD_OPTIONAL_MESSAGE(name)                                                                                   \
  v.optional_message(                                                                                                  \
      #name, d.name, [&] { return p.has_##name(); }, FIELD_PART(name), FIELD_EACH)
#define FIELD_LIST(name) FIELD_LIST_AS(name, d.name)
#define FIELD_LIST_AS(name, member) v.list(#name, member, FIELD_PART(name), FIELD_EACH)
/// Repeated numbers, strings or ids.
#define FIELD_VALUES(name) FIELD_VALUES_AS(name, d.name)
#define FIELD_VALUES_AS(name, member) v.values(#name, member, FIELD_PART(name))

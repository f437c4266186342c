#pragma once
// Any protobuf message filled with random values by reflection, so that no field can be forgotten by a test.

#include <cmath>
#include <cstdint>
#include <random>
#include <set>
#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace riskcluster::test {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class RandomWire {
public:
  /// @param always sub-messages that the domain always has; every other one is there half of the time.
  RandomWire(std::uint64_t seed, std::set<std::string> always = {}) : random_{seed}, always_{std::move(always)} {}

  int below(int n) { return std::uniform_int_distribution<int>{0, n - 1}(random_); }
  bool coin() { return below(2) == 0; }
  /// Finite, of any magnitude, either sign, often a plain one, sometimes zero.
  double number() {
    switch (below(5)) {
    case 0:
      return below(2000) - 1000;
    case 1:
      return 0;
    case 2:
      return std::ldexp(std::uniform_real_distribution{-1.0, 1.0}(random_), below(1800) - 900);
    default:
      return std::uniform_real_distribution{-1e6, 1e6}(random_);
    }
  }
  /// What money may be, and what a price or a quantity may be.
  double amount() { return std::fmod(number(), 1e15); }
  double positive() { return std::fmod(std::abs(number()), 1e11) + 0.5; }
  std::string id() {
    std::string text(static_cast<std::size_t>(1 + below(63)), 'x');
    for (char& c : text) c = "abcXYZ019"[below(9)];
    return text;
  }

  void fill(Message& message) {
    const auto& type = *message.GetDescriptor();
    const auto& reflection = *message.GetReflection();
    for (int i = 0; i < type.field_count(); ++i) {
      const auto* field = type.field(i);
      if (field->is_map() ||
          (field->real_containing_oneof() && reflection.HasOneof(message, field->containing_oneof())))
        continue;
      if (field->is_repeated()) {
        for (int n = below(4); n > 0; --n) add(message, reflection, field);
      } else if (!field->has_presence() || always_.contains(field->name()) || coin()) {
        set(message, reflection, field);
      }
    }
  }

private:
  std::int64_t integer() { return static_cast<std::int64_t>(random_()) >> below(64); }
  std::string text() { return coin() ? id() : coin() ? std::string{} : "Größe \"5\" \\ \t€"; }
  const google::protobuf::EnumValueDescriptor* value_of(const FieldDescriptor* field) {
    return field->enum_type()->value(below(field->enum_type()->value_count()));
  }

  void set(Message& m, const google::protobuf::Reflection& r, const FieldDescriptor* f) {
    switch (f->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return r.SetDouble(&m, f, number());
    case FieldDescriptor::CPPTYPE_BOOL:
      return r.SetBool(&m, f, coin());
    case FieldDescriptor::CPPTYPE_INT64:
      return r.SetInt64(&m, f, integer());
    case FieldDescriptor::CPPTYPE_UINT64:
      return r.SetUInt64(&m, f, static_cast<std::uint64_t>(integer()));
    case FieldDescriptor::CPPTYPE_UINT32:
      return r.SetUInt32(&m, f, static_cast<std::uint32_t>(integer()));
    case FieldDescriptor::CPPTYPE_ENUM:
      return r.SetEnum(&m, f, value_of(f));
    case FieldDescriptor::CPPTYPE_STRING:
      return r.SetString(&m, f, text());
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return fill(*r.MutableMessage(&m, f));
    default:
      std::abort(); // a type that no contract uses yet
    }
  }
  void add(Message& m, const google::protobuf::Reflection& r, const FieldDescriptor* f) {
    switch (f->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return r.AddDouble(&m, f, number());
    case FieldDescriptor::CPPTYPE_STRING:
      return r.AddString(&m, f, text());
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return fill(*r.AddMessage(&m, f));
    default:
      std::abort();
    }
  }

  std::mt19937_64 random_;
  std::set<std::string> always_;
};

} // namespace riskcluster::test

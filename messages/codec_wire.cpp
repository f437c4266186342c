#include "messages/codec_wire.hpp"

#include <algorithm>
#include <memory>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

namespace riskcluster {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// protobuf would tell standard error of every malformed input; our faults say it.
void silence_protobuf() { static const google::protobuf::LogSilencer silencer; }

/// The fault in protobuf's words, which rarely name a nested field.
std::string whole_fault(std::string_view text, Message& message) {
  if (auto fault = json_fault(text); !fault.empty()) return fault;
  silence_protobuf();
  const auto status = google::protobuf::util::JsonStringToMessage({text.data(), text.size()}, &message);
  if (status.ok()) return {};
  return "not a " + message.GetDescriptor()->name() + ": " + shown({status.message().data(), status.message().size()});
}

const FieldDescriptor* find_field(const Descriptor& type, const std::string& snake_name) {
  if (const auto* field = type.FindFieldByName(snake_name)) return field;
  std::string camel; // as protobuf derives it: historical_var_95 is historicalVar95
  for (std::size_t i = 0; i < snake_name.size(); ++i) {
    const bool upper =
        snake_name[i] == '_' && i + 1 < snake_name.size() && snake_name[i + 1] >= 'a' && snake_name[i + 1] <= 'z';
    camel += upper ? static_cast<char>(snake_name[++i] - 'a' + 'A') : snake_name[i];
  }
  return type.FindFieldByCamelcaseName(camel);
}

std::string expected(const FieldDescriptor& field) {
  if (field.is_map()) return "an object of numbers";
  std::string text;
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_DOUBLE:
    text = "a finite number";
    break;
  case FieldDescriptor::CPPTYPE_BOOL:
    text = "true or false";
    break;
  case FieldDescriptor::CPPTYPE_STRING:
    text = "a string";
    break;
  case FieldDescriptor::CPPTYPE_MESSAGE:
    text = "an object";
    break;
  case FieldDescriptor::CPPTYPE_ENUM:
    text = "one of";
    for (int i = 1; i < field.enum_type()->value_count(); ++i)
      text.append(i == 1 ? " " : ", ").append(field.enum_type()->value(i)->name());
    break;
  default:
    text = "a whole number of its range";
    break;
  }
  return field.is_repeated() ? "a list, each " + text : text;
}

std::string inner_fault(const FieldDescriptor& field, std::string_view value) {
  const auto object_fault = [&](std::string_view text, const std::string& path) {
    const auto fault = json_field_fault(text, *field.message_type());
    return fault.empty() ? fault : path + fault;
  };
  if (!field.is_repeated()) return value == "null" ? std::string{} : object_fault(value, ".");
  const auto list = json_list(value);
  for (std::size_t i = 0; i < list.elements.size(); ++i)
    if (auto fault = object_fault(list.elements[i], "[" + std::to_string(i) + "]."); !fault.empty()) return fault;
  return list.fault.empty() ? std::string{} : ": " + list.fault;
}

} // namespace

bool read_json(std::string_view text, Message& message) { return whole_fault(text, message).empty(); }

std::string json_field_fault(const JsonMember& member, const Descriptor& type) {
  const auto* field = find_field(type, member.name);
  if (!field) return shown(member.name) + ": unknown field";
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_map())
    if (const auto fault = inner_fault(*field, member.value); !fault.empty()) return field->name() + fault;
  const std::unique_ptr<Message> probe{
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New()};
  const auto text = std::string{"{\""}.append(field->name()).append("\":").append(member.value).append("}");
  if (read_json(text, *probe)) return {};
  return field->name() + ": not " + expected(*field) + ": " + shown(member.value);
}

std::string json_field_fault(std::string_view text, const Descriptor& type) {
  const auto object = json_object(text);
  for (std::size_t i = 0; i < object.members.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      if (object.members[i].name == object.members[j].name) return shown(object.members[i].name) + ": is there twice";
    if (auto fault = json_field_fault(object.members[i], type); !fault.empty()) return fault;
  }
  return object.fault;
}

std::string parse_json(std::string_view text, std::size_t bytes_max, Message& message) {
  if (text.size() > bytes_max) return "longer than " + std::to_string(bytes_max) + " bytes";
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return "empty";
  if (text[begin] != '{') return "not an object: " + shown(text.substr(begin));
  auto why = whole_fault(text, message);
  if (why.empty()) return {};
  auto fault = json_field_fault(text, *message.GetDescriptor());
  return fault.empty() ? why : fault;
}

std::string parse_bytes(std::string_view bytes, std::size_t bytes_max, Message& message) {
  silence_protobuf();
  if (bytes.size() > bytes_max) return "longer than " + std::to_string(bytes_max) + " bytes";
  if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return {};
  return "not a " + message.GetDescriptor()->name() + ", or text that is not UTF-8";
}

std::string print_json(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  // Fails for types without descriptors only.
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  return text;
}

} // namespace riskcluster

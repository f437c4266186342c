#pragma once
// A message as bytes, as JSON and as a generated object: what a round trip compares.

#include <string>

#include <doctest/doctest.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include "core/result.hpp"

namespace riskcluster::test {

template <class T>
const T& good(const Result<T>& result) {
  if (!result) FAIL(result.error().message);
  return *result;
}

template <class Wire>
void require_equal(const Wire& before, const Wire& after) {
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  if (!differencer.Compare(before, after)) FAIL(difference);
}

inline std::string json_of(const google::protobuf::Message& wire) {
  std::string text;
  REQUIRE(google::protobuf::util::MessageToJsonString(wire, &text).ok());
  return text;
}

template <class Wire>
Wire wire_of_bytes(const std::string& bytes) {
  Wire wire;
  REQUIRE(wire.ParseFromString(bytes));
  return wire;
}

template <class Wire>
Wire wire_of_json(const std::string& text) {
  Wire wire;
  REQUIRE(google::protobuf::util::JsonStringToMessage(text, &wire).ok());
  return wire;
}

} // namespace riskcluster::test

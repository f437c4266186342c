#include "tenant/repeats.hpp"

#include <doctest/doctest.h>

using namespace riskcluster;

namespace {

const SourceId engine{"engine"};

InputOrigin origin(const char* id, std::uint64_t sequence) { return {InputKind::batch, id, engine, sequence}; }

} // namespace

TEST_CASE("a batch without a sequence is a repeat while its id is among the last 64") {
  TenantState state;
  remember(state, origin("b0", 0), {7});
  CHECK(admit(state, origin("b0", 0)).kind == Admission::Kind::repeat);
  CHECK(admit(state, origin("b0", 0)).n.value == 7);
  CHECK(admit(state, origin("b1", 0)).kind == Admission::Kind::fresh);
  for (int i = 1; i <= 64; ++i) remember(state, origin(("c" + std::to_string(i)).c_str(), 0), {8});
  CHECK(admit(state, origin("b0", 0)).kind == Admission::Kind::fresh);
}

TEST_CASE("a known sequence with the same id is a repeat, with another id a conflict") {
  TenantState state;
  remember(state, origin("b1", 5), {3});
  CHECK(admit(state, origin("b1", 5)).kind == Admission::Kind::repeat);
  CHECK(admit(state, origin("b2", 5)).reason_code == "SEQUENCE_CONFLICT");
  CHECK(admit(state, origin("b2", 4)).kind == Admission::Kind::fresh);
  CHECK(admit(state, origin("b2", 6)).kind == Admission::Kind::fresh);
}

TEST_CASE("a seen sequence whose answer is gone is never decided again, nor is one older than the window") {
  TenantState state;
  for (std::uint64_t s = 1; s <= 2'000; ++s) remember(state, origin(("b" + std::to_string(s)).c_str(), s), {s});
  CHECK(admit(state, origin("b2000", 2'000)).kind == Admission::Kind::repeat);
  CHECK(admit(state, origin("b1500", 1'500)).reason_code == "DUPLICATE_EXPIRED");
  CHECK(admit(state, origin("b1", 1)).reason_code == "DUPLICATE_EXPIRED");
  CHECK(admit(state, origin("new", 976)).reason_code == "DUPLICATE_EXPIRED");
}

TEST_CASE("sequences left out may still come, as long as they are within the window") {
  TenantState state;
  remember(state, origin("b10", 10), {1});
  remember(state, origin("b1000", 1'000), {2});
  CHECK(admit(state, origin("b11", 11)).kind == Admission::Kind::fresh);
  remember(state, origin("b11", 11), {3});
  CHECK(admit(state, origin("b11", 11)).kind == Admission::Kind::repeat);
  remember(state, origin("b5000", 5'000), {4}); // a leap beyond the window forgets it all
  CHECK(admit(state, origin("b4999", 4'999)).kind == Admission::Kind::fresh);
  CHECK(admit(state, origin("b3977", 3'977)).kind == Admission::Kind::fresh);
  CHECK(admit(state, origin("b3976", 3'976)).reason_code == "DUPLICATE_EXPIRED");
}

TEST_CASE("at most 16 sources number their messages; facts and signals are numbered apart") {
  TenantState state;
  for (int i = 0; i < 16; ++i) {
    const SourceId source{"s" + std::to_string(i)};
    remember(state, {InputKind::batch, "b", source, 1}, {1});
  }
  const SourceId another{"s16"};
  CHECK(admit(state, {InputKind::batch, "b", another, 1}).reason_code == "TOO_MANY_SOURCES");
  TenantState apart;
  remember(apart, origin("b1", 1), {1});
  CHECK(admit(apart, {InputKind::fact, "b1", engine, 1}).kind == Admission::Kind::fresh);
}

// What becomes of an input whose road ended in an error.

#include "actors/fates.hpp"

#include <doctest/doctest.h>

using namespace riskcluster;

TEST_CASE("a fact dies only when nobody could ever apply it: a record that a repair would cure is waited for") {
  const struct {
    Errc error;
    Fate fate;
    const char* code;
  } table[] = {
      {Errc::not_found, Fate::dead, "UNKNOWN_TENANT"},    {Errc::failed, Fate::dead, "CANNOT_BE_APPLIED"},
      {Errc::malformed, Fate::retry, "STATE_UNREADABLE"}, {Errc::unavailable, Fate::retry, "UNAVAILABLE"},
      {Errc::overloaded, Fate::retry, "OVERLOADED"},      {Errc::quarantined, Fate::retry, "TENANT_QUARANTINED"}};
  for (const auto& line : table) {
    CAPTURE(line.code);
    Reply reply;
    judge_failure(reply, {line.error, "why"});
    CHECK(reply.fate == line.fate);
    CHECK(reply.reason_code == line.code);
    CHECK(reply.reason == "why");
  }
}

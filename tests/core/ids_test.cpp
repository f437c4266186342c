// Which texts may name something. The table is the expression ^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$ read by hand.

#include <string>

#include <doctest/doctest.h>

#include "core/ids.hpp"

using namespace riskcluster;

TEST_CASE("an id starts with a letter or digit and goes on with letters, digits, _ and -") {
  for (const char* const id : {"a", "Z", "0", "acme", "ACME-1", "a_b", "9-_", "EURUSD", "a--", "a__"}) {
    CAPTURE(id);
    CHECK(is_valid_id(id));
  }
}

TEST_CASE("no id can carry a wildcard, a separator or a control character") {
  const std::string_view refused[] = {"",    "*",    ">",   ".",    " ",     "_a",        "-a",       "a.b",
                                      "a*",  "a>",   "a b", " a",   "a ",    "a/b",       "a\tb",     "a\nb",
                                      "a:b", "a\\b", "a,b", "a\"b", "a\x7f", "a\xc3\xa4", "\xc3\xa4", "a@b",
                                      "a[b", "a`b",  "a{b", "$a",   "a+b"};
  for (const auto id : refused) {
    CAPTURE(id);
    CHECK_FALSE(is_valid_id(id));
  }
  CHECK_FALSE(is_valid_id(std::string_view{"a\0b", 3}));
  CHECK_FALSE(is_valid_id(std::string_view{"a\0", 2}));
}

TEST_CASE("an id has at most 63 characters") {
  CHECK(is_valid_id(std::string(62, 'x')));
  CHECK(is_valid_id(std::string(63, 'x')));
  CHECK_FALSE(is_valid_id(std::string(64, 'x')));
  CHECK_FALSE(is_valid_id(std::string(100'000, 'x')));
}

TEST_CASE("a tenant is company/user, ordered by company, then user") {
  const TenantId ann{CompanyId{"acme"}, UserId{"ann"}}, bob{CompanyId{"acme"}, UserId{"bob"}};
  const TenantId zed{CompanyId{"abc"}, UserId{"zed"}};
  CHECK(ann.text() == "acme/ann");
  CHECK(ann < bob);
  CHECK(zed < ann);
  CHECK(ann == TenantId{CompanyId{"acme"}, UserId{"ann"}});
}

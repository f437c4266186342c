// Hashes: the published vectors of xxHash, and what the Hasher must keep apart.

#include <limits>
#include <set>

#include <doctest/doctest.h>

#include "core/hash.hpp"

using namespace riskcluster;

namespace {

template <class... Values>
std::string digest(const Values&... values) {
  Hasher hasher;
  (hasher.add(values), ...);
  return hasher.digest().hex();
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("XXH64 with seed 0 gives the published values") {
  // xxHash: "", "a", "abc"; the two sentences are the examples in the README of python-xxhash.
  CHECK(hash64("") == 0xef46db3751d8e999U);
  CHECK(hash64("a") == 0xd24ec4f1a98c6e5bU);
  CHECK(hash64("abc") == 0x44bc2cf5ad770999U);
  CHECK(hash64("xxhash") == 0x32dd38952c4bc720U);
  CHECK(hash64("Nobody inspects the spammish repetition") == 0xfbcea83c8a378bf1U);
}

TEST_CASE("XXH3-128 gives the published values, in canonical order of bytes") {
  // printf … | xxhsum -H2; the same values in PHP's documentation of hash("xxh128", …).
  CHECK(hash128("").hex() == "99aa06d3014798d86001c324468d497f");
  CHECK(hash128("a").hex() == "a96faf705af16834e6c632b61e964e1f");
  CHECK(hash128("abc").hex() == "06b05ab6733a618578af5f94892f3950");
  CHECK(hash128("hello world").hex() == "df8d09e93f874900a99b8775cc15b6c7");
}

TEST_CASE("low64 is the number that the first eight bytes spell") {
  CHECK(hash128("abc").low64() == 0x06b05ab6733a6185U);
  CHECK(Hash128{}.low64() == 0);
  CHECK(Hash128{}.hex() == std::string(32, '0'));
}

TEST_CASE("raw bytes hash alike in one piece and in many") {
  Hasher none, pieces;
  CHECK(none.digest().hex() == "99aa06d3014798d86001c324468d497f");
  pieces.bytes("hel", 3).bytes("", 0).bytes("lo world", 8);
  CHECK(pieces.digest().hex() == "df8d09e93f874900a99b8775cc15b6c7");
}

TEST_CASE("no two sequences of values share their bytes") {
  // 19 different values; were two of them alike to the hasher, the set would be smaller.
  const std::set<std::string> digests = {
      digest(Strings{"ab", "c"}),
      digest(Strings{"a", "bc"}),
      digest(Strings{"abc"}),
      digest(Strings{"abc", ""}),
      digest(Strings{"", "abc"}),
      digest(Strings{}),
      digest(Strings{""}),
      digest(std::string{"ab"}, std::string{"c"}),
      digest(std::string{"a"}, std::string{"bc"}),
      digest(Strings{"a"}, Strings{"b"}),
      digest(Strings{"a", "b"}, Strings{}),
      digest(Strings{}, Strings{"a", "b"}),
      digest(std::optional<double>{}),
      digest(std::optional<double>{0.0}),
      digest(std::optional<double>{1.0}),
      digest(std::optional<double>{}, std::optional<double>{1.0}),
      digest(std::optional<double>{1.0}, std::optional<double>{}),
      digest(1.0),
      digest(2.0),
  };
  CHECK(digests.size() == 19);
}

TEST_CASE("minus zero is zero; every other bit of a double counts") {
  CHECK(digest(-0.0) == digest(0.0));
  CHECK(digest(-0.0F) == digest(0.0F));
  CHECK(digest(std::vector<double>{1, -0.0}) == digest(std::vector<double>{1, 0.0}));
  CHECK(digest(1.0) != digest(1.0 + std::numeric_limits<double>::epsilon()));
  CHECK(digest(1.0) != digest(-1.0));
}

TEST_CASE("an id hashes as its text") {
  CHECK(digest(Symbol{"EURUSD"}) == digest(std::string{"EURUSD"}));
  CHECK(digest(Symbol{"EURUSD"}) != digest(Symbol{"EURUSE"}));
}

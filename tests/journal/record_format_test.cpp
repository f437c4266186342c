// A record as bytes on the disk.

#include <doctest/doctest.h>

#include "journal/record_format.hpp"

using namespace riskcluster;

namespace {

JournalRecord record() {
  JournalRecord made{.shard = {0x01020304},
                     .epoch = {5},
                     .n = {0x0807060504030201},
                     .entity = "acme/ann",
                     .at_ms = -2,
                     .payload = std::string{"pay\0load", 8}};
  made.previous_hash.bytes.fill(0xab);
  return made;
}

std::string encoded() { return encode_record(record(), hash_of(record())); }

} // namespace

TEST_CASE("a record is laid out as its format says") {
  const std::string bytes = encoded();
  REQUIRE(bytes.size() == 69 + 8 + 8);
  const Hash128 hash = hash_of(record());
  std::string expected = "\x01";                                  // version
  expected += std::string{"\x04\x03\x02\x01", 4};                 // shard
  expected += std::string{"\x05\0\0\0\0\0\0\0", 8};               // epoch
  expected += std::string{"\x01\x02\x03\x04\x05\x06\x07\x08", 8}; // n
  expected += "\xfe\xff\xff\xff\xff\xff\xff\xff";                 // at_ms
  expected += std::string(16, '\xab');                            // hash of the record before
  expected += std::string{"\x08\0\0\0", 4} + "acme/ann";          // entity
  expected += std::string{"\x08\0\0\0", 4} + record().payload;    // payload
  expected += std::string{hash.bytes.begin(), hash.bytes.end()};
  CHECK(bytes == expected);
}

TEST_CASE("a record is decoded as it was encoded") {
  const auto stored = decode_record(encoded());
  REQUIRE(stored);
  CHECK(stored->hash == hash_of(record()));
  CHECK(stored->record.shard == record().shard);
  CHECK(stored->record.epoch == record().epoch);
  CHECK(stored->record.n == record().n);
  CHECK(stored->record.at_ms == record().at_ms);
  CHECK(stored->record.previous_hash == record().previous_hash);
  CHECK(stored->record.entity == record().entity);
  CHECK(stored->record.payload == record().payload);
  const JournalRecord empty{};
  CHECK(decode_record(encode_record(empty, hash_of(empty))));
  CHECK(encode_record(empty, hash_of(empty)).size() == record_bytes_min);
}

TEST_CASE("every changed bit, every missing byte and every byte too many is found") {
  const std::string sound = encoded();
  for (std::size_t i = 0; i < sound.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string damaged = sound;
      damaged[i] = static_cast<char>(static_cast<unsigned char>(damaged[i]) ^ (1U << bit));
      CHECK_FALSE(decode_record(damaged));
    }
    CHECK_FALSE(decode_record(sound.substr(0, i)));
    CHECK_FALSE(decode_record(sound.substr(i + 1)));
    CHECK_FALSE(decode_record(sound.substr(0, i) + sound.substr(i + 1)));
  }
  CHECK_FALSE(decode_record(sound + '\0'));
  CHECK_FALSE(decode_record(sound + sound));
}

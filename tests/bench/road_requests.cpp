#include "bench/road_requests.hpp"

#include <algorithm>
#include <array>

#include "core/check.hpp"
#include "messages/codec_trading.hpp"

namespace riskcluster::bench {

namespace {

// As long as those of today, in digits and as a varint.
constexpr TimeMs created_mark = 1'700'000'000'001;
constexpr TimeMs expires_mark = 1'700'000'000'002;
constexpr std::uint64_t number_mark = 9'876'543'210;

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 128; value >>= 7U) bytes += static_cast<char>(static_cast<std::uint8_t>(value | 128U));
  bytes += static_cast<char>(value);
  return bytes;
}

std::size_t only_place(const std::string& bytes, const std::string& what) {
  const auto at = bytes.find(what);
  check(at != std::string::npos && bytes.find(what, at + 1) == std::string::npos, "a mark stands once in a request");
  return at;
}

SignalBatch batch_of(const Fixture& fixture, std::mt19937_64& random, std::uint64_t number, const TenantId& tenant,
                     TimeMs created, TimeMs expires) {
  SignalBatch batch{.batch_id = BatchId{"b" + id_digits(number)},
                    .company_id = tenant.company,
                    .user_id = tenant.user,
                    .created_at_ms = created};
  batch.trading_signals.push_back(fixture.signal(random, 0));
  batch.trading_signals.front().signal_id = SignalId{"s" + id_digits(number)};
  batch.trading_signals.front().expires_at_ms = expires;
  return batch;
}

} // namespace

std::string id_digits(std::uint64_t number) {
  std::string digits(id_digit_count, '0');
  for (std::size_t i = digits.size(); i-- > 0 && number > 0; number /= 10)
    digits[i] = static_cast<char>('0' + number % 10);
  return digits;
}

TimeMs wall_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

Requests::Requests(const Fixture& fixture, Input::Format format, int tenants, int companies, int variety,
                   std::uint64_t seed)
    : format_{format} {
  std::mt19937_64 random{seed};
  const int rounds = (variety + tenants - 1) / tenants;
  templates_.reserve(static_cast<std::size_t>(rounds) * static_cast<std::size_t>(tenants));
  for (int round = 0; round < rounds; ++round)
    for (int tenant = 0; tenant < tenants; ++tenant)
      templates_.push_back(encode(
          batch_of(fixture, random, number_mark, Fixture::tenant_id(tenant, companies), created_mark, expires_mark)));
}

std::string Requests::time_bytes(TimeMs time) const {
  return format_ == Input::Format::json ? std::to_string(time) : varint(static_cast<std::uint64_t>(time));
}

Requests::Template Requests::encode(const SignalBatch& batch) const {
  Template made{.bytes = format_ == Input::Format::json ? encode_batch_json(batch) : encode_batch_bytes(batch)};
  const std::string mark = id_digits(number_mark);
  for (auto at = made.bytes.find(mark); at != std::string::npos; at = made.bytes.find(mark, at + 1))
    made.numbers.push_back(at);
  made.created = only_place(made.bytes, time_bytes(created_mark));
  made.expires = only_place(made.bytes, time_bytes(expires_mark));
  return made;
}

std::uint64_t Requests::reserve(std::uint64_t count) {
  const auto first = next_;
  next_ += count;
  return first;
}

Input Requests::make(std::uint64_t number, TimeMs now, TimeMs order_life) const {
  const Template& from = templates_[number % templates_.size()];
  Input input{.format = format_, .bytes = from.bytes};
  const std::string digits = id_digits(number), created = time_bytes(now), expires = time_bytes(now + order_life);
  for (const auto at : from.numbers) std::copy(digits.begin(), digits.end(), input.bytes.data() + at);
  std::copy(created.begin(), created.end(), input.bytes.data() + from.created);
  std::copy(expires.begin(), expires.end(), input.bytes.data() + from.expires);
  return input;
}

Input Requests::make_fresh(const Fixture& fixture, std::mt19937_64& random, std::uint64_t number,
                           const TenantId& tenant, TimeMs now) {
  return {.format = Input::Format::protobuf,
          .bytes = encode_batch_bytes(batch_of(fixture, random, number, tenant, now, now + order_life_ms))};
}

} // namespace riskcluster::bench

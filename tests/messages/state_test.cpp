// A state is read back exactly, or not at all.

#include <bit>
#include <limits>

#include <doctest/doctest.h>

#include "journal/tenant_state.pb.h"
#include "messages/codec_state.hpp"
#include "messages/random_wire.hpp"
#include "messages/sample_fold.hpp"

using namespace riskcluster;
using riskcluster::test::RandomWire;
using riskcluster::test::sample_fold;

namespace {

constexpr std::uint64_t seed = 20261120;

template <class T, class Make>
std::vector<T> some(RandomWire& random, int below, Make&& make) {
  std::vector<T> values;
  for (int n = random.below(below); n > 0; --n) values.push_back(make());
  return values;
}

template <class T>
std::vector<T> some_ids(RandomWire& random) {
  return some<T>(random, 4, [&] { return T{random.id()}; });
}

std::uint64_t any_hash(RandomWire& random) {
  return std::bit_cast<std::uint64_t>(random.number()) * 0x9e3779b97f4a7c15;
}

void fill_limits(RandomWire& random, Limits& limits) {
  for (auto& limit : limits.values) limit = {.value = random.number(), .origin = static_cast<Origin>(random.below(4))};
  if (random.coin()) limits.allowed_instruments = some_ids<Symbol>(random);
  limits.denied_instruments = some_ids<Symbol>(random);
  limits.banned_strategies = some_ids<StrategyId>(random);
  limits.banned_strategy_types =
      some<StrategyType>(random, 4, [&] { return static_cast<StrategyType>(1 + random.below(8)); });
  limits.trading_hours_restriction = random.coin();
}

void fill_memory(RandomWire& random, TenantState& state) {
  const auto whole = [&] { return static_cast<std::uint64_t>(random.below(1'000'000)); };
  state.sources = some<SourceWindow>(random, 4, [&] {
    SourceWindow window{.kind = random.coin() ? InputKind::batch : InputKind::fact,
                        .source = SourceId{random.id()},
                        .highest = whole()};
    for (auto& word : window.seen) word = any_hash(random);
    return window;
  });
  state.batch_digests = some<BatchDigest>(random, 9, [&] {
    return BatchDigest{any_hash(random), any_hash(random), whole()};
  });
  state.signal_digests = some<SignalDigest>(random, 9, [&] {
    return SignalDigest{any_hash(random), any_hash(random), test::noon_ms + random.below(1'000), whole()};
  });
  state.fact_digests = some<std::uint64_t>(random, 9, [&] { return any_hash(random); });
}

void fill_orders(RandomWire& random, TenantState& state) {
  auto& own = state.own;
  for (std::size_t i = 0; i < limit_count; ++i)
    if (random.coin()) own.limits.values.set(static_cast<LimitId>(i), random.number());
  if (random.coin()) own.limits.max_company_daily_var = random.number();
  own.limits.tolerance = static_cast<RiskTolerance>(random.below(4));
  own.limits.banned_strategies = some_ids<StrategyId>(random);
  own.limits.banned_strategy_types =
      some<StrategyType>(random, 4, [&] { return static_cast<StrategyType>(1 + random.below(8)); });
  own.allowed_instruments = some_ids<Symbol>(random);
  own.denied_instruments = some_ids<Symbol>(random);
  own.trading_hours_restriction = random.coin();
  state.limits_version = static_cast<std::uint64_t>(random.below(9));
  state.orders = static_cast<std::uint64_t>(random.below(9));
  state.halts = some<Halt>(random, 4, [&] {
    return Halt{static_cast<HaltScope>(random.below(3)), random.id(), random.id(), random.id(),
                test::noon_ms + random.below(1'000)};
  });
}

TenantState any_state(RandomWire& random) {
  TenantState state;
  state.id = {CompanyId{random.id()}, UserId{random.id()}};
  state.tier = static_cast<SubscriptionTier>(random.below(4));
  state.currency = Currency{random.id()};
  state.balance = random.number();
  fill_limits(random, state.limits);
  state.tolerance = static_cast<RiskTolerance>(random.below(4));
  state.tolerance_origin = static_cast<Origin>(random.below(4));
  state.strategies = some_ids<StrategyId>(random);
  state.positions = some<Position>(random, 5, [&] {
    return Position{Symbol{random.id()}, random.number(), random.number()};
  });
  state.reservations = some<Reservation>(random, 5, [&] {
    return Reservation{SignalId{random.id()}, Symbol{random.id()}, StrategyId{random.id()},
                       random.number(),       random.number(),     random.number(),
                       random.number(),       random.coin(),       test::noon_ms + random.below(1'000)};
  });
  state.trade_statistics = some<TradeStatistics>(random, 4, [&] {
    return TradeStatistics{StrategyId{random.id()},
                           Symbol{random.id()},
                           static_cast<std::uint32_t>(random.below(100)),
                           static_cast<std::uint32_t>(random.below(100)),
                           random.number(),
                           random.number(),
                           some<double>(random, 31, [&] { return random.number(); })};
  });
  fill_memory(random, state);
  fill_orders(random, state);
  state.tokens = {random.number(), test::noon_ms + random.below(1'000)};
  state.last_at_ms = random.below(1'000'000);
  state.version = static_cast<std::uint64_t>(random.below(1'000'000));
  state.opened = random.coin();
  return state;
}

void note_fields(const google::protobuf::Message& wire, std::set<std::string>& set) {
  std::vector<const google::protobuf::FieldDescriptor*> present;
  wire.GetReflection()->ListFields(wire, &present);
  for (const auto* field : present) {
    set.insert(field->full_name());
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      note_fields(wire.GetReflection()->GetMessage(wire, field), set);
      continue;
    }
    for (int i = 0; i < wire.GetReflection()->FieldSize(wire, field); ++i)
      note_fields(wire.GetReflection()->GetRepeatedMessage(wire, field, i), set);
  }
}

void require_back(const TenantState& state) {
  const auto decoded = decode_state(encode_state(state));
  if (!decoded) FAIL(decoded.error().message);
  REQUIRE(state_hash(*decoded) == state_hash(state));
  REQUIRE(*decoded == state);
}

TenantState usual_state() {
  RandomWire random{seed};
  TenantState state;
  do {
    state = any_state(random);
  } while (state.positions.empty() || state.reservations.empty() || state.sources.empty() ||
           state.signal_digests.empty() || state.limits.banned_strategy_types.empty());
  return state;
}

/// With a bytes_hash that fits, as somebody would make it who writes these bytes.
std::string sealed(const std::string& content) {
  journal::TenantState seal;
  const auto hash = hash128(content);
  seal.set_bytes_hash(std::string{hash.bytes.begin(), hash.bytes.end()});
  return content + seal.SerializeAsString();
}

std::string content_of(const TenantState& state) {
  journal::TenantState wire;
  REQUIRE(wire.ParseFromString(encode_state(state)));
  wire.clear_bytes_hash();
  return wire.SerializeAsString();
}

/// The error after a change of the bytes' message.
template <class Change>
std::string error_after(Change&& change) {
  journal::TenantState wire;
  REQUIRE(wire.ParseFromString(content_of(usual_state())));
  change(wire);
  const auto decoded = decode_state(sealed(wire.SerializeAsString()));
  return decoded ? "decoded" : decoded.error().message;
}

} // namespace

TEST_CASE("5,000 random states are the same after a round trip, and leave no field of the message out") {
  MESSAGE("seed " << seed);
  RandomWire random{seed};
  std::set<std::string> written;
  for (int i = 0; i < 5'000; ++i) {
    const TenantState state = any_state(random);
    require_back(state);
    journal::TenantState wire;
    REQUIRE(wire.ParseFromString(encode_state(state)));
    note_fields(wire, written);
  }
  for (const auto* type :
       {journal::TenantState::descriptor(), journal::OpenOrder::descriptor(), journal::SourceWindow::descriptor(),
        journal::BatchDigest::descriptor(), journal::SignalDigest::descriptor(), journal::OpenedPosition::descriptor(),
        journal::TradeRecord::descriptor(), journal::ResolvedLimit::descriptor(), journal::OwnSettings::descriptor(),
        journal::NamedLimit::descriptor(), journal::Halt::descriptor()})
    for (int i = 0; i < type->field_count(); ++i) {
      CAPTURE(type->field(i)->full_name());
      CHECK(written.contains(type->field(i)->full_name()));
    }
}

TEST_CASE("the states of the sample's tenants are the same after a round trip") {
  std::size_t positions = 0, reservations = 0, digests = 0, statistics = 0;
  for (const auto& [id, state] : sample_fold().states) {
    require_back(state);
    CHECK(encode_state(state) == encode_state(*decode_state(encode_state(state))));
    positions += state.positions.size();
    reservations += state.reservations.size();
    digests += state.signal_digests.size() + state.fact_digests.size();
    statistics += state.trade_statistics.size();
  }
  CHECK(positions > 20);
  CHECK(reservations > 20);
  CHECK(digests > 1'000);
  CHECK(statistics > 10);
}

TEST_CASE("no list, an empty list and a list of allowed instruments stay three different things in a state") {
  using List = std::optional<std::vector<Symbol>>;
  for (const auto& allowed : {List{}, List{std::vector<Symbol>{}}, List{std::vector{Symbol{"EURUSD"}}}}) {
    TenantState state;
    state.limits.allowed_instruments = allowed;
    require_back(state);
  }
}

TEST_CASE("the extremes of a number come back to the bit") {
  TenantState state;
  state.balance = -0.0;
  state.version = std::numeric_limits<std::uint64_t>::max();
  state.last_at_ms = std::numeric_limits<TimeMs>::min();
  state.tokens.tokens = std::numeric_limits<double>::denorm_min();
  require_back(state);
  CHECK(std::signbit(decode_state(encode_state(state))->balance));
}

TEST_CASE("every flipped bit of an encoded state is an error, and so is every cut") {
  const std::string good = encode_state(usual_state());
  for (std::size_t i = 0; i < good.size(); ++i) {
    CAPTURE(i);
    REQUIRE_FALSE(decode_state(std::string_view{good}.substr(0, i)));
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      REQUIRE_FALSE(decode_state(bad));
    }
  }
  CHECK_FALSE(decode_state(good + '\0'));
  CHECK(decode_state(good));
}

TEST_CASE("a changed byte under a seal that fits is an error or the same state, never another one") {
  const TenantState state = usual_state();
  const std::string content = content_of(state);
  CHECK(sealed(content) == encode_state(state));
  std::size_t errors = 0;
  for (std::size_t i = 0; i < content.size(); ++i)
    for (const int flip : {0x01, 0x10, 0x80}) {
      std::string changed = content;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      const auto decoded = decode_state(sealed(changed));
      errors += !decoded;
      if (decoded) REQUIRE(*decoded == state);
    }
  CHECK(errors > content.size() * 3 * 9 / 10);
}

TEST_CASE("a state that is not exactly understood is an error that names the field") {
  CHECK(error_after([](auto&) {}) == "decoded");
  CHECK(error_after([](auto& wire) { wire.set_balance(wire.balance() + 1); }) == "state_hash: the state hash is wrong");
  CHECK(error_after([](auto& wire) { wire.clear_state_hash(); }) == "state_hash: the state hash is wrong");
  CHECK(error_after([](auto& wire) { wire.mutable_signal_digests()->RemoveLast(); }) ==
        "state_hash: the state hash is wrong");
  CHECK(error_after([](auto& wire) { wire.set_balance(std::nan("")); }) == "balance: not a finite number");
  CHECK(error_after([](auto& wire) { wire.mutable_positions(0)->set_quantity(HUGE_VAL); }) ==
        "positions[0].quantity: not a finite number");
  CHECK(error_after([](auto& wire) { wire.mutable_reservations(0)->set_symbol(std::string(64, 'x')); }) ==
        "reservations[0].symbol: longer than 63 characters");
  CHECK(error_after([](auto& wire) { wire.mutable_sources(0)->mutable_seen()->RemoveLast(); }) ==
        "sources[0].seen: not 16 words");
  CHECK(error_after([](auto& wire) {
          wire.mutable_sources(0)->set_kind(static_cast<journal::SourceWindow::Kind>(2));
        }) == "sources[0].kind: unknown enum number 2");
  CHECK(error_after([](auto& wire) { wire.mutable_limits()->RemoveLast(); }) == "limits: message_burst is missing");
  CHECK(error_after([](auto& wire) { wire.set_banned_strategy_types(0, "HOPING"); }) ==
        "banned_strategy_types[0]: unknown type HOPING");
  CHECK(error_after([](auto& wire) { wire.set_tolerance_origin("luck"); }) == "tolerance_origin: unknown origin luck");
  CHECK(decode_state("").error().message == "bytes_hash: is missing");
  CHECK(decode_state(content_of(usual_state())).error().message == "bytes_hash: the bytes were changed");
  CHECK_FALSE(decode_state(sealed("nonsense")));
}

#pragma once
// Strong ids: a company is not a user, and neither is just a string.

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace riskcluster {

/// A string that knows what it names. Empty means absent.
template <class Tag>
struct Id {
  std::string value;

  Id() = default;
  explicit Id(std::string v) : value{std::move(v)} {}
  bool empty() const noexcept { return value.empty(); }
  auto operator<=>(const Id&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Id& id) { return out << id.value; }
};

using CompanyId = Id<struct CompanyTag>;
using UserId = Id<struct UserTag>;
using Symbol = Id<struct SymbolTag>;
using StrategyId = Id<struct StrategyTag>;
using SignalId = Id<struct SignalTag>;
using BatchId = Id<struct BatchTag>;
using SourceId = Id<struct SourceTag>;
using ExecutionId = Id<struct ExecutionTag>;
using Currency = Id<struct CurrencyTag>; ///< ISO 4217, or a coin's ticker

/// A number that knows what it counts.
template <class Tag, class Rep>
struct Number {
  Rep value = 0;
  auto operator<=>(const Number&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Number& n) { return out << n.value; }
};

using ShardId = Number<struct ShardTag, std::uint32_t>;
using Epoch = Number<struct EpochTag, std::uint64_t>;
using SequenceNumber = Number<struct SequenceTag, std::uint64_t>; ///< n: position in a shard's journal, from 1

struct TenantId {
  CompanyId company;
  UserId user;
  auto operator<=>(const TenantId&) const = default;
  std::string text() const { return company.value + "/" + user.value; }
  friend std::ostream& operator<<(std::ostream& out, const TenantId& id) { return out << id.text(); }
};

inline constexpr std::size_t id_length_max = 63;

/// ^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$: so that no id can carry a wildcard or a separator of a NATS subject.
constexpr bool is_valid_id(std::string_view text) noexcept {
  const auto alphanumeric = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  if (text.empty() || text.size() > id_length_max || !alphanumeric(text.front())) return false;
  for (const char c : text)
    if (!alphanumeric(c) && c != '_' && c != '-') return false;
  return true;
}

} // namespace riskcluster

template <class Tag>
struct std::hash<riskcluster::Id<Tag>> {
  std::size_t operator()(const riskcluster::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.value); }
};

#pragma once
// Requests for a load: encoded beforehand, so that the driver only copies bytes and stamps ids and times into them.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "bench/fixture.hpp"
#include "messages/message_types.hpp"

namespace riskcluster::bench {

inline constexpr TimeMs order_life_ms = 100; ///< approvals expire: books stay as they are, however long a run takes

/// Of single-signal batches, spread over all tenants in turn. No two that leave here have the same ids.
class Requests {
public:
  /// @param variety signals that differ, rounded up to a multiple of the tenants.
  Requests(const Fixture& fixture, Input::Format format, int tenants, int companies, int variety, std::uint64_t seed);

  /// Numbers that nobody else gets; the first of them.
  std::uint64_t reserve(std::uint64_t count);
  Input make(std::uint64_t number, TimeMs now, TimeMs order_life = order_life_ms) const;
  std::size_t bytes_each() const { return templates_.front().bytes.size(); }

  /// For requests that are not worth keeping.
  static Input make_fresh(const Fixture& fixture, std::mt19937_64& random, std::uint64_t number, const TenantId& tenant,
                          TimeMs now);

private:
  /// Where the number and the two times stand in the bytes.
  struct Template {
    std::string bytes;
    std::vector<std::size_t> numbers;
    std::size_t created = 0;
    std::size_t expires = 0;
  };
  std::string time_bytes(TimeMs time) const;
  Template encode(const SignalBatch& batch) const;

  Input::Format format_;
  std::vector<Template> templates_;
  std::uint64_t next_ = 1;
};

/// "0000000042": ids of one length.
std::string id_digits(std::uint64_t number);
inline constexpr std::size_t id_digit_count = 10;

TimeMs wall_clock_ms();

} // namespace riskcluster::bench

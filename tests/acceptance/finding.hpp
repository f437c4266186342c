#pragma once

#include <cstdint>
#include <string>

namespace riskcluster::acceptance {

/// Something in the journal that the rule book does not allow. Numbers are 0 where they mean nothing.
struct Finding {
  std::uint32_t shard = 0;
  std::uint64_t n = 0;
  std::string tenant;
  std::string signal;
  std::string
      control; ///< a control's name, or one of: chain, view, form, status, repeat, closing, request, lots, books
  double value = 0;
  double limit = 0;
  double before = 0;
  std::string what;
};

} // namespace riskcluster::acceptance

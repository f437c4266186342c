#pragma once

#include <cstddef>

namespace riskcluster::test {

/// The next allocation of at least so many bytes fails once, as if memory were used up. 0: none does.
void fail_allocation_of(std::size_t bytes_min);

} // namespace riskcluster::test

// Replaces the program's operator new, for tests of what happens when memory ends within a calculation.

#include "actors/memory_trap.hpp"

#include <atomic>
#include <cstdlib>
#include <limits>
#include <new>

namespace {

constexpr std::size_t never = std::numeric_limits<std::size_t>::max();
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): operator new has no other place for it
std::atomic<std::size_t> trap{never};

} // namespace

void riskcluster::test::fail_allocation_of(std::size_t bytes_min) { trap = bytes_min == 0 ? never : bytes_min; }

// NOLINTBEGIN(cppcoreguidelines-no-malloc): what operator new is made of
void* operator new(std::size_t size) {
  if (size >= trap.load(std::memory_order_relaxed)) {
    trap = never;
    throw std::bad_alloc{};
  }
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc{};
}
// Under the address sanitizer the library's own would come from elsewhere than delete gives back to.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size > 0 ? size : 1); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND(cppcoreguidelines-no-malloc)

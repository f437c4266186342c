#include "storage/memory_dead_letters.hpp"

#include <algorithm>

namespace riskcluster {

Result<std::uint64_t> MemoryDeadLetters::keep(std::vector<DeadLetter> letters) {
  const std::scoped_lock lock{mutex_};
  for (auto& letter : letters) {
    letter.number = ++count_;
    letters_.push_back(std::move(letter));
    if (letters_.size() > kept_max_) letters_.pop_front();
  }
  return count_;
}

Result<std::vector<DeadLetter>> MemoryDeadLetters::newest(std::size_t count) const {
  const std::scoped_lock lock{mutex_};
  const auto some = static_cast<std::ptrdiff_t>(std::min(count, letters_.size()));
  return std::vector<DeadLetter>(letters_.rbegin(), letters_.rbegin() + some);
}

std::uint64_t MemoryDeadLetters::count() const {
  const std::scoped_lock lock{mutex_};
  return count_;
}

} // namespace riskcluster

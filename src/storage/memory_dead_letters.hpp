#pragma once

#include <deque>
#include <mutex>

#include "storage/dead_letters.hpp"

namespace riskcluster {

class MemoryDeadLetters final : public DeadLetters {
public:
  explicit MemoryDeadLetters(std::size_t kept_max) : kept_max_{kept_max} {}

  Result<std::uint64_t> keep(std::vector<DeadLetter> letters) override;
  Result<std::vector<DeadLetter>> newest(std::size_t count) const override;
  std::uint64_t count() const override;

private:
  const std::size_t kept_max_;
  mutable std::mutex mutex_;
  std::deque<DeadLetter> letters_;
  std::uint64_t count_ = 0;
};

} // namespace riskcluster

#pragma once

#include <memory>
#include <mutex>

#include "storage/dead_letters.hpp"

namespace riskcluster {

class Database;

/// Key: the number, 8 bytes big-endian. Value: sealed (storage/sealed.hpp) over the key.
class RocksdbDeadLetters final : public DeadLetters {
public:
  /// @param database must outlive this. @param kept_max >= 1; what is there beyond it goes. Error: unavailable.
  static Result<std::unique_ptr<RocksdbDeadLetters>> open(Database& database, std::size_t kept_max);

  Result<std::uint64_t> keep(std::vector<DeadLetter> letters) override;
  Result<std::vector<DeadLetter>> newest(std::size_t count) const override;
  std::uint64_t count() const override;

private:
  RocksdbDeadLetters(Database& database, std::size_t kept_max) : database_{database}, kept_max_{kept_max} {}

  Database& database_;
  const std::size_t kept_max_;
  mutable std::mutex mutex_;
  std::uint64_t first_ = 1; ///< the oldest that is kept
  std::uint64_t count_ = 0;
};

} // namespace riskcluster

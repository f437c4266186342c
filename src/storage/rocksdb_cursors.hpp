#pragma once

#include <functional>

#include "storage/cursors.hpp"

namespace riskcluster {

class Database;

/// Key: the name. Value: sealed (storage/sealed.hpp) over the name.
class RocksdbCursors final : public Cursors {
public:
  /// @param database must outlive this.
  explicit RocksdbCursors(Database& database) : database_{database} {}

  Result<bool> put(std::string_view name, std::string_view bytes) override;
  Result<std::optional<std::string>> find(std::string_view name) const override;
  Result<std::vector<std::pair<std::string, std::string>>> all(std::string_view prefix) const override;

private:
  Database& database_;
};

/// Each by name; without bytes where its checksum is wrong. Error: unavailable; malformed where RocksDB cannot read on.
using EachCursor = std::function<void(const std::string& name, const std::optional<std::string>& bytes)>;
Result<bool> for_each_cursor(const Database& database, const EachCursor& each);

} // namespace riskcluster

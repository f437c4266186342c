#pragma once

#include <map>
#include <mutex>

#include "storage/cursors.hpp"

namespace riskcluster {

/// Cursors that live as long as their process.
class MemoryCursors final : public Cursors {
public:
  Result<bool> put(std::string_view name, std::string_view bytes) override;
  Result<std::optional<std::string>> find(std::string_view name) const override;
  Result<std::vector<std::pair<std::string, std::string>>> all(std::string_view prefix) const override;

private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> by_name_;
};

} // namespace riskcluster

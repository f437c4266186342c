#include "storage/memory_cursors.hpp"

namespace riskcluster {

Result<bool> MemoryCursors::put(std::string_view name, std::string_view bytes) {
  const std::scoped_lock lock{mutex_};
  by_name_.insert_or_assign(std::string{name}, std::string{bytes});
  return true;
}

Result<std::optional<std::string>> MemoryCursors::find(std::string_view name) const {
  const std::scoped_lock lock{mutex_};
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::optional<std::string>{};
  return std::optional{found->second};
}

Result<std::vector<std::pair<std::string, std::string>>> MemoryCursors::all(std::string_view prefix) const {
  const std::scoped_lock lock{mutex_};
  std::vector<std::pair<std::string, std::string>> found;
  for (auto at = by_name_.lower_bound(prefix); at != by_name_.end() && at->first.starts_with(prefix); ++at)
    found.emplace_back(*at);
  return found;
}

} // namespace riskcluster

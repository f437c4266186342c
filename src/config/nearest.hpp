#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace riskcluster {

/// The known word that was probably meant: the fewest letters to add, drop or change, at most a third of the longer
/// word. Nothing when none is so near.
std::optional<std::string_view> nearest(std::string_view word, const std::vector<std::string_view>& known);

} // namespace riskcluster

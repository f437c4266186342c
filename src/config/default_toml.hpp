#pragma once

#include <string>

namespace riskcluster {

/// A settings file with every setting at its default and the reason above it; [nats] is commented out, as a default
/// node has none. deploy/config/riskd.toml is exactly this.
std::string default_toml();

} // namespace riskcluster

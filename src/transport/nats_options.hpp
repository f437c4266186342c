#pragma once
// From our options to the driver's, and a url without its secrets.

#include "transport/nats_connection.hpp"

namespace riskcluster {

/// Error: invalid_argument, naming every option that cannot work.
Result<NatsHandle<__natsOptions>> driver_options(const NatsOptions& options);

/// Takes "user:password@" out of each url of a list.
std::string without_credentials(const std::string& urls);

/// The driver's words about its last failure on this thread, with everything that stands before an @ in `urls` removed.
std::string driver_error(int status, const std::string& urls);

} // namespace riskcluster

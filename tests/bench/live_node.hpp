#pragma once
// What all rows over NATS are told, and the processes beside which they run: scripts/live/bench.py starts those.

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "bench/live_load.hpp"

namespace riskcluster::bench {

struct LiveOptions {
  Settings fixture;
  std::string url = "nats://127.0.0.1:4222";
  std::string data = "."; ///< folder on the disk to be measured
  bool jetstream = true;
  int companies = 1;
  int subscribers = 0; ///< of the strategy "fan", behind the other tenants
  double seconds = 20;
  double rate_per_s = 1'000;
  std::size_t in_flight = 256;
  int warm_up_per_tenant = 64;
  double flood_per_s = 2'000;                         ///< of one tenant, which may send 100
  double fill_share = 0.25;                           ///< of the approvals; soak
  std::vector<std::pair<std::string, pid_t>> watched; ///< whose processor time is told
  LiveRoute route() const;
};

inline constexpr const char* fan_strategy = "fan";

/// tenants.json and companies.json of the fixture's books, for the node.
void write_setups(const LiveOptions& options, const Fixture& fixture, const std::string& folder);

/// Processor time of the watched processes and of this one, from its beginning on.
class CpuTimes {
public:
  explicit CpuTimes(const LiveOptions& options);
  /// "CPU us per answer: riskd 301, nats-server 90, driver 70".
  std::string per(double answers) const;

private:
  std::vector<std::pair<std::string, pid_t>> watched_;
  std::vector<double> began_;
  double own_began_ = 0;
};

/// Until every tenant remembers some signals. Ends the program when the node does not answer.
void warm_up(const LiveOptions& options, Requests& requests);

// Rows; each prints its lines. @returns whether all that was sent was answered.
bool live_rate(const LiveOptions& options, const Fixture& fixture, const std::string& row);
bool live_hops(const LiveOptions& options, const Fixture& fixture);
bool live_in_flight(const LiveOptions& options, const Fixture& fixture);
bool live_flood(const LiveOptions& options, const Fixture& fixture);
bool live_fan_out(const LiveOptions& options, const Fixture& fixture);
/// The same machine and server without a node: a request, a stream's confirmation, the disk's sync.
struct Bare {
  Distribution request;
  Distribution stored;
};
Bare live_bare(const LiveOptions& options, const Requests& requests);
/// A line of JSON each ten seconds, and one at the end.
bool live_soak(const LiveOptions& options, const Fixture& fixture);

/// Prints what became of a load besides its latencies. @returns whether all was answered.
bool tell(const LiveLoad& load, double rate_per_s, const CpuTimes& cpu);

} // namespace riskcluster::bench

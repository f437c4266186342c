#pragma once
// A nats-server for one test: on a free loopback port, with a store of its own, ended by its pid.

#include <cstdint>
#include <memory>
#include <string>

#include <sys/types.h>

#include "storage/temporary_folder.hpp"

namespace riskcluster::test {

/// Without the program there is nothing to test: says so, and the test program ends with 77.
bool nats_server_is_missing();

class NatsServer {
public:
  /// @param config  lines of its configuration file, e.g. "max_payload: 4096".
  explicit NatsServer(std::string config = {}, bool jetstream = true);
  ~NatsServer();
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  /// On the same port, with what the last one left on the disk; returns when it takes connections.
  void start();
  /// For the next start.
  void configure(std::string config) { config_ = std::move(config); }
  void kill();         ///< -9
  void freeze() const; ///< from its return on it keeps its connections and says nothing
  void thaw() const;

  std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }
  std::string host_and_port() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string file(const std::string& name) const { return folder_.path(name); }

private:
  bool try_start();
  void end();
  TemporaryFolder folder_;
  std::string config_;
  bool jetstream_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

} // namespace riskcluster::test

#pragma once
// One connection to a NATS server or cluster, kept for as long as the node lives.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "transport/nats_handles.hpp"

namespace riskcluster {

struct NatsOptions {
  /// Several parted by commas: any one of them will do. User and password may stand in it; nothing repeats them.
  std::string url = "nats://127.0.0.1:4222";
  /// What the server's lists of connections call us.
  std::string name = "riskd";
  /// A user's token and seed as `nsc` writes them; read again at each connect. Empty: none.
  std::string credentials_file;
  /// PEM. Any of them: TLS or nothing, and the server's certificate must be for the host in the url. Certificate and
  /// key go together.
  std::string ca_file, certificate_file, key_file;
  /// For one server: from the first packet to its consent.
  std::chrono::milliseconds connect_timeout{2'000};
  /// Between two rounds over all servers, with up to the jitter on top, so that nodes do not return all at once.
  std::chrono::milliseconds reconnect_wait{50}, reconnect_jitter{200};
  /// A silent server is given up after this times (pings_out_max + 1).
  std::chrono::milliseconds ping_interval{1'000};
  int pings_out_max = 2;
  /// A write that the socket does not take meanwhile ends the connection; the driver's own default waits for ever.
  std::chrono::milliseconds publish_deadline{1'000};
  /// Before a server that refuses our credentials is asked again. The driver gives up when it is refused twice;
  /// somebody may have mended it since, so a new connection is made.
  std::chrono::milliseconds reopen_wait{1'000};
  /// Off: open() fails without a server. For programs that ask one thing and end.
  bool retry_on_failed_connect = true;
};

/// For the log, in words for a person: names the server, the stream or the subject, never credentials.
struct NatsNotice {
  enum class Kind : std::uint8_t {
    connected,    ///< for the first time, or again
    disconnected, ///< and being connected again
    turned_away,  ///< refused or given up; tried again
    slow_consumer,
    failed,  ///< what the server or the driver complained about
    repaired ///< a stream or a consumer was made
  };
  Kind kind = Kind::failed;
  std::string text;
};

/// Since open().
struct NatsCounters {
  std::uint64_t reconnects = 0;
  std::uint64_t slow_consumers = 0;  ///< times that a subscription began to drop
  std::uint64_t replies_refused = 0; ///< inputs that asked for an answer where none may go
  std::uint64_t messages_in = 0, bytes_in = 0;
  std::uint64_t messages_out = 0, bytes_out = 0;
};

inline constexpr std::size_t nats_notices_max = 1'024; ///< waiting to be told; more are counted in the next one

/// All members may be called from any thread. Outlives every door that uses it.
class NatsLink {
public:
  using Notice = std::function<void(const NatsNotice&)>;

  /// Tries each server once, up to connect_timeout; where none is there, it goes on trying in the background.
  /// @param notice  called by one thread of the link; must not end the link.
  /// Errors: invalid_argument (options that cannot work, files that cannot be read), unavailable (only without
  /// retry_on_failed_connect).
  static Result<std::unique_ptr<NatsLink>> open(NatsOptions options, Notice notice = {});
  ~NatsLink();
  NatsLink(const NatsLink&) = delete;
  NatsLink& operator=(const NatsLink&) = delete;

  /// What the driver said last; neither waits.
  bool connected() const;
  NatsCounters counters() const;
  /// Grows with each connection that was made; 0 before the first. What was sent under an older one may be lost.
  std::uint64_t generation() const;
  const NatsOptions& options() const;
  /// The url without user and password.
  const std::string& address() const;

  // For the doors of this folder.

  /// The driver's connection: null before the first, another one after the link was turned away. Calls on it may wait
  /// for connect_timeout while it reconnects, so they belong on threads of the doors.
  std::shared_ptr<__natsConnection> session() const;
  /// Calls `changed` on a thread of the link after each change of connected() or session(), until the returned value
  /// is gone; then no call runs. To be let go without holding a lock that `changed` takes.
  std::shared_ptr<void> watch(std::function<void()> changed);
  void tell(NatsNotice::Kind kind, std::string text);
  void count_in(std::size_t bytes);
  void count_out(std::size_t bytes);
  void count_refused_reply();

private:
  struct Impl;
  explicit NatsLink(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

} // namespace riskcluster

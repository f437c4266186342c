#include "transport/nats_server.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/skip.hpp"
#include "transport/waiting.hpp"

namespace riskcluster::test {

namespace {

const std::string& program() {
  static const std::string found = [] {
    // Debian puts it where a user's PATH does not look.
    for (const auto* const folder : {"/usr/sbin/", "/usr/bin/", "/usr/local/bin/"})
      if (auto path = std::string{folder} + "nats-server"; ::access(path.c_str(), X_OK) == 0) return path;
    return std::string{};
  }();
  return found;
}

bool is_free(std::uint16_t port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int reuse = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  const bool free = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return free;
}

/// Below the ports that outgoing connections get: a client that looks for a dead server on one of those may connect to
/// itself, and the server cannot come back.
std::uint16_t free_port() {
  static std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> any{20'000, 32'000};
  for (;;)
    if (const auto port = static_cast<std::uint16_t>(any(random)); is_free(port)) return port;
}

} // namespace

bool nats_server_is_missing() {
  if (!program().empty()) return false;
  skip("nats-server is not installed; scripts/setup installs it");
  return true;
}

NatsServer::NatsServer(std::string config, bool jetstream) : config_{std::move(config)}, jetstream_{jetstream} {
  start();
}

NatsServer::~NatsServer() { end(); }

void NatsServer::start() {
  const bool first = port_ == 0;
  const auto started = [&] {
    if (first) port_ = free_port(); // somebody else may be quicker
    return try_start();
  };
  REQUIRE(eventually(started));
}

bool NatsServer::try_start() {
  const auto ports = folder_.path("ports");
  std::filesystem::remove_all(ports);
  std::filesystem::create_directories(ports);
  std::ofstream{folder_.path("config")} << config_ << '\n';
  const auto port = std::to_string(port_), config = folder_.path("config"), log = folder_.path("log"),
             store = folder_.path("store");
  const char* const arguments[] = {program().c_str(),
                                   "-a",
                                   "127.0.0.1",
                                   "-p",
                                   port.c_str(),
                                   "-c",
                                   config.c_str(),
                                   "-l",
                                   log.c_str(),
                                   "--ports_file_dir",
                                   ports.c_str(),
                                   jetstream_ ? "-js" : nullptr,
                                   "-sd",
                                   store.c_str(),
                                   nullptr};
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // it goes with a test that dies
    ::execv(program().c_str(), const_cast<char* const*>(arguments));
    ::_exit(127);
  }
  // It writes the file when it takes connections.
  const auto ready = [&] { return !std::filesystem::is_empty(ports); };
  const auto gone = [&] { return ::waitpid(pid_, nullptr, WNOHANG) == pid_; };
  bool ended = false;
  REQUIRE(eventually([&] { return ready() || (ended = gone()); }));
  if (ended) pid_ = -1;
  return !ended;
}

void NatsServer::kill() { end(); }

void NatsServer::end() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void NatsServer::freeze() const {
  REQUIRE(::kill(pid_, SIGSTOP) == 0);
  // Its threads stop one after another; until the last one has, it may still answer.
  int status = 0;
  REQUIRE(::waitpid(pid_, &status, WUNTRACED) == pid_);
  REQUIRE(WIFSTOPPED(status));
}

void NatsServer::thaw() const { REQUIRE(::kill(pid_, SIGCONT) == 0); }

} // namespace riskcluster::test

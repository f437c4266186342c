#include "api/http_server.hpp"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "api/connection.hpp"
#include "api/http_protocol.hpp"
#include "telemetry/log.hpp"

namespace riskcluster {

namespace {

constexpr std::chrono::milliseconds accept_pause{50}; ///< when the process has no descriptor or memory left

Deadline after(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

} // namespace

// Not httplib's own listener (0.11.4): its time-outs are for each read and so can be had again and again, its queue and
// a request's headers have no bound, it shares a taken port silently (SO_REUSEPORT), and accept() failing for any other
// reason than EMFILE ends it.
class HttpServer::Listener {
public:
  Listener(HttpOptions options, HttpRoutes routes, Descriptor socket, Descriptor wake)
      : options_{std::move(options)},
        protocol_{std::move(routes)},
        socket_{std::move(socket)},
        wake_{std::move(wake)},
        port_{port_of(socket_.number())},
        accepting_{[this] { accept_all(); }} {}
  ~Listener() { stop(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const { return port_; }
  void stop();

private:
  void accept_all();
  void take(Descriptor connection);
  void work();
  void serve(int connection);
  void shut_down(int how);

  const HttpOptions options_;
  HttpProtocol protocol_;
  Descriptor socket_, wake_;
  const std::uint16_t port_;

  std::mutex mutex_; ///< guards what follows, up to the threads
  std::condition_variable waits_, ends_;
  bool stopping_ = false;
  std::size_t open_ = 0; ///< connections, waiting or served
  std::size_t idle_ = 0; ///< workers that wait
  std::deque<Descriptor> waiting_;
  std::set<int> served_; ///< open as long as they stand here

  std::vector<std::thread> workers_; ///< made when all others are busy; only the accepting thread adds to them
  std::thread accepting_;
};

/// Until the eventfd says stop.
void HttpServer::Listener::accept_all() {
  for (;;) {
    std::array<pollfd, 2> waited{{{.fd = wake_.number(), .events = POLLIN, .revents = 0},
                                  {.fd = socket_.number(), .events = POLLIN, .revents = 0}}};
    if (::poll(waited.data(), waited.size(), -1) < 0) continue; // a signal
    if (waited[0].revents != 0) return;
    Descriptor connection{::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (connection.number() >= 0) {
      take(std::move(connection));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      log_event(LogLevel::warn, "the HTTP port cannot accept", {{"why", std::generic_category().message(errno)}});
      ::poll(waited.data(), 1, static_cast<int>(accept_pause.count()));
    }
  }
}

void HttpServer::Listener::take(Descriptor connection) {
  std::unique_lock lock{mutex_};
  if (open_ < options_.max_connections) {
    try {
      if (idle_ <= waiting_.size() && workers_.size() < options_.max_connections)
        workers_.emplace_back([this] { work(); });
      waiting_.push_back(std::move(connection));
      ++open_;
      waits_.notify_one();
      return;
    } catch (const std::system_error&) { // no thread to be had: as if all were busy
    }
  }
  lock.unlock();
  // Here nobody waits for anybody: what the socket does not take at once is not sent.
  send_all(connection.number(), http_refusal(503), after({}));
  end_gently(connection.number(), http_head_bytes_max, after({}));
}

void HttpServer::Listener::work() {
  std::unique_lock lock{mutex_};
  for (;;) {
    ++idle_;
    waits_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    --idle_;
    if (stopping_) return;
    const Descriptor connection = std::move(waiting_.front());
    waiting_.pop_front();
    served_.insert(connection.number());
    lock.unlock();
    serve(connection.number());
    lock.lock();
    served_.erase(connection.number());
    if (--open_ == 0) ends_.notify_all();
  } // closed under the lock: nobody can take a new connection's number for the old one's
}

void HttpServer::Listener::serve(int connection) {
  try {
    const auto head = read_head(connection, http_head_bytes_max, after(options_.read_max));
    std::string answer;
    switch (head.end) {
    case RequestHead::End::complete:
      answer = protocol_.answer(head.bytes);
      break;
    case RequestHead::End::too_long:
      answer = http_refusal(431);
      break;
    case RequestHead::End::too_slow:
      answer = http_refusal(408);
      break;
    case RequestHead::End::closed:
      return;
    }
    if (send_all(connection, answer, after(options_.write_max)))
      end_gently(connection, http_drop_bytes_max, after(options_.linger_max));
  } catch (const std::exception& error) {
    log_event(LogLevel::error, "a request to the HTTP port failed", {{"why", error.what()}});
  }
}

void HttpServer::Listener::shut_down(int how) {
  for (const int connection : served_) ::shutdown(connection, how);
}

void HttpServer::Listener::stop() {
  if (!accepting_.joinable()) return;
  ::eventfd_write(wake_.number(), 1);
  accepting_.join();
  socket_.close();
  {
    std::unique_lock lock{mutex_};
    stopping_ = true;
    open_ -= waiting_.size();
    waiting_.clear();
    shut_down(SHUT_RD);
    ends_.wait_for(lock, options_.stop_max, [this] { return open_ == 0; });
    shut_down(SHUT_RDWR);
  }
  waits_.notify_all();
  for (auto& worker : workers_) worker.join();
}

HttpServer::HttpServer(std::unique_ptr<Listener> listener) : listener_{std::move(listener)} {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpOptions options, HttpRoutes routes) {
  auto socket = listen_at(options.host, options.port);
  if (!socket) return socket.error();
  Descriptor wake{::eventfd(0, EFD_CLOEXEC)};
  if (wake.number() < 0) return Error{Errc::unavailable, "eventfd: " + std::generic_category().message(errno)};
  try {
    auto listener =
        std::make_unique<Listener>(std::move(options), std::move(routes), std::move(*socket), std::move(wake));
    return std::unique_ptr<HttpServer>{new HttpServer{std::move(listener)}};
  } catch (const std::system_error& error) {
    return Error{Errc::unavailable, std::string{"a thread for the HTTP port: "} + error.what()};
  }
}

std::uint16_t HttpServer::port() const noexcept { return listener_->port(); }
void HttpServer::stop() { listener_->stop(); }

} // namespace riskcluster

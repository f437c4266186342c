#pragma once
// The other side in tests: a sender, a reader, an operator. It knows the driver, and nothing of ours but plain values.

#include <mutex>
#include <vector>

#include "transport/destination.hpp"
#include "transport/nats_handles.hpp"
#include "transport/publisher.hpp"

namespace riskcluster::test {

class NatsClient {
public:
  explicit NatsClient(const std::string& url);
  ~NatsClient();

  void publish(const Message& message, const std::string& reply = {});
  void flush();
  static bool flush(__natsConnection& connection);
  /// After the server was away: subscriptions are known again, streams can be asked.
  void wait_until_back();
  /// Into a stream. False: nobody stored it.
  bool store(const Message& message);
  /// The first answer's bytes; empty when none comes.
  std::string request(const Message& message);

  /// From now on, by any thread.
  void listen(const std::string& subject, const std::string& queue = {});
  std::vector<Message> heard() const;
  /// Where the senders of what was heard want their answers.
  std::vector<std::string> heard_replies() const;

  void make_stream(const std::string& name, const std::vector<std::string>& subjects, std::int64_t bytes_max = -1);
  void make_consumer(const std::string& stream, const std::string& durable, int ack_pending_max);
  void delete_stream(const std::string& name);
  void delete_consumer(const std::string& stream, const std::string& durable);
  bool has_stream(const std::string& name);
  bool has_consumer(const std::string& stream, const std::string& durable);
  /// All that the stream keeps, in its order.
  std::vector<Message> all_of(const std::string& stream);
  std::uint64_t count_of(const std::string& stream);
  /// Handed out by the consumer and not settled, and not yet handed out.
  std::uint64_t owed_by(const std::string& stream, const std::string& durable);
  /// Requests that the consumer could serve.
  std::int64_t requests_at(const std::string& stream, const std::string& durable);
  /// Takes one message of a consumer and dies with it.
  std::string take_and_die(const std::string& url, const std::string& stream, const std::string& durable);

private:
  NatsHandle<__natsConnection> connection_;
  NatsHandle<__jsCtx> context_;
  std::vector<NatsHandle<__natsSubscription>> subscriptions_;
  mutable std::mutex mutex_;
  std::vector<Message> heard_;
  std::vector<std::string> replies_;
};

} // namespace riskcluster::test

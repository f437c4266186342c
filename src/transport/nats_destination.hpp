#pragma once

#include "transport/nats_connection.hpp"
#include "transport/nats_streams.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

struct NatsDestinationOptions {
  std::string name = "nats"; ///< of its cursor
  /// Makes the stream where it is missing, and refuses one with other subjects. Off: takes what is there.
  bool create_streams = true;
  StreamOptions stream = outputs_stream();
  std::function<std::string(const Publication&)> subject = output_subject;
  /// Subjects under way, of all shards' portions; more are refused. A portion of 256 records has at most some 600.
  std::size_t lanes_max = 65'536;
  std::chrono::milliseconds api_wait{2'000}; ///< for one question about the stream
  /// After it was seen to be gone, before it is made again: the server must have tidied up.
  std::chrono::milliseconds repair_wait{1'000};
};

/// Publishes to a JetStream stream. Arrived means: the stream has it, or has said that it had it already.
///
/// Of each subject one message is under way, and the next one leaves when it is confirmed; of different subjects, all
/// at once. Several of one subject would be faster and could leave a gap: where the server refuses or loses one and
/// takes the next, a reader sees the second first, and sending both again does not change the order of what the stream
/// has. One of a shard would keep the order of the whole shard, and let approvals wait for seconds at 5,000 a second.
///
/// A portion fails as a whole: at an error of the server, without an answer for the link's publish_deadline, without a
/// connection at once. What had arrived of it is dropped as known when it comes again, within the stream's
/// repeat_window.
class NatsDestination final : public Destination {
public:
  /// @param link  outlives this.
  /// Errors: invalid_argument (options that cannot work, a stream that does not fit). Without a server there the stream
  /// is looked at later, and portions fail until it is right.
  static Result<std::unique_ptr<NatsDestination>> open(NatsLink& link, NatsDestinationOptions options = {});
  /// What is under way is given up without a word: no `done` runs any more.
  ~NatsDestination() override;

  const std::string& name() const override;
  void publish(ShardId shard, std::vector<Publication> publications, Done done) override;

private:
  struct Core;
  explicit NatsDestination(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_; ///< the driver's threads may outlive the destination
};

} // namespace riskcluster

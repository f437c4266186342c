#pragma once

#include <mutex>

#include "transport/publisher.hpp"

namespace riskcluster {

/// Keeps what it is given, up to a bound that a test may lower.
class MemoryPublisher final : public Publisher {
public:
  explicit MemoryPublisher(std::size_t messages_max = 65'536) : messages_max_{messages_max} {}

  bool publish(Message message) override;
  std::uint64_t dropped() const override;
  std::vector<Message> published() const;

private:
  std::size_t messages_max_;
  mutable std::mutex mutex_;
  std::vector<Message> published_;
  std::uint64_t dropped_ = 0;
};

} // namespace riskcluster

#include "transport/memory_publisher.hpp"

#include "transport/subject.hpp"

namespace riskcluster {

bool MemoryPublisher::publish(Message message) {
  const std::lock_guard lock{mutex_};
  if (published_.size() >= messages_max_ || !is_sendable(message)) {
    ++dropped_;
    return false;
  }
  published_.push_back(std::move(message));
  return true;
}

std::uint64_t MemoryPublisher::dropped() const {
  const std::lock_guard lock{mutex_};
  return dropped_;
}

std::vector<Message> MemoryPublisher::published() const {
  const std::lock_guard lock{mutex_};
  return published_;
}

} // namespace riskcluster

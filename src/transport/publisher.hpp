#pragma once
// Messages that may be lost: replies, dead letters. A port; its twin in memory is beside it.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace riskcluster {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Message {
  std::string subject;
  Headers headers;
  std::string bytes;
  bool operator==(const Message&) const = default;
};

/// Best effort, at most once, in order. Every member may be called from any thread and waits for nothing.
class Publisher {
public:
  virtual ~Publisher() = default;

  /// False: its queue is full or the message is not one that can be sent; it is dropped.
  virtual bool publish(Message message) = 0;
  /// How many were dropped, those included that were accepted and could not be sent.
  virtual std::uint64_t dropped() const = 0;
};

} // namespace riskcluster

#pragma once

#include <memory>

#include "transport/source.hpp"

namespace riskcluster {

inline constexpr std::size_t memory_source_offers_max = 65'536; ///< offered and not settled

/// Hands out what it was offered, in order; a retry goes to the end of the line. Durable as long as it lives.
class MemorySource final : public Source {
public:
  MemorySource(std::string name, std::size_t credit);
  ~MemorySource() override;

  const std::string& name() const override { return name_; }
  bool durable() const override { return true; }
  Result<bool> start(Take take) override;
  void stop() override;

  /// False: full. From any thread.
  bool offer(Delivery delivery);
  /// What was offered and is not settled as done.
  std::size_t waiting() const;

private:
  struct State;
  std::string name_;
  std::shared_ptr<State> state_; ///< settlements may outlive the source
};

} // namespace riskcluster

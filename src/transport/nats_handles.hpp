#pragma once
// The driver's objects, each with the function that frees it. The driver's header stays in .cpp files.

#include <memory>

// The driver's own names for its types.
struct __natsConnection;
struct __natsMsg;
struct __natsOptions;
struct __natsSubscription;
struct __jsCtx;

namespace riskcluster {

struct NatsFree {
  void operator()(__natsConnection* connection) const noexcept;
  void operator()(__natsMsg* message) const noexcept;
  void operator()(__natsOptions* options) const noexcept;
  void operator()(__natsSubscription* subscription) const noexcept; ///< unsubscribes; what was queued in it is gone
  void operator()(__jsCtx* context) const noexcept;
};

template <class T>
using NatsHandle = std::unique_ptr<T, NatsFree>;

} // namespace riskcluster

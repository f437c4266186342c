#include "transport/nats_handles.hpp"

#include <nats/nats.h>

namespace riskcluster {

void NatsFree::operator()(__natsConnection* connection) const noexcept { natsConnection_Destroy(connection); }
void NatsFree::operator()(__natsMsg* message) const noexcept { natsMsg_Destroy(message); }
void NatsFree::operator()(__natsOptions* options) const noexcept { natsOptions_Destroy(options); }
void NatsFree::operator()(__natsSubscription* subscription) const noexcept { natsSubscription_Destroy(subscription); }
void NatsFree::operator()(__jsCtx* context) const noexcept { jsCtx_Destroy(context); }

} // namespace riskcluster

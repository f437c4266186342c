#include "bench/live_client.hpp"

#include <charconv>

#include <nats/nats.h>

#include "transport/nats_message.hpp"
#include "transport/nats_streams.hpp"
#include "transport/nats_subscribe.hpp"

namespace riskcluster::bench {

LiveClient::LiveClient(const std::string& url)
    : link_{must(NatsLink::open({.url = url, .name = "bench", .retry_on_failed_connect = false},
                                [](const NatsNotice& notice) {
                                  if (notice.kind != NatsNotice::Kind::connected)
                                    std::fprintf(stderr, "bench: %s\n", notice.text.c_str());
                                }))},
      connection_{link_->session()} {}

LiveClient::~LiveClient() {
  subscriptions_.clear();
  connection_.reset();
}

void LiveClient::subscribe(const std::string& subject, OnMessage on_message) {
  const PendingLimits all{.messages_max = -1, .bytes_max = -1};
  subscriptions_.push_back(must(riskcluster::subscribe(
      *connection_, subject, "", all, [call = std::move(on_message)](const NatsHandle<natsMsg>& message) {
        call(natsMsg_GetSubject(message.get()),
             {natsMsg_GetData(message.get()), static_cast<std::size_t>(natsMsg_GetDataLength(message.get()))},
             natsMsg_GetReply(message.get()));
      })));
}

bool LiveClient::publish(const std::string& subject, const std::string& bytes, const std::string& reply,
                         const std::string& answer_to) {
  Message message{.subject = subject, .bytes = bytes};
  if (!answer_to.empty()) message.headers.emplace_back("Risk-Reply-To", answer_to);
  const auto made = driver_message(message, reply.empty() ? nullptr : reply.c_str());
  return made && natsConnection_PublishMsg(connection_.get(), made.get()) == NATS_OK;
}

void LiveClient::flush() {
  if (natsConnection_Flush(connection_.get()) != NATS_OK)
    must(Result<bool>{Error{Errc::unavailable, "the server does not answer"}});
}

void LiveClient::make_stream(const std::string& name, const std::string& subject) {
  constexpr std::chrono::milliseconds wait{5'000};
  must(ensure_stream(*connection_,
                     {.name = name,
                      .subjects = {subject},
                      .keep = StreamOptions::Keep::for_a_time,
                      .bytes_max = std::int64_t{1} << 30},
                     wait));
}

std::uint64_t number_at_end(std::string_view subject) {
  const auto digits = subject.substr(subject.rfind('.') + 1);
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

} // namespace riskcluster::bench

#pragma once
// A plain client of a NATS server, as a trading engine would have one, and what it can tell from the bytes that come.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/road_load.hpp"
#include "core/ids.hpp"
#include "tenant/command.hpp"
#include "transport/nats_connection.hpp"

namespace riskcluster::bench {

/// One connection. Whatever fails ends the program, which is no use without a server.
class LiveClient {
public:
  using OnMessage = std::function<void(std::string_view subject, std::string_view bytes, const char* reply)>;

  explicit LiveClient(const std::string& url);
  ~LiveClient();
  LiveClient(const LiveClient&) = delete;
  LiveClient& operator=(const LiveClient&) = delete;

  /// @param on_message called by one thread of the driver for each subscription. Nothing is dropped before it.
  void subscribe(const std::string& subject, OnMessage on_message);
  /// Leaves at once. @param reply where an answer or a stream's confirmation goes; empty: nowhere.
  /// @param answer_to of the header Risk-Reply-To; empty: none. @returns false when it could not be written.
  bool publish(const std::string& subject, const std::string& bytes, const std::string& reply,
               const std::string& answer_to = {});
  /// When the server knows all subscriptions made so far.
  void flush();
  /// A stream that keeps `subject` in a file, for the bare way. Must not be there yet.
  void make_stream(const std::string& name, const std::string& subject);

private:
  std::unique_ptr<NatsLink> link_;
  std::shared_ptr<__natsConnection> connection_;
  std::vector<NatsHandle<__natsSubscription>> subscriptions_;
};

/// The last word of a subject: of an inbox "<inbox>.<number>".
std::uint64_t number_at_end(std::string_view subject);
/// Of an ApprovedSignal whose signal_id is one of Requests'; 0 of any other.
std::uint64_t number_of_approved(std::string_view bytes);
/// Of the RiskAssessmentBatch of one; likewise.
std::uint64_t number_of_assessed(std::string_view bytes);

/// What became of the only signal of a batch.
struct Verdict {
  Fate fate = Fate::failed;
  std::string reason_code; ///< or that of the batch's refusal
};
/// Of a RiskAssessmentBatch, without reading the rows, which are most of it.
Verdict verdict_of(std::string_view answer);
/// Whether the answer, or the published assessment, belongs to a batch whose id begins with the letter.
bool is_of_batch(std::string_view answer, char letter);

/// An order that was let through, as the venue needs to know it.
struct LetThrough {
  TenantId tenant;
  std::string signal_id, symbol;
  Side side = Side::unspecified;
  double quantity = 0;
};
LetThrough let_through(std::string_view approved_signal);

} // namespace riskcluster::bench

// What a client can tell from the bytes of answers and outputs. Only what is asked for is read.

#include <charconv>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "bench/live_client.hpp"
#include "bench/road_requests.hpp"
#include "risk/risk_assessment.pb.h"

namespace riskcluster::bench {

namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

/// Calls `on_bytes(field, bytes)` for each text or message and `on_number(field, value)` for each varint of a message.
template <class OnBytes, class OnNumber>
bool walk(std::string_view message, OnBytes&& on_bytes, OnNumber&& on_number) {
  CodedInputStream in{reinterpret_cast<const std::uint8_t*>(message.data()), static_cast<int>(message.size())};
  while (const auto tag = in.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    std::uint32_t length = 0;
    std::uint64_t value = 0;
    switch (WireFormatLite::GetTagWireType(tag)) {
    case WireFormatLite::WIRETYPE_LENGTH_DELIMITED: {
      if (!in.ReadVarint32(&length)) return false;
      const auto begin = static_cast<std::size_t>(in.CurrentPosition());
      if (!in.Skip(static_cast<int>(length))) return false;
      on_bytes(field, message.substr(begin, length));
      break;
    }
    case WireFormatLite::WIRETYPE_VARINT:
      if (!in.ReadVarint64(&value)) return false;
      on_number(field, value);
      break;
    default:
      if (!WireFormatLite::SkipField(&in, tag)) return false;
    }
  }
  return true;
}

/// The number in one of the ids of Requests; 0 of any other.
std::uint64_t number_in(std::string_view id, char letter) {
  std::uint64_t number = 0;
  if (id.size() == 1 + id_digit_count && id.front() == letter)
    std::from_chars(id.data() + 1, id.data() + id.size(), number);
  return number;
}

} // namespace

Verdict verdict_of(std::string_view answer) {
  using Batch = risk::RiskAssessmentBatch;
  using One = risk::RiskAssessment;
  Verdict verdict;
  std::string_view assessment;
  std::string refusal;
  bool decided = false;
  const bool read = walk(
      answer,
      [&](int field, std::string_view bytes) {
        if (field == Batch::kAssessmentsFieldNumber) assessment = bytes;
        if (field == Batch::kJournalPositionFieldNumber) decided = true;
        if (field == Batch::kRefusalFieldNumber) refusal = bytes;
      },
      [](int, std::uint64_t) {});
  if (!read || (!decided && refusal.empty())) return verdict;
  if (!refusal.empty()) return {refusal == "OVERLOADED" ? Fate::refused : Fate::failed, refusal};
  std::uint64_t status = 0;
  const bool judged = walk(
      assessment,
      [&](int field, std::string_view bytes) {
        if (field == One::kReasonCodeFieldNumber) verdict.reason_code = bytes;
      },
      [&](int field, std::uint64_t value) {
        if (field == One::kApprovalStatusFieldNumber) status = value;
      });
  if (!judged) return verdict;
  if (status == One::APPROVED) verdict.fate = Fate::approved;
  if (status == One::REDUCED) verdict.fate = Fate::reduced;
  if (status == One::REJECTED) verdict.fate = Fate::rejected;
  return verdict;
}

bool is_of_batch(std::string_view answer, char letter) {
  // The id is the first field, and short.
  constexpr char first_field = 1 << 3 | WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
  return answer.size() > 2 && answer[0] == first_field && answer[2] == letter;
}

std::uint64_t number_of_approved(std::string_view bytes) {
  std::string_view signal, id;
  const auto ignore = [](int, std::uint64_t) {};
  const auto into = [](std::string_view& found, int wanted) {
    return [&found, wanted](int field, std::string_view value) {
      if (field == wanted) found = value;
    };
  };
  if (!walk(bytes, into(signal, risk::ApprovedSignal::kSignalFieldNumber), ignore)) return 0;
  if (!walk(signal, into(id, trading::TradingSignal::kSignalIdFieldNumber), ignore)) return 0;
  return number_in(id, 's');
}

std::uint64_t number_of_assessed(std::string_view bytes) {
  return is_of_batch(bytes, 'b') ? number_in(bytes.substr(2, 1 + id_digit_count), 'b') : 0;
}

LetThrough let_through(std::string_view approved_signal) {
  risk::ApprovedSignal wire;
  if (!wire.ParseFromArray(approved_signal.data(), static_cast<int>(approved_signal.size())))
    must(Result<bool>{Error{Errc::malformed, "an ApprovedSignal cannot be read"}});
  return {.tenant = {CompanyId{wire.company_id()}, UserId{wire.user_id()}},
          .signal_id = wire.signal().signal_id(),
          .symbol = wire.signal().symbol(),
          .side = wire.signal().side() == trading::TradingSignal::BUY ? Side::buy : Side::sell,
          .quantity = wire.final_quantity()};
}

} // namespace riskcluster::bench

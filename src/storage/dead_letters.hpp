#pragma once
// Inputs that could not be carried out, kept for a person to look at: the newest ones, up to a bound.

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"

namespace riskcluster {

struct DeadLetter {
  std::uint64_t number = 0; ///< from 1, given when it is kept
  TimeMs at_ms = 0;
  std::string reason_code; ///< MALFORMED, UNAUTHORISED, UNKNOWN_TENANT ...
  std::string reason;
  std::string source;  ///< the door
  std::string subject; ///< or file and line
  std::string message_id;
  std::uint64_t bytes = 0; ///< of the whole input
  std::string first_bytes; ///< of it
  bool operator==(const DeadLetter&) const = default;
};

/// Every member may be called from any thread. Written unsynced: survives the process, and a power cut with the next
/// commit of the journal.
class DeadLetters {
public:
  virtual ~DeadLetters() = default;

  /// Gives them their numbers, in order. Beyond the bound the oldest go. Returns the last number. Error: unavailable;
  /// then none of them is kept.
  virtual Result<std::uint64_t> keep(std::vector<DeadLetter> letters) = 0;
  /// The newest, newest first. Those that cannot be read are left out.
  virtual Result<std::vector<DeadLetter>> newest(std::size_t count) const = 0;
  /// Ever kept, those that went included.
  virtual std::uint64_t count() const = 0;
};

} // namespace riskcluster

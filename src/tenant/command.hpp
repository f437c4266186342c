#pragma once
// What may be asked of a tenant besides judging signals: facts from the venue and the bank. Facts are never refused.

#include <optional>
#include <variant>

#include "controls/signal.hpp"
#include "core/ids.hpp"
#include "tenant/trace.hpp"

namespace riskcluster {

enum class ExecutionStatus : std::uint8_t { unspecified, filled, partial, cancelled, rejected, expired };

/// One execution of an order, or its end. Price in the quote currency, fees in the account currency.
struct ExecutionReport {
  ExecutionId execution_id;
  SignalId signal_id;
  std::string order_id;
  Symbol symbol;
  Side side = Side::unspecified;
  double quantity = 0; ///< of this execution, >= 0
  double price = 0;
  double fees = 0;
  double remaining_quantity = 0;
  ExecutionStatus status = ExecutionStatus::unspecified;
  TimeMs at_ms = 0;
  SourceId source;
  std::uint64_t sequence = 0;
  bool operator==(const ExecutionReport&) const = default;
};

/// Account currency. balance replaces; deposit and withdrawal add.
struct AccountUpdate {
  std::optional<double> balance;
  std::optional<double> deposit;
  std::optional<double> withdrawal;
  TimeMs at_ms = 0;
  SourceId source;
  std::uint64_t sequence = 0;
  std::string update_id;
  bool operator==(const AccountUpdate&) const = default;
};

using Command = std::variant<ExecutionReport, AccountUpdate>;

/// A command and whom it is for.
struct PortfolioUpdate {
  TenantId tenant;
  Command command;
  Trace trace;
  TimeMs at_ms() const {
    return std::visit([](const auto& c) { return c.at_ms; }, command);
  }
  bool operator==(const PortfolioUpdate&) const = default;
};

/// What its sender called it; an account update may have no name.
std::string id_of(const PortfolioUpdate& update);

/// What becomes of one, for whoever sent it.
struct UpdateAnswer {
  enum class Status : std::uint8_t { unspecified, applied, repeated, refused };
  TenantId tenant;
  std::string id; ///< empty where it could not be read
  Status status = Status::unspecified;
  std::string reason_code; ///< of a refusal
  std::string message;
  std::string correlation_id; ///< of the envelope that it came in
  bool operator==(const UpdateAnswer&) const = default;
};

/// The first malformed field, or empty.
std::string fault_of(const PortfolioUpdate& update);

} // namespace riskcluster

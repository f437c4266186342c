#pragma once
// One tenant's books as its journal tells them: kept on the generated classes alone, apart from the product's state.

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "journal/tenant_events.pb.h"

namespace riskcluster::acceptance {

struct Held {
  double quantity = 0; ///< signed
  double average_price = 0;
};

/// An approval that is not filled, cancelled or expired. Quantities signed.
struct Promise {
  std::string signal;
  std::string symbol;
  double closing = 0;
  double opening = 0;
  double price = 0; ///< of the opening part
  std::int64_t expires_at_ms = 0;
};

class Ledger {
public:
  void open(const journal::TenantOpened& event);
  void fill(const journal::FillApplied& event);
  void change(const journal::AccountChanged& event);
  void merge(const journal::LimitsMerged& event);
  void expire(const journal::ReservationExpired& event);
  void promise(const journal::SignalDecided& decided);

  double limit(const std::string& name) const;
  double held(const std::string& symbol) const;
  /// What may still be closed: the position less the closings already promised; >= 0.
  double closable(const std::string& symbol) const;
  /// What a fill realises, in the quote currency and per contract unit.
  double realized_by(const journal::FillApplied& fill) const;

  journal::TenantOpened terms; ///< limits, lists, currency
  double balance = 0;
  bool halted = false; ///< by an order for the whole of it
  std::int64_t last_at_ms = 0;
  std::map<std::string, Held> positions;
  std::vector<Promise> promises;

  // What the gates of identity and rate remember.
  std::unordered_map<std::uint64_t, std::int64_t> seen_at_ms; ///< fingerprint -> last time it counted
  double tokens = 0;
  std::int64_t tokens_at_ms = 0;                        ///< 0: never used
  std::unordered_map<std::string, std::string> answers; ///< signal_id -> bytes of its assessment

private:
  std::map<std::string, double> limits_;
};

} // namespace riskcluster::acceptance

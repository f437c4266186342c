#pragma once
// Random batches and facts for the road: numbered by their source, some of them sent twice, time going on.

#include <random>
#include <variant>

#include "support/tenant.hpp"

namespace riskcluster::test {

class RandomInputs {
public:
  RandomInputs(std::uint64_t seed, std::vector<TenantId> tenants, std::string source)
      : random_{seed}, tenants_{std::move(tenants)}, source_{std::move(source)}, numbers_(tenants_.size()) {}

  using Input = std::variant<SignalBatch, PortfolioUpdate>;
  Input next() {
    now_ += static_cast<TimeMs>(random_() % 2'000);
    if (random_() % 50 == 0) now_ += day_ms / 2; // some reservations run out
    const std::size_t who = random_() % tenants_.size();
    if (random_() % 3 == 0) return fact(who);
    if (!sent_.empty() && random_() % 8 == 0) return sent_[random_() % sent_.size()];
    sent_.push_back(batch(who));
    return sent_.back();
  }

private:
  std::string name(const char* kind) { return kind + source_ + std::to_string(++names_); }
  std::string symbol() {
    static const auto listed = usual_symbols();
    return listed[random_() % listed.size()].instrument.symbol.value;
  }
  SignalBatch batch(std::size_t who) {
    SignalBatch made{.batch_id = BatchId{name("b")},
                     .company_id = tenants_[who].company,
                     .user_id = tenants_[who].user,
                     .trading_signals = {},
                     .source = SourceId{source_},
                     .sequence = ++numbers_[who],
                     .created_at_ms = now_};
    for (std::uint64_t i = random_() % 12; i < 12; i += 4) {
      auto signal = order(random_() % 2 == 0 ? Side::buy : Side::sell, symbol(), {}, name("s"));
      if (random_() % 2 == 0) signal.requested_notional = 1'000.0 * static_cast<double>(1 + random_() % 20);
      signals_.push_back(signal.signal_id);
      made.trading_signals.push_back(std::move(signal));
    }
    return made;
  }
  PortfolioUpdate fact(std::size_t who) {
    const std::string id = name("f");
    if (signals_.empty() || random_() % 4 == 0)
      return {tenants_[who], AccountUpdate{.deposit = 100, .at_ms = now_, .update_id = id}};
    return {tenants_[who], ExecutionReport{.execution_id = ExecutionId{id},
                                           .signal_id = signals_[random_() % signals_.size()],
                                           .symbol = Symbol{symbol()},
                                           .side = random_() % 2 == 0 ? Side::buy : Side::sell,
                                           .quantity = 100.0 * static_cast<double>(1 + random_() % 9),
                                           .price = 1.1,
                                           .status = ExecutionStatus::filled,
                                           .at_ms = now_}};
  }

  std::mt19937_64 random_;
  std::vector<TenantId> tenants_;
  std::string source_;
  std::vector<std::uint64_t> numbers_; ///< sequences used, by tenant
  std::vector<SignalBatch> sent_;
  std::vector<SignalId> signals_;
  std::uint64_t names_ = 0;
  TimeMs now_ = noon_ms;
};

} // namespace riskcluster::test

#include "node/fold.hpp"

#include <string>

#include "messages/codec_journal.hpp"

namespace riskcluster {

Result<std::map<TenantId, TenantState>> fold(const Journal& journal, std::uint32_t shard_count) {
  constexpr std::size_t records_at_once = 1'024;
  std::map<std::string, TenantState> by_entity;
  for (std::uint32_t shard = 0; shard < shard_count; ++shard) {
    for (SequenceNumber next{1};;) {
      const auto records = journal.read({shard}, next, records_at_once);
      if (!records) return records.error();
      if (records->empty()) break;
      for (const auto& record : *records) {
        const auto event = decode_event(record.payload);
        if (!event) return event.error();
        apply(by_entity[record.entity], *event, record.n);
      }
      next.value += records->size();
    }
  }
  std::map<TenantId, TenantState> tenants;
  for (auto& [entity, state] : by_entity) {
    const TenantId id = state.id;
    tenants.emplace(id, std::move(state));
  }
  return tenants;
}

} // namespace riskcluster

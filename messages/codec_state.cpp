#include "messages/codec_state.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "journal/tenant_state.pb.h"
#include "messages/codec_fields.hpp"
#include "messages/codec_wire.hpp"
#include "messages/tenant_fields.hpp"

namespace riskcluster {

namespace {

template <class V>
void fields(V& v, Domain<V, Reservation>& d, Wire<V, journal::OpenOrder>& p) {
  FIELD_AS(signal_id, d.signal);
  FIELD(symbol);
  FIELD_AS(strategy_id, d.strategy);
  FIELD(closing_quantity);
  FIELD(opening_quantity);
  FIELD(price);
  FIELD(realized_pnl);
  FIELD(realized_any);
  FIELD_AS(expires_at_ms, d.expires_at);
}

void seen(Encoder&, const SourceWindow& d, journal::SourceWindow& p) {
  for (const auto word : d.seen) p.add_seen(word);
}

void seen(Decoder& v, SourceWindow& d, const journal::SourceWindow& p) {
  if (static_cast<std::size_t>(p.seen_size()) != d.seen.size())
    return v.reject("seen", "not " + std::to_string(d.seen.size()) + " words");
  std::copy(p.seen().begin(), p.seen().end(), d.seen.begin());
}

template <class V>
void fields(V& v, Domain<V, SourceWindow>& d, Wire<V, journal::SourceWindow>& p) {
  FIELD_ENUM(kind, journal::SourceWindow::Kind_MAX, InputKind::fact);
  FIELD(source);
  FIELD(highest);
  seen(v, d, p);
}

template <class V>
void fields(V& v, Domain<V, BatchDigest>& d, Wire<V, journal::BatchDigest>& p) {
  FIELD(id_hash);
  FIELD(origin_hash);
  FIELD(n);
}

template <class V>
void fields(V& v, Domain<V, SignalDigest>& d, Wire<V, journal::SignalDigest>& p) {
  FIELD(id_hash);
  FIELD(fingerprint);
  FIELD_AS(at_ms, d.at);
  FIELD(n);
}

/// All but the two hashes.
template <class V>
void fields(V& v, Domain<V, TenantState>& d, Wire<V, journal::TenantState>& p) {
  tenant_fields(v, d, p);
  FIELD_LIST(reservations);
  FIELD_LIST(sources);
  FIELD_LIST(batch_digests);
  FIELD_LIST(signal_digests);
  FIELD_VALUES(fact_digests);
  FIELD_LIST(halts);
  FIELD(orders);
  FIELD_AS(tokens, d.tokens.tokens);
  FIELD_AS(tokens_at_ms, d.tokens.at);
  FIELD(last_at_ms);
  FIELD(version);
  FIELD(opened);
}

std::string bytes_of(const Hash128& hash) { return {hash.bytes.begin(), hash.bytes.end()}; }

constexpr std::size_t seal_bytes = 2 + 1 + sizeof(Hash128); // tag, length, hash

/// The field bytes_hash as it stands behind the others. The state hash alone would not see a change that still means
/// the same state, like another byte for a bool that is true.
std::string seal_of(std::string_view content) {
  journal::TenantState wire;
  wire.set_bytes_hash(bytes_of(hash128(content)));
  auto seal = wire.SerializeAsString();
  check(seal.size() == seal_bytes, "a seal has a fixed size");
  return seal;
}

} // namespace

std::string encode_state(const TenantState& state) {
  journal::TenantState wire;
  Encoder encoder;
  fields(encoder, state, wire);
  wire.set_state_hash(bytes_of(state_hash(state)));
  auto bytes = wire.SerializeAsString();
  bytes += seal_of(bytes);
  return bytes;
}

Result<TenantState> decode_state(std::string_view bytes) {
  if (bytes.size() < seal_bytes) return malformed("bytes_hash: is missing");
  const auto content = bytes.substr(0, bytes.size() - seal_bytes);
  if (bytes.substr(content.size()) != seal_of(content)) return malformed("bytes_hash: the bytes were changed");
  journal::TenantState wire;
  if (auto fault = parse_bytes(content, record_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  TenantState state;
  std::string fault;
  Decoder decoder{fault};
  fields(decoder, state, wire);
  if (fault.empty() && wire.state_hash() != bytes_of(state_hash(state))) fault = "state_hash: the state hash is wrong";
  if (!fault.empty()) return malformed(std::move(fault));
  return state;
}

} // namespace riskcluster

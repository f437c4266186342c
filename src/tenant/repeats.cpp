#include "tenant/repeats.hpp"

#include <algorithm>

namespace riskcluster {

namespace {

std::uint64_t hash_of_origin(const InputOrigin& origin) {
  if (origin.sequence == 0) return 0;
  return Hasher{}.add(origin.kind).add(origin.source).add(origin.sequence).digest().low64();
}

bool seen(const SourceWindow& window, std::uint64_t sequence) {
  if (sequence > window.highest) return false;
  if (window.highest - sequence >= sequence_window) return true; // older than the window
  return window.seen[sequence % sequence_window / 64] >> (sequence % 64) & 1;
}

void mark(SourceWindow& window, std::uint64_t sequence) {
  const auto bit = [&](std::uint64_t s) -> std::pair<std::uint64_t&, std::uint64_t> {
    return {window.seen[s % sequence_window / 64], std::uint64_t{1} << (s % 64)};
  };
  if (sequence > window.highest) {
    if (sequence - window.highest >= sequence_window) {
      window.seen.fill(0);
    } else {
      for (std::uint64_t s = window.highest + 1; s < sequence; ++s) {
        const auto [word, mask] = bit(s);
        word &= ~mask;
      }
    }
    window.highest = sequence;
  } else if (window.highest - sequence >= sequence_window) {
    return;
  }
  const auto [word, mask] = bit(sequence);
  word |= mask;
}

std::uint64_t hash_of_id(const InputOrigin& origin) {
  return Hasher{}.add(origin.kind).add(origin.id).digest().low64();
}

template <class Sources>
auto find_source(Sources& sources, const InputOrigin& origin) {
  return std::find_if(sources.begin(), sources.end(), [&](const SourceWindow& window) {
    return window.kind == origin.kind && window.source == origin.source;
  });
}

/// A fact without an id is known by its number.
std::uint64_t hash_of_fact(const InputOrigin& origin) {
  return origin.id.empty() ? hash_of_origin(origin) : hash_of_id(origin);
}

std::size_t sources_of(const TenantState& state, InputKind kind) {
  return static_cast<std::size_t>(std::count_if(state.sources.begin(), state.sources.end(),
                                                [&](const SourceWindow& window) { return window.kind == kind; }));
}

Admission refused(std::string_view code, std::string message) {
  return {Admission::Kind::refused, {}, code, std::move(message)};
}

Admission repeated(std::uint64_t n) { return {Admission::Kind::repeat, {n}, {}, {}}; }

/// A fact is known by its id. It is never refused, but for a number so old that nobody can say whether it was seen.
Admission admit_fact(const TenantState& state, const InputOrigin& origin) {
  const auto& known = state.fact_digests;
  if (std::find(known.begin(), known.end(), hash_of_fact(origin)) != known.end()) return repeated(0);
  const auto window = find_source(state.sources, origin);
  const bool numbered = origin.sequence != 0 && window != state.sources.end();
  if (!numbered || origin.sequence > window->highest || window->highest - origin.sequence < sequence_window) return {};
  return refused("DUPLICATE_EXPIRED", "sequence " + std::to_string(origin.sequence) + " of source '" +
                                          origin.source.value + "' is far behind " + std::to_string(window->highest) +
                                          ": nobody can say whether this fact was applied");
}

} // namespace

InputOrigin command_origin(std::string_view command_id) {
  static const SourceId none;
  return {InputKind::command, command_id, none};
}

SequenceGap gap_before(const TenantState& state, const InputOrigin& origin) {
  if (origin.sequence == 0) return {};
  const auto window = find_source(state.sources, origin);
  if (window == state.sources.end() && sources_of(state, origin.kind) >= sources_max) return {};
  const std::uint64_t highest = window == state.sources.end() ? 0 : window->highest;
  return origin.sequence > highest + 1 ? SequenceGap{highest + 1, origin.sequence - 1} : SequenceGap{};
}

bool lower_is_missing(const TenantState& state, const InputOrigin& origin) {
  if (origin.sequence == 0) return false;
  if (gap_before(state, origin) != SequenceGap{}) return true;
  const auto window = find_source(state.sources, origin);
  if (window == state.sources.end()) return false;
  // What is older than the window counts as seen.
  for (std::uint64_t s = origin.sequence - 1; s > 0 && window->highest - s < sequence_window; --s)
    if (!seen(*window, s)) return true;
  return false;
}

bool is_overtaken(const TenantState& state, const InputOrigin& origin) {
  if (origin.sequence == 0) return false;
  const auto window = find_source(state.sources, origin);
  return window != state.sources.end() && window->highest > origin.sequence;
}

Admission admit(const TenantState& state, const InputOrigin& origin) {
  if (origin.kind != InputKind::batch) return admit_fact(state, origin);
  const std::uint64_t id = hash_of_id(origin);
  const std::uint64_t origin_hash = hash_of_origin(origin);
  if (origin.sequence == 0) {
    for (auto digest = state.batch_digests.rbegin(); digest != state.batch_digests.rend(); ++digest)
      if (digest->origin_hash == 0 && digest->id_hash == id) return repeated(digest->n);
    return {};
  }
  const auto window = find_source(state.sources, origin);
  if (window == state.sources.end()) {
    if (sources_of(state, origin.kind) < sources_max) return {};
    return refused("TOO_MANY_SOURCES",
                   "at most " + std::to_string(sources_max) + " sources may number their messages for one tenant");
  }
  if (!seen(*window, origin.sequence)) return {};
  for (const auto& digest : state.batch_digests) {
    if (digest.origin_hash != origin_hash) continue;
    if (digest.id_hash == id) return repeated(digest.n);
    return refused("SEQUENCE_CONFLICT", "sequence " + std::to_string(origin.sequence) + " of source '" +
                                            origin.source.value + "' was another batch");
  }
  return refused("DUPLICATE_EXPIRED", "sequence " + std::to_string(origin.sequence) +
                                          " was decided before, and its answer is no longer at hand");
}

void remember(TenantState& state, const InputOrigin& origin, SequenceNumber n) {
  if (origin.sequence != 0) {
    auto window = find_source(state.sources, origin);
    if (window == state.sources.end() && sources_of(state, origin.kind) < sources_max) {
      state.sources.push_back({.kind = origin.kind, .source = origin.source});
      window = state.sources.end() - 1;
    }
    if (window != state.sources.end()) mark(*window, origin.sequence);
  }
  if (origin.kind != InputKind::batch) {
    if (state.fact_digests.size() == fact_digests_max) state.fact_digests.erase(state.fact_digests.begin());
    state.fact_digests.push_back(hash_of_fact(origin));
    return;
  }
  if (state.batch_digests.size() == batch_digests_max) state.batch_digests.erase(state.batch_digests.begin());
  state.batch_digests.push_back({hash_of_id(origin), hash_of_origin(origin), n.value});
}

std::optional<SequenceNumber> decided_at(const TenantState& state, const SignalId& signal) {
  const std::uint64_t id = hash64(signal.value);
  for (const auto& digest : state.signal_digests)
    if (digest.id_hash == id) return SequenceNumber{digest.n};
  return std::nullopt;
}

std::uint64_t fingerprint(const TradingSignal& signal) {
  const auto hash = Hasher{}
                        .add(signal.symbol)
                        .add(signal.side)
                        .add(signal.strategy_id)
                        .add(signal.requested_notional)
                        .digest()
                        .low64();
  return hash == 0 ? 1 : hash;
}

} // namespace riskcluster

#pragma once
// Places in a journal, as answers and outputs write them alike. Private to messages/codec_*.cpp.

#include "messages/codec_fields.hpp"
#include "tenant/assessment.hpp"

namespace riskcluster {

template <class V, class W>
void fields(V& v, Domain<V, JournalPosition>& d, W& p) {
  FIELD(shard);
  FIELD(epoch);
  FIELD(n);
}

template <class V, class W>
void fields(V& v, Domain<V, OutputId>& d, W& p) {
  FIELD(shard);
  FIELD(n);
  FIELD(k);
}

} // namespace riskcluster

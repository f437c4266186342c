#pragma once
// What a record of the journal says to the outside, as bytes for the doors and as lines for a file.

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "tenant/outputs.hpp"

namespace riskcluster {

/// In the order in which they leave. Of a batch's decision: from k = 1 on an ApprovedSignal for each signal that this
/// record approved, in order, not for those that it only answered again; then k = 0, the assessment, which is the
/// recorded answer with its place in the journal and without performance_metrics. Of any event: the action or the alert
/// that it is, last. Always the same for the same record.
/// @param entity "company/user". @param payload bytes of a TenantEvent. Malformed: no event, or a decision at odds with
/// its own answer.
Result<std::vector<Output>> outputs(const JournalPosition& position, std::string_view entity, std::string_view payload);

/// One line without its end: {"output":"approved","id":{"shard":3,"n":"17","k":1}, …the message's other fields}. Bytes
/// that cannot be read as their kind give a line that says so in "fault".
std::string encode_output_json(const Output& output);

/// Of an alert that stands in no journal; the line has no id.
std::string encode_alert_bytes(const RiskAlert& alert);
std::string encode_alert_json(const RiskAlert& alert);

} // namespace riskcluster

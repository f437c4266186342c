#include "live/node_alerts.hpp"

#include <algorithm>
#include <array>
#include <random>

#include "messages/codec_outputs.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

namespace {

struct Kind {
  std::string_view type;
  Severity severity;
  const char* title;
  const char* recommended_action;
};

constexpr std::array kinds = {
    Kind{"JOURNAL_TROUBLE", Severity::critical, "The journal takes nothing",
         "make room on the data folder's disk, or mend it; nothing is decided until then"},
    Kind{"JOURNAL_RECOVERED", Severity::low, "The journal takes appends again", ""},
    Kind{"NODE_FAILED", Severity::critical, "The node cannot go on", "read its log for why; start it again"},
    Kind{"SHARD_HALTED", Severity::critical, "A shard is halted, its tenants are refused",
         "stop the node, look with riskd verify, mend with riskd repair, start it again"},
    Kind{"SHARD_REBUILT", Severity::medium, "A shard died and was rebuilt", "read the node's log for why"},
    Kind{"PART_REBUILT", Severity::medium, "A part of the node died and was rebuilt", "read the node's log for why"},
    Kind{"PORTFOLIO_DIED", Severity::medium, "A portfolio died and is rebuilt from its journal",
         "read the node's log for why"},
    Kind{"TENANT_QUARANTINED", Severity::high, "A tenant's portfolio keeps dying, it is held back",
         "find the input that it dies of; what it owns is not at risk, but it may not open anything"},
    Kind{"RECORD_UNREADABLE", Severity::high, "A record of the journal cannot be read", "look with riskd verify"},
    Kind{"SNAPSHOT_CORRUPT", Severity::medium, "A snapshot cannot be read, the journal is used instead",
         "look at the disk: what it kept came back as something else"},
    Kind{"JOURNAL_NOT_CUT", Severity::medium, "Old records cannot be removed", "watch the data folder's disk"},
    Kind{"EGRESS_BLOCKED", Severity::high, "A destination does not take what is published",
         "look at the destination; everything is kept for it"},
    Kind{"EGRESS_TAKES", Severity::low, "A destination takes what is published again", ""},
    Kind{"EGRESS_LAGS", Severity::critical, "Outputs are far behind, nothing is opened until they are not",
         "look at the destination"},
    Kind{"EGRESS_CAUGHT_UP", Severity::low, "Outputs have caught up", ""},
    Kind{"OUTPUTS_CUT", Severity::high, "A destination missed outputs that are no longer in the journal",
         "take the venue's books for what is missing: what was cut cannot be sent again"},
    Kind{"FEED_CUT_OFF", Severity::high, "A source of prices is not listened to",
         "look at what it sends: riskd_prices_total counts its verdicts"},
    Kind{"FEED_BELIEVED", Severity::low, "A source of prices is listened to again", ""},
};

std::string new_life() {
  std::random_device random;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 16; ++i) text += digits[random() % digits.size()];
  return text;
}

} // namespace

RiskAlert risk_alert_of(const Alert& alert) {
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& one) { return one.type == alert.type; });
  const TenantId whom = addressee_of(alert.subject);
  RiskAlert made{.type = alert.type,
                 .severity = Severity::high,
                 .title = alert.type,
                 .description =
                     alert.subject + ": " + (whom.company.empty() ? alert.message : "the node's log says why"),
                 .company_id = whom.company,
                 .user_id = whom.user};
  if (kind == kinds.end()) return made;
  made.severity = kind->severity;
  made.title = kind->title;
  made.recommended_action = kind->recommended_action;
  return made;
}

NodeAlerts::NodeAlerts(Publisher& to, bool json) : to_{to}, json_{json}, life_{new_life()} {}

void NodeAlerts::tell(const Alert& alert, TimeMs now) {
  RiskAlert made = risk_alert_of(alert);
  made.alert_id = "node-" + life_ + "-" + std::to_string(told_.fetch_add(1) + 1);
  made.created_at_ms = now;
  Publication publication{.id = made.alert_id,
                          .channel = std::string{channel(OutputKind::alert)},
                          .tenant = {made.company_id, made.user_id},
                          .bytes = json_ ? encode_alert_json(made) : encode_alert_bytes(made)};
  if (json_) publication.content_type = json_type;
  to_.publish(output_message(publication, output_subject(publication)));
}

} // namespace riskcluster
